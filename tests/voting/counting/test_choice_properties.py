"""Laws of the rules without a budget, tried on many small elections rich in ties."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import CODES, RULES, BallotType, Outcome, Profile, count, rules_for

from .rankings import SCALE, anything, options

# Every rule that spends nothing, with settings that matter.
ASKED: list[tuple[str, dict[str, object]]] = [
    ("plurality", {}),
    ("threshold", {"share": "2/5"}),
    ("most_votes", {"seats": 2}),
    ("points_sum", {"seats": 2, "threshold": 2}),
    ("schulze", {"seats": 2}),
    ("instant_runoff", {}),
    ("stv", {"seats": 2}),
    ("median_grade", {"seats": 2, "least_grade": 1}),
    ("median_grade", {"missing": "lowest"}),
]


def test_no_rule_is_forgotten() -> None:
    assert {rule for rule, _ in ASKED} == {name for name, rule in RULES.items() if not rule.needs_budget}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Profile, str, dict[str, object]]:
    rule, asked = draw(st.sampled_from(ASKED))
    (kind,) = RULES[rule].ballot_types
    return draw(anything(kind)), rule, {**asked, "lot_seed": "properties"}


def _again(profile: Profile, ballots: list[tuple[list[str], list[int] | None]], order=None) -> Profile:
    """The same kind of election from loose ballots: ids in order, and points where there are."""
    kind, listed = profile.ballot_type, order or profile.options
    if kind is BallotType.RANKING:
        return Profile.ranked(listed, [ids for ids, _ in ballots])
    if kind is BallotType.POINTS:
        return Profile.scored(listed, [dict(zip(ids, points or [], strict=True)) for ids, points in ballots])
    if kind is BallotType.SCALE:
        marked = [dict(zip(ids, points or [], strict=True)) for ids, points in ballots]
        return Profile.graded(listed, marked, scale=profile.scale)
    return Profile.approval(listed, [ids for ids, _ in ballots], single=kind is BallotType.SINGLE)


def _loose(profile: Profile) -> list[tuple[list[str], list[int] | None]]:
    ids = [option.id for option in profile.options]
    return [
        ([ids[p] for p in ballot.choices], None if ballot.points is None else list(ballot.points))
        for ballot, times in profile.ballots
        for _ in range(times)
    ]


@settings(max_examples=150)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_is_irrelevant(case, chance: random.Random) -> None:
    profile, rule, asked = case
    ballots = _loose(profile)
    chance.shuffle(ballots)
    assert count(_again(profile, ballots), rule, asked).canonical() == count(profile, rule, asked).canonical()


@settings(max_examples=150)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_options_is_irrelevant(case, chance: random.Random) -> None:
    profile, rule, asked = case
    order = list(profile.options)
    chance.shuffle(order)
    one, other = count(profile, rule, asked), count(_again(profile, _loose(profile), order), rule, asked)
    assert other.winners == one.winners
    assert other.ties == one.ties
    assert {story.option: story for story in other.stories} == {story.option: story for story in one.stories}


@settings(max_examples=150)
@given(cases())
def test_names_are_irrelevant_apart_from_the_lot(case) -> None:
    profile, rule, asked = case
    asked = {**asked, "ties": ["votes", "listed"]}
    renamed = tuple(replace(option, id=f"x{option.id}", name="?") for option in profile.options)
    found = [f"x{winner}" for winner in count(profile, rule, asked).winners]
    assert list(count(replace(profile, options=renamed), rule, asked).winners) == found


@settings(max_examples=150)
@given(cases(), st.integers(1, 3))
def test_a_blank_vote_changes_nothing(case, blanks: int) -> None:
    profile, rule, asked = case
    empty: list[int] | None = [] if profile.ballot_type in (BallotType.POINTS, BallotType.SCALE) else None
    more = count(_again(profile, [*_loose(profile), *[([], empty)] * blanks]), rule, asked)
    before = count(profile, rule, asked)
    assert more.blank == before.blank + blanks
    verdict = more.verdict and replace(more.verdict, cast=before.cast)
    assert replace(more, cast=before.cast, blank=before.blank, verdict=verdict) == before


def test_a_blank_vote_counts_for_the_turnout() -> None:
    asked = {"turnout": "1/2", "electorate": 6}
    few = Profile.approval(options("ab"), ["a", "a"], single=True)
    enough = Profile.approval(options("ab"), ["a", "a", ""], single=True)
    assert count(few, "threshold", asked).winners == ()
    assert count(enough, "threshold", asked).winners == ("a",)


@settings(max_examples=150)
@given(cases())
def test_an_outcome_survives_json_and_its_stories_keep_to_their_codes(case) -> None:
    profile, rule, asked = case
    outcome = count(profile, rule, asked)
    assert Outcome.from_dict(outcome.to_dict()) == outcome
    assert [story.option for story in outcome.stories] == [option.id for option in profile.options]
    for story in outcome.stories:
        assert set(story.data) == set(CODES[story.code])
    placed = sorted((story.round, story.option) for story in outcome.stories if story.chosen)
    assert placed == list(enumerate(outcome.winners, start=1))


@given(st.sampled_from(list(BallotType)), st.data())
def test_every_rule_counts_every_election_of_its_ballot_type(kind: BallotType, data: st.DataObject) -> None:
    profile = data.draw(anything(kind))
    names = rules_for(kind, budget=False)
    assert names
    for rule in names:
        assert count(profile, rule).rule == rule


@pytest.mark.parametrize("kind", list(BallotType))
def test_an_election_without_ballots_has_an_outcome_without_winners(kind: BallotType) -> None:
    made = Profile(kind, tuple(options("ab")), (), scale=SCALE if kind is BallotType.SCALE else ())
    for rule in rules_for(kind, budget=False):
        outcome = count(made, rule)
        assert (outcome.winners, outcome.ties, outcome.cast) == ((), (), 0)
