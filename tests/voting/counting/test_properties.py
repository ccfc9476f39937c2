"""Laws every count obeys, tried on many small elections rich in ties."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import Option, Outcome, Profile, count

from .elections import election, profiles, votes_of

RULES = st.sampled_from(
    [
        ("greedy", {}),
        ("greedy", {"when_full": "stop", "order": "votes_per_cost"}),
        ("equal_shares", {}),
        ("equal_shares", {"stop_when_exhaustive": False, "fill": "votes"}),
        ("equal_shares", {"completion": "none", "utility": "one"}),
    ]
)


@given(profiles(), RULES)
def test_the_budget_is_never_exceeded_and_the_sums_agree(profile: Profile, rule) -> None:
    outcome = count(profile, *rule)
    costs = {option.id: option.cost for option in profile.options}
    assert outcome.spent == sum(costs[winner] for winner in outcome.winners) <= outcome.budget
    assert [story.option for story in outcome.stories] == list(costs)
    placed = sorted((story.round, story.option) for story in outcome.stories if story.chosen)
    assert placed == list(enumerate(outcome.winners, start=1))


@given(profiles(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_votes_is_irrelevant(profile: Profile, rule, chance: random.Random) -> None:
    votes = votes_of(profile)
    chance.shuffle(votes)
    for vote in votes:
        chance.shuffle(vote)
    shuffled = Profile.approval(profile.options, votes, budget=profile.budget, units=1)
    assert count(shuffled, *rule).canonical() == count(profile, *rule).canonical()


@given(profiles(), RULES)
def test_names_are_irrelevant_apart_from_the_lot(profile: Profile, rule) -> None:
    name, settings = rule
    settings = {**settings, "ties": ["votes", "cost", "listed"]}
    renamed = [replace(option, id=f"x{option.id}", name="?") for option in profile.options]
    other = Profile(profile.ballot_type, tuple(renamed), profile.ballots, profile.budget, 1)
    found = [f"x{winner}" for winner in count(profile, name, settings).winners]
    assert list(count(other, name, settings).winners) == found


@given(profiles(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_options_is_irrelevant(profile: Profile, rule, chance: random.Random) -> None:
    options = list(profile.options)
    chance.shuffle(options)
    other = Profile.approval(options, votes_of(profile), budget=profile.budget, units=1)
    assert count(other, *rule).winners == count(profile, *rule).winners


@given(profiles(), RULES, st.integers(1, 3))
def test_a_blank_vote_changes_nothing(profile: Profile, rule, blanks: int) -> None:
    votes = [*votes_of(profile), *[[]] * blanks]
    more = count(Profile.approval(profile.options, votes, budget=profile.budget, units=1), *rule)
    before = count(profile, *rule)
    assert more.blank == before.blank + blanks
    assert replace(more, cast=before.cast, blank=before.blank) == before


@given(profiles(), RULES, st.sampled_from([100, 7, 10**9]))
def test_counting_in_cents_or_euros_is_the_same(profile: Profile, rule, factor: int) -> None:
    options = tuple(replace(option, cost=option.cost * factor) for option in profile.options)
    scaled = replace(profile, options=options, budget=profile.budget * factor, units=factor)
    fine, coarse = count(scaled, *rule), count(profile, *rule)
    assert fine.winners == coarse.winners
    assert fine.ties == coarse.ties
    if coarse.shares:
        assert fine.shares.steps == coarse.shares.steps


@given(profiles(), RULES)
def test_an_outcome_survives_json(profile: Profile, rule) -> None:
    outcome = count(profile, *rule)
    again = Outcome.from_dict(outcome.to_dict())
    assert again == outcome
    assert again.sha256() == outcome.sha256()


def _payments(profile: Profile, outcome: Outcome) -> list[dict[str, Fraction]]:
    """Who pays what, told again from the published full prices alone: one dict of option to amount per voter."""
    voters = [(vote, outcome.shares.final) for vote in votes_of(profile)]
    paid: list[dict[str, Fraction]] = [{} for _ in voters]
    budgets = [share for _, share in voters]
    for winner in outcome.winners:
        story = outcome.story(winner)
        if story.phase != "shares":
            continue
        for i, (vote, _) in enumerate(voters):
            if winner in vote:
                amount = min(budgets[i], story.data["full_share"])
                budgets[i] -= amount
                paid[i][winner] = amount
    return paid


@given(profiles(min_voters=1, blanks=False), RULES.filter(lambda rule: rule[0] == "equal_shares"))
def test_equal_shares_is_priceable(profile: Profile, rule) -> None:
    """Peters and Skowron: the payments witness it. Nobody overpays, all is paid, no one could afford more."""
    outcome = count(profile, *rule)
    paid = _payments(profile, outcome)
    share = outcome.shares.final
    assert all(sum(amounts.values()) <= share for amounts in paid)
    for story in outcome.stories:
        total = sum(amounts.get(story.option, 0) for amounts in paid)
        left = sum(
            share - sum(amounts.values())
            for vote, amounts in zip(votes_of(profile), paid, strict=True)
            if story.option in vote
        )
        if story.phase == "shares":
            assert total == story.cost
            told = sum(line.amount * line.supporters for line in story.payments) + story.data["others_together"]
            assert told == story.cost
            people = sum(line.supporters for line in story.payments) + story.data["others"] + story.data["broke"]
            assert people == story.votes
        elif story.votes:
            assert left < story.cost
            if not story.chosen:
                assert story.data["had"] == left


@given(profiles(min_voters=1, blanks=False))
def test_who_agrees_and_can_pay_together_gets_it(profile: Profile) -> None:
    """If all supporters of one option vote for nothing else and their shares pay for it, it is bought."""
    outcome = count(profile, "equal_shares", {"completion": "none"})
    votes = votes_of(profile)
    for option in profile.options:
        own = [vote for vote in votes if option.id in vote]
        if own and all(vote == [option.id] for vote in own) and outcome.shares.start * len(own) >= option.cost:
            assert option.id in outcome.winners


@given(profiles(min_voters=1, blanks=False))
def test_add1_spends_at_least_nothing_less_than_its_stop_says(profile: Profile) -> None:
    """One step further would overspend, or (with the exhaustive stop) nothing supported fits, or all is chosen."""
    outcome = count(profile, "equal_shares", {"stop_when_exhaustive": True})
    supported = [story for story in outcome.stories if story.votes]
    if outcome.shares.stopped_by == "all_chosen":
        assert all(story.chosen for story in supported)
    elif outcome.shares.stopped_by == "exhaustive":
        assert all(story.cost > outcome.left for story in supported if not story.chosen)
    else:
        assert any(story.cost <= outcome.left for story in supported if not story.chosen)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_outcome_does_not_depend_on_the_hash_seed(seed: str) -> None:
    program = (
        "from foundation.voting.counting import count\n"
        "from tests.voting.counting.elections import election\n"
        "profile = election(['abc', 'bcd', 'ad', 'cd', 'e', 'ae'] * 3, dict(a=5, b=5, c=4, d=6, e=5), 14)\n"
        "print(count(profile, 'equal_shares').sha256(), count(profile, 'greedy').sha256())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    profile = election(["abc", "bcd", "ad", "cd", "e", "ae"] * 3, {"a": 5, "b": 5, "c": 4, "d": 6, "e": 5}, 14)
    here = f"{count(profile, 'equal_shares').sha256()} {count(profile, 'greedy').sha256()}"
    assert done.stdout.strip() == here


def test_many_voters_of_one_mind_are_one_class() -> None:
    options = [Option("a", cost=3_000_001), Option("b", cost=1)]
    profile = Profile.approval(options, [["a", "b"]] * 1000 + [["a"]] * 500, budget=3_000_002)
    assert len(profile.ballots) == 2
    assert count(profile, "equal_shares").winners == ("a", "b")
