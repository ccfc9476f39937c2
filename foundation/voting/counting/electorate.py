"""Ballots as arrays for equal shares: made once per count, shared by all its runs, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Electorate:
    """Ballots as arrays, made once per count and shared by all its runs."""

    voters: int
    times: tuple[int, ...]
    ballots: tuple[tuple[tuple[int, int], ...], ...]  # per class: (position, weight)
    starts: Ints  # class c has entries starts[c]:starts[c + 1] in the flat arrays below
    flat_positions: Ints
    flat_pull: Floats  # voters times weight
    projects: tuple[Project, ...]
    size: int  # number of options

    @classmethod
    def of(cls, profile: Profile, eligible: Sequence[int], utility: str) -> Electorate:
        """From the profile, for the options at positions `eligible` that cost something."""
        times: list[int] = []
        ballots: list[tuple[tuple[int, int], ...]] = []
        for ballot, count in profile.ballots:
            if not ballot.choices:
                continue
            if utility == "points" and ballot.points is not None:
                ballots.append(tuple(zip(ballot.choices, ballot.points, strict=True)))
            else:
                ballots.append(tuple((position, 1) for position in ballot.choices))
            times.append(count)
        lengths = np.fromiter((len(ballot) for ballot in ballots), dtype=np.int64, count=len(ballots))
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        total = int(starts[-1])
        flat_positions = np.fromiter((p for ballot in ballots for p, _ in ballot), dtype=np.int64, count=total)
        flat_weights = np.fromiter((w for ballot in ballots for _, w in ballot), dtype=np.float64, count=total)
        m = np.array(times, dtype=np.float64)
        flat_classes = np.repeat(np.arange(len(ballots), dtype=np.int64), lengths)
        flat_pull = m[flat_classes] * flat_weights if total else flat_weights
        # Counts are summed as floats; below 2^53 every one of them is a whole number without rounding.
        assert float(flat_pull.sum()) < 2.0**52
        order = np.argsort(flat_positions, kind="stable")
        bounds = np.searchsorted(flat_positions[order], np.arange(len(profile.options) + 1))
        projects = []
        for position in eligible:
            chosen = order[bounds[position] : bounds[position + 1]]
            cost = profile.options[position].cost
            if not len(chosen) or not cost:
                continue
            classes = flat_classes[chosen]
            pull = flat_pull[chosen]
            scale = cost if utility == "cost" else 1
            projects.append(
                Project(
                    position=position,
                    cost=cost,
                    scale=scale,
                    classes=classes,
                    weights=flat_weights[chosen] if utility == "points" else None,
                    times=m[classes],
                    pull=pull,
                    floor=cost / float(pull.sum()) / scale * (1 - 2.0**-50),
                )
            )
        return cls(
            voters=sum(times),
            times=tuple(times),
            ballots=tuple(ballots),
            starts=starts,
            flat_positions=flat_positions,
            flat_pull=flat_pull,
            projects=tuple(projects),
            size=len(profile.options),
        )

    def named_with(self, classes: Ints) -> list[int]:
        """Per option: voters (times weight) in these classes who support it. Whole numbers."""
        if not len(classes):
            return [0] * self.size
        first, length = self.starts[classes], self.starts[classes + 1] - self.starts[classes]
        ends = np.cumsum(length)
        entries = np.arange(int(ends[-1]), dtype=np.int64) + np.repeat(first - (ends - length), length)
        sums = np.bincount(self.flat_positions[entries], weights=self.flat_pull[entries], minlength=self.size)
        return [int(value) for value in sums]
