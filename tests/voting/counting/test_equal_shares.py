from __future__ import annotations

from fractions import Fraction

import pytest

from foundation.voting.counting import Option, Payment, Profile, count

from .elections import election

PLAIN = {"completion": "none"}


def test_supporters_pay_equally_and_a_minority_gets_its_share() -> None:
    # Ten voters with 10 each. Seven want a and b, three want c: most votes first would give everything to the seven.
    profile = election(["ab"] * 7 + ["c"] * 3, {"a": 50, "b": 50, "c": 30}, 100)
    assert count(profile, "greedy", {"ties": ["listed"]}).winners == ("a", "b")
    outcome = count(profile, "equal_shares", {**PLAIN, "ties": ["listed"]})
    assert outcome.winners == ("a", "c")
    assert outcome.story("a").payments == (Payment(Fraction(50, 7), 7),)
    assert outcome.story("c").payments == (Payment(Fraction(10), 3),)
    short = outcome.story("b")
    assert short.code == "supporters_short"
    assert short.data == {"had": Fraction(20), "needs": 50, "left": 20}


def test_who_has_less_left_pays_all_and_the_others_pay_the_rest() -> None:
    # Shares of 6. First a, 4 each by voters 1 and 2; then b needs 13 of 2 + 6 + 6.
    profile = election(["ab", "a", "b", "b"], {"a": 8, "b": 13}, 24)
    outcome = count(profile, "equal_shares", {**PLAIN, "utility": "one"})
    assert outcome.winners == ("a", "b")
    assert outcome.story("b").payments == (Payment(Fraction(11, 2), 2), Payment(Fraction(2), 1))
    assert outcome.story("b").data["full_share"] == Fraction(11, 2)


def test_supporters_without_money_are_told() -> None:
    profile = election(["ab", "a", "b"], {"a": 10, "b": 5}, 15)
    outcome = count(profile, "equal_shares", {**PLAIN, "utility": "cost", "ties": ["votes", "listed"]})
    assert outcome.winners == ("a", "b")
    assert outcome.story("b").data["broke"] == 1
    assert outcome.story("b").payments == (Payment(Fraction(5), 1),)


def test_utility_decides_between_cheap_and_wanted() -> None:
    # a: 6 by three voters; b: 2 by two of them. Per project b is cheaper for each, per unit of money a is.
    profile = election(["ab", "ab", "a"], {"a": 6, "b": 2}, 9)
    assert count(profile, "equal_shares", {**PLAIN, "utility": "cost"}).winners == ("a", "b")
    assert count(profile, "equal_shares", {**PLAIN, "utility": "one"}).winners == ("b", "a")


def test_add1_raises_shares_until_the_next_step_would_overspend() -> None:
    # Shares of 5: nobody can pay for anything. At 6 both a and b (12 in all) would be bought.
    profile = election(["a", "b"], {"a": 6, "b": 6}, 10)
    outcome = count(profile, "equal_shares")
    assert outcome.winners == ()
    assert outcome.shares.stopped_by == "overspend"
    assert outcome.shares.steps == 0
    profile = election(["a", "b"], {"a": 7, "b": 9}, 10)
    outcome = count(profile, "equal_shares", {"stop_when_exhaustive": False})
    assert outcome.winners == ("a",)
    assert (outcome.shares.start, outcome.shares.final, outcome.shares.steps) == (5, 8, 3)
    exhaustive = count(profile, "equal_shares")
    assert exhaustive.winners == ("a",)
    assert (exhaustive.shares.steps, exhaustive.shares.stopped_by) == (2, "exhaustive")


def test_add1_ends_when_everything_is_chosen() -> None:
    profile = election(["a", "b"], {"a": 4, "b": 6}, 100)
    outcome = count(profile, "equal_shares", {"stop_when_exhaustive": False})
    assert outcome.winners == ("a", "b")
    assert outcome.shares.stopped_by == "all_chosen"


