"""What the timeline and the move card say of time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.core import clock
from participation.enums import PhaseKind
from participation.queries.processes import move_of
from participation.timeline import say
from tests.factories.participation import open_phase, running

FROM, MIDNIGHT, EVENING = "2026-10-22T22:00:00+00:00", "2026-12-11T23:00:00+00:00", "2026-12-11T19:30:00+00:00"


@pytest.mark.parametrize(
    ("closes_at", "ends"), [(MIDNIGHT, "t/m 11 december 2026."), (EVENING, "tot 11 december 2026, 20.30 uur.")]
)
def test_dates_that_moved_are_told_in_whole_days_where_they_are(closes_at: str, ends: str) -> None:
    told = say("dates_moved", {"phase": "Terugkijken", "opens_at": FROM, "closes_at": closes_at})
    assert told == f"“Terugkijken” is verschoven: van 23 oktober 2026 {ends}"


@pytest.mark.django_db
def test_residents_are_not_at_the_move_in_a_look_back_without_an_open_survey() -> None:
    now = clock.now()
    process = running(kind=PhaseKind.EVALUATION)
    phases = list(process.phases.all())
    card = move_of(process, phases, now)
    assert card["kind"] == "municipality"
    assert "bereidt de vragenlijst" in card["what"]
    other = open_phase(process, kind=PhaseKind.DISCUSSION)
    phases = sorted([*phases, other], key=lambda phase: phase.kind != PhaseKind.EVALUATION)
    for phase in phases:
        phase.process = process
    assert move_of(process, phases, now + timedelta(seconds=1))["kind"] == "you"
