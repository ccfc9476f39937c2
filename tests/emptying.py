"""What takes the rows of a ``transaction=True`` test away afterwards.

Django's own way truncates all tables, which gives each of them and each index new files: a second or two for some two
hundred tables, most of which the test left empty. Here only tables that hold rows are emptied. Like a truncation it waits
for whoever still writes, so that nothing of one test comes in during the next. Content types and permissions, which Django
would make anew each time, stay: they are the same for all tests.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

STAYING = ("django_content_type", "auth_permission")
# `replica` leaves triggers and foreign keys out: append-only tables are emptied too, in any order.
_EMPTY = """
DO $$
DECLARE name text; found boolean;
BEGIN
  LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE;
  SET LOCAL session_replication_role = replica;
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO found;
    IF found THEN
      EXECUTE 'DELETE FROM ' || name;
    END IF;
  END LOOP;
END $$"""


def sql_flush(
    style: Any, tables: list[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    """In the place of the same method of Django's PostgreSQL operations."""
    names = [connection.ops.quote_name(table) for table in tables if table not in STAYING]
    return [_EMPTY.format(tables=", ".join(names), names=", ".join(f"'{name}'" for name in names))] if names else []


def nothing(*_given: Any, **_named: Any) -> None:
    """In the place of the signal that makes content types and permissions again."""
