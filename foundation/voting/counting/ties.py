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

    def describe(self, tied: Iterable[int], *, round: int, phase: str) -> Tie:
        """The record of a tie among positions: who was tied, who won, by which criterion."""
        order = sorted(tied, key=self.rank.__getitem__)
        winner, second = order[0], order[1]
        # The criterion that decided is the first on which the winner differs from the one that came closest.
        decided = next(
            name for name, a, b in zip(self._criteria, self._keys[winner], self._keys[second], strict=True) if a != b
        )
        return Tie(
            round=round,
            phase=phase,
            options=tuple(self._ids[p] for p in order),
            chosen=self._ids[winner],
            decided_by=decided,
        )
