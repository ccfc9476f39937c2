"""In which version a page of many initiatives is: one question, however many there are.

The answer names everything that such a page shows: the number of changes of the initiatives (``models.changes``), and of each
small table the rows with the transaction that wrote them last and the place where they stand since (``xmin``, ``ctid``: a row that
is changed gets others). The same answer means the same page; whoever keeps a page under it must ask *before* he reads what
he draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

_ROWS = "SELECT COUNT(*) || '.' || COALESCE(SUM(hashtextextended(t.xmin || ':' || t.ctid, 0)), 0)"
_CHANGES = "(SELECT COALESCE(SUM(number), 0) FROM initiatives_change WHERE municipality_id = m.id)"
_AREAS = f"({_ROWS} FROM municipalities_area t WHERE t.municipality_id = m.id)"
# Put together of the constants above: nothing of a reader is in it.
_LIST = (
    f"SELECT m.id, m.xmin || ':' || m.ctid, {_CHANGES}, {_AREAS} FROM municipalities_municipality m WHERE m.slug = %s"  # noqa: S608
)
_WORK = f"""
    SELECT m.xmin || ':' || m.ctid, {_AREAS},
    ({_ROWS} FROM municipalities_sector t WHERE t.municipality_id = m.id),
    ({_ROWS} FROM municipalities_role t WHERE t.municipality_id = m.id),
    ({_ROWS} FROM accounts_user t JOIN municipalities_role r ON r.user_id = t.id WHERE r.municipality_id = m.id),
    {_CHANGES},
    ({_ROWS} FROM initiatives_savedview t WHERE t.municipality_id = m.id AND t.user_id = %s)
    FROM municipalities_municipality m WHERE m.id = %s
"""  # noqa: S608


def of_list(slug: str) -> tuple[Any, ...] | None:
    """Of the public list of the municipality with this slug; None where there is none."""
    return _ask(_LIST, slug)


def of_work(municipality: Municipality, user: User) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Of the worklist and the board as this person sees them: what the filter offers, and what goes on."""
    found = _ask(_WORK, user.pk, municipality.pk) or ()
    return found[:5], found[5:]


def _ask(question: str, *arguments: Any) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(question, arguments)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found