def test_the_increment_is_in_whole_units_of_currency() -> None:
    profile = election(["a", "b"], {"a": 700, "b": 900}, 1000, units=100)
    outcome = count(profile, "equal_shares", {"increment": "1/2"})
    assert outcome.shares.increment == 50
    assert outcome.shares.steps == 4


def test_the_rest_can_be_spent_by_votes() -> None:
    profile = election(["a", "b"], {"a": 6, "b": 6}, 10)
    outcome = count(profile, "equal_shares", {"fill": "votes", "ties": ["listed"]})
    assert outcome.winners == ("a",)
    assert outcome.story("a").code == "chosen_by_fill"
    assert outcome.story("a").phase == "fill"
    assert outcome.story("b").code == "supporters_short"
    assert [tie.phase for tie in outcome.ties] == ["add1", "fill"]


def test_an_exact_tie_is_broken_by_the_chain_and_told() -> None:
    profile = election(["ab", "ab"], {"a": 4, "b": 4}, 4)
    for seed in ("1", "2", "3", "4"):
        outcome = count(profile, "equal_shares", {**PLAIN, "lot_seed": seed})
        (tie,) = outcome.ties
        assert tie.phase == "shares"
        assert tie.decided_by == "lot"
        assert outcome.winners == (tie.chosen,)


def test_a_tie_between_thirds_is_exact() -> None:
    # Prices of 1/3 and of 1/3 reached along other roads: floats would see two different numbers.
    profile = election(["ab", "ab", "ab"], {"a": 1, "b": 1}, 3)
    assert len(count(profile, "equal_shares", {**PLAIN, "utility": "one"}).ties) == 1


def test_an_unsupported_option_is_never_bought_and_a_free_one_comes_first() -> None:
    profile = election(["ab"], {"a": 3, "b": 0, "c": 1}, 10)
    outcome = count(profile, "equal_shares")
    assert outcome.winners == ("b", "a")
    assert outcome.story("c").code == "no_votes"


def test_options_below_the_threshold_are_out() -> None:
    profile = election(["ab", "a"], {"a": 3, "b": 1}, 10)
    outcome = count(profile, "equal_shares", {"threshold": 2})
    assert outcome.winners == ("a",)
    assert outcome.story("b").code == "below_threshold"


def test_points_can_be_the_utility() -> None:
    # Each supporter pays in proportion to the points given.
    profile = Profile.scored([Option("a", cost=8)], [{"a": 3}, {"a": 1}], budget=20, units=1)
    outcome = count(profile, "equal_shares", {**PLAIN, "utility": "points"})
    assert outcome.story("a").payments == (Payment(Fraction(6), 1), Payment(Fraction(2), 1))
    assert outcome.story("a").data["full_share"] == 2


@pytest.mark.parametrize("votes", [[], [""], ["", ""]])
def test_without_a_choice_nothing_is_bought(votes: list[str]) -> None:
    outcome = count(election(votes, {"a": 1}, 10), "equal_shares")
    assert outcome.winners == ()
    assert outcome.story("a").code == "no_votes"


def test_a_count_on_the_edge_of_floats_is_still_exact() -> None:
    # Money far beyond what a float can hold: one unit too little must be seen, exactly enough must suffice.
    big = 10**17 + 1
    assert count(election(["a", "a", "a"], {"a": 3 * big}, 3 * big), "equal_shares", PLAIN).winners == ("a",)
    assert count(election(["a", "a", "a"], {"a": 3 * big + 1}, 3 * big), "equal_shares", PLAIN).winners == ()
    # Two prices that differ by one part in 10^17.
    costs = {"a": big, "b": big - 1}
    outcome = count(
        election(["ab", "ab"], costs, 2 * big), "equal_shares", {**PLAIN, "utility": "one", "ties": ["listed"]}
    )
    assert outcome.winners == ("b", "a")
    assert not outcome.ties
