"""Screening and skipping of steps changes the time a count takes and nothing else."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import EqualSharesSettings, Option, Profile, pabulib
from foundation.voting.counting.electorate import Electorate
from foundation.voting.counting.equal_shares import count_equal_shares
from foundation.voting.counting.screen import same_between, screen
from foundation.voting.counting.shares_run import run_shares
from foundation.voting.counting.ties import TieBreaker

from .elections import FILES, REAL, election, profiles

# One voter or many: whoever is alone pays whatever is left, and a thousand make prices of a few cents.
_crowds = st.builds(
    lambda profile, times: replace(profile, ballots=tuple((ballot, n * times) for ballot, n in profile.ballots)),
    profiles(min_voters=1),
    st.sampled_from([1, 10, 997]),
)


@settings(max_examples=100, deadline=None)
@given(_crowds, st.sampled_from([Fraction(1), Fraction(1, 10)]), st.booleans())
def test_jumping_over_increments_gives_what_running_every_one_of_them_gives(
    profile: Profile, increment: Fraction, stop: bool
) -> None:
    """Winners, what each supporter paid, and where it stopped; the runs here share nothing with `add1.py`."""
    electorate, breaker = _electorate(profile)
    assert profile.budget is not None
    start = Fraction(profile.budget, profile.valid) if profile.valid else Fraction(0)
    costs = {project.position: project.cost for project in electorate.projects}
    before = None
    for step in itertools.count():
        run = run_shares(electorate, breaker, start + step * increment, budget=profile.budget, story=True)
        if run.overspent:
            break
        before = (step, run)
        left = profile.budget - sum(costs[purchase.position] for purchase in run.bought)
        unbought = set(costs) - {purchase.position for purchase in run.bought}
        if not unbought or (stop and all(costs[position] > left for position in unbought)):
            break
    assert before is not None
    step, run = before
    outcome = count_equal_shares(
        profile, EqualSharesSettings(increment=increment, stop_when_exhaustive=stop, fill="none")
    )
    assert outcome.shares is not None
    assert outcome.shares.steps == step
    paid = {story.option: story.payments for story in outcome.stories if story.payments}
    assert paid == {profile.options[purchase.position].id: purchase.payments for purchase in run.bought}
    free = [option.id for option in profile.options if not option.cost]
    won = [winner for winner in outcome.winners if winner not in free]
    assert won == [profile.options[purchase.position].id for purchase in run.bought]


@settings(max_examples=100, deadline=None)
@given(profiles(min_voters=1) | profiles(min_voters=1, points=True), st.fractions(0, 40))
def test_leaving_out_what_nobody_can_pay_changes_no_run(profile: Profile, share: Fraction) -> None:
    electorate, breaker = _electorate(profile, "points")
    whole = run_shares(electorate, breaker, share, budget=10**9)
    less = run_shares(electorate.within(share), breaker, share, budget=10**9)
    assert less.bought == whole.bought
    assert less.ties == whole.ties


@settings(max_examples=200, deadline=None)
@given(
    profiles(min_voters=1) | profiles(min_voters=1, points=True),
    st.sampled_from(["cost", "one"]),
    st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(1, 7)]),
    st.booleans(),
)
def test_skipping_steps_gives_the_same_record(profile: Profile, utility: str, increment: Fraction, stop: bool) -> None:
    asked = EqualSharesSettings(utility=utility, increment=increment, stop_when_exhaustive=stop)
    assert count_equal_shares(profile, asked) == count_equal_shares(profile, asked, screening=False)


def _town(seed: int) -> Profile:
    """A few hundred voters over twenty projects, some of equal cost."""
    chance = np.random.default_rng(seed)
    options = [Option(f"p{i}", cost=int(cost)) for i, cost in enumerate(chance.integers(20, 60, 20) * 50)]
    liked = chance.random(20) ** 2
    votes = [[o.id for o, q in zip(options, liked, strict=True) if chance.random() < q] for _ in range(300)]
    return Profile.approval(options, votes, budget=9_000, units=1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("stop", [True, False])
def test_skipping_steps_gives_the_same_record_in_a_town(seed: int, stop: bool) -> None:
    profile = _town(seed)
    asked = EqualSharesSettings(stop_when_exhaustive=stop, increment=Fraction(1, 10))
    outcome = count_equal_shares(profile, asked)
    assert outcome == count_equal_shares(profile, asked, screening=False)
    assert outcome.shares.steps > 5


def _electorate(profile: Profile, utility: str = "cost") -> tuple[Electorate, TieBreaker]:
    supported = [position for position, votes in enumerate(profile.votes) if votes]
    return Electorate.of(profile, supported, utility), TieBreaker(profile, EqualSharesSettings())


@pytest.mark.parametrize("seed", range(3))
def test_every_column_the_screen_is_sure_of_is_an_exact_run(seed: int) -> None:
    profile = _town(seed)
    electorate, breaker = _electorate(profile)
    shares = [Fraction(profile.budget, profile.valid) + Fraction(step, 3) for step in range(40)]
    found = screen(electorate, breaker, shares, profile.budget)
    assert sum(column is not None for column in found) >= 20  # else screening is worth nothing
    for share, column in zip(shares, found, strict=True):
        if column is not None:
            exact = run_shares(electorate, breaker, share, budget=profile.budget)
            assert list(column.order) == [purchase.position for purchase in exact.bought]
            assert column.overspent == exact.overspent
            assert len(column.ties) == len(exact.ties)


def test_nothing_is_skipped_across_a_change() -> None:
    """Whenever two shares count as the same all the way between, every share between them is."""
    profile = _town(1)
    electorate, breaker = _electorate(profile)
    start = Fraction(profile.budget, profile.valid)
    shares = [start + Fraction(step, 2) for step in range(49)]
    found = screen(electorate, breaker, shares, profile.budget)
    certified = 0
    for low in range(0, 48, 8):
        if same_between(found[low], found[low + 8]):
            certified += 1
            for between in found[low : low + 9]:
                assert between is not None
                assert between.order == found[low].order
    assert certified


def test_a_share_where_a_voter_ends_with_exactly_nothing_is_left_to_the_exact_run() -> None:
    # 10 each: a takes 5 of both, b the other 5 of the first: his money is gone to the last bit, or is it?
    profile = election(["ab", "a", "c"], {"a": 10, "b": 5, "c": 11}, 30)
    electorate, breaker = _electorate(profile)
    (column,) = screen(electorate, breaker, [Fraction(10)], profile.budget)
    assert column is None


@pytest.mark.skipif(not REAL, reason="no ../shared/data/pabulib on this machine")
def test_steps_of_one_forint_are_counted_by_skipping() -> None:
    """Forty thousand steps, of which few can change anything."""
    profile = pabulib.read(FILES / "Hungary_Veszprem_2025.pb").profile()
    fine = count_equal_shares(profile, EqualSharesSettings())
    assert fine.shares.steps > 30_000
    coarse = count_equal_shares(profile, EqualSharesSettings(increment=Fraction(100)))
    assert abs(fine.shares.steps - 100 * coarse.shares.steps) <= 100
    assert fine.winners == coarse.winners
