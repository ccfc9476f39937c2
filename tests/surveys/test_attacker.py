"""Somebody who reads the whole database, Redis and the logs tries to find out who answered what.

Every attack is first shown to work on a copy in which answers and people are linked.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from foundation.core import clock
from foundation.core import traces as core_traces
from foundation.core.models import Trace
from foundation.surveys.models import Draft, Invitation, SealedSheet, Sheet, Survey
from foundation.surveys.services import answering, surveys, traces
from foundation.voting import tasks as voting_tasks
from tests.cleaning import in_the_end
from tests.factories import surveys as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)  # each answer in a transaction of its own, as it is
WORDS = "De sleutel ligt onder het zevende tuinkabouterbeeld"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def tables() -> list[str]:
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def tables_with(*marks: str) -> list[str]:
    """Tables with a row in which one of these texts stands, as text or as bytes."""
    wanted = [form for mark in marks for form in (mark, mark.encode().hex())]
    return [
        table
        for table in tables()
        if any(form in text for (text,) in rows(f'SELECT t::text FROM "{table}" t') for form in wanted)
    ]


@pytest.fixture
def copies() -> Iterator[None]:
    yield
    for table in tables():
        if table.startswith("linked_"):
            rows(f"DROP TABLE {table}")


def filled(number: int = 9) -> tuple[Survey, list[Invitation]]:
    """An anonymous survey that is open, answered by people in order; the fourth is the victim."""
    survey = make.opened(audiences=["participants"], is_anonymous=True)
    invitations = [make.invited(survey) for _n in range(number)]
    for place, invitation in enumerate(invitations):
        make.answer(survey, invitation, scale=place % 10 + 1, open=WORDS if place == 3 else f"Antwoord {place}")
    return survey, invitations


def test_while_it_is_open_no_table_holds_a_readable_answer(copies: None) -> None:
    survey, _invitations = filled()
    assert tables_with(WORDS) == []
    rows("CREATE TABLE linked_sheet AS SELECT id, %s::text AS answers FROM surveys_sealedsheet", WORDS)
    assert tables_with(WORDS) == ["linked_sheet"], "the attack finds words where there are any"
    # All sealed answers are of the same length: long and short answers can't be told apart.
    assert len(set(rows("SELECT length(sealed) FROM surveys_sealedsheet"))) == 1
    assert survey.takes_answers(clock.now())


@REAL
def test_row_versions_join_sealed_answers_to_people_but_not_after_the_count(copies: None) -> None:
    survey, invitations = filled()
    victim = invitations[3]
    joined = "SELECT s.id FROM surveys_invitation i JOIN surveys_sealedsheet s ON s.xmin = i.xmin WHERE i.id = %s"
    # The attack works: it finds the row. What stands in it is sealed with a key that is not in the database.
    assert len(rows(joined, victim.pk)) == 1
    make.counted(survey)
    assert rows("SELECT count(*) FROM surveys_sealedsheet") == [(0,)]
    for kept in ("surveys_openanswer", "surveys_tally"):
        for mark in ("xmin", "xmax", "cmin"):
            assert rows(f"SELECT 1 FROM surveys_invitation i JOIN {kept} k ON k.{mark}::text = i.xmin::text") == []
        assert len(rows(f"SELECT DISTINCT xmin::text FROM {kept}")) == 1, "one batch: nobody is singled out"


def likeness(truth: Sequence[Any], told: Sequence[Any]) -> float:
    """How much an order is like that of answering: 1 the same, -1 reversed, about 0 by chance (Spearman)."""
    places = {one: place for place, one in enumerate(told)}
    n = len(truth)
    return 1 - 6 * sum((at - places[one]) ** 2 for at, one in enumerate(truth)) / (n * (n**2 - 1))


def test_neither_place_on_disk_nor_any_column_tells_the_order_of_answering(copies: None) -> None:
    survey = make.opened(audiences=["participants"])
    truth = [f"Antwoord {place}" for place in range(24)]
    for text in truth:
        make.answer(survey, make.invited(survey), open=text)
    make.counted(survey)
    rows("CREATE TABLE linked_answer AS SELECT * FROM surveys_openanswer ORDER BY substr(text, 10)::int")
    rows("ALTER TABLE linked_answer ADD COLUMN serial bigserial")

    def telling(table: str) -> list[str]:
        columns = [
            name for (name,) in rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
        ]
        asked = [name for name in (*columns, "ctid") if name != "text"]
        orders = {name: [text for (text,) in rows(f"SELECT text FROM {table} ORDER BY {name}, id")] for name in asked}
        return [name for name, order in orders.items() if abs(likeness(truth, order)) > 0.85]

    assert telling("linked_answer") == ["serial", "ctid"]
    assert telling("surveys_openanswer") == []


def test_no_table_holds_a_mark_of_a_person_beside_an_answer(copies: None) -> None:
    survey, invitations = filled()
    make.counted(survey)
    victim = invitations[3]
    assert victim.user is not None
    person = [victim.user.email, victim.token]

    def both() -> list[str]:
        return [
            table
            for table in tables()
            for (text,) in rows(f'SELECT t::text FROM "{table}" t')
            if WORDS in text and any(mark in text for mark in person)
        ]

    rows("CREATE TABLE linked_note AS SELECT %s::text AS who, %s::text AS what", victim.token, WORDS)
    assert both() == ["linked_note"]
    rows("DROP TABLE linked_note")
    assert both() == []
    # What is kept of an answer has no column that is also one of people.
    keys = (
        "SELECT column_name FROM information_schema.columns WHERE table_name IN ('surveys_openanswer', 'surveys_tally')"
    )
    names = {name for (name,) in rows(keys)}
    assert not names & {"invitation_id", "user_id", "token", "email", "answered_at", "created_at", "audience"}
    assert rows("SELECT count(*) FROM surveys_openanswer WHERE sheet_id IS NOT NULL OR hidden_by_id IS NOT NULL") == [
        (0,)
    ]


def test_answers_of_one_person_can_not_be_put_together_again(copies: None) -> None:
    survey, _invitations = filled()
    make.counted(survey)
    # Who knows one open answer finds no grade beside it: the totals count it, and no row holds both.
    assert tables_with(WORDS) == ["surveys_openanswer"]
    assert rows("SELECT count(*) FROM surveys_tally WHERE count = 1 AND dimension <> ''") == [(0,)]


def test_a_group_of_one_leaves_no_figures_of_its_own() -> None:
    survey = make.opened(audiences=["participants", "stakeholders"])
    for _n in range(12):
        make.answer(survey, make.invited(survey), scale=8)
    make.answer(survey, make.invited(survey, audience="stakeholders"), scale=1)
    make.counted(survey)
    # Only one stakeholder answered, and the invitations tell who that is: so neither group is kept.
    assert rows("SELECT DISTINCT dimension FROM surveys_tally") == [("",)]


def test_a_group_of_one_is_found_where_it_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation.surveys.services import box

    monkeypatch.setattr(box, "shown", lambda sizes: set(sizes))
    survey = make.opened(audiences=["participants", "stakeholders"])
    for _n in range(6):
        make.answer(survey, make.invited(survey), scale=8)
    make.answer(survey, make.invited(survey, audience="stakeholders"), scale=1)
    make.counted(survey)
    told = rows("SELECT value FROM surveys_tally WHERE \"group\" = 'stakeholders' AND value <> '' AND count = 1")
    assert ("1",) in told, "the attack works where nothing is hidden"


def test_drafts_are_sealed_and_don_t_know_whose_they_are(client: Client) -> None:
    survey = make.opened(audiences=["participants"])
    user = UserFactory()
    invitation = make.invited(survey, user)
    client.force_login(user, BACKEND)
    key = survey.version.questions.get(kind="open").key
    page = survey.address("personal_fill", invitation.token, 2)
    assert client.post(page, {f"v_{key}": WORDS, "doe": "bewaar"}).status_code == 302
    assert WORDS in client.get(page).content.decode()
    secret = next(cookie.value for name, cookie in client.cookies.items() if name.startswith("vragenlijst-"))
    assert answering.read_draft(survey=survey, secret=secret) == {key: WORDS, **_other(survey, secret, key)}
    assert tables_with(WORDS, secret) == []
    names = {
        n for (n,) in rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'surveys_draft'")
    }
    assert names == {"id", "survey_id", "sealed", "kept_until"}
    assert in_redis(WORDS, secret) == []


def _other(survey: Survey, secret: str, key: str) -> dict[str, Any]:
    found = answering.read_draft(survey=survey, secret=secret) or {}
    return {name: value for name, value in found.items() if name != key}


def in_redis(*marks: str) -> list[str]:
    """Keys of Redis (sessions, cache) with one of these texts."""
    store = redis.Redis.from_url(settings.REDIS_URL)
    found = []
    for key in store.scan_iter(count=1000):
        text = ""
        with suppress(redis.ResponseError):
            raw = store.get(key) or b""
            text = raw.decode(errors="replace")
            with suppress(Exception):
                text += str(pickle.loads(raw))
        if any(mark in text for mark in marks):
            found.append(key.decode(errors="replace"))
    store.close()
    return found


def test_sending_leaves_nothing_in_sessions_logs_audit_or_messages(
    client: Client, caplog: pytest.LogCaptureFixture, copies: None
) -> None:
    survey = make.opened(audiences=["participants"])
    user = UserFactory()
    invitation = make.invited(survey, user)
    client.force_login(user, BACKEND)
    keys = {one.kind: f"v_{one.key}" for one in survey.version.questions.all()}
    with caplog.at_level(logging.DEBUG):
        first = survey.address("personal_fill", invitation.token, 1)
        assert client.post(first, {keys["scale"]: "7", "doe": "verder"}).status_code == 302
        second = survey.address("personal_fill", invitation.token, 2)
        answer = client.post(second, {keys["open"]: WORDS, "doe": "verder"})
    assert answer.headers["Location"] == survey.address("thanks")
    assert SealedSheet.objects.count() == 1
    assert (tables_with(WORDS), in_redis(WORDS)) == ([], [])
    assert [line for line in caplog.text.splitlines() if WORDS in line] == []
    client.session.update({})
    store = client.session
    store["antwoord"] = WORDS
    store.save()
    assert len(in_redis(WORDS)) == 1, "the attack finds words in a session"


def test_no_time_is_kept_with_anonymous_answers_or_with_having_answered() -> None:
    timed = rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type LIKE 'timestamp%%' "
        "AND table_name IN ('surveys_invitation', 'surveys_sealedsheet', 'surveys_tally', 'surveys_openanswer', 'surveys_draft')"
    )
    assert timed == []
    serial = rows(
        "SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^surveys_(sealedsheet|openanswer|draft)_'"
    )
    assert serial == []


def in_file(table: str, secret: bytes) -> bool:
    """Whether these bytes stand anywhere in the files of a table: its own, and the one for what is too long for a row."""
    rows("CHECKPOINT")
    ((folder,),) = rows("SHOW data_directory")
    found = rows(
        "SELECT pg_relation_filepath(oid), pg_relation_filepath(NULLIF(reltoastrelid, 0)) FROM pg_class WHERE relname = %s",
        table,
    )
    return any(secret in (Path(folder) / path).read_bytes() for path in found[0] if path)


@REAL
def test_sealed_answers_leave_the_files_when_counted_though_those_of_another_survey_stay_in_the_same_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows("VACUUM (FULL) surveys_sealedsheet")  # files of their own: what earlier tests left is not asked about
    one, other = (make.opened(audiences=["participants"], is_anonymous=True) for _n in range(2))
    for place in range(8):
        for survey in (one, other):
            make.answer(survey, make.invited(survey), open=f"Antwoord {place}")

    def sheets(survey: Survey) -> list[bytes]:
        found = rows("SELECT sealed FROM surveys_sealedsheet WHERE survey_id = %s ORDER BY id", survey.pk)
        return [bytes(sealed)[12:60] for (sealed,) in found]

    def left(parts: list[bytes]) -> list[bytes]:
        return [part for part in parts if in_file("surveys_sealedsheet", part)]

    counted, waiting = sheets(one), sheets(other)
    with monkeypatch.context() as patch:
        patch.setattr(traces, "wipe", lambda: False)
        make.counted(one)
    rows("VACUUM surveys_sealedsheet")
    assert left(counted) != [], "the attack works: a plain VACUUM leaves the bytes in the room that it gives free"
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    assert left(counted) == []
    assert left(waiting) == waiting, "and the search finds what is there"
    assert make.counted(other).responses == 8  # who was not counted yet is not lost
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    assert left([*counted, *waiting]) == []


@REAL
def test_counting_and_cancelling_wipe_by_themselves_and_what_was_in_the_way_goes_by_the_beat_of_votes() -> None:
    survey, _invitations = filled(6)
    ((sealed,),) = rows("SELECT sealed FROM surveys_sealedsheet LIMIT 1")
    make.counted(survey)
    assert in_the_end(voting_tasks.empty_inlets, lambda: not in_file("surveys_sealedsheet", bytes(sealed)[12:60]))
    survey, _invitations = filled(1)
    ((sealed,),) = rows("SELECT sealed FROM surveys_sealedsheet LIMIT 1")
    assert in_file("surveys_sealedsheet", bytes(sealed)[12:60])
    surveys.cancel(survey=survey, by=survey.created_by, reason="Verkeerde vragen")
    assert in_the_end(traces.wipe, lambda: not in_file("surveys_sealedsheet", bytes(sealed)[12:60]))


def test_each_table_that_loses_answers_is_known_to_be_rewritten() -> None:
    registered = [removal.tables for code, removal in core_traces.registered().items() if code.startswith("surveys.")]
    assert {model for models in registered for model in models} == {SealedSheet, Sheet, Draft}
