"""Many runs of equal shares at once, for Add1: which steps surely give which winners, without exact arithmetic.

Add1 asks for the winners at hundreds of shares that differ by one euro. Here the budgets of all voters at K shares are one
matrix (classes x shares) and every operation treats K runs. Nothing is decided near the edge of rounding: a column where
any decision lies within the error bound is reported as *unsure*, and the caller runs that share exactly. So what comes
out is as exact as `shares_run.py`, only sooner.

Error bounds
------------
For every class e bounds the error of its budget in all columns, where that is above zero; zero is exactly zero. It starts
at 4u*b (u = 2^-53, b the greatest share). For a project of cost C let F be the exact and F' the float money collected at
the float price q'. Then |F(q') - C| <= d with d = |F' - C| + E + r * u * (C + F'). Here E sums 2e over voters not surely
above their part of the price (the others pay that part whatever their budget is), and r = l + L / l + 8 for sums of L
products in blocks of l (a sum of n products of nonnegative numbers, in any order, is off by at most n * u times itself to
first order; C + F' for F' pays the higher orders). This holds whatever way q' was found. F is concave, with slope at least
R on [q' - x, q' + x] when voters of total weight R surely have more than (q' + x) * w; so if d / R <= x the true price is
within d / R of q'. Here x = q' / 10^5. Paying maps a budget b to max(b - q*w, 0), which moves by at most the error of b plus
w times that of q, so e grows by w * (d / R + 4u * b). A column in which a budget ends within its error of zero is unsure.

Skipping steps
--------------
Let two shares lo < hi buy the same sequence of projects. Money collected at a price grows with budgets, so prices fall
with them, and what is left after paying, max(b - q*w, 0), grows with b and falls with q: by induction every budget is
monotone in the share, and every price, as long as the sequence is the same. At any share in between, in round r, the
value of the winner is then at most its value at lo, and that of any other project at least its value at hi. If for every
round the least value of the others at hi is more than the winner's at lo, the sequence is the same all the way between,
by induction over the rounds; what is unaffordable in the end at hi is so at all. No step in between needs a look. A
tie in which every supporter can pay in full at lo (the only one settled here) stays as it is at higher shares, for prices
then do not depend on the share; so ties that are the same at lo and hi are the same in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .electorate import Electorate, Floats, Ints, Mask
from .ties import TieBreaker

_U = 2.0**-53
_SLACK = 2.0
_BLOCK = 512
# Largest matrix of budgets, in numbers of 8 bytes: bounds the memory on big elections.
MAX_CELLS = 1_500_000
MAX_COLUMNS = 64


@dataclass(frozen=True)
class Screened:
    """What one share buys: positions of projects in order (indices of `Electorate.projects`), and how clear it was.

    `ties` are (round from 0, tied projects, the winner first). `values` bounds the value of each winner from above,
    `others` that of all others in that round from below, those tied with it left out.
    """

    order: tuple[int, ...]
    overspent: bool
    ties: tuple[tuple[int, tuple[int, ...]], ...]
    values: Floats
    others: Floats


def same_between(low: Screened | None, high: Screened | None) -> bool:
    """Whether all shares between two screened ones surely buy the same (see "Skipping steps")."""
    return (
        low is not None
        and high is not None
        and low.order == high.order
        and low.ties == high.ties
        and not low.overspent
        and not high.overspent
        and bool(np.all(high.others > low.values))
    )


def columns_for(electorate: Electorate) -> int:
    """How many shares to screen at once."""
    return max(1, min(MAX_COLUMNS, MAX_CELLS // max(1, len(electorate.times))))


def screen(electorate: Electorate, breaker: TieBreaker, shares: list[Fraction], budget: int) -> list[Screened | None]:
    """Run equal shares at every share; None where rounding could have mattered.

    A run ends, marked overspent, as soon as it has spent more than `budget`.
    """
    return _Screen(electorate, breaker, shares, budget).run()


def _collect(times: Floats, amounts: Floats) -> Floats:
    """times @ amounts, in blocks: rounding then grows with the length of a block and the number of blocks, not of both."""
    if len(times) <= _BLOCK:
        return np.asarray(times @ amounts)
    total: Floats = np.zeros(amounts.shape[1])
    for begin in range(0, len(times), _BLOCK):
        total += times[begin : begin + _BLOCK] @ amounts[begin : begin + _BLOCK]
    return total


class _Screen:
    def __init__(self, electorate: Electorate, breaker: TieBreaker, shares: list[Fraction], budget: int) -> None:
        self.breaker = breaker
        self.projects = electorate.projects
        self.budget = budget
        top = np.array([float(share) for share in shares])
        self.top = top
        self.error: Floats = np.full(len(electorate.times), _SLACK * 2 * _U * float(top.max()))
        self.budgets: Floats = np.tile(top, (len(electorate.times), 1))
        count = len(shares)
        self.low: Floats = np.repeat(np.array([p.floor for p in self.projects]), count).reshape(-1, count)
        self.high: Floats = np.empty_like(self.low)
        self.price: Floats = np.zeros_like(self.low)
        self.middle: Floats = np.zeros_like(self.low)
        self.off: Floats = np.zeros_like(self.low)
        # Where surely every supporter can pay the full price, the value is this, exactly.
        self.flat: Mask = np.zeros(self.low.shape, dtype=bool)
        self.flat_value = [Fraction(p.cost, int(p.pull.sum()) * p.scale) for p in self.projects]
        self.classes: list[Ints] = [project.classes for project in self.projects]
        self.times: list[Floats] = [project.times for project in self.projects]
        self.pull: list[Floats] = [project.pull for project in self.projects]
        self.weights: list[Floats | None] = [None if p.weights is None else p.weights[:, None] for p in self.projects]
        self.looks = [0] * len(self.projects)
        self.told = [0.0] * len(self.projects)  # what paying for a project added to the error of its supporters

    def run(self) -> list[Screened | None]:
        count = len(self.top)
        columns = np.arange(count)
        active: Mask = np.ones(count, dtype=bool)
        unsure: Mask = np.zeros(count, dtype=bool)
        orders: list[list[int]] = [[] for _ in range(count)]
        ties: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in range(count)]
        spent = [0] * count
        values: list[Floats] = []
        others: list[Floats] = []
        while active.any():
            best = self._look(active)
            winner = self.high.argmin(axis=0)
            own = self.low[winner, columns]
            self.low[winner, columns] = np.inf
            rest = self.low.min(axis=0)
            self.low[winner, columns] = own
            # Nothing affordable is the end, unless something may be affordable after all.
            nothing = np.isinf(best)
            doubtful: Mask = active & nothing & ~np.isinf(self.low).all(axis=0)
            active &= ~nothing
            for column in np.flatnonzero(active & (rest <= best)):
                tied = self._settle(int(column), float(best[column]))
                if not tied:
                    doubtful[column] = True
                    continue
                winner[column] = tied[0]
                best[column] = self.high[tied[0], column]
                aside = self.low[:, column].copy()
                aside[list(tied)] = np.inf
                rest[column] = aside.min()
                if len(tied) > 1:
                    ties[column].append((len(orders[column]), tied))
            active &= ~doubtful
            values.append(best)
            others.append(rest)
            for index in np.unique(winner[active]):
                doubtful |= self._pay(int(index), active & (winner == index))
            unsure |= doubtful
            active &= ~doubtful
            for column in np.flatnonzero(active):
                index = int(winner[column])
                orders[column].append(index)
                spent[column] += self.projects[index].cost
                self.low[index, column] = np.inf
                if spent[column] > self.budget:
                    active[column] = False
        value_table, other_table = np.array(values), np.array(others)
        return [
            None
            if unsure[column]
            else Screened(
                tuple(orders[column]),
                spent[column] > self.budget,
                tuple(ties[column]),
                value_table[: len(orders[column]), column],
                other_table[: len(orders[column]), column],
            )
            for column in range(count)
        ]

    def _settle(self, column: int, best: float) -> tuple[int, ...]:
        """The winner first, then those exactly equal to it, where all that floats cannot separate have exact values.

        Empty when they have not.
        """
        near = np.flatnonzero(self.low[:, column] <= best)
        if not self.flat[near, column].all():
            return ()
        least = min(self.flat_value[index] for index in near)
        tied = [int(index) for index in near if self.flat_value[index] == least]
        return tuple(sorted(tied, key=lambda index: self.breaker.rank[self.projects[index].position]))

    def _look(self, active: Mask) -> Floats:
        """Price every project that could be the cheapest in some column; returns the least upper bounds per column."""
        self.high.fill(np.inf)
        fresh = np.zeros(self.low.shape, dtype=bool)
        best = np.full(len(self.top), np.inf)
        while True:
            wanted = np.where(fresh | ~active | (self.low > best), np.inf, self.low)
            first = wanted.argmin(axis=0)
            open_ = ~np.isinf(wanted[first, np.arange(len(first))])
            if not open_.any():
                return best
            index = int(np.bincount(first[open_]).argmax())
            self._price(index)
            fresh[index] = True
            best = np.minimum(best, self.high[index])

    def _price(self, index: int) -> None:
        """Bounds on the value of a project in all columns; unaffordable for sure becomes infinite."""
        project = self.projects[index]
        gone = np.isinf(self.low[index])
        budgets = self.budgets[self.classes[index]]
        self.looks[index] += 1
        if self.looks[index] % 4 == 0:
            budgets = self._drop_broke(index, budgets)
        times, pull, weights = self.times[index], self.pull[index], self.weights[index]
        error = self.error[self.classes[index]]
        cost, weight = float(project.cost), float(pull.sum())
        rounding = (min(len(times), _BLOCK) + len(times) // _BLOCK + 8) * _U
        total = _collect(times, budgets)
        bound = _SLACK * (float(times @ error) + rounding * np.minimum(total, 2 * cost))
        short = total < cost - bound
        clear = total > cost + bound
        price = np.maximum(self.price[index], cost / max(weight, 1.0))
        for _ in range(40):
            full = price if weights is None else price * weights
            collected = _collect(times, np.minimum(budgets, full))
            rich = pull @ (budgets >= full).astype(np.float64)
            step = np.where(clear & (rich > 0), (cost - collected) / np.maximum(rich, 1.0), 0.0)
            if (np.abs(step) <= 1e-13 * price).all():
                break
            price = price + step
        else:
            clear[:] = False
        # How far off the price may be at most; what is not surely above even that may have been paid out whole.
        reach = 1e-5 * price
        edge = price + reach if weights is None else (price + reach) * weights
        not_above = budgets <= edge + _SLACK * error[:, None]
        sure = weight - pull @ not_above.astype(np.float64)
        whole = _SLACK * (times * error) @ (not_above & (budgets > 0.0)).astype(np.float64)
        d = np.abs(collected - cost) + whole + rounding * (cost + collected)
        off = d / np.maximum(sure, 1.0)
        known = clear & (sure >= 1) & (off <= reach)
        self.flat[index] = known & (sure >= float(project.pull.sum()))
        scale = float(project.scale)
        low = np.maximum(0.0, price - off) / scale * (1 - 4 * _U)
        self.high[index] = np.where(known & ~gone, (price + off) / scale * (1 + 4 * _U), np.inf)
        # Prices only rise within a run, so an older bound from below stays good.
        self.low[index] = np.where(
            gone | short, np.inf, np.where(known, np.maximum(low, self.low[index]), self.low[index])
        )
        self.price[index] = np.where(known, np.maximum(0.0, price - off), self.price[index])
        self.middle[index] = price
        self.off[index] = off

    def _drop_broke(self, index: int, budgets: Floats) -> Floats:
        """Leave classes out that have nothing in any column; they come back in no column."""
        alive: Mask = np.asarray(budgets.any(axis=1))
        if np.count_nonzero(alive) > 0.8 * len(alive):
            return budgets
        self.classes[index] = self.classes[index][alive]
        self.times[index] = self.times[index][alive]
        self.pull[index] = self.pull[index][alive]
        weights = self.weights[index]
        self.weights[index] = None if weights is None else weights[alive]
        return budgets[alive]

    def _pay(self, index: int, columns: Mask) -> Mask:
        """Let supporters pay in these columns, at the price found in this round; tells where that was too close."""
        classes, weights = self.classes[index], self.weights[index]
        price = np.where(columns, self.middle[index], 0.0)
        full = price if weights is None else price * weights
        before = self.budgets[classes]
        after = before - full
        part = 1.0 if weights is None else weights[:, 0]
        # Columns that buy this in different rounds share one bound: each pays for it only once.
        off = float(self.off[index][columns].max()) + 4 * _U * float(self.top.max())
        more = max(0.0, off - self.told[index])
        self.told[index] += more
        error = self.error[classes] + part * more
        self.error[classes] = error
        # Who has nothing left must have exactly nothing: a budget too near the price leaves that open.
        near = ((np.abs(after) <= error[:, None]) & (before > 0.0)).any(axis=0)
        self.budgets[classes] = np.maximum(after, 0.0)
        return np.asarray(near & columns)
