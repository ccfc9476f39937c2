"""Independent, slow counts of rankings: every paper by itself, decimals and plain definitions, nothing of our code.

STV is written from the text of the Scottish Local Government Elections Order 2007, Schedule 1, rules 45 to 52.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import pairwise, permutations

Paper = tuple[str, ...]


@dataclass
class Slip:
    """One ballot paper in the hall: who has it, and what it is worth there."""

    ranking: Paper
    holder: str | None
    value: Decimal


def _five_places(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator * 10**6) / Decimal(amount.denominator) / Decimal(10**6)
    cut = exact.quantize(Decimal("0.00001"), rounding=ROUND_DOWN)
    # Decimal division rounds; so check the cut against the fraction itself.
    assert Fraction(cut) <= amount < Fraction(cut) + Fraction(1, 100_000)
    return cut


def scottish_stv(
    candidates: Sequence[str], ballots: Sequence[Paper], seats: int, lot: Sequence[str]
) -> tuple[list[str], list[dict[str, Decimal]]]:
    """Elected candidates, in order of election, and the votes of everybody after each stage.

    `lot`: all candidates; an earlier place means a surplus goes first and exclusion comes last.
    """
    slips = [Slip(ballot, ballot[0], Decimal(1)) for ballot in ballots if ballot]
    quota = len(slips) // (seats + 1) + 1
    hopeful, elected = list(candidates), []
    stages: list[dict[str, Decimal]] = []

    def credited() -> dict[str, Decimal]:
        # A candidate whose surplus went keeps the quota; those slips have left the table.
        found = {one: Decimal(kept.get(one, 0)) for one in candidates}
        for slip in slips:
            if slip.holder is not None:
                found[slip.holder] += slip.value
        return found

    def pick(equal: list[str], highest: bool) -> str:
        # Rules 49(2) and 51(2): back from the latest stage, then by lot.
        for stage in reversed(stages):
            extreme = (max if highest else min)(stage[one] for one in equal)
            equal = [one for one in equal if stage[one] == extreme]
        by_lot = sorted(equal, key=list(lot).index)
        return by_lot[0] if highest else by_lot[-1]

    def following(slip: Slip) -> str | None:
        assert slip.holder is not None
        later = slip.ranking[slip.ranking.index(slip.holder) + 1 :]
        return next((one for one in later if one in hopeful), None)

    def by_votes(votes: dict[str, Decimal], group: list[str]) -> list[str]:
        ordered, rest = [], list(group)
        while rest:
            most = max(votes[one] for one in rest)
            ordered.append(pick([one for one in rest if votes[one] == most], True))
            rest.remove(ordered[-1])
        return ordered

    def finish() -> None:
        votes = credited()
        for one in by_votes(votes, [one for one in hopeful if votes[one] >= quota]):
            hopeful.remove(one)
            elected.append(one)
        if len(hopeful) <= seats - len(elected):
            for one in by_votes(votes, list(hopeful)):
                hopeful.remove(one)
                elected.append(one)
        stages.append(votes)

    kept: dict[str, int] = {}
    finish()
    while hopeful and len(elected) < seats:
        votes = credited()
        over = [one for one in elected if votes[one] > quota]
        if over:
            most = max(votes[one] for one in over)
            giver = pick([one for one in over if votes[one] == most], True)
            surplus = votes[giver] - quota
            for slip in [slip for slip in slips if slip.holder == giver]:
                taker = following(slip)
                slip.value = _five_places(Fraction(surplus) * Fraction(slip.value) / Fraction(votes[giver]))
                slip.holder = taker
            kept[giver] = quota
        else:
            least = min(votes[one] for one in hopeful)
            loser = pick([one for one in hopeful if votes[one] == least], False)
            hopeful.remove(loser)
            for slip in [slip for slip in slips if slip.holder == loser]:
                slip.holder = following(slip)
        finish()
    return elected, stages


def instant_runoff(candidates: Sequence[str], ballots: Sequence[Paper], last_first: Sequence[str]) -> str | None:
    """The winner; `last_first`: who goes out first among equals."""
    left = set(candidates)
    while True:
        tops = [next(one for one in ballot if one in left) for ballot in ballots if left & set(ballot)]
        if not tops:
            return None
        for one in left:
            if tops.count(one) > len(tops) / 2:
                return one
        fewest = min(tops.count(one) for one in left)
        left.remove(next(one for one in last_first if one in left and tops.count(one) == fewest))


def schulze_unbeaten(candidates: Sequence[str], ballots: Sequence[Paper]) -> set[str]:
    """Schulze's definition by listing every path; for a handful of candidates only."""

    def prefers(ballot: Paper, a: str, b: str) -> bool:
        return a in ballot and (b not in ballot or ballot.index(a) < ballot.index(b))

    votes = {(a, b): sum(prefers(ballot, a, b) for ballot in ballots) for a in candidates for b in candidates if a != b}

    def strength(a: str, b: str) -> int:
        between = [one for one in candidates if one not in (a, b)]
        best = 0
        for length in range(len(between) + 1):
            for middle in permutations(between, length):
                path = [a, *middle, b]
                links = list(pairwise(path))
                if all(votes[x, y] > votes[y, x] for x, y in links):
                    best = max(best, min(votes[link] for link in links))
        return best

    return {a for a in candidates if all(strength(a, b) >= strength(b, a) for b in candidates if b != a)}
