"""Statements that are prepared by the server, and only those."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import DataError

from foundation.core.database import LeanStatement, prepared

pytestmark = pytest.mark.django_db(transaction=True)


def _plans() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%asked_once%%'")
        return [row[0] for row in cursor.fetchall() if "pg_prepared" not in row[0]]


def test_a_statement_is_planned_once_and_those_of_django_are_not() -> None:
    statement = "SELECT 41 + %(n)s::int AS asked_once"
    assert [prepared(statement, {"n": n}, may_repeat=True) for n in (1, 2)] == [[(42,)], [(43,)]]
    assert len(_plans()) == 1
    assert connection.connection.prepare_threshold is None


def test_after_an_error_or_a_rollback_it_answers_again() -> None:
    statement = "SELECT 100 / %(n)s::int AS asked_once"
    with pytest.raises(DataError):
        prepared(statement, {"n": 0})
    assert connection.connection.prepare_threshold is None
    assert prepared(statement, {"n": 50}) == [(2,)]
    connection.rollback()
    assert prepared(statement, {"n": 20}) == [(5,)]


def test_a_lean_statement_survives_that_psycopg_throws_all_plans_away() -> None:
    lean = LeanStatement("SELECT %(n)s + 1", {"n": "bigint"})
    assert lean.column([b"41"]) == [b"42"]
    assert prepared("SELECT 1 AS asked_once", {}, may_repeat=True) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        connection.connection.rollback()  # psycopg sends its DEALLOCATE ALL
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)
    assert lean.column([b"1"]) == [b"2"]
