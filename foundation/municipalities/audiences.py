"""To whom a newsletter can go. Apps above add theirs in ``AppConfig.ready``::

    register_audience(
        Audience("process", _("Followers of a process"), choices=queries.followed_processes, members=queries.follower_ids)
    )

``choices(municipality)`` gives what can be chosen, with how many follow it; ``members(municipality, value)`` the ids of the
people with an account behind one choice. Addresses without an account follow only here (municipality, neighbourhood,
theme), so that one confirmation and one unsubscribing are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foundation.municipalities.models import Municipality

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

BUILT_IN = ("municipality", "neighbourhood", "theme")


@dataclass(frozen=True)
class Choice:
    """One thing that is followed. ``followers``: how many people and addresses follow it."""

    value: str
    label: str
    followers: int


@dataclass(frozen=True)
class Audience:
    """A kind of followers. ``code`` is stored with each newsletter: never change it."""

    code: str
    label: Text
    choices: Callable[[Municipality], Iterable[Choice]]
    members: Callable[[Municipality, str], Iterable[int]]


@dataclass(frozen=True)
class Item:
    """Something of the portal that can stand in a newsletter; ``url`` is a path."""

    key: str
    title: str
    text: str
    url: str


_audiences: dict[str, Audience] = {}
_items: dict[str, tuple[Text, Callable[[Municipality], Iterable[Item]]]] = {}


def register_audience(audience: Audience) -> Audience:
    """Make an audience known.

    Raises:
        ValueError: when another one has its code, or the code is one of ours or holds a colon.
    """
    if audience.code in BUILT_IN or ":" in audience.code or _audiences.setdefault(audience.code, audience) != audience:
        raise ValueError(f"two different audiences are called {audience.code}")
    return audience


def find(code: str) -> Audience | None:
    return _audiences.get(code)


def registered() -> list[Audience]:
    """The audiences of apps above, in the order in which they were registered."""
    return list(_audiences.values())


def register_items(code: str, label: Text, provider: Callable[[Municipality], Iterable[Item]]) -> None:
    """Make things known that a newsletter can list, such as open votes: (municipality) -> items, the newest first."""
    _items[code] = (label, provider)


def items_of(municipality: Municipality) -> list[tuple[str, str, list[Item]]]:
    """Per kind that has any: its code, its label, its items."""
    found = [(code, str(label), list(provider(municipality))) for code, (label, provider) in _items.items()]
    return [one for one in found if one[2]]
