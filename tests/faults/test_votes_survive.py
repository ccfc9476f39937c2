"""Voters vote over HTTP while web, worker, Redis and PostgreSQL are killed: nothing acknowledged is lost, nothing is double.

Two hundred such rounds are ``bin/bench kills``.
"""

from __future__ import annotations

import random

import pytest

from tests.faults.kills import VICTIMS, Storm, reckon, run_rounds
from tests.faults.portal import Portal

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
ROUNDS = 10


def test_acknowledged_votes_survive_kills_of_web_worker_redis_and_database(portal: Portal) -> None:
    with Storm(portal, voters=2_000, chance=random.Random(11)) as storm:
        killed = run_rounds(storm, ROUNDS, per_round=15)
        storm.end()
        figures = reckon(storm)
    assert set(killed) == set(VICTIMS)
    assert any(name.startswith("logged out") for name in storm.seen)  # Redis was killed under the hands of voters
    assert figures["acknowledged"] == len(storm.by_voter) >= ROUNDS * 15
