"""Which groups may be shown. Pure Python.

A group with fewer than five people is hidden. So that it can't be computed from the total, what is hidden together is at
least five people in at least two groups: if need be the next smallest groups are hidden too.
"""

from __future__ import annotations

from collections.abc import Mapping

from foundation.surveys.enums import SMALLEST


def shown(sizes: Mapping[str, int], *, smallest: int = SMALLEST) -> set[str]:
    """The groups that may be shown.

    Args:
        sizes: people per group; together they are everybody. Groups of nobody don't matter.
        smallest: of how many people a group must be.
    """
    known = sorted(((size, name) for name, size in sizes.items() if size > 0), reverse=True)
    hidden: list[int] = []
    while known and (known[-1][0] < smallest or (hidden and (sum(hidden) < smallest or len(hidden) < 2))):
        hidden.append(known.pop()[0])
    return {name for _size, name in known}
