"""States of a thing as one table of allowed moves; the table is data, ``move`` is the only road.

A model keeps its state in a TextChoices field; its app keeps the table in ``enums.py`` and calls ``move`` in a service,
inside a transaction and with the row locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class IllegalMove(Exception):
    """A move that the table does not know. ``str()`` is for developers; forms tell people in their own words."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} -> {new} is not in the table of transitions")
        self.old = old
        self.new = new


class Transitions:
    """The allowed moves of one field.

    Args:
        field: name of the model field that holds the state.
        table: per state the states that may follow it; a state without followers is final.
    """

    def __init__(self, field: str, table: Mapping[str, Iterable[str]]) -> None:
        self.field = field
        self.table = {str(old): tuple(str(new) for new in followers) for old, followers in table.items()}
        unknown = {new for followers in self.table.values() for new in followers} - set(self.table)
        if unknown:
            raise ValueError(f"states without a line of their own in the table: {sorted(unknown)}")

    def allows(self, old: str, new: str) -> bool:
        """Whether ``old`` may be followed by ``new``."""
        return str(new) in self.table.get(str(old), ())

    def is_final(self, state: str) -> bool:
        """Whether nothing follows ``state``."""
        return not self.table[str(state)]

    def move(self, obj: Any, new: str) -> str:
        """Set the field of ``obj`` (not saved) to ``new`` and return the old state.

        Raises:
            IllegalMove: when the table does not allow it.
        """
        old = str(getattr(obj, self.field))
        if not self.allows(old, new):
            raise IllegalMove(old, str(new))
        setattr(obj, self.field, new)
        return old
