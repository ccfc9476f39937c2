from __future__ import annotations

import pytest

from foundation.voting.counting import BallotType, Option, Profile, ProfileError

from .elections import election


def test_equal_ballots_are_merged_and_order_does_not_matter() -> None:
    one = election(["ab", "ba", "c", "", "ab"], {"a": 1, "b": 2, "c": 3}, 5)
    other = election(["", "c", "ba", "ba", "ab"], {"a": 1, "b": 2, "c": 3}, 5)
    assert one == other
    assert [times for _, times in one.ballots] == [1, 3, 1]
    assert (one.cast, one.blank, one.valid) == (5, 1, 4)
    assert one.votes == (3, 3, 1)
    assert one.support == one.votes


def test_points_are_summed_and_zero_points_say_nothing() -> None:
    options = [Option("a", cost=1), Option("b", cost=1)]
    profile = Profile.scored(options, [{"a": 3, "b": 0}, {"b": 2, "a": 1}, {"a": 0}], budget=1)
    assert profile.ballot_type is BallotType.POINTS
    assert profile.votes == (2, 1)
    assert profile.support == (4, 2)
    assert profile.blank == 1


def test_rankings_keep_the_order_of_the_voter() -> None:
    profile = Profile.ranked([Option("a"), Option("b")], [["b", "a"], ["a", "b"], ["b", "a"]])
    assert [(ballot.choices, times) for ballot, times in profile.ballots] == [((0, 1), 1), ((1, 0), 2)]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: election(["d"], {"a": 1}, 1), "unknown option 'd'"),
        (lambda: election(["aa"], {"a": 1}, 1), "twice"),
        (lambda: election([], {"a": -1}, 1), "negative cost"),
        (lambda: election([], {"a": 1}, -1), "budget is negative"),
        (lambda: election([], {"a": 1}, 1, units=0), "minor units"),
        (lambda: Profile.approval([Option("a"), Option("a")], []), "occurs twice"),
        (lambda: Profile.approval([Option("a"), Option("b")], [["a", "b"]], single=True), "more than one option"),
        (lambda: Profile.scored([Option("a")], [{"a": -1}]), "negative points"),
    ],
)
def test_what_is_no_election_is_refused_in_words(make, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        make()
