"""The attacker has the files of the database: removed rows, and the numbers of their transactions, are in none of them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from foundation.core import traces as core_traces
from foundation.core.models import Trace
from foundation.voting import tasks
from foundation.voting.enums import TraceOf
from foundation.voting.models import InletVote
from foundation.voting.services import mixing, traces
from tests.cleaning import in_the_end
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)
BOX = ("voting_vote", "voting_vote_pkey", "vote_code_once")  # where a receipt code lies for good


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def files() -> dict[str, bytes]:
    """Every file of this database but those of the box, by name: tables, indexes, and what no table owns (any more)."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    folder = Path(rows("SHOW data_directory")[0][0])
    places = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relname = ANY(%s) OR relname ~ %s"
    box = {folder / path for (path,) in rows(places, list(BOX), "^voting_vote_(pkey|ballot)")}
    base = folder / rows("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")[0][0]
    return {path.name: path.read_bytes() for path in base.iterdir() if path.is_file() and path not in box}


def found(codes: list[str]) -> list[str]:
    held = files()
    return [code for code in codes if any(code.encode() in content for content in held.values())]


@contextmanager
def another_connection() -> Iterator[psycopg.Connection]:
    parameters = {
        k: v for k, v in connection.get_connection_params().items() if k in {"host", "port", "user", "dbname"}
    }
    with psycopg.connect(**parameters) as other:
        yield other


def test_after_mixing_no_file_holds_a_vote_of_the_inlet_though_others_wait_in_the_same_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = voting.opened(limit_kind="none"), voting.opened(limit_kind="none")
    mixed, waiting = [], []
    for _ in range(mixing.ENOUGH):
        mixed.append(voting.vote(one, 1).code)
        waiting.append(voting.vote(other, 2).code)
    with monkeypatch.context() as patch:
        patch.setattr(traces, "wipe", lambda: False)
        mixing.empty_inlet(ballot_id=one.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM voting_inletvote")
    assert found(mixed) != [], "the attack works: a plain VACUUM leaves the bytes in the room that it gives free"
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    assert found(mixed) == []
    assert found(waiting) == waiting  # and the search finds what is there
    # Who waits is where they were, and votes on.
    assert InletVote.objects.filter(ballot=other).count() == len(waiting)
    waiting.append(voting.vote(other, 1).code)
    mixing.empty_inlet(ballot_id=other.pk)
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    assert found([*mixed, *waiting]) == []


def test_mixing_wipes_by_itself() -> None:
    ballot = voting.opened(limit_kind="none")
    codes = [voting.vote(ballot, 1).code for _ in range(mixing.ENOUGH)]
    mixing.empty_inlet(ballot_id=ballot.pk)
    assert in_the_end(traces.wipe, lambda: found(codes) == [])


def test_rows_that_an_older_transaction_may_see_are_wiped_by_beat_when_it_is_over() -> None:
    ballot = voting.opened(limit_kind="none")
    codes = [voting.vote(ballot, 1).code for _ in range(mixing.ENOUGH)]
    with another_connection() as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute("SELECT count(*) FROM voting_ballot").fetchone() == (
            1,
        )  # its view of the database begins
        assert mixing.empty_inlet(ballot_id=ballot.pk) == mixing.ENOUGH
        assert Trace.objects.filter(of=TraceOf.INLET).exists()
        assert found(codes) == codes
        assert not traces.wipe()
    tasks.empty_inlets()
    assert in_the_end(tasks.empty_inlets, lambda: not Trace.objects.exists())
    assert found(codes) == []


def test_a_voter_waits_a_moment_at_most_where_somebody_else_keeps_the_inlet_from_being_rewritten() -> None:
    ballot = voting.opened()
    person = voting.resident(ballot.municipality)
    for _ in range(mixing.ENOUGH):
        voting.vote(ballot, 1)
    took = list[float]()

    def cast() -> None:
        time.sleep(0.1)  # behind the rewriting that waits
        begin = time.monotonic()
        voting.vote(ballot, 1, by=person)
        took.append(time.monotonic() - begin)
        connection.close()

    with another_connection() as dump:  # such as a backup
        dump.execute("LOCK TABLE voting_inletvote IN ACCESS SHARE MODE")
        voter = threading.Thread(target=cast)
        voter.start()
        mixing.empty_inlet(ballot_id=ballot.pk)
        voter.join(20)
        assert took
        assert took[0] < 5  # half a second on a quiet machine, and not until the backup is ready
        assert Trace.objects.exists()
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())


def test_a_role_that_may_not_rewrite_leaves_it_to_the_worker() -> None:
    traces.leave(TraceOf.KEYS)
    role = f"web_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        try:
            cursor.execute(f"GRANT SELECT, INSERT, DELETE ON core_trace TO {role}")
            cursor.execute(f"SET ROLE {role}")
            assert not traces.wipe()
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")
    assert Trace.objects.exists()
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())


def test_inside_a_transaction_the_traces_wait() -> None:
    with transaction.atomic():
        traces.leave(TraceOf.KEYS)
        assert not traces.wipe()
    assert Trace.objects.count() == 1
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())


def test_each_thing_that_is_removed_has_tables_to_rewrite() -> None:
    registered = {code for code in core_traces.registered() if code.startswith("voting.")}
    assert registered == set(TraceOf)
