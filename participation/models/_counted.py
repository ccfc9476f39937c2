"""Counters that the database keeps, so that they always agree with the rows."""

from __future__ import annotations

import pgtrigger


def kept(table: str, key: str, column: str) -> list[pgtrigger.Trigger]:
    """Triggers for a model of "one person, once": its rows are counted in a column of the row they point to.

    Args:
        table: of the row that holds the number.
        key: name of the column that points to it.
        column: the number.
    """
    return [
        pgtrigger.Trigger(
            name=f"count_{name}",
            when=pgtrigger.After,
            operation=operation,
            func=f"UPDATE {table} SET {column} = {column} {step} 1 WHERE id = {row}.{key}; RETURN NULL;",  # noqa: S608 - our own names
        )
        for name, operation, row, step in (
            ("up", pgtrigger.Insert, "NEW", "+"),
            ("down", pgtrigger.Delete, "OLD", "-"),
        )
    ]
