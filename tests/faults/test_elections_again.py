"""Real elections held again with every kind of paper: voted over HTTP, counted by the worker, recounted with the downloaded program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.portal import Portal
from tests.faults.revote import revote

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


def test_real_elections_on_every_kind_of_paper_are_recounted(portal: Portal, shared_data: Path) -> None:
    """Thousands of voters are ``bin/bench elections``."""
    for path, single, rule in [
        ("pabulib/Netherlands_Assen_2024.pb", False, "equal_shares"),
        ("pabulib/Netherlands_Amsterdam_643.pb", True, "plurality"),
        ("pabulib/France_Toulouse_2019.pb", False, "greedy"),
        ("ranked/aberdeenshire_2022_ward4.blt", False, "stv"),
    ]:
        done = revote(portal, shared_data / path, voters=40, single=single)
        assert done.rule == rule
        assert done.winners == done.expected
        assert done.winners
        assert done.agrees, done.recount
