"""Statements for the busiest path, prepared by the server and sent past the layers that they don't need."""

from __future__ import annotations

import struct
import threading
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg import pq

_numbers = count(1)
_NO_SUCH_STATEMENT = b"26000"
_NOTHING = struct.pack(">i", -1)  # the length of NULL in a binary array


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
    wire = connection.connection
    # Django leaves it at None: then psycopg prepares nothing, also where it is asked to. Other statements keep it that way.
    usual, wire.prepare_threshold = wire.prepare_threshold, 0
    try:
        # Cursor binds on the server; Django's own default binds in the client.
        rows = psycopg.Cursor(wire).execute(statement, values, prepare=True).fetchall()
    finally:
        wire.prepare_threshold = usual
    # The connection has just proved itself: no SELECT 1 for the rest of this request.
    connection.health_check_done = True  # type: ignore[attr-defined]
    return rows


class NotAnswered(Exception):
    """A lean statement did not run to its end; ask again the usual way."""


class LeanStatement:
    """A statement that goes to PostgreSQL by libpq alone: no cursor, no adapting, no row objects.

    For the one statement that is asked thousands of times a second. Each thread prepares it once on its connection.

    Args:
        statement: constant text with ``%(name)s`` for values. Outside a transaction it is one by itself.
        types: the PostgreSQL type of each value, in the order in which ``rows`` gets them.
    """

    def __init__(self, statement: str, types: Mapping[str, str]) -> None:
        places = {name: f"${place}::{kind}" for place, (name, kind) in enumerate(types.items(), start=1)}
        self._command = (statement % places).encode()
        binary = {kind for kind in types.values() if kind == "bytea" or kind.endswith("[]")}
        self._formats = [pq.Format.BINARY if kind in binary else pq.Format.TEXT for kind in types.values()]
        self._local = threading.local()

    def column(self, values: Sequence[bytes | None]) -> list[bytes]:
        """Run it; returns the first value of each row that came back, as PostgreSQL writes it.

        Args:
            values: as PostgreSQL writes them; of a ``bytea`` the bytes themselves, and arrays by ``array`` and ``numbers``.

        Raises:
            NotAnswered: no connection, somebody listens to queries, or an error. Whether it was done is not known then.
        """
        ours = connections[DEFAULT_DB_ALIAS]  # of this thread
        if ours.queries_logged or ours.execute_wrappers:
            raise NotAnswered("somebody listens")
        if ours.connection is None:
            ours.ensure_connection()
        wire = ours.connection.pgconn
        # After a rollback psycopg throws all plans of a connection away, ours too. Outside a transaction that is found by
        # asking; inside one the error would spoil it, so there it is prepared each time (votes are cast outside).
        if getattr(self._local, "wire", None) is not wire or ours.in_atomic_block:
            self._prepare(wire)
        result = wire.exec_prepared(self._local.name, values, self._formats)
        if result.error_field(pq.DiagnosticField.SQLSTATE) == _NO_SUCH_STATEMENT:
            self._prepare(wire)
            result = wire.exec_prepared(self._local.name, values, self._formats)
        self._succeeded(wire, result, pq.ExecStatus.TUPLES_OK)
        return [result.get_value(row, 0) or b"" for row in range(result.ntuples)]

    def _prepare(self, wire: Any) -> None:
        # A name of its own each time: the server may still have one of this thread from before an error.
        name = f"lean_{next(_numbers)}".encode()
        # Arrays of few values look so cheap to the planner that it would plan the statement anew each time.
        self._succeeded(wire, wire.exec_(b"SET plan_cache_mode = force_generic_plan"), pq.ExecStatus.COMMAND_OK)
        self._succeeded(wire, wire.prepare(name, self._command), pq.ExecStatus.COMMAND_OK)
        self._local.wire, self._local.name = wire, name

    def _succeeded(self, wire: Any, result: Any, status: pq.ExecStatus) -> None:
        if result.status == status:
            return
        self._local.wire = None
        if wire.status != pq.ConnStatus.OK:
            connection.close()  # the next one to ask makes a new connection
        raise NotAnswered(f"PostgreSQL says {(result.error_field(pq.DiagnosticField.SQLSTATE) or b'nothing').decode()}")


_OID = {"bytea[]": 17, "bigint[]": 20, "text[]": 25, "xid[]": 28}


def array(kind: str, values: Sequence[bytes | None]) -> bytes:
    """An array (``bytea[]`` or ``text[]``) as PostgreSQL reads it in binary: no quoting, no parsing."""
    pieces = [struct.pack(">iiIii", 1, 1, _OID[kind], len(values), 1)]
    for value in values:
        pieces += (_NOTHING,) if value is None else (struct.pack(">i", len(value)), value)
    return b"".join(pieces)


def numbers(kind: str, values: Sequence[int | None]) -> bytes:
    """An array of whole numbers (``bigint[]`` or ``xid[]``) as PostgreSQL reads it in binary."""
    one = struct.Struct(">iq" if kind == "bigint[]" else ">iI")
    size = one.size - 4
    pieces = [struct.pack(">iiIii", 1, 1, _OID[kind], len(values), 1)]
    pieces += [_NOTHING if value is None else one.pack(size, value) for value in values]
    return b"".join(pieces)
