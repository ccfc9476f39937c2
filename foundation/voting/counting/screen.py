"""Many runs of equal shares at once, for Add1: which steps surely give which winners.

Add1 asks for the winners at hundreds of shares that differ by one euro. Here the budgets of all voters at K shares are one
matrix (classes x shares) and every operation treats K runs. Prices of what is bought are exact, as in `shares_run.py`;
nothing else is decided near the edge of rounding: a column where any decision lies within the error bound is reported as
*unsure*, and the caller runs that share by itself. So what comes out is as exact as `shares_run.py`, only sooner.

Exact prices
------------
Let p be bought as number r at one share, S/D, and R_r the weight of its supporters that can pay in full. Its price is
(C - money of the others) / R_r, and somebody with money left has S/D minus the prices of what he chose. So with
D_r = D * R_1 * ... * R_r every price is a whole number Q_r over D_r, and with k_i the weight for purchase i of the supporters of p
that cannot pay in full, n their number: Q_r = C * D_(r-1) - n * S * (D_(r-1) / D) + sum over i < r of k_i * Q_i * (D_(r-1) / D_i).
The k's are sums of whole numbers in floats, below 2^53 and so without rounding; the rest is whole numbers.

Error bounds
------------
Let u = 2^-53 and b the share. A budget starts with error at most u*b, and each purchase adds the rounding of the price, of its
product with the weight and of the subtraction, each at most u*b: e = (3k + 1) * u * b after k purchases. For a project of cost
C with N supporters in L classes let q' be its float price: the end of Newton's steps, with the same supporters poor before and
after the last one, so that only rounding keeps the money collected at q', at these float budgets, from C. A float sum of L
products is off by at most (L + 1) * u times the sum, so with the true budgets it is off by at most d = (L + 8) * 2u * C + N * e
(+ higher orders). Money collected is concave in the price and below its top has slope at least 1 (weights and numbers of voters
are whole), and the top is more than d above C, else the project counts as unsure: the true price is within d of q'. `_SLACK`
doubles the bounds.

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
_NEWTON = 60
_ALONE = 200_000  # multiplications that OpenBLAS does in one thread
_MOST = np.finfo(np.float64).max


@dataclass(frozen=True)
class Screened:
    """What one share buys: positions of projects in order, and how clear it was.

    `ties` are (round from 0, positions of tied projects, the winner first). `values` bounds the value of each winner from
    above, `others` that of all others in that round from below, those tied with it left out.
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


def screen(electorate: Electorate, breaker: TieBreaker, shares: list[Fraction], budget: int) -> list[Screened | None]:
    """Run equal shares at every share; None where rounding could have mattered.

    A run ends, marked overspent, as soon as it has spent more than `budget`.
    """
    return _Screen(electorate, breaker, shares, budget).run()


