"""Breaking ties by the chain in the settings, the same everywhere, and writing down every tie met."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from .outcome import Tie
from .profile import Profile
from .settings import Settings


def lot_order(seed: str, ids: Iterable[str]) -> list[str]:
    """The draw: ids sorted by SHA-256 of `seed`, a newline and the id. Anyone can repeat it with `sha256sum`.

    The seed is published before voting, so nobody can choose the draw after seeing votes.
    """
    return sorted(ids, key=lambda option: (hashlib.sha256(f"{seed}\n{option}".encode()).digest(), option))


class TieBreaker:
    """Ranks the options of a profile once; every tie anywhere in a count is settled by that one ranking."""

    def __init__(self, profile: Profile, settings: Settings) -> None:
        self._ids = [option.id for option in profile.options]
        lots = {option: place for place, option in enumerate(lot_order(settings.lot_seed, self._ids))}
        values: dict[str, Sequence[int]] = {
            "votes": [-votes for votes in profile.votes],
            "cost": [option.cost for option in profile.options],
            "lot": [lots[option] for option in self._ids],
            "listed": range(len(self._ids)),
        }
        self._criteria = settings.ties
        self._keys = [tuple(values[name][p] for name in settings.ties) for p in range(len(self._ids))]
        by_key = sorted(range(len(self._ids)), key=self._keys.__getitem__)
        self.rank = [0] * len(self._ids)
        for place, position in enumerate(by_key):
            self.rank[position] = place

    def first(self, tied: Iterable[int]) -> int:
        """The position that wins among tied positions."""
        return min(tied, key=self.rank.__getitem__)

    def last(self, tied: Iterable[int]) -> int:
        """The position that loses among tied positions."""
        return max(tied, key=self.rank.__getitem__)

    def separates(self, one: int, other: int) -> str:
        """The first criterion of the chain on which two positions differ."""
        return next(
            name for name, a, b in zip(self._criteria, self._keys[one], self._keys[other], strict=True) if a != b
        )

    def describe(self, tied: Iterable[int], *, round: int, phase: str, last: bool = False) -> Tie:
        """The record of a tie among positions: who was tied, who won, by which criterion.

        With `last` the tie was about who goes out, and `chosen` is that one.
        """
        order = sorted(tied, key=self.rank.__getitem__)
        # The criterion that decided is the first on which the chosen one differs from the one that came closest.
        taken, closest = (order[-1], order[-2]) if last else (order[0], order[1])
        return Tie(
            round=round,
            phase=phase,
            options=tuple(self._ids[p] for p in order),
            chosen=self._ids[taken],
            decided_by=self.separates(taken, closest),
        )
