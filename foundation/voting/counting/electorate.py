"""Ballots as arrays for equal shares: made once per count, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .profile import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Project:
    """A supported project as the engine sees it. `classes` ascending; `weights` None means 1 for all."""

    position: int
    cost: int
    scale: int
    classes: Ints
    weights: Floats | None
    times: Floats  # voters per class
    pull: Floats  # voters times weight
    floor: float  # value (price / scale) surely not above the true one: what it is when nobody is poor

    @cached_property
    def voters(self) -> int:
        """All supporters."""
        return int(self.times.sum())

    @cached_property
    def whole_pull(self) -> int:
        """All supporters times their weight."""
        return int(self.pull.sum())


@dataclass(frozen=True)
class Electorate:
    """Ballots as arrays, made once per count and shared by all its runs."""

    times: Floats  # voters per class
    starts: Ints  # class c has entries starts[c]:starts[c + 1] in the flat arrays below
    flat_positions: Ints
    flat_weights: Floats
    projects: tuple[Project, ...]
    size: int  # number of options
    weighted: bool

    @classmethod
    def of(cls, profile: Profile, eligible: Sequence[int], utility: str) -> Electorate:
        """From the profile, for the options at positions `eligible` that cost something."""
        kept = [(ballot, count) for ballot, count in profile.ballots if ballot.choices]
        weighted = utility == "points" and any(ballot.points is not None for ballot, _ in kept)
        lengths = np.fromiter((len(ballot.choices) for ballot, _ in kept), dtype=np.int64, count=len(kept))
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        total = int(starts[-1])
        positions = chain.from_iterable(ballot.choices for ballot, _ in kept)
        flat_positions = np.fromiter(positions, dtype=np.int64, count=total)
        flat_weights = np.ones(total)
        if weighted:
            points = chain.from_iterable(ballot.points or (1,) * len(ballot.choices) for ballot, _ in kept)
            flat_weights = np.fromiter(points, dtype=np.float64, count=total)
        times = np.fromiter((count for _, count in kept), dtype=np.float64, count=len(kept))
        costs = [(position, profile.options[position].cost) for position in eligible]
        scales = {position: cost if utility == "cost" else 1 for position, cost in costs}
        return cls._made(
            times, starts, flat_positions, flat_weights, dict(costs), scales, len(profile.options), weighted=weighted
        )

    @classmethod
    def _made(
        cls,
        times: Floats,
        starts: Ints,
        flat_positions: Ints,
        flat_weights: Floats,
        costs: dict[int, int],
        scales: dict[int, int],
        size: int,
        *,
        weighted: bool,
    ) -> Electorate:
        flat_classes = np.repeat(np.arange(len(times), dtype=np.int64), np.diff(starts))
        flat_pull = times[flat_classes] * flat_weights
        # Counts are summed as floats; below 2^53 every one of them is a whole number without rounding.
        assert float(flat_pull.sum()) < 2.0**52
        # On the smallest type that holds it, sorting is quickest.
        order = np.argsort(flat_positions.astype(np.uint16) if size < 2**16 else flat_positions, kind="stable")
        bounds = np.searchsorted(flat_positions[order], np.arange(size + 1))
        projects = []
        for position, cost in costs.items():
            chosen = order[bounds[position] : bounds[position + 1]]
            if not len(chosen) or not cost:
                continue
            classes = flat_classes[chosen]
            pull = flat_pull[chosen]
            projects.append(
                Project(
                    position=position,
                    cost=cost,
                    scale=scales[position],
                    classes=classes,
                    weights=flat_weights[chosen] if weighted else None,
                    times=times[classes],
                    pull=pull,
                    floor=cost / float(pull.sum()) / scales[position] * (1 - 2.0**-50),
                )
            )
        return cls(times, starts, flat_positions, flat_weights, tuple(projects), size, weighted)

    def within(self, share: Fraction) -> Electorate:
        """The same election as long as nobody has more than `share`, with less in it.

        A project that all its supporters together could not pay then is never bought, so it is left out, and ballots
        that differ in nothing else become one class. (Ballots with points keep classes of their own.)
        """
        kept = [project for project in self.projects if project.voters * share >= project.cost]
        if len(kept) == len(self.projects) or not kept:
            return self
        costs = {project.position: project.cost for project in kept}
        scales = {project.position: project.scale for project in kept}
        table = np.zeros((len(self.times), len(kept)), dtype=bool)
        for column, project in enumerate(kept):
            table[project.classes, column] = True
        times = self.times
        if not self.weighted:
            first, of_class = _distinct(table)
            times = np.bincount(of_class, weights=times, minlength=len(first)).astype(np.float64)
            table = table[first]
        some = table.any(axis=1)
        table, times = table[some], times[some]
        lengths = np.count_nonzero(table, axis=1)
        rows, columns = np.nonzero(table)
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        flat_positions = np.array([project.position for project in kept], dtype=np.int64)[columns]
        flat_weights = np.ones(len(rows))
        if self.weighted:
            whole = np.zeros((len(self.times), len(kept)))
            for column, project in enumerate(kept):
                whole[project.classes, column] = project.weights
            flat_weights = whole[some][rows, columns]
        return Electorate._made(
            times, starts, flat_positions, flat_weights, costs, scales, self.size, weighted=self.weighted
        )

    @cached_property
    def incidence(self) -> Floats:
        """Table of classes x projects: voters in the class times their weight for the project."""
        table = np.zeros((len(self.times), len(self.projects)))
        for column, project in enumerate(self.projects):
            table[project.classes, column] = project.pull
        return table

    def choices(self, klass: int) -> list[tuple[int, int]]:
        """What a class chose: (position, weight) pairs."""
        part = slice(int(self.starts[klass]), int(self.starts[klass + 1]))
        weights = [int(weight) for weight in self.flat_weights[part].tolist()]
        return list(zip(self.flat_positions[part].tolist(), weights, strict=True))

    def named_with(self, classes: Ints) -> list[int]:
        """Per option: voters (times weight) in these classes who support it. Whole numbers."""
        if not len(classes):
            return [0] * self.size
        first, length = self.starts[classes], self.starts[classes + 1] - self.starts[classes]
        ends = np.cumsum(length)
        entries = np.arange(int(ends[-1]), dtype=np.int64) + np.repeat(first - (ends - length), length)
        pull = np.repeat(self.times[classes], length) * self.flat_weights[entries]
        sums = np.bincount(self.flat_positions[entries], weights=pull, minlength=self.size)
        return [int(value) for value in sums]


def _distinct(table: Mask) -> tuple[Ints, Ints]:
    """Equal rows: the place of one row of each kind, and per row its kind."""
    packed = np.packbits(table, axis=1)
    words = -(-packed.shape[1] // 8)
    padded = np.zeros((len(table), words * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    keys = padded.view(np.uint64)
    if words == 1:
        _, first, kind = np.unique(keys[:, 0], return_index=True, return_inverse=True)
        return first.astype(np.int64), kind.astype(np.int64)
    order = np.lexsort(tuple(keys[:, word] for word in range(words)))
    ahead = keys[order]
    new = np.concatenate([np.ones(1, dtype=bool), (ahead[1:] != ahead[:-1]).any(axis=1)])
    kind = np.empty(len(table), dtype=np.int64)
    kind[order] = np.cumsum(new) - 1
    return order[new].astype(np.int64), kind
