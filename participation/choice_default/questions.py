"""The questions of the default aid about the subject. Points run from -8 to 8; most are between -3 and 3."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.choice import Option, Question


def option(key: str, text: Any, why: Any = "", **points: dict[str, int]) -> Option:
    """An answer with its points, given by name."""
    return Option(key=key, text=text, why=why, **points)


ABOUT_THE_SUBJECT = (
    Question(
        "open",
        _("What can still change?"),
        _("Think of the plan itself, not of how it is carried out."),
        (
            option(
                "nothing",
                _("Nothing: it has been decided"),
                _("Who asks when nothing can change disappoints people. Tell openly what is going to happen."),
                levels={"ourselves": 2},
                rungs={"inform": 6},
            ),
            option(
                "details",
                _("Details: the outline stands"),
                _("There is little to choose, so ask about the details and say what stands."),
                rungs={"consult": 4, "advise": 1, "coproduce": -2, "codecide": -4},
            ),
            option(
                "much",
                _("Much: only the frame stands"),
                _("There is much to choose, so influence makes sense."),
                rungs={"inform": -4, "consult": -1, "advise": 2, "coproduce": 3, "codecide": 2},
                values={"influence": 1},
            ),
            option(
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
            option(
                "plan",
                _("A plan or decision of the municipality"),
                _("There is a draft to react to."),
                forms={"hearing": 2, "statutory": 1, "working_group": 1, "residents": -1},
            ),
            option(
                "list",
                _("A choice out of many possible things"),
                _("Residents can weigh and choose themselves."),
                forms={"budget": 3, "panel": 3},
            ),
            option(
                "neighbourhood",
                _("A problem in a street or neighbourhood"),
                _("Who lives there knows it best."),
                forms={"residents": 4, "hearing": 1},
            ),
            option(
                "course",
                _("The course for the coming years"),
                _("A course asks for talking and writing together."),
                forms={"agenda": 6, "open_table": 3, "budget": -2, "residents": -2},
            ),
            option(
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
            option(
                "municipality",
                _("Mostly the municipality"),
                _("The municipality needs it, so it can't leave it to residents."),
                levels={"ourselves": 2, "letting_go": -4},
            ),
            option(
                "both",
                _("Residents and the municipality together"),
                _("Who shares a problem solves it best together."),
                levels={"together": 3},
            ),
            option(
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
            option(
                "few",
                _("A street or a group"),
                _("You can speak to everybody in one room."),
                forms={"hearing": 3, "working_group": 2, "panel": -2, "budget": -2},
            ),
            option(
                "neighbourhood",
                _("A neighbourhood or village"),
                _("Many people are touched, so see to it that not only the usual ones take part."),
                forms={"residents": 3, "budget": 2},
                values={"inclusion": 1},
            ),
            option(
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
            option(
                "little",
                _("They mostly agree"),
                _("A light form is enough: there is not much to talk out."),
                forms={"panel": 1, "letter": 1, "budget": 1},
            ),
            option(
                "some",
                _("Views differ"),
                _("People must hear each other before they choose."),
                forms={"open_table": 1, "working_group": 1},
                values={"deliberation": 1},
            ),
            option(
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
            option(
                "little",
                _("Little: everybody can judge it"),
                _("Everybody can take part at once."),
                forms={"panel": 1, "budget": 1, "residents": 1},
            ),
            option(
                "some",
                _("Something: a clear explanation is enough"),
                "",
                forms={"hearing": 1, "residents": 1},
            ),
            option(
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
            option("none", _("No, or not yet"), _("Without money there is nothing to divide."), forms={"agenda": 1}),
            option(
                "plan",
                _("Yes, for carrying this out"),
                _("What comes out of it can be carried out at once."),
                forms={"residents": 2, "working_group": 1, "budget": -3},
            ),
            option(
                "divide",
                _("Yes, a sum that residents may divide"),
                _("Who may divide the money really decides."),
                forms={"budget": 7, "residents": 1},
            ),
        ),
    ),
)
