"""Drawing lots that anybody can draw again: pure Python, no database, no chance beside the seed.

The order of the numbers is that of ``SHA-256("<seed>:<number>")``. Who knows the seed and the numbers gets the same
order; nobody can choose a seed with a wished outcome once the seed is something that is not known beforehand, such as
the numbers of a public lottery of a day that lies after the last sign-up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def drawn(numbers: Iterable[int], seed: str) -> list[int]:
    """The numbers in the order in which they are drawn.

    Args:
        numbers: each once.
        seed: the text that was agreed on, as it was published.

    Raises:
        ValueError: a number occurs twice, or there is no seed.
    """
    pool = list(numbers)
    if len(set(pool)) != len(pool):
        raise ValueError("a number takes part once")
    if not seed:
        raise ValueError("without a seed nobody can draw again")
    return sorted(pool, key=lambda number: (hashlib.sha256(f"{seed}:{number}".encode()).digest(), number))
