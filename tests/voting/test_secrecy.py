"""The attacker reads the whole database: roll and box must not be tied by key, id, time, row version or place."""

from __future__ import annotations

import logging
import random

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from foundation.accounts.models import User
from foundation.core.models import AuditEvent, Trace
from foundation.voting.models import BallotSecret, InletVote, ReplacedVote, Vote, VoterRecord
from foundation.voting.services import mixing, traces
from tests.cleaning import in_the_end
from tests.factories import voting

PAPERS = (InletVote, Vote, ReplacedVote)


def rows(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_neither_roll_nor_paper_points_at_a_person_or_at_each_other() -> None:
    for model in (VoterRecord, *PAPERS):
        targets = {f.related_model for f in model._meta.get_fields() if isinstance(f, models.ForeignKey)}
        assert User not in targets
        assert not targets & {VoterRecord, *PAPERS}
    assert not [f for f in User._meta.related_objects if f.related_model in (VoterRecord, *PAPERS)]


def test_no_column_of_roll_or_paper_knows_a_time_or_counts_up(db: None) -> None:
    known = rows(
        "SELECT table_name, column_name, data_type, column_default FROM information_schema.columns "
        "WHERE table_name IN ('voting_voterrecord', 'voting_inletvote', 'voting_vote')"
    )
    assert len(known) == 3 + 6 + 6
    assert not [row for row in known if "time" in row[2] or row[2] == "date"]
    assert not [row for row in known if row[3] and "nextval" in row[3]]


@pytest.mark.django_db(transaction=True)
def test_before_mixing_the_row_versions_do_tie_them_so_the_test_below_proves_something() -> None:
    ballot = voting.opened()
    for _ in range(5):
        voting.vote(ballot, 1)
    join = "SELECT 1 FROM voting_voterrecord r JOIN voting_inletvote v ON r.xmin = v.xmin"
    assert len(rows(join)) == 5


@pytest.mark.django_db(transaction=True)
def test_after_mixing_no_line_of_the_roll_shares_a_row_version_or_place_with_its_vote() -> None:
    ballot = voting.opened(limit_kind="none")
    people = [voting.resident(ballot.municipality) for _ in range(25)]
    choices = {person.pk: (random.choice([1, 2, 3]),) for person in people}
    order = {voting.vote(ballot, *choices[person.pk], by=person).code: place for place, person in enumerate(people)}
    assert mixing.empty_inlet(ballot_id=ballot.pk) == 25
    assert rows("SELECT 1 FROM voting_voterrecord r JOIN voting_vote v ON r.xmin = v.xmin") == []
    assert len(rows("SELECT DISTINCT xmin::text FROM voting_vote")) == 1
    assert rows("SELECT count(*) FROM voting_inletvote") == [(0,)]
    # The places in the box follow the random ids, not the order of casting.
    in_box = [row[0] for row in rows("SELECT code FROM voting_vote ORDER BY ctid")]
    by_id = [row[0] for row in rows("SELECT code FROM voting_vote ORDER BY id")]
    assert in_box == by_id
    assert [order[code] for code in in_box] != sorted(order.values())


@pytest.mark.django_db(transaction=True)
def test_after_mixing_the_pages_of_the_inlet_are_clean() -> None:
    ballot = voting.opened()
    for _ in range(20):
        voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk)
    # Rewriting gave the empty pages back.
    assert in_the_end(traces.wipe, lambda: rows("SELECT pg_relation_size('voting_inletvote')") == [(0,)])


@pytest.mark.django_db(transaction=True)
def test_after_mixing_a_changed_vote_ties_neither_to_the_roll_nor_to_the_old_one() -> None:
    """The attacker keeps a copy of the database of before the change, and knows the old receipts of three voters."""
    ballot = voting.opened(limit_kind="none", allow_change=True)
    people = [voting.resident(ballot.municipality) for _ in range(25)]
    old = [voting.vote(ballot, 1, by=person) for person in people[:22]]
    mixing.empty_inlet(ballot_id=ballot.pk)
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    roll = rows("SELECT ctid::text, xmin::text, xmax::text, voter_key FROM voting_voterrecord ORDER BY ctid")
    places = {row[1]: row[0] for row in rows("SELECT v.ctid::text, code FROM voting_vote v ORDER BY v.ctid")}
    new = [voting.change(ballot, old[place].code, 2, by=people[place]) for place in (7, 3, 16)]
    for person in people[22:]:
        voting.vote(ballot, 3, by=person)
    # Before mixing the row versions do tie the old receipt to the new vote: so the rest of this test proves something.
    join = "SELECT 1 FROM voting_replacedvote r JOIN {} v ON r.xmin = v.xmin"
    assert len(rows(join.format("voting_inletvote"))) == 3
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    assert in_the_end(traces.wipe, lambda: not Trace.objects.exists())
    # The roll: no line, place or version of it knows that somebody changed.
    known = {row[3] for row in roll}
    after = rows("SELECT ctid::text, xmin::text, xmax::text, voter_key FROM voting_voterrecord ORDER BY ctid")
    assert [row for row in after if row[3] in known] == roll
    assert rows("SELECT 1 FROM voting_voterrecord l JOIN voting_replacedvote r ON l.xmin = r.xmin") == []
    assert rows("SELECT 1 FROM voting_voterrecord l JOIN voting_vote v ON l.xmin = v.xmin") == []
    # The lines of replaced votes: one version for all, sorted by their random codes, and no choice in them.
    assert len(rows("SELECT DISTINCT xmin::text FROM voting_replacedvote")) == 1
    in_order = [row[0] for row in rows("SELECT code FROM voting_replacedvote ORDER BY ctid")]
    assert in_order == sorted(old[place].code for place in (7, 3, 16))
    columns = rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'voting_replacedvote'")
    assert {row[0] for row in columns} == {"ballot_id", "code", "commitment", "is_mixed"}
    # They share their version with the whole batch, not with one vote: six new votes, of which three are changed ones.
    per_line = rows(
        "SELECT r.code, count(*) FROM voting_replacedvote r JOIN voting_vote v ON r.xmin = v.xmin GROUP BY 1"
    )
    assert [row[1] for row in per_line] == [6, 6, 6]
    # The new papers lie where their random ids say, not where the old ones were or in the order of changing.
    where = {row[1]: row[0] for row in rows("SELECT ctid::text, code FROM voting_vote")}
    batch = [
        row[0]
        for row in rows(
            "SELECT code FROM voting_vote WHERE xmin = (SELECT xmin FROM voting_replacedvote LIMIT 1) ORDER BY ctid"
        )
    ]
    ids = [
        row[0]
        for row in rows(
            "SELECT code FROM voting_vote WHERE xmin = (SELECT xmin FROM voting_replacedvote LIMIT 1) ORDER BY id"
        )
    ]
    assert batch == ids
    assert set(batch) >= {receipt.code for receipt in new}
    # Rewriting the box closed the gaps of the old papers; the others lie in the order they had. (Where PostgreSQL cleaned the
    # pages by itself before the batch came, some of the batch lie in the gaps, in the order of their ids as well.)
    stayed = [code for code in places if code in where]
    assert len(stayed) == 22 - 3
    order = [row[0] for row in rows("SELECT code FROM voting_vote ORDER BY ctid")]
    assert [code for code in order if code not in batch] == stayed
    assert sorted(where.values()) == sorted(f"(0,{place})" for place in range(1, len(order) + 1))


