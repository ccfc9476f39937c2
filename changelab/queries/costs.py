"""What a municipality pays for its lab and for the programme, and what came in of it; amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from changelab.enums import ApplicationState
from changelab.queries import cohorts
from learning_network.queries import money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from changelab.models import Application, Cohort


@dataclass(frozen=True)
class Line:
    """One municipality. ``lab``: the contribution of its lab; ``programme``: what stands on its card of the programme."""

    name: str
    lab: int
    is_reduced: bool
    programme: money.Line


@dataclass(frozen=True)
class Costs:
    """``own``: of the municipalities of the reader. ``lines``: of all labs, for who leads the programme; None for others."""

    own: list[Line]
    lines: list[Line] | None
    lab_total: int
    total: money.Sums


def of_cohort(cohort: Cohort, user: Any, today: date) -> Costs:
    """What this person may see of the money of a cohort; a constant number of queries."""
    own = _lines(cohorts.own_applications(user, cohort), today)
    if not user.has_perm("changelab.lead_cohort", cohort):
        return Costs(own, None, 0, money.Sums())
    lines = _lines(cohort.applications.select_related("enrolment__municipality"), today)
    return Costs(
        own,
        lines,
        sum(one.lab for one in lines),
        sum((one.programme.sums for one in lines), money.Sums()),
    )


def _lines(rows: Iterable[Application], today: date) -> list[Line]:
    chosen = [row for row in rows if row.state == ApplicationState.SELECTED]
    made = [
        Line(row.enrolment.municipality.name, row.fee_cents or 0, row.is_reduced, money.line(row.enrolment, today))
        for row in chosen
    ]
    return sorted(made, key=lambda one: one.name)
