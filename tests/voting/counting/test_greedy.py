from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from foundation.voting.counting import GreedySettings, Option, Profile, count

from .elections import election, profiles, votes_of


def test_most_votes_come_first_and_what_does_not_fit_is_skipped() -> None:
    profile = election(["abc", "ab", "ac", "b", "a"], {"a": 6, "b": 5, "c": 3}, 10)
    outcome = count(profile, "greedy")
    assert outcome.winners == ("a", "c")
    assert (outcome.spent, outcome.left) == (9, 1)
    assert outcome.story("a").data == {"left": 4}
    assert (outcome.story("a").round, outcome.story("c").round) == (1, 2)
    assert outcome.story("b").code == "does_not_fit"
    assert outcome.story("b").data == {"needs": 5, "left": 4}
    assert outcome.story("b").cost_per_supporter == Fraction(5, 3)


def test_the_count_can_stop_at_the_first_that_does_not_fit() -> None:
    profile = election(["abc", "ab", "ac", "b", "a"], {"a": 6, "b": 5, "c": 3}, 10)
    outcome = count(profile, "greedy", {"when_full": "stop"})
    assert outcome.winners == ("a",)
    assert outcome.story("c").code == "stopped"
    assert outcome.story("c").data == {"after": "b", "left": 4}


def test_votes_per_cost_can_be_the_order() -> None:
    profile = election(["a", "a", "a", "b", "b", "c"], {"a": 9, "b": 5, "c": 1}, 10)
    assert count(profile, "greedy", {"order": "votes_per_cost"}).winners == ("c", "b")


def test_options_below_the_threshold_are_out() -> None:
    profile = election(["a", "a", "b"], {"a": 1, "b": 1, "c": 1}, 10)
    assert count(profile, "greedy").winners == ("a", "b", "c")
    outcome = count(profile, "greedy", {"threshold": 2})
    assert outcome.winners == ("a",)
    assert outcome.story("b").code == "below_threshold"
    assert outcome.story("b").data == {"threshold": 2}


def test_points_are_the_order_on_points_ballots() -> None:
    options = [Option("a", cost=5), Option("b", cost=5)]
    profile = Profile.scored(options, [{"a": 1}, {"a": 1}, {"b": 3}], budget=5)
    assert count(profile, "greedy").winners == ("b",)


def test_an_option_that_costs_nothing_always_fits() -> None:
    profile = election(["a", "a", "b"], {"a": 4, "b": 0}, 4)
    assert count(profile, "greedy").winners == ("a", "b")
    assert count(profile, "greedy", {"order": "votes_per_cost"}).winners == ("b", "a")


@given(profiles())
def test_one_more_vote_for_a_winner_keeps_it_a_winner(profile: Profile) -> None:
    settings = GreedySettings(ties=("votes", "listed"))
    before = count(profile, "greedy", settings)
    for winner in before.winners:
        votes = [*votes_of(profile), [winner]]
        after = count(Profile.approval(profile.options, votes, budget=profile.budget, units=1), "greedy", settings)
        assert winner in after.winners


@given(profiles())
def test_every_option_left_out_costs_more_than_was_left_then(profile: Profile) -> None:
    outcome = count(profile, "greedy")
    for story in outcome.stories:
        if not story.chosen:
            assert story.data["needs"] > story.data["left"] >= outcome.left