@pytest.mark.django_db(transaction=True)
def test_after_mixing_what_a_replaced_vote_chose_is_in_no_page_of_the_box() -> None:
    with connection.cursor() as cursor:  # files of their own: what earlier tests left in pages is not asked about
        cursor.execute("VACUUM (FULL) voting_vote, voting_inletvote, voting_replacedvote")
    ballot = voting.opened(limit_kind="none", allow_change=True, projects=[(f"Plan {n}", 100) for n in range(1, 480)])
    anna = voting.resident(ballot.municipality)
    receipt = voting.vote(ballot, 476, 477, by=anna)
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    voting.change(ballot, receipt.code, 2, by=anna)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    assert b"476,477" in _pages("voting_vote")  # the dead row is still there: so the next question proves something
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    tables = ("voting_vote", "voting_inletvote", "voting_replacedvote")
    assert in_the_end(_wipe, lambda: all(b"476,477" not in _pages(table) for table in tables))


def _wipe() -> None:
    traces.wipe()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def _pages(table: str) -> bytes:
    """The file of a table, as who reads the disk finds it."""
    return bytes(rows("SELECT pg_read_binary_file(pg_relation_filepath(%s))", table)[0][0])


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_not_taken_while_it_is_too_small_to_hide_in() -> None:
    ballot = voting.opened()
    for _ in range(mixing.ENOUGH - 1):
        voting.vote(ballot, 1)
    assert mixing.empty_inlet(ballot_id=ballot.pk) == 0
    voting.vote(ballot, 1)
    assert mixing.empty_inlet(ballot_id=ballot.pk) == mixing.ENOUGH


@pytest.mark.django_db(transaction=True)
def test_mixing_leaves_the_votes_of_other_ballots() -> None:
    one, other = voting.opened(), voting.opened()
    voting.vote(one, 1)
    voting.vote(other, 1)
    mixing.empty_inlet(ballot_id=one.pk, at_least=1)
    assert list(InletVote.objects.values_list("ballot", flat=True)) == [other.pk]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE voting_voterrecord SET area_id = NULL",
        "DELETE FROM voting_voterrecord",
        "UPDATE voting_inletvote SET choices = '3'",
        "DELETE FROM voting_inletvote",
        "INSERT INTO voting_vote SELECT gen_random_uuid(), code, choices, nonce, commitment, ballot_id FROM voting_inletvote",
        "UPDATE voting_ballotsecret SET roll_key = receipt_key",
    ],
)
def test_the_database_refuses_tampering(db: None, statement: str) -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        rows(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["UPDATE voting_vote SET choices = '3'", "DELETE FROM voting_vote"])
def test_the_database_refuses_tampering_with_the_box(statement: str) -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        rows(statement)


@pytest.mark.django_db(transaction=True)
def test_no_other_table_nor_log_holds_a_choice_code_or_voter(caplog: pytest.LogCaptureFixture) -> None:
    ballot = voting.opened(projects=(("Xylofoonplein", 100), ("Yucatuin", 200), ("Zwaluwtil", 300)))
    anna = voting.resident(ballot.municipality)
    with caplog.at_level(logging.DEBUG, logger="foundation"):
        receipt = voting.vote(ballot, 1, 3, by=anna)
    key = bytes(VoterRecord.objects.get().voter_key)
    marks = [receipt.code, receipt.readable, receipt.commitment.hex(), key.hex(), '"1,3"', "'1,3'"]
    for model in apps.get_models():
        if model in PAPERS or model is VoterRecord:
            continue
        told = str(list(model._base_manager.values()))
        assert not [mark for mark in marks if mark in told], model
    assert not [mark for mark in marks if mark in caplog.text]
    assert not AuditEvent.objects.filter(actor_id=anna.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_after_certification_nobody_can_tell_who_is_on_the_roll() -> None:
    ballot = voting.certified()
    assert not BallotSecret.objects.filter(ballot=ballot).exists()
    assert VoterRecord.objects.filter(ballot=ballot).count() == 3
