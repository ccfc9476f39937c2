"""How wide a text may be shared at most, where an app above says so: a lesson from a Changelab stays within its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learning_network.models import Shared


@dataclass(frozen=True)
class Note:
    """What an app above tells on the page of a text, with the page where something can be done about it ("" for none)."""

    text: str
    url: str = ""
    action: str = ""


# Takes a text and the circle that was chosen; raises ValidationError where that is too wide.
Limit = Callable[["Shared", str], None]
_limits: list[Limit] = []
# Takes a text and who reads its page.
Noter = Callable[["Shared", Any], Note | None]
_noters: list[Noter] = []


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


def register_note(noter: Noter) -> None:
    """Let an app above tell something on the page of a text."""
    if noter not in _noters:
        _noters.append(noter)


def notes(row: Shared, user: Any) -> list[Note]:
    """What all of them tell this person of a text."""
    return [note for noter in _noters if (note := noter(row, user)) is not None]
