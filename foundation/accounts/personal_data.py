"""What every app keeps of a person: how to hand it over, and how to erase it.

Accounts lies below the apps that keep data about people, so each app says here what it keeps, in its
``AppConfig.ready()``::

    register_exporter("stemmen", export_votes)          # (user) -> list or dict, JSON-able
    register_eraser(erase_roles, erases=_("Your roles in municipalities"))
    register_obstacle(last_administrator_of)            # (user) -> sentences that say why not yet
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from foundation.accounts.models import User

Exporter = Callable[["User"], "list[Any] | dict[str, Any]"]
EraserFunction = Callable[["User"], None]
Obstacle = Callable[["User"], Iterable["StrOrPromise"]]


@dataclass(frozen=True)
class Eraser:
    """One app's part in erasing somebody.

    ``erases`` and ``keeps`` are what the person reads beforehand: what goes, and what stays without their name and why.
    """

    function: EraserFunction
    erases: StrOrPromise = ""
    keeps: StrOrPromise = ""


_MADE = frozenset(["id", "search"])  # by the database
_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}
_obstacles: dict[str, Obstacle] = {}


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def register_exporter(label: str, function: Exporter) -> None:
    """Add a part to the export of somebody's data.

    Args:
        label: key in the file, a Dutch word in small letters; people read it.
        function: gives what the app keeps of the user, JSON-able (dates and decimals too).

    Raises:
        ValueError: when another function has this label.
    """
    known = _exporters.get(label)
    if known is not None and _name(known) != _name(function):
        raise ValueError(f"two exporters are called {label!r}")
    _exporters[label] = function


def own_fields(row: Model) -> dict[str, Any]:
    """The fields of a row that somebody wrote, for an export: not its number, what it belongs to, or its search words."""
    own = [field.name for field in row._meta.concrete_fields if not field.is_relation and field.name not in _MADE]
    values = {name: getattr(row, name) for name in own}
    return {
        name: value if isinstance(value, str | int | float | None) else str(value) for name, value in values.items()
    }


def register_eraser(function: EraserFunction, *, erases: StrOrPromise = "", keeps: StrOrPromise = "") -> None:
    """Add a step to the erasing of somebody. It runs inside the transaction of ``services.erase``, before the row of
    the user itself is emptied; it must delete or anonymise everything of its app that tells who the user is.
    """
    _erasers[_name(function)] = Eraser(function, erases, keeps)


def register_obstacle(function: Obstacle) -> None:
    """Add a reason that may stand in the way of erasing, such as being the only administrator of a municipality."""
    _obstacles[_name(function)] = function


def erasers() -> list[Eraser]:
    """All steps, in the order of registration."""
    return list(_erasers.values())


def obstacles(user: User) -> list[str]:
    """Why this user can't be erased now, one sentence each; empty when nothing stands in the way."""
    return [str(reason) for function in _obstacles.values() for reason in function(user)]


def export(user: User) -> dict[str, Any]:
    """Everything the portal keeps of a user, per part, ready for JSON."""
    return {label: function(user) for label, function in sorted(_exporters.items())}
