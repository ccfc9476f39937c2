"""In which version the rows behind a page are: what lets a drawn page be kept without ever being old.

A version is the answer to one question that names everything a page shows. Of a table it takes each row with the transaction
that wrote it last and the place where it stands since (``xmin``, ``ctid``: a row that is changed gets others), so that nobody
who writes has to think of it. What the clock alone changes is in it too: which moments have passed, and how near those of the
coming day are, in the steps of ``foundation.core.wording.relative``. The day itself belongs to the key of who keeps the page.

The same answer means the same page; whoever keeps a page under it must ask *before* he reads what he draws. A table that is
too large to look at all its rows can count its changes instead (``initiatives.models.changes``).
"""

from __future__ import annotations

from typing import Any

from foundation.core import clock
from foundation.core.database import prepared

# Each moment is a number that only ever goes down while time passes, so that their sum changes when one of them does.
_NEAR = """CASE WHEN {0} <= %(now)s THEN -1 WHEN {0} < %(now)s + interval '1 hour'
    THEN floor(extract(epoch FROM {0} - %(now)s) / 60) WHEN {0} < %(now)s + interval '1 day'
    THEN 60 + floor(extract(epoch FROM {0} - %(now)s) / 3600) ELSE 100 END"""


def row(table: str) -> str:
    """SQL of the version of one row that is at hand."""
    return f"({table}.xmin || ':' || {table}.ctid)"


def rows(of: str, *moments: str) -> str:
    """SQL of the version of several rows.

    Args:
        of: constant text behind FROM, in which the table is called ``t``: "participation_phase t WHERE t.process_id = p.id".
        moments: columns with a time (UTC) at which a page changes by itself: "t.opens_at". ``ask`` knows the ``now`` for them.
    """
    told = "COUNT(*) || '.' || COALESCE(SUM(hashtidextended(t.ctid, t.xmin::text::bigint)), 0)"
    if moments:
        near = " + ".join(f"COALESCE({_NEAR.format(moment)}, 0)" for moment in moments)
        told += f" || '.' || COALESCE(SUM({near}), 0)"
    return f"(SELECT {told} FROM {of})"  # noqa: S608  (constant texts of the code, nothing of a reader)


def number(version: str) -> int:
    """How many rows there are behind a version of ``rows``: where there are none, nobody has to ask for them."""
    return int(version.partition(".")[0])


def told(of: str, *columns: str) -> str:
    """SQL of the version of rows of which only some columns are shown, where others are often written.

    Args:
        of: as for ``rows``.
        columns: what is shown: "t.name". They must be texts, numbers, yes or no, or moments.
    """
    words = " || '|' || ".join(f"COALESCE({column}::text, '')" for column in ("t.id", *columns))
    return f"(SELECT COUNT(*) || '.' || COALESCE(SUM(hashtextextended({words}, 0)), 0) FROM {of})"  # noqa: S608


def ask(question: str, **values: Any) -> tuple[Any, ...] | None:
    """The version, put together of the texts above with ``%(name)s`` for values; None where there is nothing to show."""
    found = prepared(question, {"now": clock.now(), **values} if "%(now)s" in question else values, may_repeat=True)
    return found[0] if found else None
