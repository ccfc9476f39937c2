"""Our counts beside those of pabutools, an independent program: same winners, in the same order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import Profile, count, make_settings

from . import oracle
from .elections import profiles

CHAINS = st.sampled_from([("votes", "cost", "lot"), ("cost", "votes", "lot"), ("lot",), ("listed",)])


@settings(max_examples=300, deadline=None)
@given(profiles(), CHAINS, st.sampled_from(["votes", "votes_per_cost"]))
def test_greedy_agrees_on_elections_rich_in_ties(profile: Profile, chain, order: str) -> None:
    asked = make_settings("greedy", {"ties": chain, "order": order, "lot_seed": "oracle"})
    assert list(count(profile, "greedy", asked).winners) == oracle.greedy(profile, asked)


@settings(max_examples=400, deadline=None)
@given(
    profiles(),
    CHAINS,
    st.sampled_from(["cost", "one"]),
    st.sampled_from(["none", "add1"]),
    st.sampled_from(["1", "1/3"]),
)
def test_equal_shares_agrees_on_elections_rich_in_ties(profile, chain, utility, completion, increment) -> None:
    data = {"ties": chain, "lot_seed": "oracle", "utility": utility, "completion": completion, "increment": increment}
    asked = make_settings("equal_shares", data)
    assert list(count(profile, "equal_shares", asked).winners) == oracle.equal_shares(profile, asked)


@settings(max_examples=200, deadline=None)
@given(profiles(points=True), CHAINS, st.sampled_from(["cost", "one", "points"]), st.sampled_from(["none", "add1"]))
def test_equal_shares_agrees_on_points(profile: Profile, chain, utility: str, completion: str) -> None:
    data = {"ties": chain, "lot_seed": "oracle", "utility": utility, "completion": completion}
    asked = make_settings("equal_shares", data)
    assert list(count(profile, "equal_shares", asked).winners) == oracle.equal_shares(profile, asked)


@settings(max_examples=100, deadline=None)
@given(profiles(points=True), CHAINS, st.sampled_from(["votes", "votes_per_cost"]))
def test_greedy_agrees_on_points(profile: Profile, chain, order: str) -> None:
    asked = make_settings("greedy", {"ties": chain, "order": order, "lot_seed": "oracle"})
    assert list(count(profile, "greedy", asked).winners) == oracle.greedy(profile, asked)


@settings(max_examples=60, deadline=None)
@given(profiles(min_voters=1), CHAINS)
def test_add1_without_exhaustive_stop_agrees(profile: Profile, chain) -> None:
    data = {"ties": chain, "lot_seed": "oracle", "stop_when_exhaustive": False}
    asked = make_settings("equal_shares", data)
    outcome = count(profile, "equal_shares", asked)
    if outcome.shares.stopped_by != "overspend":
        return  # pabutools goes on raising shares when all is chosen
    assert list(outcome.winners) == oracle.equal_shares(profile, asked)


def test_the_oracle_is_asked_the_same_question() -> None:
    """A check of the checker: it does see another outcome when the question differs."""
    from .elections import election

    profile = election(["ab"] * 7 + ["c"] * 3, {"a": 50, "b": 50, "c": 30}, 100)
    shares = make_settings("equal_shares", {"completion": "none"})
    greedy = make_settings("greedy")
    assert oracle.equal_shares(profile, shares) != oracle.greedy(profile, greedy)
    with pytest.raises(AssertionError):
        oracle.greedy(profile, make_settings("greedy", {"threshold": 1}))
