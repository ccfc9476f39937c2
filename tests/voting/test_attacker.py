"""The attacker has everything: tables with their system columns, Redis, logs, audit, outbox and files, after mixing.

They know one voter, and when that person voted; while the vote is open they also hold the key of the roll, so they find the
voter's line in it. What they want is the vote. One test for each way; each first shows that the attack works where the
link was put there on purpose, so that "nothing found" means something.

Outside what is tested, as docs/voting.md says: who reads memory, the write-ahead log, backups, or the inlet *during* the
vote. Statistics of PostgreSQL and what its connections are doing (``pg_stat_activity``) are looked at below.
"""

from __future__ import annotations

import logging
import pickle
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from foundation.accounts.models import User
from foundation.core import audit
from foundation.core.models import AuditEvent
from foundation.voting.models import Ballot, BallotSecret
from foundation.voting.queries import eligibility
from foundation.voting.services import counting, mixing, publishing, traces
from tests.cleaning import in_the_end
from tests.factories import voting
from tests.factories.municipalities import NeighbourhoodFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = 25
KNOWN = 11  # the victim was the twelfth to vote, and the attacker knows it
CHOICE = (37, 41)  # numbers that stand nowhere by chance
ROLL, BOX = "voting_voterrecord", "voting_vote"


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@dataclass
class Evidence:
    """An election after mixing. ``codes``: the truth, receipts in the order of casting, which no attacker has."""

    ballot: Ballot
    victim: User
    line: bytes
    codes: list[str]
    victims_choices: str = "37,41"

    @property
    def code(self) -> str:
        return self.codes[KNOWN]

    @property
    def paper_marks(self) -> list[str]:
        """What stands for the victim's paper, as texts."""
        paper = rows(
            f"SELECT id::text, code, encode(nonce, 'hex'), encode(commitment, 'hex') FROM {BOX} WHERE code = %s",
            self.code,
        )
        return [*paper[0], f"{self.code[:4]}-{self.code[4:8]}-{self.code[8:]}", '"37,41"', "'37,41'"]


def cast_by_hand(ballot: Ballot, voter: User, client: Client) -> str:
    """As a person does it in a browser: choose, look it over, send. Returns the receipt code."""
    client.force_login(voter, BACKEND)
    here = ballot.get_absolute_url()
    client.post(f"{here}stem/", {"getoond": list(CHOICE), "keuze": list(CHOICE), "doe": "controleer"})
    token = re.search(r'name="formulier" value="([^"]+)"', client.get(f"{here}stem/controleren/").content.decode())
    assert token is not None
    answer = client.post(f"{here}stem/controleren/", {"formulier": token[1], "keuze": list(CHOICE)})
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())
    assert code is not None
    return code[0].replace("-", "")


def open_ballot() -> Ballot:
    return voting.opened(projects=[(f"Plan {n}", 100) for n in range(1, 51)], limit_kind="none")


@pytest.fixture
def found(client: Client) -> Evidence:
    ballot = open_ballot()
    place = NeighbourhoodFactory(municipality=ballot.municipality)
    codes, victim = [], None
    for number in range(PEOPLE):
        person = voting.resident(ballot.municipality, place)
        if number == KNOWN:
            victim = person
            codes.append(cast_by_hand(ballot, person, client))
        else:
            codes.append(voting.vote(ballot, 1 + number * 17 % 30, by=person).code)
    assert victim is not None
    assert mixing.empty_inlet(ballot_id=ballot.pk) == PEOPLE
    secret = BallotSecret.objects.get(ballot=ballot)
    return Evidence(ballot, victim, eligibility.key_of(secret, victim), codes)


def linked_copy(order: Sequence[str], name: str = "linked_vote") -> str:
    """A copy of the box as it would be had the votes been written there one by one, in the order of casting."""
    run(f"DROP TABLE IF EXISTS {name}")
    run(f"CREATE TABLE {name} (LIKE {BOX})")
    for code in order:  # each in a transaction of its own
        rows(f"INSERT INTO {name} SELECT * FROM {BOX} WHERE code = %s RETURNING 1", code)
    return name


@pytest.fixture(autouse=True)
def _no_copies_left() -> Any:
    yield
    for name in ("linked_vote", "linked_roll", "linked_note"):
        run(f"DROP TABLE IF EXISTS {name}")


def tables() -> list[str]:
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


# --- Join -------------------------------------------------------------------------------------------------------------------


def tables_that_join(evidence: Evidence) -> list[str]:
    """Tables with a row that holds both a mark of the voter (line, number, address) and a mark of the paper."""
    voter = [evidence.line.hex(), evidence.victim.email]
    guilty = []
    for table in tables():
        for (text,) in rows(f"SELECT t::text FROM {table} t"):
            if any(mark in text for mark in voter) and any(mark in text for mark in evidence.paper_marks):
                guilty.append(table)
                break
    return guilty


