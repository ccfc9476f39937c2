"""What is counted: options, a budget and the ballots, equal ballots merged.

A `Profile` never knows who voted. Money is a whole number of *minor units* (cents); `units` says how many minor units
make one whole unit of currency, so that a file in whole euros and a table in cents describe the same election.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class ProfileError(ValueError):
    """The options and ballots do not form an election; the text says why in one sentence."""


class BallotType(StrEnum):
    """What a ballot holds. A budget vote is `APPROVAL` with a budget; a single choice is an approval of one."""

    SINGLE = "single"
    APPROVAL = "approval"
    POINTS = "points"
    RANKING = "ranking"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: `cost` in minor units; `extra` whatever the source said besides, as pairs, not counted."""

    id: str
    name: str = ""
    cost: int = 0
    extra: tuple[tuple[str, str], ...] = ()


class Ballot(NamedTuple):
    """One paper. `choices` are positions in `Profile.options`; `points` runs along with it where there are points.

    On a scale ballot `points` are places in `Profile.scale`.

    Choices are ascending, except on a ranking, where the order is the voter's. No choices means a blank ballot.
    """

    choices: tuple[int, ...]
    points: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Profile:
    """An election, immutable and in a canonical order: two sets of equal votes give equal profiles.

    `ballots` are the distinct ballots with how often each was cast, sorted. `budget` is in minor units, None where
    nothing is spent. `point_units` is the number of parts one point was split in (1 unless a file has decimals).
    `scale`: the grades of a scale ballot, worst first. Make one with `Profile.approval`, `Profile.scored`,
    `Profile.ranked` or `Profile.graded`.
    """

    ballot_type: BallotType
    options: tuple[Option, ...]
    ballots: tuple[tuple[Ballot, int], ...]
    budget: int | None = None
    units: int = 100
    point_units: int = 1
    scale: tuple[str, ...] = ()
    index: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        for position, option in enumerate(self.options):
            if option.id in index:
                raise ProfileError(f"Option {option.id!r} occurs twice.")
            if option.cost < 0:
                raise ProfileError(f"Option {option.id!r} has a negative cost.")
            index[option.id] = position
        if self.budget is not None and self.budget < 0:
            raise ProfileError("The budget is negative.")
        if self.units < 1 or self.point_units < 1:
            raise ProfileError("The number of minor units must be positive.")
        object.__setattr__(self, "index", index)

    # -- making one ---------------------------------------------------------------------------------------------

    @classmethod
    def approval(
        cls,
        options: Sequence[Option],
        ballots: Iterable[Iterable[str]],
        *,
        budget: int | None = None,
        units: int = 100,
        single: bool = False,
    ) -> Profile:
        """From ballots that are sets of option ids, in any order; an empty one is blank.

        `single` allows at most one id per ballot. Raises `ProfileError` for an unknown or repeated id.
        """
        index = {option.id: position for position, option in enumerate(options)}
        counted: Counter[Ballot] = Counter()
        for ids in ballots:
            choices = tuple(sorted(_positions(index, ids)))
            if single and len(choices) > 1:
                raise ProfileError("A ballot names more than one option where one may be chosen.")
            counted[Ballot(choices)] += 1
        kind = BallotType.SINGLE if single else BallotType.APPROVAL
        return cls(kind, tuple(options), _ordered(counted), budget, units)

    @classmethod
    def scored(
        cls,
        options: Sequence[Option],
        ballots: Iterable[Mapping[str, int]],
        *,
        budget: int | None = None,
        units: int = 100,
        point_units: int = 1,
    ) -> Profile:
        """From ballots that give points (whole numbers, in `point_units` parts) to option ids; zero points say nothing."""
        index = {option.id: position for position, option in enumerate(options)}
        counted: Counter[Ballot] = Counter()
        for given in ballots:
            pairs = sorted(zip(_positions(index, given), given.values(), strict=True))
            if any(points < 0 for _, points in pairs):
                raise ProfileError("A ballot gives negative points.")
            pairs = [pair for pair in pairs if pair[1]]
            counted[Ballot(tuple(p for p, _ in pairs), tuple(points for _, points in pairs))] += 1
        return cls(BallotType.POINTS, tuple(options), _ordered(counted), budget, units, point_units)

    @classmethod
    def ranked(
        cls,
        options: Sequence[Option],
        ballots: Iterable[Iterable[str]],
        *,
        budget: int | None = None,
        units: int = 100,
    ) -> Profile:
        """From ballots that are lists of option ids, best first."""
        index = {option.id: position for position, option in enumerate(options)}
        counted = Counter(Ballot(tuple(_positions(index, ids))) for ids in ballots)
        return cls(BallotType.RANKING, tuple(options), _ordered(counted), budget, units)

    @classmethod
    def graded(
        cls, options: Sequence[Option], ballots: Iterable[Mapping[str, int]], *, scale: Sequence[str]
    ) -> Profile:
        """From ballots that give options a grade: its place in `scale`, which runs from worst (0) to best."""
        if len(scale) < 2 or len(set(scale)) != len(scale):
            raise ProfileError("A scale needs at least two grades with names of their own.")
        index = {option.id: position for position, option in enumerate(options)}
        counted: Counter[Ballot] = Counter()
        for given in ballots:
            pairs = sorted(zip(_positions(index, given), given.values(), strict=True))
            if any(not 0 <= grade < len(scale) for _, grade in pairs):
                raise ProfileError("A ballot gives a grade that is not on the scale.")
            counted[Ballot(tuple(p for p, _ in pairs), tuple(grade for _, grade in pairs))] += 1
        return cls(BallotType.SCALE, tuple(options), _ordered(counted), scale=tuple(scale))

    @classmethod
    def ranked_times(cls, options: Sequence[Option], ballots: Iterable[tuple[Iterable[str], int]]) -> Profile:
        """As `ranked`, from pairs of a list of option ids and how often it was cast."""
        index = {option.id: position for position, option in enumerate(options)}
        counted: Counter[Ballot] = Counter()
        for ids, times in ballots:
            counted[Ballot(tuple(_positions(index, ids)))] += times
        return cls(BallotType.RANKING, tuple(options), _ordered(counted))

    # -- figures everybody wants --------------------------------------------------------------------------------

    @cached_property
    def cast(self) -> int:
        """Ballots cast, blank ones included."""
        return sum(times for _, times in self.ballots)

    @cached_property
    def blank(self) -> int:
        """Ballots without any choice. They are reported, and change nothing in any count."""
        return sum(times for ballot, times in self.ballots if not ballot.choices)

    @property
    def valid(self) -> int:
        """Ballots with a choice: the number among whom equal shares divides the budget."""
        return self.cast - self.blank

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """Per option, in the order of `options`: on how many ballots it is named."""
        totals = [0] * len(self.options)
        for ballot, times in self.ballots:
            for position in ballot.choices:
                totals[position] += times
        return tuple(totals)

    @cached_property
    def support(self) -> tuple[int, ...]:
        """Per option what most-first rules sort by: points (in `point_units` parts) where given, else votes."""
        if self.ballot_type is not BallotType.POINTS:
            return self.votes
        totals = [0] * len(self.options)
        for ballot, times in self.ballots:
            for position, points in zip(ballot.choices, ballot.points or (), strict=True):
                totals[position] += points * times
        return tuple(totals)


def _positions(index: Mapping[str, int], ids: Iterable[str]) -> list[int]:
    try:
        positions = [index[option] for option in ids]
    except KeyError as error:
        raise ProfileError(f"A ballot names the unknown option {error.args[0]!r}.") from None
    if len(set(positions)) != len(positions):
        raise ProfileError("A ballot names an option twice.")
    return positions


def _ordered(counted: Counter[Ballot]) -> tuple[tuple[Ballot, int], ...]:
    # Sorting makes the outcome, and every byte of its record, independent of the order in which votes came in.
    return tuple(sorted(counted.items(), key=lambda item: (item[0].choices, item[0].points or ())))
