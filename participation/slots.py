"""What each kind of phase shows on the pages of a process; aggregates put one dotted name in their place.

A provider is a function ``(request, process, phase) -> dict | None``. The dictionary names a ``template`` and holds what that
needs; on the page it is called ``part``. None: nothing to show. ``PARTS`` stand on pages that everybody may read,
``STAFF_PARTS`` behind the door of the back office. ``CHAPTERS`` are the facts of the final report, in its order:
``(process) -> dict | None`` with ``title`` and ``blocks``: JSON-able blocks of ``foundation.core.pdf`` (heading level 3,
paragraph, list, table, facts, quote), because the same facts stand on a page, in a PDF and frozen in the database; and
optionally ``sentence``: what a person would say of it in the running text, plain words, and ``part``: under which heading of
that text (``queries.report_text.HEADINGS``; "road" where nothing is said).
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import import_string

from participation.enums import PhaseKind
from participation.models import Phase, Process

_K = PhaseKind
PARTS: dict[str, list[str]] = {
    _K.INFORMATION: [],
    _K.ANALYSIS: ["participation.views.proposal_parts.analysis"],
    _K.PROPOSALS: ["participation.views.proposal_parts.proposals"],
    _K.FEASIBILITY: ["participation.views.proposal_parts.proposals"],
    _K.DISCUSSION: ["participation.views.proposal_parts.proposals"],
    _K.GROUPS: ["participation.views.groups.part"],
    _K.WRITING: ["participation.views.documents.part"],
    _K.VIEWS: ["participation.views.outcome.views_part"],
    _K.VOTE: ["participation.views.proposal_parts.vote"],
    _K.DECISION: ["participation.views.outcome.decision_part"],
    _K.EXECUTION: ["participation.views.outcome.execution_part"],
    _K.EVALUATION: ["participation.views.evaluations.part"],
}
STAFF_PARTS: dict[str, list[str]] = {
    **{kind: [] for kind in PhaseKind.values},
    _K.GROUPS: ["participation.views.groups.staff_part"],
    _K.WRITING: ["participation.views.documents.staff_part"],
    _K.VIEWS: ["participation.views.outcome_staff.views_part"],
    _K.DECISION: ["participation.views.outcome_staff.decision_part"],
    _K.EXECUTION: ["participation.views.outcome_staff.execution_part"],
    _K.ANALYSIS: ["participation.views.proposal_parts.staff_analysis"],
    _K.PROPOSALS: ["participation.views.proposal_parts.staff_proposals"],
    _K.FEASIBILITY: ["participation.views.proposal_parts.staff_proposals"],
    _K.VOTE: ["participation.views.proposal_parts.staff_vote"],
    _K.EVALUATION: ["participation.views.evaluations.staff_part"],
}
# On every page of a process, whatever its phases: what hangs on the whole of it. ``(request, process) -> dict | None``.
ASIDE: list[str] = ["participation.views.series.aside", "participation.views.choices.aside"]
STAFF_ASIDE: list[str] = ["participation.views.series.aside", "participation.views.choices.staff_aside"]
CHAPTERS: list[str] = [
    "participation.queries.report.frame_chapter",
    "participation.views.choices.chapter",
    "participation.views.proposal_parts.problems_chapter",
    "participation.views.proposal_parts.proposals_chapter",
    "participation.queries.series.chapter",
    "participation.queries.groups.chapter",
    "participation.queries.documents.chapter",
    "participation.queries.report.views_chapter",
    "participation.queries.report.answers_chapter",
    "participation.queries.report.decisions_chapter",
    "participation.queries.report.execution_chapter",
    "participation.queries.reach.chapter",
    "participation.queries.evaluations.chapter",
]


def parts(request: HttpRequest, process: Process, phase: Phase, *, staff: bool = False) -> list[dict[str, Any]]:
    """What stands on the page of this phase."""
    names = (STAFF_PARTS if staff else PARTS)[phase.kind]
    found = (import_string(name)(request, process, phase) for name in names)
    return [part for part in found if part is not None]


# Who shows nothing to a reader without an account where there is no row of a table (``queries.versions.COUNTED``).
_OF_TABLES = {"participation.views.series.aside": "series", "participation.views.choices.aside": "choice"}


def aside(
    request: HttpRequest, process: Process, *, staff: bool = False, empty: Container[str] = ()
) -> list[dict[str, Any]]:
    """What stands beside every page of this process.

    Args:
        empty: tables that are known to hold nothing of this process.
    """
    names = STAFF_ASIDE if staff else ASIDE
    if not request.user.is_authenticated:
        names = [name for name in names if _OF_TABLES.get(name) not in empty]
    found = (import_string(name)(request, process) for name in names)
    return [part for part in found if part is not None]


def chapters(process: Process) -> list[dict[str, Any]]:
    """The facts of the final report."""
    found = (import_string(name)(process) for name in CHAPTERS)
    return [chapter for chapter in found if chapter is not None]