def columns_that_join(roll: str, box: str) -> list[tuple[str, str]]:
    """Pairs of columns of roll and box, or of hashes of them, by which single rows find each other."""
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'ballot_id'"
    pairs = []
    for (ours,) in rows(columns, roll):
        for (theirs,) in rows(columns, box):
            same = (
                f"r.{ours}::text = v.{theirs}::text OR encode(sha256(r.{ours}::text::bytea), 'hex') = v.{theirs}::text"
            )
            # One vote for everybody (a number of an area that is also one of an option) is not a link.
            if rows(f"SELECT count(DISTINCT v.code) FROM {roll} r JOIN {box} v ON {same}")[0][0] > 1:
                pairs.append((ours, theirs))
    return pairs


def test_no_join_of_any_table_ties_the_voter_to_the_vote(found: Evidence) -> None:
    run(f"CREATE TABLE linked_note AS SELECT encode(voter_key, 'hex') AS who, ''::text AS what FROM {ROLL} LIMIT 0")
    rows("INSERT INTO linked_note VALUES (%s, %s) RETURNING 1", found.line.hex(), found.code)
    assert tables_that_join(found) == ["linked_note"]
    run("DROP TABLE linked_note")
    assert tables_that_join(found) == []

    run(f"CREATE TABLE linked_roll AS SELECT *, md5((row_number() OVER ())::text) AS shared FROM {ROLL}")
    run(f"CREATE TABLE linked_vote AS SELECT *, md5((row_number() OVER ())::text) AS shared FROM {BOX}")
    assert columns_that_join("linked_roll", "linked_vote") == [("shared", "shared")]
    assert columns_that_join(ROLL, BOX) == []


# --- Time, id, physical order -------------------------------------------------------------------------------------------------


def likeness(truth: Iterable[str], told: Sequence[str]) -> float:
    """How much an order is like that of casting: 1 the same, -1 reversed, about 0 by chance (Spearman)."""
    places = {code: place for place, code in enumerate(told)}
    n = len(told)
    return 1 - 6 * sum((at - places[code]) ** 2 for at, code in enumerate(truth)) / (n * (n**2 - 1))


def orders_that_tell(evidence: Evidence, box: str, expressions: Iterable[str]) -> list[str]:
    """The expressions by which sorting the box gives (nearly) the order of casting. By chance: one in ten million."""
    return [
        told
        for told in expressions
        if abs(likeness(evidence.codes, [code for (code,) in rows(f"SELECT code FROM {box} ORDER BY {told}")])) > 0.85
    ]


def columns_of(box: str) -> list[str]:
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'ballot_id'"
    return [name for (name,) in rows(asked, box)]


def test_no_time_tells_which_vote_was_cast_when(found: Evidence) -> None:
    linked = linked_copy(found.codes)
    run(f"ALTER TABLE {linked} ADD COLUMN cast_at timestamptz")
    for place, code in enumerate(found.codes):
        rows(f"UPDATE {linked} SET cast_at = now() + %s * interval '1 second' WHERE code = %s RETURNING 1", place, code)
    assert orders_that_tell(found, linked, columns_of(linked)) == ["cast_at"]
    assert orders_that_tell(found, BOX, columns_of(BOX)) == []
    run(f"DROP TABLE {linked}")
    # Nor does a time stand beside a mark of the paper in any other table; the log of commitments knows the day only.
    timed = "SELECT DISTINCT table_name FROM information_schema.columns WHERE data_type LIKE 'timestamp%%' AND table_schema = 'public'"
    for (table,) in rows(timed):
        held = [text for (text,) in rows(f"SELECT t::text FROM {table} t")]
        assert not [mark for mark in found.paper_marks for text in held if mark in text], table


def test_no_number_or_id_counts_up_with_the_votes(found: Evidence) -> None:
    linked = linked_copy(found.codes)
    run(f"ALTER TABLE {linked} ADD COLUMN serial bigserial")
    assert "serial" in orders_that_tell(found, linked, columns_of(linked))
    assert orders_that_tell(found, BOX, columns_of(BOX)) == []
    log = "(SELECT position FROM voting_logentry l WHERE l.commitment = voting_vote.commitment)"
    assert orders_that_tell(found, BOX, [log]) == []
    owned = rows("SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^voting_(vote|inletvote|voterrecord)_'")
    assert owned == []


