"""The forms of the default aid: what each one is, and how well it serves the five values (0 not, 4 very well)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.choice import VALUES as _VALUES
from participation.choice import Form
from participation.enums import LEVEL_OF
from participation.enums import Form as FormCode


def _f(code: FormCode, text: Any, rung: str, serves: tuple[int, ...], because: tuple[Any, ...]) -> Form:
    """``serves`` and ``because`` in the order inclusion, influence, ownership, deliberation, legitimacy."""
    return Form(
        key=code.value,
        title=code.label,
        text=text,
        level=str(LEVEL_OF[code.value].value),  # type: ignore[attr-defined]
        rung=rung,
        serves=dict(zip(_VALUES, serves, strict=True)),
        because=dict(zip(_VALUES, because, strict=True)),
    )


FORMS = (
    _f(
        FormCode.LETTER,
        _("The municipality tells what is going to happen and answers questions."),
        "inform",
        (2, 0, 0, 0, 1),
        (
            _("Everybody gets the letter; who does not read easily misses it."),
            _("Nothing changes because of what residents say."),
            _("It stays a plan of the municipality."),
            _("There is no talking about it, only explaining."),
            _("Everybody can know what was decided and why."),
        ),
    ),
    _f(
        FormCode.HEARING,
        _("The municipality lays a plan before residents, listens, and decides itself."),
        "consult",
        (1, 1, 0, 1, 2),
        (
            _("Mostly people come who come more often."),
            _("What is said can change details."),
            _("It stays a plan of the municipality."),
            _("People hear each other for one evening."),
            _("Everybody who wanted could say something, and it was written down."),
        ),
    ),
    _f(
        FormCode.STATUTORY,
        _("The draft lies open for six weeks, everybody may give a view, each view gets an answer."),
        "consult",
        (2, 1, 0, 1, 4),
        (
            _("Everybody may take part, but one has to write and to know the way."),
            _("A good view changes the draft, not the starting point."),
            _("Residents react to what somebody else wrote."),
            _("Views and answers stand beside each other; people do not meet."),
            _("The law guards it: terms, an answer to each view, and a judge after it."),
        ),
    ),
    _f(
        FormCode.PANEL,
        _("Many residents answer the same questions; the answers are used in the decision."),
        "consult",
        (4, 1, 0, 0, 2),
        (
            _("Taking part costs five minutes, so many people do, if you also ask in the street."),
            _("The answers steer, within the questions that you ask."),
            _("Residents answer; they do not make anything."),
            _("People do not hear each other's reasons."),
            _("Numbers show what many people find."),
        ),
    ),
    _f(
        FormCode.OPEN_TABLE,
        _("Council, college, civil servants and society talk as equals and deepen themes together."),
        "advise",
        (2, 2, 2, 4, 2),
        (
            _("Everybody may sit down, but one has to have the time."),
            _("The group writes a framework that who decides has helped to make."),
            _("People choose the themes themselves."),
            _("Talking as equals is the heart of it."),
            _("Those who decide sit at the table and answer for what they do with it."),
        ),
    ),
    _f(
        FormCode.WORKING_GROUP,
        _("Two council members, four residents and three civil servants work it out together."),
        "coproduce",
        (1, 3, 2, 4, 2),
        (
            _("It is a small group; draw lots to get others than the usual ones."),
            _("The group writes the proposal itself."),
            _("Four residents carry it; the others are told."),
            _("The whole system sits in one room and goes into it deeply."),
            _("Council members take part, so the step to a decision is small."),
        ),
    ),
    _f(
        FormCode.AGENDA,
        _("Residents and the municipality write an agenda for the coming years together."),
        "coproduce",
        (3, 3, 2, 3, 3),
        (
            _("There are many moments and ways to take part."),
            _("Residents decide what stands on it."),
            _("People stand behind what they wrote themselves."),
            _("Every remark is weighed and answered."),
            _("It is known to everybody how the text came about."),
        ),
    ),
    _f(
        FormCode.RESIDENTS,
        _("Residents analyse the problem, make proposals and vote. The municipality facilitates and carries it out."),
        "codecide",
        (3, 4, 3, 3, 3),
        (
            _("Who did not take part still gets a say by voting."),
            _("Residents choose what is done, within the frame."),
            _("Residents chair, write and choose."),
            _("They analyse the problem together before they choose."),
            _("There is an open vote with a result that can be counted again."),
        ),
    ),
    _f(
        FormCode.BUDGET,
        _("Residents decide how a sum of money is spent in their neighbourhood."),
        "codecide",
        (4, 4, 3, 1, 3),
        (
            _("Everybody can vote in a few minutes, on paper too."),
            _("What residents choose is paid for."),
            _("The plans are of residents themselves."),
            _("People choose mostly by themselves, with little talk."),
            _("Everybody can see how the money was divided and why."),
        ),
    ),
    _f(
        FormCode.GOVERNMENT,
        _("Residents do it themselves; the municipality helps where they ask for it."),
        "codecide",
        (1, 4, 4, 2, 1),
        (
            _("A group that is active already does it; others must be able to join."),
            _("The initiators choose what they do and how."),
            _("It is theirs from the beginning to the end."),
            _("The group talks it over; the rest of the neighbourhood not by itself."),
            _("The group was not chosen, so ask how the neighbourhood feels about it."),
        ),
    ),
)
