"""How wide a text may be shared at most, where an app above says so: a lesson from a Changelab stays within its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from learning_network.models import Shared

# Takes a text and the circle that was chosen; raises ValidationError where that is too wide.
Limit = Callable[["Shared", str], None]
_limits: list[Limit] = []


def register(limit: Limit) -> None:
    """Let an app above be asked before a text is shared or gets another circle."""
    if limit not in _limits:
        _limits.append(limit)


def need(row: Shared, visibility: str) -> None:
    """Ask all of them.

    Raises:
        ValidationError: too wide.
    """
    for limit in _limits:
        limit(row, visibility)