class _Column:
    """One share: what it bought, and the exact prices of that (see "Exact prices")."""

    __slots__ = ("denominator", "order", "rich", "share", "spent", "start", "ties", "wholes")

    def __init__(self, share: Fraction) -> None:
        self.share = share.numerator
        self.start = self.denominator = share.denominator
        self.order: list[int] = []
        self.ties: list[tuple[int, tuple[int, ...]]] = []
        self.spent = 0
        self.rich: list[int] = []  # R_i
        self.wholes: list[int] = []  # Q_i

    def buy(self, index: int, cost: int, rich: int, voters: int, named: list[int]) -> float:
        """Note a purchase; returns its price, rounded once. `named` are the k's, by project."""
        whole = cost * self.denominator
        if voters:
            together = 0
            for earlier, q, r in zip(self.order, self.wholes, self.rich, strict=True):
                together = together * r + named[earlier] * q
            whole += together - voters * self.share * (self.denominator // self.start)
        self.order.append(index)
        self.spent += cost
        self.wholes.append(whole)
        self.rich.append(rich)
        self.denominator *= rich
        return whole / self.denominator


class _Screen:
    def __init__(self, electorate: Electorate, breaker: TieBreaker, shares: list[Fraction], budget: int) -> None:
        self.electorate = electorate
        self.breaker = breaker
        self.projects = electorate.projects
        self.budget = budget
        self.columns = [_Column(share) for share in shares]
        self.top = np.array([float(share) for share in shares])
        self.error = _SLACK * _U * self.top  # of every budget above zero, per column
        self.budgets: Floats = np.tile(self.top, (len(electorate.times), 1))
        count = len(shares)
        self.low: Floats = np.repeat(np.array([p.floor for p in self.projects]), count).reshape(-1, count)
        self.high: Floats = np.empty_like(self.low)
        self.price: Floats = np.zeros_like(self.low)  # surely not above the true one
        self.middle: Floats = np.zeros_like(self.low)
        self.off: Floats = np.zeros_like(self.low)
        self.classes: list[Ints] = [project.classes for project in self.projects]
        self.times: list[Floats] = [project.times for project in self.projects]
        self.pull: list[Floats] = [project.pull for project in self.projects]
        self.weights: list[Floats | None] = [None if p.weights is None else p.weights[:, None] for p in self.projects]
        self.looks = [0] * len(self.projects)

    def run(self) -> list[Screened | None]:
        count = len(self.top)
        columns = np.arange(count)
        active: Mask = np.ones(count, dtype=bool)
        unsure: Mask = np.zeros(count, dtype=bool)
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
                    positions = tuple(self.projects[index].position for index in tied)
                    self.columns[column].ties.append((len(values), positions))
            active &= ~doubtful
            values.append(best)
            others.append(rest)
            for index in np.unique(winner[active]):
                doubtful |= self._pay(int(index), np.flatnonzero(active & (winner == index)))
            unsure |= doubtful
            active &= ~doubtful
            self.low[winner[active], columns[active]] = np.inf
            for column in np.flatnonzero(active):
                active[column] = self.columns[column].spent <= self.budget
            self.error = self.error + _SLACK * 3 * _U * self.top
        value_table, other_table = np.array(values), np.array(others)
        return [
            None
            if unsure[place]
            else Screened(
                tuple(self.projects[index].position for index in column.order),
                column.spent > self.budget,
                tuple(column.ties),
                value_table[: len(column.order), place],
                other_table[: len(column.order), place],
            )
            for place, column in enumerate(self.columns)
        ]

    def _named(self, classes: Ints, mask: Mask) -> Floats:
        """Per column and project: the pull of the voters in these classes where the mask holds."""
        total: Floats = np.zeros((mask.shape[1], len(self.projects)))
        # Piece by piece: for large tables the library starts threads, which cost more than they gain.
        piece = max(1, _ALONE // total.size)
        for begin in range(0, len(classes), piece):
            part = slice(begin, begin + piece)
            total += mask[part].T.astype(np.float64) @ self.electorate.incidence[classes[part]]
        return total

    def _settle(self, column: int, best: float) -> tuple[int, ...]:
        """The winner first, then those exactly equal to it, where all supporters of all that are near can pay in full.

        Empty when they cannot.
        """
        near = np.flatnonzero(self.low[:, column] <= best)
        exact: dict[int, Fraction] = {}
        for index in near:
            project = self.projects[index]
            price, weights = self.middle[index, column] + self.off[index, column], self.weights[index]
            full = price if weights is None else price * weights[:, 0]
            everybody = len(self.classes[index]) == len(project.classes) and np.isfinite(self.high[index, column])
            if not everybody or (self.budgets[self.classes[index], column] - full < self.error[column]).any():
                return ()
            exact[int(index)] = Fraction(project.cost, project.whole_pull * project.scale)
        least = min(exact.values())
        tied = [index for index, value in exact.items() if value == least]
        return tuple(sorted(tied, key=lambda index: self.breaker.rank[self.projects[index].position]))

    def _look(self, active: Mask) -> Floats:
        """Price every project that could be the cheapest in some column; returns the least upper bounds per column."""
        self.high.fill(np.inf)
        best = np.full(len(self.top), np.inf)
        wanted = np.where(active, self.low, np.inf)
        columns = np.arange(len(best))
        while True:
            first = wanted.argmin(axis=0)
            least = wanted[first, columns]
            open_ = (least <= best) & (least < np.inf)
            if not open_.any():
                return best
            index = int(np.bincount(first[open_]).argmax())
            # Only where it could be the cheapest.
            self._price(index, np.flatnonzero(wanted[index] <= np.minimum(best, _MOST)))
            wanted[index] = np.inf
            best = np.minimum(best, self.high[index])

    def _budgets(self, classes: Ints, columns: Ints) -> Floats:
        rows = self.budgets.take(classes, axis=0)
        return rows if len(columns) == len(self.columns) else rows.take(columns, axis=1)

    def _price(self, index: int, columns: Ints) -> None:
        """Bounds on the value of a project in these columns; unaffordable for sure becomes infinite."""
        project = self.projects[index]
        self.looks[index] += 1
        if self.looks[index] % 4 == 0:
            self._drop_broke(index)
        budgets = self._budgets(self.classes[index], columns)
        times, pull, weights = self.times[index], self.pull[index], self.weights[index]
        cost = float(project.cost)
        total = times @ budgets
        rounding = (len(times) + 8) * 2 * _U * np.minimum(np.maximum(total, cost), 2 * cost)
        d = _SLACK * (rounding + self.error[columns] * times.sum())
        short = total < cost - d
        clear = total > cost + 2 * d
        floor = self.price[index, columns]
        price = np.maximum(floor, cost / float(project.whole_pull))
        before: Floats = np.full(len(price), -1.0)
        for _ in range(_NEWTON):
            full = price if weights is None else price * weights
            rich = pull @ (budgets >= full)
            settled = rich == before
            moving = clear & ~settled & (rich > 0)
            if not moving.any():
                break
            missing = cost - times @ np.minimum(budgets, full)
            price = np.where(moving, price + missing / np.maximum(rich, 1.0), price)
            before = np.where(moving, rich, before)
        known = clear & settled & (rich > 0)
        scale = float(project.scale)
        # Prices only rise within a run, so an older bound from below stays good.
        floor = self.price[index, columns] = np.where(known, np.maximum(price - d, floor), floor)
        value = np.maximum(floor / scale * (1 - 4 * _U), self.low[index, columns])
        self.low[index, columns] = np.where(short, np.inf, value)
        self.high[index, columns] = np.where(known, (price + d) / scale * (1 + 4 * _U), np.inf)
        self.middle[index, columns] = price
        self.off[index, columns] = d

    def _drop_broke(self, index: int) -> None:
        """Leave classes out that have nothing in any column; they come back in no column."""
        alive: Mask = np.asarray(self.budgets.take(self.classes[index], axis=0).any(axis=1))
        if np.count_nonzero(alive) <= 0.8 * len(alive):
            self.classes[index] = self.classes[index][alive]
            self.times[index] = self.times[index][alive]
            self.pull[index] = self.pull[index][alive]
            weights = self.weights[index]
            self.weights[index] = None if weights is None else weights[alive]

    def _pay(self, index: int, columns: Ints) -> Mask:
        """Let supporters pay in these columns, exactly; tells in which of all columns it was too close who is poor."""
        project, classes, weights = self.projects[index], self.classes[index], self.weights[index]
        before = self._budgets(classes, columns)
        price, off = self.middle[index, columns], self.off[index, columns] + self.error[columns]
        full, margin = (price, off) if weights is None else (price * weights, off * weights)
        gap = before - full
        poor = gap < 0.0
        near = ((np.abs(gap) <= margin + 4 * _U * full) & (before > 0.0)).any(axis=0)
        # Those with nothing are poor, but have nothing to give either.
        paying = poor & (before > 0.0)
        some = np.flatnonzero(paying.any(axis=1))
        rich = (self.pull[index] @ ~poor).astype(np.int64).tolist()
        voters = (self.times[index][some] @ paying[some]).astype(np.int64).tolist()
        named = self._named(classes[some], paying[some]).astype(np.int64).tolist()
        exact = np.array(
            [
                price[place]
                if near[place]
                else self.columns[column].buy(index, project.cost, rich[place], voters[place], named[place])
                for place, column in enumerate(columns.tolist())
            ]
        )
        after = np.maximum(before - (exact if weights is None else exact * weights), 0.0)
        after[poor] = 0.0
        if len(columns) == len(self.columns):
            self.budgets[classes] = after
        else:
            self.budgets[classes[:, None], columns] = after
        doubtful: Mask = np.zeros(len(self.columns), dtype=bool)
        doubtful[columns[near]] = True
        return doubtful
