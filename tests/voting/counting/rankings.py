"""Small elections for rules without a budget, and the real files with rankings beside the checkout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from hypothesis import strategies as st

from foundation.voting.counting import BallotType, Option, Profile, blt

from .elections import FILES

RANKED = FILES.parent / "ranked"
REAL_RANKED = sorted(RANKED.glob("*.blt"))
SCALE = ("zeer oneens", "oneens", "neutraal", "eens", "zeer eens")


@cache
def real_ranking(name: str) -> blt.BltFile:
    """A real file, read once in a test run."""
    return blt.read(RANKED / f"{name}.blt")


def options(letters: Iterable[str]) -> list[Option]:
    return [Option(letter, f"Plan {letter.upper()}") for letter in letters]


def ranking(votes: Sequence[str], letters: str = "abc") -> Profile:
    """From rankings like "bac", one letter per option."""
    return Profile.ranked(options(letters), votes)


def marks(given: dict[str, str], voters: int | None = None) -> Profile:
    """Grades by option, one digit per voter; "-" is no mark."""
    number = len(next(iter(given.values()))) if voters is None else voters
    ballots = [{option: int(row[v]) for option, row in given.items() if row[v] != "-"} for v in range(number)]
    return Profile.graded(options(given), ballots, scale=SCALE)


def papers(profile: Profile) -> list[tuple[str, ...]]:
    """The rankings of a profile as ids, one per voter."""
    ids = [option.id for option in profile.options]
    return [tuple(ids[p] for p in ballot.choices) for ballot, times in profile.ballots for _ in range(times)]


LETTERS = st.integers(1, 5).map(lambda number: "abcde"[:number])


@st.composite
def rankings(draw: st.DrawFn, *, least: int = 1, most: int = 14, blanks: bool = True, min_options: int = 1) -> Profile:
    """Few options, few voters, ballots of any length: rich in ties."""
    letters = "abcde"[: draw(st.integers(min_options, 5))]
    ballot = st.lists(st.sampled_from(letters), unique=True, min_size=0 if blanks else 1)
    return Profile.ranked(options(letters), draw(st.lists(ballot, min_size=least, max_size=most)))


@st.composite
def anything(draw: st.DrawFn, kind: BallotType) -> Profile:
    """A small election of any ballot type, without a budget, blank ballots included."""
    letters = draw(LETTERS)
    option = st.sampled_from(letters)
    if kind is BallotType.SINGLE:
        return Profile.approval(options(letters), draw(st.lists(st.lists(option, max_size=1))), single=True)
    if kind is BallotType.APPROVAL:
        return Profile.approval(options(letters), draw(st.lists(st.sets(option))))
    if kind is BallotType.POINTS:
        return Profile.scored(options(letters), draw(st.lists(st.dictionaries(option, st.integers(1, 4)))))
    if kind is BallotType.SCALE:
        return Profile.graded(options(letters), draw(st.lists(st.dictionaries(option, st.integers(0, 4)))), scale=SCALE)
    return Profile.ranked(options(letters), draw(st.lists(st.lists(option, unique=True))))
