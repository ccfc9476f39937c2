"""Statements for the busiest path, prepared by the server and sent past the layers that they don't need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def prepared(statement: str, values: Mapping[str, Any], *, may_repeat: bool = False) -> list[tuple[Any, ...]]:
    """Run one statement on this thread's connection, in its transaction if it has one, and return the rows.

    The values travel apart from the statement, which PostgreSQL plans once per connection. Where somebody listens to
    queries (tests, DEBUG) or ``DB_PREPARED`` is off (a pooler that can't keep statements) it takes Django's usual way.

    Args:
        statement: constant text with ``%(name)s`` for values; it must yield rows.
        may_repeat: a read, which does no harm when it runs twice: a connection that broke since the last request is then
            found by using it, and the statement sent again over a new one, instead of asking ``SELECT 1`` first.

    Raises:
        django.db.Error: as Django's own cursors do.
    """
    if not settings.DB_PREPARED or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    connection.validate_no_broken_transaction()
    if may_repeat and not connection.in_atomic_block and connection.connection is not None:
        try:
            return _run(statement, values)
        except psycopg.OperationalError:
            connection.close()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return _run(statement, values)


def _run(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    # Cursor binds on the server; Django's own default binds in the client.
    rows = psycopg.Cursor(connection.connection).execute(statement, values, prepare=True).fetchall()
    # The connection has just proved itself: no SELECT 1 for the rest of this request.
    connection.health_check_done = True  # type: ignore[attr-defined]
    return rows
