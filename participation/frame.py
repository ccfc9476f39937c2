"""Warnings about the frame of a process: what a careful colleague would say before it is published. Reads, never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from participation.enums import Form, PhaseKind
from participation.models import Phase, Process

# Start and end close together: what residents decide about has to be seen within a year.
LONGEST = timedelta(days=365)
# "Execution follows at once."
LONGEST_WAIT = timedelta(days=42)
SHORTEST_VIEWS = timedelta(days=42)  # Awb 3:16


@dataclass(frozen=True)
class Warning:
    """Something to look at.

    Attributes:
        code: for tests and for the page's anchor.
        text: what is wrong and why it matters.
        where: ``plan`` or ``phases``: the page on which it is mended.
    """

    code: str
    text: str
    where: str


def warnings(process: Process, phases: Sequence[Phase]) -> list[Warning]:
    """What is missing or unwise in the frame.

    Args:
        phases: of this process, in order.
    """
    found = [*_of_plan(process), *_of_phases(process, phases)]
    return [Warning(code, text, where) for code, text, where in found]


def _of_plan(process: Process) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []

    def miss(code: str, value: Any, text: str) -> None:
        if value in (None, "") or (isinstance(value, str) and not value.strip()):
            found.append((code, text, "plan"))

    miss("summary", process.summary, _("Say in short what it is about: this stands in lists and mails."))
    miss("why", process.why, _("Say why you do this. Without it nobody knows what their effort is for."))
    miss("open", process.open_text, _("Say what is open. Otherwise people talk about things that stand already."))
    miss("fixed", process.fixed_text, _("Say what is fixed, so that nobody is disappointed later."))
    miss("decides", process.decides, _("Say who decides in the end."))
    miss("aftermath", process.aftermath, _("Say what happens with the result."))
    if process.money_cents is None:
        found.append(("money", _("Say how much money there is; nothing is an answer too."), "plan"))
    return found


def _of_phases(process: Process, phases: Sequence[Phase]) -> list[tuple[str, str, str]]:
    if not phases:
        return [("phases", _("There is no phase yet: nobody can do anything."), "phases")]
    found: list[tuple[str, str]] = []
    deciding = [phase for phase in phases if phase.kind != PhaseKind.EVALUATION]
    executions = [phase for phase in phases if phase.kind == PhaseKind.EXECUTION]
    before = [phase for phase in deciding if phase.kind != PhaseKind.EXECUTION]
    start = min(phase.opens_at for phase in phases)
    if before and max(phase.closes_at for phase in before) - start > LONGEST:
        found.append(
            (
                "long",
                _("Between start and decision lies more than a year. People move and forget: make it shorter."),
            )
        )
    if not executions:
        found.append(("execution", _("No execution follows. Say when what was decided is done.")))
    elif before and min(p.opens_at for p in executions) - max(p.closes_at for p in before) > LONGEST_WAIT:
        found.append(("wait", _("Execution begins more than six weeks after the decision. It works best at once.")))
    if not any(phase.kind == PhaseKind.EVALUATION for phase in phases):
        found.append(("evaluation", _("Nobody is asked how it was. Add a look back.")))
    for earlier, later in pairwise(phases):
        if later.opens_at < earlier.opens_at:
            names = {"later": later.title, "earlier": earlier.title}
            found.append(("order", _("“%(later)s” stands after “%(earlier)s”, but begins before it.") % names))
    if process.form == Form.STATUTORY:
        views = [phase for phase in phases if phase.kind == PhaseKind.VIEWS]
        if not views:
            found.append(("views", _("Formal consultation asks for a phase in which views can be given.")))
        elif any(phase.closes_at - phase.opens_at < SHORTEST_VIEWS - timedelta(hours=1) for phase in views):
            found.append(("views_short", _("Views lie open for at least six weeks (Awb 3:16).")))
    if process.form == Form.BUDGET and not any(phase.kind == PhaseKind.VOTE for phase in phases):
        found.append(("vote", _("In a neighbourhood budget residents choose. Add a vote.")))
    return [(code, text, "phases") for code, text in found]
