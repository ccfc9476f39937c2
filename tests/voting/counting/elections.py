"""Small elections for tests, spelled out, and the real files beside the checkout."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from foundation.voting.counting import Option, Profile, pabulib

FILES = Path(__file__).resolve().parents[4] / "shared" / "data" / "pabulib"
REAL = sorted(FILES.glob("*.pb"))


@cache
def real_file(name: str) -> pabulib.PabulibFile:
    """A real file, read once in a test run: files and profiles are never changed."""
    return pabulib.read(FILES / f"{name}.pb")


def election(votes: Sequence[str], costs: dict[str, int], budget: int, *, units: int = 1) -> Profile:
    """From votes like "ab" (one letter per option) and costs by letter."""
    options = [Option(letter, f"Plan {letter.upper()}", cost) for letter, cost in costs.items()]
    return Profile.approval(options, votes, budget=budget, units=units)


@st.composite
def profiles(draw: st.DrawFn, *, min_voters: int = 0, blanks: bool = True, points: bool = False) -> Profile:
    """Small and rich in ties: few options, few voters, few different costs."""
    letters = "abcdefg"[: draw(st.integers(1, 7))]
    top = draw(st.sampled_from([2, 4, 12]))
    options = [Option(letter, letter, draw(st.integers(1, top))) for letter in letters]
    budget = draw(st.integers(0, sum(option.cost for option in options) + 2))
    least = 0 if blanks else 1
    if points:
        ballots = st.dictionaries(st.sampled_from(letters), st.integers(1, 4), min_size=least)
        return Profile.scored(
            options, draw(st.lists(ballots, min_size=min_voters, max_size=10)), budget=budget, units=1
        )
    ballot = st.sets(st.sampled_from(letters), min_size=least)
    return Profile.approval(options, draw(st.lists(ballot, min_size=min_voters, max_size=10)), budget=budget, units=1)


def votes_of(profile: Profile) -> list[list[str]]:
    """The ballots of an approval profile as lists of ids, one per voter."""
    ids = [option.id for option in profile.options]
    return [[ids[p] for p in ballot.choices] for ballot, times in profile.ballots for _ in range(times)]
