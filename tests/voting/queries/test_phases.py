"""The steps of a vote as its pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from foundation.core import clock
from foundation.voting.queries.ballots import phases
from tests.factories import voting

pytestmark = pytest.mark.django_db


@time_machine.travel(datetime(2026, 3, 3, 11, tzinfo=UTC), tick=False)
def test_a_step_of_one_day_names_that_day_once() -> None:
    reading, casting, *_rest = phases(voting.opened(), clock.now())
    assert (reading["start"], reading["end"]) == (None, clock.now())
    assert casting["start"] == clock.now()
    assert casting["end"] - casting["start"] == timedelta(days=7)
