from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import Profile, SettingsError, count, lot_order, make_settings

from . import ranking_oracles
from .rankings import papers, ranking, rankings

SEATS = st.integers(1, 4)


def test_a_surplus_moves_on_in_part_cut_off_after_five_decimals() -> None:
    # 7 votes, 2 seats: quota 3. a has 5, a surplus of 2, so each paper goes on at 2/5.
    profile = ranking(["abc"] * 3 + ["ac"] * 2 + ["b", "c"])
    outcome = count(profile, "stv", {"seats": 2})
    assert outcome.quota == 3
    first, second = outcome.rounds[:2]
    assert (first.action, first.elected) == ("first", ("a",))
    assert second.tallies == {"a": Fraction(3), "b": Fraction(11, 5), "c": Fraction(9, 5)}
    assert outcome.winners == ("a", "b")
    assert outcome.story("c").code == "excluded"
    assert outcome.story("c").data == {"stage": 3, "held": Fraction(9, 5)}
    assert outcome.story("b").code == "elected_by_remaining"


def test_decimals_are_cut_and_never_rounded_up() -> None:
    # 10 votes, 3 seats: quota 3. a has 7, a surplus of 4, so each paper goes on at 4/7 = 0.571428...
    profile = ranking(["ab"] * 7 + ["c", "d", "d"], "abcd")
    second = count(profile, "stv", {"seats": 3}).rounds[1]
    assert second.tallies["b"] == 7 * Fraction(57142, 100_000)
    assert second.lost == 4 - 7 * Fraction(57142, 100_000)


def test_equals_are_separated_by_the_latest_earlier_stage_that_differs() -> None:
    # a and d: first 4 and 5, then 6 and 5, then 6 and 6. At the latest stage that differs d has fewest, so d goes out.
    profile = ranking(["a"] * 4 + ["d"] * 5 + ["ca"] * 2 + ["bd", "b", "b"], "abcd")
    outcome = count(profile, "stv")
    (tie,) = outcome.ties
    assert (tie.round, tie.phase, tie.options, tie.chosen) == (3, "exclusion", ("a", "d"), "d")
    assert tie.decided_by == "earlier_stages"
    assert outcome.winners == ("a",)


def test_the_largest_surplus_moves_first() -> None:
    outcome = count(ranking(["ac"] * 5 + ["bc"] * 6 + ["c", "d", "d"], "abcd"), "stv", {"seats": 3})
    assert [(stage.action, stage.option) for stage in outcome.rounds[:3]] == [
        ("first", ""),
        ("surplus", "b"),
        ("surplus", "a"),
    ]


def test_equal_surpluses_move_in_the_order_of_the_lot_and_it_is_told() -> None:
    outcome = count(ranking(["ac"] * 5 + ["bc"] * 5 + ["c", "d", "d"], "abcd"), "stv", {"seats": 3, "ties": ["listed"]})
    assert outcome.rounds[1].option == "a"
    assert [(tie.phase, tie.options, tie.chosen) for tie in outcome.ties] == [("surplus", ("a", "b"), "a")]


def test_equals_at_all_stages_are_separated_by_the_lot_and_it_is_told() -> None:
    profile = ranking(["ac", "bc", "cd", "dc", "d"], "abcd")
    outcome = count(profile, "stv", {"lot_seed": "s"})
    tie = outcome.ties[0]
    expected = [letter for letter in lot_order("s", "abcd") if letter in "abc"]
    assert (tie.options, tie.chosen, tie.decided_by) == (tuple(expected), expected[-1], "lot")


def test_without_votes_nobody_is_elected() -> None:
    outcome = count(ranking(["", ""]), "stv", {"seats": 2})
    assert (outcome.winners, outcome.rounds, outcome.quota, outcome.blank) == ((), (), None, 2)
    assert outcome.story("a").code == "no_votes"


def test_seats_must_be_a_number_and_a_threshold_has_no_meaning() -> None:
    with pytest.raises(SettingsError, match="seats"):
        make_settings("stv", {"seats": 0})
    with pytest.raises(SettingsError, match="no meaning"):
        make_settings("stv", {"threshold": 3})


@settings(max_examples=200)
@given(rankings(), SEATS)
def test_the_independent_count_gives_the_same_stage_by_stage(profile: Profile, seats: int) -> None:
    outcome = count(profile, "stv", {"seats": seats, "lot_seed": "x"})
    if not profile.valid:
        return
    ids = [option.id for option in profile.options]
    elected, stages = ranking_oracles.scottish_stv(ids, papers(profile), seats, lot_order("x", ids))
    assert list(outcome.winners) == elected
    told = [{one: Fraction(votes) for one, votes in stage.items()} for stage in stages]
    assert [dict(stage.tallies) for stage in outcome.rounds] == told


@given(rankings(blanks=False), SEATS)
def test_all_seats_are_filled_as_far_as_there_are_candidates(profile: Profile, seats: int) -> None:
    outcome = count(profile, "stv", {"seats": seats})
    assert len(outcome.winners) == min(seats, len(profile.options))
    assert [one for stage in outcome.rounds for one in stage.elected] == list(outcome.winners)


@given(rankings(), SEATS)
def test_no_vote_is_made_or_lost_from_sight(profile: Profile, seats: int) -> None:
    for rule, asked in (("stv", {"seats": seats}), ("instant_runoff", {})):
        for stage in count(profile, rule, asked).rounds:
            assert sum(stage.tallies.values()) + stage.exhausted + stage.lost == profile.valid
            assert min(stage.tallies.values()) >= 0


@settings(max_examples=200)
@given(rankings(blanks=False, min_options=3), SEATS)
def test_who_agrees_on_a_group_gets_the_seats_its_quotas_earn(profile: Profile, seats: int) -> None:
    """Droop proportionality for solid coalitions, over all groups of candidates."""
    outcome = count(profile, "stv", {"seats": seats})
    ids = [option.id for option in profile.options]
    ballots = papers(profile)
    for group in chain.from_iterable(combinations(ids, size) for size in range(1, len(ids) + 1)):
        solid = sum(set(ballot[: len(group)]) == set(group) for ballot in ballots)
        earned = min(solid // outcome.quota, len(group))
        assert len(set(outcome.winners) & set(group)) >= earned
