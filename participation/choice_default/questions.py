"""The questions of the default aid. Points run from -8 to 8; most are between -3 and 3."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.choice import Option, Question


def _o(key: str, text: Any, why: Any = "", **points: dict[str, int]) -> Option:
    return Option(key=key, text=text, why=why, **points)


QUESTIONS = (
    Question(
        "open",
        _("What can still change?"),
        _("Think of the plan itself, not of how it is carried out."),
        (
            _o(
                "nothing",
                _("Nothing: it has been decided"),
                _("Who asks when nothing can change disappoints people. Tell openly what is going to happen."),
                levels={"ourselves": 2},
                rungs={"inform": 6},
            ),
            _o(
                "details",
                _("Details: the outline stands"),
                _("There is little to choose, so ask about the details and say what stands."),
                rungs={"consult": 4, "advise": 1, "coproduce": -2, "codecide": -4},
            ),
            _o(
                "much",
                _("Much: only the frame stands"),
                _("There is much to choose, so influence makes sense."),
                rungs={"inform": -4, "consult": -1, "advise": 2, "coproduce": 3, "codecide": 2},
                values={"influence": 1},
            ),
            _o(
                "all",
                _("Everything: even what the problem is"),
                _("Begin together with the question, not with a plan."),
                rungs={"inform": -6, "consult": -3, "coproduce": 3, "codecide": 4},
                values={"influence": 1, "ownership": 1},
            ),
        ),
    ),
    Question(
        "kind",
        _("What kind of question is it?"),
        "",
        (
            _o(
                "plan",
                _("A plan or decision of the municipality"),
                _("There is a draft to react to."),
                forms={"hearing": 2, "statutory": 1, "working_group": 1, "residents": -1},
            ),
            _o(
                "list",
                _("A choice out of many possible things"),
                _("Residents can weigh and choose themselves."),
                forms={"budget": 3, "panel": 3},
            ),
            _o(
                "neighbourhood",
                _("A problem in a street or neighbourhood"),
                _("Who lives there knows it best."),
                forms={"residents": 4, "hearing": 1},
            ),
            _o(
                "course",
                _("The course for the coming years"),
                _("A course asks for talking and writing together."),
                forms={"agenda": 6, "open_table": 3, "budget": -2, "residents": -2},
            ),
            _o(
                "task",
                _("A task that residents can do themselves"),
                _("Then the municipality can join in with what residents do."),
                forms={"government": 5},
            ),
        ),
    ),
    Question(
        "holder",
        _("Who holds the problem?"),
        _("Who is bothered by it, and who has to solve it?"),
        (
            _o(
                "municipality",
                _("Mostly the municipality"),
                _("The municipality needs it, so it can't leave it to residents."),
                levels={"ourselves": 2, "letting_go": -4},
            ),
            _o(
                "both",
                _("Residents and the municipality together"),
                _("Who shares a problem solves it best together."),
                levels={"together": 3},
            ),
            _o(
                "residents",
                _("Mostly residents"),
                _("It is theirs: give them the lead."),
                levels={"ourselves": -3, "letting_go": 4},
                forms={"residents": 2},
                values={"ownership": 1},
            ),
        ),
    ),
    Question(
        "reach",
        _("How many people does it touch?"),
        "",
        (
            _o(
                "few",
                _("A street or a group"),
                _("You can speak to everybody in one room."),
                forms={"hearing": 3, "working_group": 2, "panel": -2, "budget": -2},
            ),
            _o(
                "neighbourhood",
                _("A neighbourhood or village"),
                _("Many people are touched, so see to it that not only the usual ones take part."),
                forms={"residents": 3, "budget": 2},
                values={"inclusion": 1},
            ),
            _o(
                "everybody",
                _("The whole municipality"),
                _("Everybody is touched, so everybody must be able to take part in some way."),
                forms={
                    "panel": 3,
                    "agenda": 2,
                    "budget": 1,
                    "open_table": 1,
                    "hearing": -2,
                    "working_group": -1,
                    "government": -2,
                },
                values={"inclusion": 1, "legitimacy": 1},
            ),
        ),
    ),
    Question(
        "conflict",
        _("How far apart do people stand?"),
        "",
        (
            _o(
                "little",
                _("They mostly agree"),
                _("A light form is enough: there is not much to talk out."),
                forms={"panel": 1, "letter": 1, "budget": 1},
            ),
            _o(
                "some",
                _("Views differ"),
                _("People must hear each other before they choose."),
                forms={"open_table": 1, "working_group": 1},
                values={"deliberation": 1},
            ),
            _o(
                "sharp",
                _("There is a sharp conflict"),
                _("Counting votes makes a conflict worse. Talk first, as equals."),
                forms={
                    "open_table": 5,
                    "working_group": 2,
                    "hearing": 1,
                    "agenda": -4,
                    "budget": -3,
                    "panel": -1,
                    "government": -3,
                },
                values={"deliberation": 2, "legitimacy": 1},
            ),
        ),
    ),
    Question(
        "knowledge",
        _("How much must people know to take part?"),
        "",
        (
            _o(
                "little",
                _("Little: everybody can judge it"),
                _("Everybody can take part at once."),
                forms={"panel": 1, "budget": 1, "residents": 1},
            ),
            _o(
                "some",
                _("Something: a clear explanation is enough"),
                "",
                forms={"hearing": 1, "residents": 1},
            ),
            _o(
                "much",
                _("Much: they have to go into it"),
                _("A small group that gets the time can go into it deeply."),
                forms={"working_group": 3, "open_table": 1, "budget": -2, "panel": -2},
                values={"deliberation": 1},
            ),
        ),
    ),
    Question(
        "money",
        _("Is there money?"),
        "",
        (
            _o("none", _("No, or not yet"), _("Without money there is nothing to divide."), forms={"agenda": 1}),
            _o(
                "plan",
                _("Yes, for carrying this out"),
                _("What comes out of it can be carried out at once."),
                forms={"residents": 2, "working_group": 1, "budget": -3},
            ),
            _o(
                "divide",
                _("Yes, a sum that residents may divide"),
                _("Who may divide the money really decides."),
                forms={"budget": 7, "residents": 1},
            ),
        ),
    ),
    Question(
        "time",
        _("How long is it until the decision?"),
        "",
        (
            _o(
                "short",
                _("Less than two months"),
                _("There is too little time for working together. Choose a light form and do that one well."),
                rungs={"inform": 2, "consult": 2},
                forms={
                    "open_table": -3,
                    "working_group": -4,
                    "agenda": -5,
                    "residents": -4,
                    "budget": -5,
                    "government": -2,
                },
            ),
            _o("middle", _("Two to six months"), "", forms={"residents": 1, "open_table": 1}),
            _o(
                "long",
                _("More than six months"),
                _("There is time to do it together."),
                forms={"working_group": 2, "agenda": 3, "residents": 1, "budget": 1},
            ),
        ),
    ),
    Question(
        "law",
        _("Does the law or a by-law ask for formal consultation?"),
        _("Formal consultation (inspraak): the draft lies open and everybody may give a view (Awb 3.4)."),
        (
            _o("no", _("No")),
            _o(
                "unknown",
                _("We don't know yet"),
                _("Ask legal affairs before you begin: a forgotten duty costs months."),
                forms={"statutory": 2},
                values={"legitimacy": 1},
            ),
            _o(
                "yes",
                _("Yes"),
                _("Formal consultation has to be there in any case."),
                forms={"statutory": 4},
                values={"legitimacy": 1},
            ),
        ),
    ),
    Question(
        "council",
        _("How much room does the council or the college give?"),
        "",
        (
            _o(
                "self",
                _("It wants to choose itself"),
                _("Promise no more than who decides wants to give."),
                levels={"ourselves": 2},
                rungs={"codecide": -4},
            ),
            _o(
                "listens",
                _("It wants advice and takes it seriously"),
                _("Advice has a real chance of being followed."),
                rungs={"advise": 2, "coproduce": 2},
                forms={"panel": 1},
            ),
            _o(
                "gives",
                _("It leaves the choice to residents, within the frame"),
                _("Residents can really decide."),
                rungs={"codecide": 3},
                levels={"letting_go": 2},
            ),
        ),
    ),
    Question(
        "capacity",
        _("How much time do colleagues have for it?"),
        _("Somebody has to invite, guide, answer and report."),
        (
            _o(
                "hardly",
                _("Hardly any"),
                _("A heavy form that is done by halves does harm."),
                forms={
                    "letter": 2,
                    "panel": 2,
                    "hearing": 1,
                    "working_group": -3,
                    "open_table": -2,
                    "agenda": -3,
                    "residents": -3,
                    "budget": -2,
                },
            ),
            _o("some", _("One day a week"), "", forms={"hearing": 1, "panel": 1}),
            _o(
                "enough",
                _("Enough: somebody is free for it"),
                _("There are hands for guiding a group well."),
                forms={"working_group": 2, "agenda": 1, "open_table": 1, "residents": 2, "budget": 1},
            ),
        ),
    ),
    Question(
        "attention",
        _("Is it about people who are seldom heard?"),
        _("For example in an attention area, young people, or people who do not read Dutch easily."),
        (
            _o("no", _("No, not more than elsewhere")),
            _o(
                "partly",
                _("Partly"),
                _("Go to the people who do not come by themselves."),
                values={"inclusion": 1},
            ),
            _o(
                "yes",
                _("Yes, just them"),
                _(
                    "Paper and evenings do not reach them. Be in the neighbourhood, and begin with what they find important."
                ),
                forms={"residents": 2, "statutory": -1, "panel": -1},
                values={"inclusion": 2, "ownership": 1},
            ),
        ),
    ),
    Question(
        "executor",
        _("Who can carry it out?"),
        "",
        (
            _o(
                "municipality",
                _("Only the municipality or a contractor"),
                _("Residents can choose, but not carry it out."),
                levels={"ourselves": 1, "letting_go": -4},
            ),
            _o(
                "together",
                _("The municipality and residents together"),
                _("Who helps to do it must also help to choose."),
                levels={"together": 2},
                forms={"residents": 1, "working_group": 1},
            ),
            _o(
                "residents",
                _("Residents can and want to do it"),
                _("There are people who want to do it: join in with them."),
                levels={"letting_go": 6},
                values={"ownership": 1},
            ),
        ),
    ),
    Question(
        "promises",
        _("What was promised or done earlier?"),
        "",
        (
            _o("nothing", _("Nothing in particular")),
            _o(
                "promised",
                _("It was promised that residents may think along or decide along"),
                _("Keep what was promised."),
                rungs={"inform": -3, "coproduce": 1, "codecide": 1},
                values={"influence": 1},
            ),
            _o(
                "broken",
                _("Residents feel that they were not heard last time"),
                _("Trust has to be won back: make time to listen, and show what is done with it."),
                rungs={"inform": -4},
                forms={"open_table": 2},
                values={"deliberation": 1, "legitimacy": 1},
            ),
        ),
    ),
)