def test_the_place_on_disk_follows_the_random_ids(found: Evidence) -> None:
    linked = linked_copy(found.codes)
    assert orders_that_tell(found, linked, ["ctid"]) == ["ctid"]
    assert orders_that_tell(found, BOX, ["ctid"]) == []
    assert [code for (code,) in rows(f"SELECT code FROM {BOX} ORDER BY ctid")] == [
        code for (code,) in rows(f"SELECT code FROM {BOX} ORDER BY id")
    ]
    # What lies beside each other in roll and box belongs together no more than by chance: at most a handful of 25.
    beside = [code for (code,) in rows(f"SELECT code FROM {BOX} ORDER BY ctid")]
    assert sum(ours == theirs for ours, theirs in zip(found.codes, beside, strict=True)) < 8


# --- Row versions ---------------------------------------------------------------------------------------------------------------


def nearest_by_version(evidence: Evidence, box: str, column: str = "xmin") -> list[str]:
    """Votes whose row version lies nearest to that of the victim's line in the roll."""
    line = f"(SELECT xmin::text::bigint FROM {ROLL} WHERE voter_key = %s)"
    ranked = rows(f"SELECT code, abs({column}::text::bigint - {line}) FROM {box} ORDER BY 2", evidence.line)
    return [code for code, distance in ranked if distance == ranked[0][1]]


def test_row_versions_single_nobody_out(found: Evidence) -> None:
    # As it would be without mixing: roll and paper of each voter written in one transaction.
    run(f"CREATE TABLE linked_roll (LIKE {ROLL})")
    run(f"CREATE TABLE linked_vote (LIKE {BOX})")
    lines = rows(f"SELECT voter_key FROM {ROLL} ORDER BY ctid")
    for (line,), code in zip(lines, found.codes, strict=True):
        with transaction.atomic():
            rows(f"INSERT INTO linked_roll SELECT * FROM {ROLL} WHERE voter_key = %s RETURNING 1", bytes(line))
            rows(f"INSERT INTO linked_vote SELECT * FROM {BOX} WHERE code = %s RETURNING 1", code)
    joined = rows(
        "SELECT v.code FROM linked_roll r JOIN linked_vote v ON r.xmin = v.xmin WHERE r.voter_key = %s", found.line
    )
    assert joined == [(found.code,)]

    assert rows(f"SELECT v.code FROM {ROLL} r JOIN {BOX} v ON r.xmin = v.xmin") == []
    assert sorted(nearest_by_version(found, BOX)) == sorted(found.codes)  # all of them: the batch hides the vote
    for column in ("cmin", "cmax", "xmax"):
        told = rows(f"SELECT count(DISTINCT {column}::text) FROM {BOX}")
        assert told == [(1,)], column


# --- Redis ------------------------------------------------------------------------------------------------------------------------


def redis_dump() -> dict[str, str]:
    """Every key with its value as text, unpacked where it is a session or another thing of the cache."""
    store = redis.Redis.from_url(settings.REDIS_URL)
    told = {}
    for key in store.scan_iter(count=1000):
        value = store.dump(key) or b""
        with suppress(redis.ResponseError):
            raw = store.get(key) or b""
            value = raw
            with suppress(Exception):
                told[key.decode(errors="replace")] = str(pickle.loads(raw))
                continue
        told[key.decode(errors="replace")] = value.decode(errors="replace")
    store.close()
    return told


def in_redis(marks: Iterable[str]) -> list[str]:
    return [key for key, text in redis_dump().items() if any(mark in text or mark in key for mark in marks)]


def test_sessions_hold_the_choice_while_reading_and_nothing_after_sending(client: Client) -> None:
    ballot = open_ballot()
    anna = voting.resident(ballot.municipality)
    client.force_login(anna, BACKEND)
    here = ballot.get_absolute_url()
    client.post(f"{here}stem/", {"getoond": list(CHOICE), "keuze": list(CHOICE), "doe": "controleer"})
    session = [str(list(CHOICE))]
    assert len(in_redis(session)) == 1, "the attack finds a choice where there is one: before it is sent"
    code = cast_by_hand(ballot, anna, client)
    voting.vote(ballot, 5)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    line = eligibility.key_of(BallotSecret.objects.get(ballot=ballot), anna)
    assert in_redis([*session, "37,41", code, f"{code[:4]}-{code[4:8]}", line.hex()]) == []


# --- Log lines ------------------------------------------------------------------------------------------------------------------------


def lines_that_tell(text: str, evidence: Evidence) -> list[str]:
    marks = [*evidence.paper_marks, str(list(CHOICE)), "37,41", "keuze=37"]
    return [line for line in text.splitlines() if any(mark in line for mark in marks)]


