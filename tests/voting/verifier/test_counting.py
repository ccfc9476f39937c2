"""The verifier counts with code of its own: it must find the same winners, in the same order, as the portal."""

from __future__ import annotations

import ast
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import Outcome, Profile, count, make_settings
from foundation.voting.verifier import recount
from tests.voting.counting.elections import REAL, profiles, real_file
from tests.voting.counting.test_choice_properties import cases

TIES = st.sampled_from([["votes", "cost", "lot"], ["cost", "votes", "lot"], ["listed"], ["lot"]])
SEEDS = st.sampled_from(["a", "b", "c"])


def verified(profile: Profile, outcome: Outcome) -> recount.Counted:
    """The same election counted by the verifier."""
    election = recount.Election.of(
        profile.ballot_type.value,
        [option.id for option in profile.options],
        [option.cost for option in profile.options],
        profile.budget,
        [(b.choices, b.points or (1,) * len(b.choices), times) for b, times in profile.ballots],
        dict(outcome.settings),
        units=profile.units,
        scale=profile.scale,
    )
    return recount.RULES[outcome.rule](election)


def compare(profile: Profile, rule: str, data: dict[str, Any]) -> None:
    outcome = count(profile, rule, make_settings(rule, data))
    found = verified(profile, outcome)
    assert tuple(profile.options[p].id for p in found.winners) == outcome.winners
    assert found.spent == outcome.spent
    if outcome.shares is not None:
        shares = found.more["shares"]
        assert (shares["steps"], shares["stopped_by"]) == (outcome.shares.steps, outcome.shares.stopped_by)
        assert Fraction(shares["final"]) == outcome.shares.final
        for option, price in found.more["prices"].items():
            assert Fraction(price) == outcome.story(option).data["full_share"]


@settings(max_examples=150, deadline=None)
@given(profiles(), TIES, SEEDS, st.sampled_from(["votes", "votes_per_cost"]), st.sampled_from(["skip", "stop"]))
def test_most_votes_first_is_counted_the_same(
    profile: Profile, ties: list[str], seed: str, order: str, full: str
) -> None:
    compare(profile, "greedy", {"ties": ties, "lot_seed": seed, "order": order, "when_full": full})


@settings(max_examples=250, deadline=None)
@given(
    profiles(),
    TIES,
    SEEDS,
    st.fixed_dictionaries(
        {
            "utility": st.sampled_from(["cost", "one"]),
            "completion": st.sampled_from(["none", "add1"]),
            "increment": st.sampled_from(["1", "1/3"]),
            "stop_when_exhaustive": st.booleans(),
            "fill": st.sampled_from(["none", "votes"]),
            "threshold": st.integers(0, 2),
        }
    ),
)
def test_equal_shares_is_counted_the_same(profile: Profile, ties: list[str], seed: str, data: dict[str, Any]) -> None:
    compare(profile, "equal_shares", {**data, "ties": ties, "lot_seed": seed})


@settings(max_examples=100, deadline=None)
@given(profiles(points=True), SEEDS, st.sampled_from(["cost", "one", "points"]))
def test_points_are_counted_the_same(profile: Profile, seed: str, utility: str) -> None:
    compare(profile, "equal_shares", {"utility": utility, "lot_seed": seed})
    compare(profile, "greedy", {"lot_seed": seed})
    compare(profile, "points_sum", {"lot_seed": seed, "seats": 2})


@settings(max_examples=300, deadline=None)
@given(cases())
def test_every_rule_without_a_budget_is_counted_the_same(case: tuple[Profile, str, dict[str, Any]]) -> None:
    compare(*case)


@pytest.mark.skipif(not REAL, reason="no ../shared/data/pabulib on this machine")
@pytest.mark.parametrize("name", ["Netherlands_Assen_2024", "Netherlands_Amsterdam_523", "Poland_Swiecie_2023"])
def test_real_elections_are_counted_the_same(name: str) -> None:
    profile = real_file(name).profile()
    began = time.process_time()
    compare(profile, "greedy", {"lot_seed": "x"})
    compare(profile, "equal_shares", {"lot_seed": "x"})
    assert time.process_time() - began < 120


def test_the_verifier_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(recount.__file__).read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
