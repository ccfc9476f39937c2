"""The questions of the default aid about the people and the municipality. Points run from -8 to 8; most are between -3 and 3."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from participation.choice import Question
from participation.choice_default.questions import option

ABOUT_THE_PEOPLE = (
    Question(
        "time",
        _("How long is it until the decision?"),
        "",
        (
            option(
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
            option("middle", _("Two to six months"), "", forms={"residents": 1, "open_table": 1}),
            option(
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
            option("no", _("No")),
            option(
                "unknown",
                _("We don't know yet"),
                _("Ask legal affairs before you begin: a forgotten duty costs months."),
                forms={"statutory": 2},
                values={"legitimacy": 1},
            ),
            option(
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
            option(
                "self",
                _("It wants to choose itself"),
                _("Promise no more than who decides wants to give."),
                levels={"ourselves": 2},
                rungs={"codecide": -4},
            ),
            option(
                "listens",
                _("It wants advice and takes it seriously"),
                _("Advice has a real chance of being followed."),
                rungs={"advise": 2, "coproduce": 2},
                forms={"panel": 1},
            ),
            option(
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
            option(
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
            option("some", _("One day a week"), "", forms={"hearing": 1, "panel": 1}),
            option(
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
            option("no", _("No, not more than elsewhere")),
            option(
                "partly",
                _("Partly"),
                _("Go to the people who do not come by themselves."),
                values={"inclusion": 1},
            ),
            option(
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
            option(
                "municipality",
                _("Only the municipality or a contractor"),
                _("Residents can choose, but not carry it out."),
                levels={"ourselves": 1, "letting_go": -4},
            ),
            option(
                "together",
                _("The municipality and residents together"),
                _("Who helps to do it must also help to choose."),
                levels={"together": 2},
                forms={"residents": 1, "working_group": 1},
            ),
            option(
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
            option("nothing", _("Nothing in particular")),
            option(
                "promised",
                _("It was promised that residents may think along or decide along"),
                _("Keep what was promised."),
                rungs={"inform": -3, "coproduce": 1, "codecide": 1},
                values={"influence": 1},
            ),
            option(
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