def test_no_log_line_tells_a_choice_or_receipt(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ballot = open_ballot()
        voters = [voting.resident(ballot.municipality) for _ in range(mixing.ENOUGH)]
        codes = [cast_by_hand(ballot, voters[0], client)]
        codes += [voting.vote(ballot, 1, by=voter).code for voter in voters[1:]]
        mixing.empty_inlet(ballot_id=ballot.pk)
        line = eligibility.key_of(BallotSecret.objects.get(ballot=ballot), voters[0])
        evidence = Evidence(ballot, voters[0], line, [*codes[1 : KNOWN + 1], codes[0], *codes[KNOWN + 1 :]])
        assert evidence.code == codes[0]
        logged = caplog.text
        logging.getLogger("foundation.voting").info("cast %s", f"{evidence.code};37,41")
    assert len(lines_that_tell(caplog.text, evidence)) == 1, "the attack finds a line that tells"
    assert lines_that_tell(logged, evidence) == []
    # The logs of the servers themselves, as far as they lie on this machine.
    here = Path(rows("SHOW data_directory")[0][0])
    for log in {*here.parent.glob("*.log"), *here.glob("log/*"), *Path(settings.VAR_DIR).glob("*.log")}:
        assert lines_that_tell(log.read_text(errors="replace"), evidence) == [], log


# --- Audit, outbox, files ------------------------------------------------------------------------------------------------------------


def test_no_audit_row_or_message_tells_who_voted_what(found: Evidence) -> None:
    def telling() -> list[str]:
        marks = [*found.paper_marks, found.line.hex()]
        kept = [table for table in tables() if table.startswith(("core_", "notifications_", "django_", "account"))]
        return [
            table
            for table in kept
            for (text,) in rows(f"SELECT t::text FROM {table} t")
            if any(mark in text for mark in marks)
        ]

    def told_of_the_victim() -> int:
        return AuditEvent.objects.filter(actor_id=found.victim.pk).count()

    assert (telling(), told_of_the_victim()) == ([], 0)
    with transaction.atomic():
        audit.record("voting.ballot_counted", found.ballot, by=found.victim, new={"vote": f"{found.code};37,41"})
    assert (set(telling()), told_of_the_victim()) == ({"core_auditevent"}, 1)


def test_no_file_of_the_portal_holds_a_vote(found: Evidence, tmp_path: Path) -> None:
    def telling(*folders: Path) -> list[Path]:
        marks = [mark.encode() for mark in found.paper_marks]
        files = [file for folder in folders if folder.exists() for file in folder.rglob("*") if file.is_file()]
        return [file for file in files if any(mark in file.read_bytes() for mark in marks)]

    (tmp_path / "kladblok.txt").write_text(found.code)
    assert telling(tmp_path) == [tmp_path / "kladblok.txt"]
    assert telling(Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)) == []


def test_what_connections_are_doing_shows_no_values_of_a_vote() -> None:
    """``pg_stat_activity`` keeps the last statement of each connection: of a cast it has the text without values."""
    ballot = open_ballot()
    person = voting.resident(ballot.municipality)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.ClientCursor}) as other:

        def last_statement() -> str:
            asked = "SELECT query FROM pg_stat_activity WHERE pid = %s"
            row = other.execute(asked, [connection.connection.info.backend_pid]).fetchone()
            other.commit()
            return str(row[0]) if row else ""

        rows("SELECT %s", "37,41")
        assert "37,41" in last_statement()
        receipt = voting.vote(ballot, *CHOICE, by=person)
        told = last_statement()
    assert "voting_inletvote" in told
    assert not [mark for mark in (receipt.code, "37,41", receipt.commitment.hex()) if mark in told]


# --- After certification ----------------------------------------------------------------------------------------------------------------


def in_pages(table: str, secret: bytes) -> bool:
    """Whether these bytes stand anywhere in the file of a table."""
    run("CHECKPOINT")
    folder = Path(rows("SHOW data_directory")[0][0])
    return secret in (folder / rows("SELECT pg_relation_filepath(%s)", table)[0][0]).read_bytes()


def test_after_certification_no_page_holds_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    others, ballot = voting.opened(), voting.opened()
    voting.vote(ballot, 1)
    kept = bytes(BallotSecret.objects.get(ballot=others).roll_key)
    secret = BallotSecret.objects.get(ballot=ballot)
    gone = [bytes(key) for key in (secret.roll_key, secret.receipt_key, secret.signing_key)]
    voting.close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr(traces, "wipe", lambda: False)
        publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))
    run("VACUUM voting_ballotsecret")
    assert not BallotSecret.objects.filter(ballot=ballot).exists()
    assert in_pages("voting_ballotsecret", gone[0]), "the attack works: deleting alone leaves the bytes where they were"
    assert in_the_end(traces.wipe, lambda: not any(in_pages("voting_ballotsecret", key) for key in gone))
    assert in_pages("voting_ballotsecret", kept)


def test_certifying_wipes_the_keys_by_itself() -> None:
    voting.opened()
    ballot = voting.counted()
    key = bytes(BallotSecret.objects.get(ballot=ballot).roll_key)
    publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))
    assert in_the_end(traces.wipe, lambda: not in_pages("voting_ballotsecret", key))
