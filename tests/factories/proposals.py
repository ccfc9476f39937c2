from __future__ import annotations

from typing import Any

from foundation.accounts.models import User
from participation.enums import PhaseKind
from participation.models import Problem, Process, Proposal
from participation.services import feasibility, problems, proposals
from tests.factories.accounts import UserFactory
from tests.factories.participation import running


def analysis(**fields: Any) -> Process:
    """A running process in which problems are gathered."""
    return running(kind=PhaseKind.ANALYSIS, **fields)


def gathering(**fields: Any) -> Process:
    """A running process in which proposals can be handed in."""
    return running(kind=PhaseKind.PROPOSALS, **fields)


def problem(process: Process, by: User | None = None, **fields: Any) -> Problem:
    return problems.add(
        process=process,
        by=by or UserFactory(),
        **{"title": "Het plein is donker", "text": "Er brandt niets.", **fields},
    )


def draft(process: Process, by: User | None = None, **fields: Any) -> Proposal:
    given = {
        "title": "Lampen op het plein",
        "summary": "Licht waar je loopt.",
        "text": "Zes lampen op zonne-energie.",
        "cost_cents": 450_000,
        **fields,
    }
    return proposals.create(process=process, by=by or UserFactory(), **given)


def submitted(process: Process, by: User | None = None, **fields: Any) -> Proposal:
    by = by or UserFactory()
    return proposals.submit(proposal=draft(process, by, **fields), by=by)


def judged(
    process: Process, verdict: str, *, staff: User, by: User | None = None, version: int | None = None, **fields: Any
) -> Proposal:
    """A proposal with this verdict."""
    cost = fields.pop("municipal_cost_cents", None)
    made = submitted(process, by, **fields)
    feasibility.judge(proposal=made, by=staff, verdict=verdict, reasons="Kan.", version=None, cost_cents=cost)
    made.refresh_from_db()
    return made
