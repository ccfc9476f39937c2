"""One run of equal shares at a given share per voter: floats look, whole numbers decide.

The engine behind `equal_shares.py`. Notation: voters are merged in *classes* of equal ballots, class c holding m_c
voters with weight w_cp for project p (1, or its points) and b_c money each. The price of p is the least q with
sum over its supporters of m_c * min(b_c, q * w_cp) = cost; the project with the least q / s_p is bought, where s_p is
its cost (utility "cost") or 1. A supporter with b_c < q * w_cp is called poor and pays all he has left.

How it is exact
---------------
*Prices of bought projects are exact*, kept as whole numbers over one common denominator D: q_p = Q_p / D. A class that
still has money never paid less than the full price, so its budget is exactly b_c = (B - sum over bought p of Q_p w_cp) / D,
and the sum over any set of classes is one product of small counts with the Q's. Nothing else is needed to decide anything.

*Floats only sort out what is clear.* Let u = 2^-53, b the share, C a cost, L the number of classes that support p and
N its voters. A budget kept as a float starts with error at most u*b and each purchase adds the rounding of the price, of
its product with the weight and of the subtraction, each at most u*b: after k purchases the error is at most
e = (3k + 1) * u * b. A float sum of L products, in any order, is off by at most about (L + 1) * u times the sum. With the
money collected at the float price q' being F(q'), this gives |F(q') - C| <= d with d = (L + 8) * 2u * C + 2 * N * e, doubled
for the higher-order terms; F is concave and below its top has slope at least 1, for weights and multiplicities are whole
numbers, so |q' - q| <= d + e. Whatever lies within such a bound (is this project affordable, is that voter poor, which of
two is cheaper) is decided again with the whole numbers. `_SLACK` doubles the bounds once more and costs nothing.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .electorate import Electorate, Floats, Ints, Mask
from .outcome import Payment, Tie
from .ties import TieBreaker

_U = 2.0**-53
_SLACK = 2.0
# Lines of exact payments kept per project; the other amounts are told together. Keeps a record readable and small.
MAX_PAYMENT_LINES = 12


@dataclass
class Bought:
    """One purchase: exact full price (per unit of weight), who paid what, ties with others."""

    position: int
    price: Fraction
    payments: tuple[Payment, ...] = ()
    others: int = 0  # supporters who paid something not told in `payments`
    others_together: Fraction = Fraction(0)
    broke: int = 0  # supporters who had nothing left


@dataclass
class Result:
    """A run: purchases in order, ties met, and (when told to keep the story) what supporters of the others still had."""

    bought: list[Bought] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    had: dict[int, Fraction] = field(default_factory=dict)
    overspent: bool = False


@dataclass(slots=True)
class _Priced:
    """A project with its float price this round and the bound on its error, comparable between projects."""

    index: int
    low: float
    high: float
    price: float
    error: float
    exact: Fraction | None = None


class Run:
    """State of one run. Use `run_shares`."""

    def __init__(self, electorate: Electorate, breaker: TieBreaker, share: Fraction) -> None:
        self.electorate = electorate
        self.breaker = breaker
        self.denominator = share.denominator
        self.share = share.numerator  # B: the share over the common denominator
        self.paid: dict[int, int] = {}  # position -> Q
        self.top = float(share)
        self.budgets: Floats = np.full(len(electorate.times), self.top)
        self.classes = [project.classes for project in electorate.projects]
        self.times = [project.times for project in electorate.projects]
        self.weights = [project.weights for project in electorate.projects]
        self.pull = [project.pull for project in electorate.projects]
        self.floor = [0.0] * len(electorate.projects)  # a price surely not above the true one, now and later

    # -- exact figures ------------------------------------------------------------------------------------------

    def _money(self, klass: int) -> int:
        """Exact budget of one voter of a class that still has money, over the common denominator."""
        paid = self.paid
        return self.share - sum(paid[p] * w for p, w in self.electorate.choices(klass) if p in paid)

    def _money_of(self, classes: Ints, voters: int) -> int:
        """Exact sum of the budgets of all `voters` voters in these classes (with money left), over the denominator."""
        named = self.electorate.named_with(classes)
        return voters * self.share - sum(amount * named[p] for p, amount in self.paid.items())

    def _exact_price(self, index: int, about: float | None, error: float) -> Fraction | None:
        """Exact price of a project, None when unaffordable.

        Classes farther than the bounds from the float price `about` keep the side floats put them on; the others start
        as rich, and those the exact price shows to be poor are moved until none is left. For every split into poor and
        rich, (C - money of the poor) / weight of the rich is at most the true price, so this climbs to it from below.
        """
        project = self.electorate.projects[index]
        classes, times, weights = self.classes[index], self.times[index], self.weights[index]
        pull = self.pull[index]
        budgets = self.budgets[classes]
        if about is None:
            poor = np.zeros(len(classes), dtype=bool)
            near = np.ones(len(classes), dtype=bool)
        else:
            full = about if weights is None else about * weights
            margin = self._budget_error() + (error if weights is None else error * weights)
            gap = budgets - full
            poor = gap < -margin
            near = np.abs(gap) <= margin
        cost = project.cost * self.denominator
        short = cost - self._money_of(classes[poor], int(times[poor].sum()))
        rich = int(pull[~poor].sum())
        undecided = [
            (self._money(int(classes[i])), 1 if weights is None else int(weights[i]), int(times[i]), int(pull[i]))
            for i in np.flatnonzero(near)
        ]
        while rich:
            still_rich = [item for item in undecided if item[0] * rich >= short * item[1]]
            if len(still_rich) == len(undecided):
                return Fraction(short, rich * self.denominator)
            # Poor against a price that is not above the true one means poor against the true one.
            moved = [item for item in undecided if item[0] * rich < short * item[1]]
            undecided = still_rich
            for money, _, voters, weight in moved:
                short -= money * voters
                rich -= weight
        return None

    def _budget_error(self) -> float:
        return _SLACK * (3 * len(self.paid) + 1) * _U * self.top

    # -- one round ----------------------------------------------------------------------------------------------

    def _price(self, index: int) -> _Priced | None:
        """Float price of a project with its error bound (exact where floats cannot tell), None when unaffordable."""
        project = self.electorate.projects[index]
        classes = self.classes[index]
        budgets = self.budgets[classes]
        alive = budgets > 0.0
        if not alive.all():
            classes = self.classes[index] = classes[alive]
            self.times[index] = self.times[index][alive]
            self.pull[index] = self.pull[index][alive]
            kept = self.weights[index]
            self.weights[index] = None if kept is None else kept[alive]
            budgets = budgets[alive]
        times, pull, weights = self.times[index], self.pull[index], self.weights[index]
        cost = float(project.cost)
        voters = float(times.sum())
        money = times * budgets
        total = float(money.sum())
        error = self._budget_error()
        # Both the bound on a sum near the cost and d of the module docstring.
        bound = _SLACK * ((len(classes) + 8) * 2 * _U * max(cost, min(total, 2 * cost)) + 2 * voters * error)
        if total < cost - bound:
            return None
        if total <= cost + bound:
            return self._priced_exactly(index)
        price = self.floor[index]
        poor_before = -1
        while True:
            poor = budgets < (price if weights is None else price * weights)
            count = int(np.count_nonzero(poor))
            if count == poor_before:
                break
            rich = float(pull[~poor].sum()) if count else float(pull.sum())
            if not rich:
                return self._priced_exactly(index)
            price = (cost - float(money[poor].sum())) / rich if count else cost / rich
            if count < poor_before:  # floats run in a circle at the boundary
                return self._priced_exactly(index)
            poor_before = count
        off = bound + error
        self.floor[index] = max(0.0, price - off)
        scale = float(project.scale)
        return _Priced(
            index, self.floor[index] / scale * (1 - 4 * _U), (price + off) / scale * (1 + 4 * _U), price, off
        )

    def _priced_exactly(self, index: int) -> _Priced | None:
        exact = self._exact_price(index, None, 0.0)
        if exact is None:
            return None
        project = self.electorate.projects[index]
        price = float(exact)
        off = 4 * _U * price
        self.floor[index] = max(0.0, price - off)
        value = float(exact / project.scale)
        return _Priced(index, value * (1 - 4 * _U), value * (1 + 4 * _U), price, off, exact)

    def choose(self, heap: list[tuple[float, int]], number: int, result: Result) -> _Priced | None:
        """The cheapest affordable project per unit of utility; drops the unaffordable for good, notes a tie.

        `heap` holds lower bounds of values, which only rise as money is spent, so most projects need no new look.
        """
        seen: list[_Priced] = []
        best = float("inf")
        while heap and heap[0][0] <= best:
            _, index = heapq.heappop(heap)
            priced = self._price(index)
            if priced is None:
                continue
            seen.append(priced)
            best = min(best, priced.high)
        contenders = [priced for priced in seen if priced.low <= best]
        if not contenders:
            return None
        winner = contenders[0]
        if len(contenders) > 1:
            winner = self._settle(contenders, number, result)
        if winner.exact is None:
            winner.exact = self._exact_price(winner.index, winner.price, winner.error)
        assert winner.exact is not None
        for priced in seen:
            if priced is not winner:
                heapq.heappush(heap, (priced.low, priced.index))
        return winner

    def _settle(self, contenders: list[_Priced], number: int, result: Result) -> _Priced:
        values: list[tuple[Fraction, _Priced]] = []
        projects = self.electorate.projects
        for priced in contenders:
            if priced.exact is None:
                priced.exact = self._exact_price(priced.index, priced.price, priced.error)
            assert priced.exact is not None
            values.append((priced.exact / projects[priced.index].scale, priced))
        least = min(value for value, _ in values)
        tied = {projects[priced.index].position: priced for value, priced in values if value == least}
        if len(tied) > 1:
            result.ties.append(self.breaker.describe(tied, round=number, phase="shares"))
        return tied[self.breaker.first(tied)]

    def buy(self, winner: _Priced, groups: _Groups | None) -> Bought:
        """Let the supporters pay, exactly; returns the purchase, with payments when `groups` are kept."""
        index, price = winner.index, winner.exact
        assert price is not None
        project = self.electorate.projects[index]
        classes, weights = self.classes[index], self.weights[index]
        full = float(price) if weights is None else float(price) * weights
        after = self.budgets[classes] - full
        # The price is exact here, so only its own rounding and that of the budgets can mislead.
        margin = self._budget_error() + 4 * _U * full
        poor: Mask = after < -margin
        gone = poor.copy()
        for i in np.flatnonzero(np.abs(after) <= margin):
            weight = 1 if weights is None else int(weights[i])
            left = self._money(int(classes[i])) * price.denominator - price.numerator * weight * self.denominator
            poor[i], gone[i] = left < 0, left <= 0
            if left > 0:
                # Never rounded to zero: zero means broke.
                after[i] = max(1e-300, float(Fraction(left, self.denominator * price.denominator)))
        purchase = Bought(project.position, price)
        if groups is not None:
            groups.tell(self, index, purchase, poor)
            groups.split(index)
        after[gone] = 0.0
        self.budgets[classes] = after
        common = math.lcm(self.denominator, price.denominator)
        factor = common // self.denominator
        self.denominator = common
        self.share *= factor
        self.paid = {position: amount * factor for position, amount in self.paid.items()}
        self.paid[project.position] = price.numerator * (common // price.denominator)
        return purchase

    def money_left(self, index: int) -> Fraction:
        """Exact sum of what the supporters of a project still have."""
        project = self.electorate.projects[index]
        alive = self.budgets[project.classes] > 0.0
        voters = int(project.times[alive].sum())
        return Fraction(self._money_of(project.classes[alive], voters), self.denominator)


class _Groups:
    """Classes sorted into groups that paid for the same projects and so have the same money, for telling who paid what."""

    def __init__(self, electorate: Electorate) -> None:
        self.electorate = electorate
        self.of_class: Ints = np.zeros(len(electorate.times), dtype=np.int64)
        self.groups = 1  # numbers given out so far

    def split(self, index: int) -> None:
        """After a purchase: voters of one group who gave it another weight (or none) are one group no longer."""
        project = self.electorate.projects[index]
        group = self.of_class[project.classes]
        if project.weights is not None:
            weight = project.weights.astype(np.int64)
            group = group * (int(weight.max()) + 1) + weight
        kinds, inverse = np.unique(group, return_inverse=True)
        self.of_class[project.classes] = self.groups + inverse
        self.groups += len(kinds)

    def tell(self, run: Run, index: int, purchase: Bought, poor: Mask) -> None:
        """Write into the purchase what each supporter pays: the full price, or all that was left."""
        project = self.electorate.projects[index]
        classes, times, weights = run.classes[index], run.times[index], run.weights[index]
        purchase.broke = int(project.times.sum()) - int(times.sum())
        lines: list[Payment] = []
        if weights is None:
            full = int(times[~poor].sum())
            lines += [Payment(purchase.price, full)] if full else []
        else:
            for weight in sorted({int(w) for w in weights[~poor]}, reverse=True):
                lines.append(Payment(purchase.price * weight, int(times[~poor & (weights == weight)].sum())))
        groups, first, inverse = np.unique(self.of_class[classes[poor]], return_index=True, return_inverse=True)
        sizes = np.bincount(inverse, weights=times[poor], minlength=len(groups))
        budgets = run.budgets[classes[poor]][first]
        # Largest groups first, then the richest: a rule that does not look at names.
        order = np.lexsort((-budgets, -sizes))
        amounts: dict[Fraction, int] = {}
        for g in order[: max(0, MAX_PAYMENT_LINES - len(lines))]:
            amount = Fraction(run._money(int(classes[poor][first[g]])), run.denominator)
            amounts[amount] = amounts.get(amount, 0) + int(sizes[g])
        lines += [Payment(amount, amounts[amount]) for amount in sorted(amounts, reverse=True)]
        told = sum((line.amount * line.supporters for line in lines), Fraction(0))
        purchase.payments = tuple(lines)
        purchase.others = int(times.sum()) - sum(line.supporters for line in lines)
        purchase.others_together = project.cost - told
        assert purchase.others > 0 or purchase.others_together == 0


def run_shares(
    electorate: Electorate,
    breaker: TieBreaker,
    share: Fraction,
    *,
    budget: int,
    first_round: int = 1,
    story: bool = False,
) -> Result:
    """Run equal shares once, every voter starting with `share` minor units.

    Ends when no supporters can pay for anything more, or as soon as the projects bought cost more than `budget`.
    With `story` the result tells who paid what and what supporters of the others still had.
    """
    run = Run(electorate, breaker, share)
    result = Result()
    groups = _Groups(electorate) if story else None
    heap = [(project.floor, index) for index, project in enumerate(electorate.projects)]
    heapq.heapify(heap)
    spent = 0
    while True:
        winner = run.choose(heap, first_round + len(result.bought), result)
        if winner is None:
            break
        result.bought.append(run.buy(winner, groups))
        spent += electorate.projects[winner.index].cost
        if spent > budget:
            result.overspent = True
            return result
    if story:
        bought = {purchase.position for purchase in result.bought}
        for index, project in enumerate(electorate.projects):
            if project.position not in bought:
                result.had[project.position] = run.money_left(index)
    return result
