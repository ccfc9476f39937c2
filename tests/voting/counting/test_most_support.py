from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import Profile, ProfileError, SettingsError, count

from .rankings import options

HALF = Fraction(1, 2)


def single(votes: str, letters: str = "abc") -> Profile:
    """One letter per voter, "." is blank."""
    return Profile.approval(options(letters), [vote.replace(".", "") for vote in votes], single=True)


def test_plurality_takes_the_most_named_and_tells_by_how_much() -> None:
    outcome = count(single("aaabb..", "abcd"), "plurality")
    assert outcome.winners == ("a",)
    assert (outcome.cast, outcome.blank, outcome.budget) == (7, 2, 0)
    assert outcome.story("a").data == {"place": 1, "ahead": 1}
    assert (outcome.story("b").code, outcome.story("b").data) == ("too_little_support", {"behind": 1})
    assert outcome.story("c").code == "no_votes"


def test_a_tie_for_the_seat_is_told_for_every_place_it_decided() -> None:
    profile = Profile.approval(options("abcd"), ["abcd", "abc", "d"])
    outcome = count(profile, "most_votes", {"seats": 2, "ties": ["listed"]})
    assert outcome.winners == ("a", "b")
    assert [(tie.round, tie.options, tie.chosen) for tie in outcome.ties] == [
        (1, ("a", "b", "c", "d"), "a"),
        (2, ("b", "c", "d"), "b"),
    ]
    assert outcome.story("c").data == {"behind": 0}


def test_equals_who_all_fail_are_not_a_tie() -> None:
    assert count(single("aabc"), "plurality").ties == ()


def test_without_votes_nobody_is_chosen() -> None:
    for rule in ("plurality", "threshold"):
        assert count(single("..", "ab"), rule).winners == ()
    assert count(single(".", "ab"), "threshold").verdict.reason == "no_votes"


def test_more_seats_than_named_options_leave_seats_empty() -> None:
    outcome = count(Profile.approval(options("abc"), ["ab", "a"]), "most_votes", {"seats": 3})
    assert outcome.winners == ("a", "b")


@pytest.mark.parametrize(
    ("votes", "asked", "reason", "needs"),
    [
        ("aaab", {}, "reached", 2),
        ("aabc", {}, "reached", 2),  # exactly half
        ("aabc", {"more_than": True}, "share", 3),
        ("aabcd", {}, "share", 3),  # half of five is two and a half
        ("aaabb....", {"share": "3/5"}, "reached", 3),  # blank votes are not valid ones
        ("aaabb", {"share": "2/3"}, "share", 4),
        ("aab.", {"turnout": "3/10", "electorate": 13}, "reached", 2),  # 3.9 people: four
        ("aab.", {"turnout": "3/10", "electorate": 14}, "turnout", 2),  # 4.2 people: five
    ],
)
def test_a_threshold_is_exact(votes: str, asked: dict[str, object], reason: str, needs: int) -> None:
    outcome = count(single(votes, "abcd"), "threshold", asked)
    assert (outcome.verdict.reason, outcome.verdict.needs) == (reason, needs)
    assert outcome.winners == (("a",) if reason == "reached" else ())
    if reason == "share":
        assert outcome.story("a").data == {"needs_votes": needs, "valid": outcome.verdict.valid}
    if reason == "turnout":
        assert outcome.story("a").data == {"cast": 4, "turnout_needs": 5, "electorate": 14}


def test_a_turnout_without_an_electorate_is_refused() -> None:
    with pytest.raises(SettingsError, match="electorate"):
        count(single("a"), "threshold", {"turnout": "3/10"})


@given(st.text("abc.", max_size=12), st.fractions(Fraction(1, 9), 1), st.booleans())
def test_the_share_is_reached_exactly_when_the_votes_say_so(votes: str, share: Fraction, more_than: bool) -> None:
    if more_than and share == 1:
        return
    outcome = count(single(votes), "threshold", {"share": str(share), "more_than": more_than})
    valid = len(votes) - votes.count(".")
    if valid:
        part = Fraction(max(map(votes.count, "abc")), valid)
        assert bool(outcome.winners) == (part > share if more_than else part >= share)


def test_points_are_summed() -> None:
    profile = Profile.scored(options("abc"), [{"a": 5, "b": 5}, {"b": 3, "c": 7}, {}])
    outcome = count(profile, "points_sum", {"seats": 2, "per_ballot": 10, "per_option": 7})
    assert outcome.winners == ("b", "c")
    assert [story.support for story in outcome.stories] == [5, 8, 7]
    assert outcome.story("c").data == {"place": 2, "ahead": 2}


@pytest.mark.parametrize("limit", [{"per_ballot": 9}, {"per_option": 6}])
def test_a_ballot_over_the_limits_stops_the_count(limit: dict[str, int]) -> None:
    profile = Profile.scored(options("abc"), [{"b": 3, "c": 7}])
    with pytest.raises(ProfileError):
        count(profile, "points_sum", limit)


def test_limits_are_in_whole_points_where_a_file_has_parts() -> None:
    profile = Profile.scored(options("ab"), [{"a": 5, "b": 5}], point_units=2)  # two and a half points each
    assert count(profile, "points_sum", {"per_ballot": 5}).winners
    with pytest.raises(ProfileError):
        count(profile, "points_sum", {"per_ballot": 4})


@given(st.lists(st.sets(st.sampled_from("abcd")), min_size=1), st.integers(1, 3), st.data())
def test_more_votes_do_not_harm_who_is_chosen(votes: list[set[str]], seats: int, data: st.DataObject) -> None:
    before = count(Profile.approval(options("abcd"), votes), "most_votes", {"seats": seats})
    if not before.winners:
        return
    winner = data.draw(st.sampled_from(before.winners))
    votes = [vote | {winner} if data.draw(st.booleans()) else vote for vote in votes]
    assert winner in count(Profile.approval(options("abcd"), votes), "most_votes", {"seats": seats}).winners


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(1, 5)), min_size=1), st.data())
def test_more_points_do_not_harm_the_winner(votes: list[dict[str, int]], data: st.DataObject) -> None:
    before = count(Profile.scored(options("abc"), votes), "points_sum")
    if not before.winners:
        return
    winner = before.winners[0]
    votes = [vote | {winner: vote.get(winner, 0) + data.draw(st.integers(0, 3))} for vote in votes]
    assert count(Profile.scored(options("abc"), votes), "points_sum").winners == (winner,)


@given(st.text("abc.", min_size=1, max_size=12), st.data())
def test_a_vote_that_moves_to_the_winner_does_not_harm_it(votes: str, data: st.DataObject) -> None:
    before = count(single(votes), "plurality")
    if not before.winners:
        return
    winner = before.winners[0]
    moved = "".join(winner if data.draw(st.booleans()) else vote for vote in votes)
    assert count(single(moved), "plurality").winners == (winner,)
