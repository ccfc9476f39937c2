"""The completion Add1: at which step it stops. Looks at many steps at once, and skips those that surely change nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from .electorate import Electorate
from .outcome import Tie
from .screen import Screened, same_between, screen
from .shares_run import run_shares
from .ties import TieBreaker

# After a batch in which this part of the columns was unsure, screening costs more than it saves.
_TOO_UNSURE = 0.7
# Steps looked at in one go, at first and at most: wider, and columns wait for each other too often. Numbers in one table.
_FIRST, _WIDE, _CELLS = 24, 48, 600_000


@dataclass(frozen=True)
class Stop:
    """The step whose outcome counts, why it was the last, its purchases, and ties met in all steps looked at."""

    step: int
    reason: str
    bought: tuple[int, ...]
    ties: tuple[Tie, ...]


@dataclass
class _Row:
    """One step. What it buys is taken from the screening where that is sure, else counted exactly when first asked."""

    search: Add1
    step: int
    screened: Screened | None

    @cached_property
    def _found(self) -> tuple[tuple[int, ...], bool, tuple[Tie, ...]]:
        search = self.search
        if self.screened is None:
            share = search.share(self.step)
            result = run_shares(
                search._narrow(share),
                search.breaker,
                share,
                budget=search.budget,
                first_round=search.first_round,
            )
            return tuple(purchase.position for purchase in result.bought), result.overspent, tuple(result.ties)
        ties = tuple(
            search.breaker.describe(tied, round=search.first_round + number, phase="shares")
            for number, tied in self.screened.ties
        )
        return self.screened.order, self.screened.overspent, ties

    @property
    def bought(self) -> tuple[int, ...]:
        return self._found[0]

    @property
    def overspent(self) -> bool:
        return self._found[1]

    @property
    def ties(self) -> tuple[Tie, ...]:
        return self._found[2]


class Add1:
    """Finds where Add1 stops.

    `start` and `increment` in minor units per voter, `budget` in minor units. With `screening` off every step is counted
    exactly, one by one; the answer is the same.
    """

    def __init__(
        self,
        electorate: Electorate,
        breaker: TieBreaker,
        *,
        start: Fraction,
        increment: Fraction,
        budget: int,
        stop_when_exhaustive: bool,
        first_round: int,
        screening: bool = True,
    ) -> None:
        self.electorate = electorate
        self.breaker = breaker
        self.start = start
        self.increment = increment
        self.budget = budget
        self.stop_when_exhaustive = stop_when_exhaustive
        self.first_round = first_round
        self.screening = screening and bool(electorate.projects)
        self._kept: tuple[int, Electorate] = (len(electorate.projects), electorate)
        self.costs = {project.position: project.cost for project in electorate.projects}

    def share(self, step: int) -> Fraction:
        """Money of each voter in a step."""
        return self.start + step * self.increment

    def stop(self) -> Stop:
        """Walk the steps to the one that ends Add1."""
        ties: dict[Tie, None] = {}
        before: _Row | None = None
        for row in self._rows():
            ties.update(dict.fromkeys(row.ties))
            if row.overspent:
                assert before is not None  # in step 0 all shares together are the budget
                return Stop(row.step - 1, "overspend", before.bought, tuple(ties))
            reason = self._reason(row)
            if reason:
                return Stop(row.step, reason, row.bought, tuple(ties))
            before = row
        raise AssertionError("the steps of Add1 do not end by themselves")

    def _reason(self, row: _Row) -> str:
        """Why Add1 ends with this step, which does not overspend; empty when it goes on."""
        if len(row.bought) == len(self.costs):
            return "all_chosen"
        if not self.stop_when_exhaustive:
            return ""
        left = self.budget - sum(self.costs[position] for position in row.bought)
        chosen = set(row.bought)
        # All supported options outside the bought ones cost more than is left.
        return (
            "" if any(cost <= left for position, cost in self.costs.items() if position not in chosen) else "exhaustive"
        )

    def _rows(self) -> Iterator[_Row]:
        """Steps in order, from 0; left out are only steps that surely equal the one before them and the one after."""
        if not self.screening:
            yield from (_Row(self, step, None) for step in itertools.count())
        stride, batch = 1, _FIRST
        block = self._refined(self._screened(list(range(batch))))
        while True:
            yield from block
            row = block[-1]
            if not self.screening:
                yield from (_Row(self, step, None) for step in itertools.count(row.step + 1))
            stride, batch = self._next(block, stride), min(2 * batch, _WIDE)
            block = self._refined([row, *self._screened([row.step + stride * part for part in range(1, batch + 1)])])[
                1:
            ]

    def _refined(self, rows: list[_Row]) -> list[_Row]:
        """Rows added between rows until neighbours are one step apart or surely the same all the way between.

        Rows after the first sure end are dropped: they will not be asked for.
        """
        while True:
            for place, row in enumerate(rows[1:], start=1):
                if row.screened is not None and (row.overspent or self._reason(row)):
                    rows = rows[: place + 1]
                    break
            gaps = [
                (low.step, high.step)
                for low, high in itertools.pairwise(rows)
                if high.step - low.step > 1 and not same_between(low.screened, high.screened)
            ]
            if not gaps:
                return rows
            if not self.screening:  # given up on the way: the rest one by one
                return [*rows[:1], _Row(self, rows[0].step + 1, None)]
            parts = 1 + max(1, _WIDE // len(gaps))
            between = {low + (high - low) * part // parts for low, high in gaps for part in range(1, parts)}
            between -= {step for gap in gaps for step in gap}
            rows = sorted([*rows, *self._screened(sorted(between))], key=lambda row: row.step)

    @staticmethod
    def _next(block: list[_Row], stride: int) -> int:
        """How many steps to go at a time, for as few looks as possible if changes go on coming as often as in this block."""
        steps = block[-1].step - block[0].step
        changes = sum(not same_between(low.screened, high.screened) for low, high in itertools.pairwise(block))
        # With a change every n steps, a stride of d costs one look, and d more once in n / d times.
        return min(8 * stride, math.isqrt(steps // changes) if changes else 8 * stride)

    def _narrow(self, share: Fraction) -> Electorate:
        """Those who matter as long as nobody has more than `share`."""
        kept = sum(project.voters * share >= project.cost for project in self.electorate.projects)
        if kept != self._kept[0]:
            self._kept = (kept, self.electorate.within(share))
        return self._kept[1]

    def _screened(self, steps: list[int]) -> list[_Row]:
        """Look at these steps (ascending), up to the first sure end."""
        found: list[_Row] = []
        electorate = self._narrow(self.share(steps[-1]))
        size = max(4, min(_WIDE, _CELLS // max(1, len(electorate.times))))
        for begin in range(0, len(steps), size):
            part = steps[begin : begin + size]
            results = screen(electorate, self.breaker, [self.share(step) for step in part], self.budget)
            rows = [_Row(self, step, result) for step, result in zip(part, results, strict=True)]
            found += rows
            if len(part) >= 4 and sum(result is None for result in results) > _TOO_UNSURE * len(part):
                self.screening = False
            if any(row.screened is not None and (row.overspent or self._reason(row)) for row in rows):
                break
        return found
