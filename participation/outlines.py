"""What a process of each form begins with (*sjabloon*): its phases, and sentences to adapt. Data; nothing is saved here.

The order and lengths follow the practices in the documentation of Bewoners aan Zet, neighbourhood budgets and Awb 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core import terms
from participation.enums import Form, PhaseKind

_K = PhaseKind


@dataclass(frozen=True)
class Step:
    """One phase of an outline.

    Attributes:
        days: how long it is open, in days.
        words: title, what one can do in it, and what will come of it; None for the usual words of its kind.
        beside: it begins together with the phase before it instead of after it.
    """

    kind: str
    days: int
    words: tuple[Any, Any, Any] | None = None
    beside: bool = False


@dataclass(frozen=True)
class Outline:
    """A template of a process."""

    form: str
    description: Any
    steps: tuple[Step, ...]
    open_text: Any = ""
    fixed_text: Any = ""
    aftermath: Any = ""


# Kind -> title, what one can do now, what will come of it.
USUAL: dict[str, tuple[Any, Any, Any]] = {
    _K.INFORMATION: (
        _("Information"),
        _("Read what the plan is and what you can still change."),
        _("Everybody knows what it is about before they are asked anything."),
    ),
    _K.ANALYSIS: (
        _("What is going on?"),
        _("Tell which problem you see, what causes it and who it touches. Endorse what others say."),
        _("The residents' chair makes one shared description of the problem from it."),
    ),
    _K.PROPOSALS: (
        _("Ideas and proposals"),
        _("Hand in a proposal, or support one of somebody else."),
        _("Each proposal is checked for feasibility and gets an answer."),
    ),
    _K.FEASIBILITY: (
        _("Can it be done?"),
        _("The municipality checks each proposal. Makers can adapt theirs."),
        _("What can be done goes on; what can't gets a reason."),
    ),
    _K.DISCUSSION: (
        _("Discussion"),
        _("Say what speaks for and against."),
        _("The arguments stand with the proposals and in the report."),
    ),
    _K.GROUPS: (
        _("Working groups"),
        _("Join a group, or come to its meetings."),
        _("Each group writes down what it advises."),
    ),
    _K.WRITING: (
        _("Writing together"),
        _("Read the text and give your remarks on each paragraph."),
        _("Every remark gets an answer; the next version shows what changed because of it."),
    ),
    _K.VIEWS: (
        _("Give your view"),
        _("The draft lies open. Anybody concerned can give a view, here, by letter or by telephone."),
        _("Every view gets an answer in the report, which goes to who decides."),
    ),
    _K.VOTE: (
        _("Vote"),
        _("Vote. Residents who took no part so far can vote too."),
        _("The result is counted openly and can be counted again by anybody."),
    ),
    _K.DECISION: (
        _("Decision"),
        _("Read what is decided, and the answer to every contribution."),
        _("The decision with its reasons, and the final report."),
    ),
    _K.EXECUTION: (
        _("Carrying it out"),
        _("Follow what is being done, and when it is ready."),
        _("What was decided is done."),
    ),
    _K.EVALUATION: (
        _("Looking back"),
        _("Say how you found it: what went well and what could be better."),
        _("The figures are published and compared with other processes."),
    ),
}

OUTLINES: dict[str, Outline] = {
    Form.LETTER: Outline(
        Form.LETTER,
        _("You tell residents what is going to happen, and answer their questions."),
        (Step(_K.INFORMATION, 28), Step(_K.EXECUTION, 56), Step(_K.EVALUATION, 14)),
    ),
    Form.HEARING: Outline(
        Form.HEARING,
        _("You lay a plan before residents and listen. The municipality decides."),
        (
            *(Step(_K.INFORMATION, 14), Step(_K.DISCUSSION, 21), Step(_K.DECISION, 28)),
            *(Step(_K.EXECUTION, 56), Step(_K.EVALUATION, 14)),
        ),
    ),
    Form.STATUTORY: Outline(
        Form.STATUTORY,
        _("The draft lies open for six weeks, everybody may give a view, each view is answered (Awb 3.4)."),
        (
            *(Step(_K.INFORMATION, 14), Step(_K.VIEWS, 42), Step(_K.DECISION, 42)),
            *(Step(_K.EXECUTION, 84), Step(_K.EVALUATION, 14)),
        ),
        open_text=_("Everything in the draft, unless it stands below as fixed."),
        aftermath=_("The final report with the answer to every view goes to who decides, and is published."),
    ),
    Form.PANEL: Outline(
        Form.PANEL,
        _("You ask many residents the same questions and use the answers."),
        (
            *(Step(_K.INFORMATION, 7), Step(_K.DISCUSSION, 21), Step(_K.DECISION, 21)),
            *(Step(_K.EXECUTION, 56), Step(_K.EVALUATION, 14)),
        ),
    ),
    Form.OPEN_TABLE: Outline(
        Form.OPEN_TABLE,
        _(
            "Council, college, civil servants and society talk as equals, choose themes and deepen each theme in a "
            "group that writes a framework."
        ),
        (
            *(Step(_K.ANALYSIS, 21), Step(_K.GROUPS, 56), Step(_K.WRITING, 28)),
            *(Step(_K.DECISION, 28), Step(_K.EXECUTION, 84), Step(_K.EVALUATION, 14)),
        ),
    ),
    Form.WORKING_GROUP: Outline(
        Form.WORKING_GROUP,
        _("Two council members, four residents and three civil servants work it out together."),
        (
            *(Step(_K.INFORMATION, 14), Step(_K.GROUPS, 70), Step(_K.WRITING, 28)),
            *(Step(_K.DECISION, 28), Step(_K.EXECUTION, 84), Step(_K.EVALUATION, 14)),
        ),
    ),
    Form.AGENDA: Outline(
        Form.AGENDA,
        _("Residents and the municipality write an agenda for the coming years together."),
        (
            *(Step(_K.ANALYSIS, 28), Step(_K.PROPOSALS, 28), Step(_K.WRITING, 42)),
            *(Step(_K.DECISION, 28), Step(_K.EXECUTION, 112), Step(_K.EVALUATION, 14)),
        ),
    ),
    Form.RESIDENTS: Outline(
        Form.RESIDENTS,
        _("Residents analyse the problem, make proposals and vote. The municipality facilitates and carries it out."),
        (
            *(Step(_K.ANALYSIS, 21), Step(_K.PROPOSALS, 28), Step(_K.FEASIBILITY, 14), Step(_K.DISCUSSION, 14)),
            *(Step(_K.VOTE, 14), Step(_K.DECISION, 21), Step(_K.EXECUTION, 84), Step(_K.EVALUATION, 21)),
        ),
        open_text=_("What has to change in the neighbourhood, and how, within the money and the time below."),
        fixed_text=_("The money and the time. What the law asks."),
        aftermath=_("What residents choose is carried out at once, unless it can't be done; then we say why."),
    ),
    Form.BUDGET: Outline(
        Form.BUDGET,
        _("Residents decide how a sum of money is spent in their neighbourhood."),
        (
            *(Step(_K.PROPOSALS, 42), Step(_K.FEASIBILITY, 28), Step(_K.DISCUSSION, 14)),
            *(Step(_K.VOTE, 21), Step(_K.DECISION, 14), Step(_K.EXECUTION, 180), Step(_K.EVALUATION, 21)),
        ),
        open_text=_("What the money is spent on."),
        fixed_text=_("The sum of money. A plan costs nothing each year afterwards, and is open to everybody."),
        aftermath=_("The plans that win get their money and are carried out within the year."),
    ),
    Form.GOVERNMENT: Outline(
        Form.GOVERNMENT,
        _("Residents do it themselves; the municipality helps where they ask for it."),
        (
            *(Step(_K.PROPOSALS, 42), Step(_K.GROUPS, 42), Step(_K.DECISION, 21)),
            *(Step(_K.EXECUTION, 180), Step(_K.EVALUATION, 21)),
        ),
        open_text=_("Everything: residents choose what they do and how."),
    ),
}


def outline_of(form: str) -> Outline:
    """The template of a form."""
    return OUTLINES[form]


def phases_from(outline: Outline, starts_on: date) -> list[dict[str, Any]]:
    """The phases of an outline, one after the other from ``starts_on``.

    Views lie open for six weeks, and longer where the last day falls in a weekend or on a holiday (Awb 3:16, Algemene
    termijnenwet 1).

    Returns:
        Fields of ``Phase``; times are aware, at midnight in Amsterdam.
    """
    lines: list[dict[str, Any]] = []
    opens = begins = starts_on
    for step in outline.steps:
        if step.beside:
            opens = begins
        begins = opens
        closes = opens + timedelta(days=step.days)
        if step.kind == PhaseKind.VIEWS:
            closes = terms.views_deadline(opens) + timedelta(days=1)
        title, intro, outcome = step.words or USUAL[step.kind]
        lines.append(
            {
                "kind": step.kind,
                "title": str(title),
                "intro": str(intro),
                "outcome": str(outcome),
                "opens_at": _midnight(opens),
                "closes_at": _midnight(closes),
            }
        )
        opens = closes
    return lines


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
