"""Changing a vote with its receipt: one vote goes, one comes, and the roll knows nothing of it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.voting import papers
from foundation.voting.errors import (
    AlreadyChanged,
    AlreadyVoted,
    BallotClosed,
    InvalidChoice,
    NotEligible,
    WrongReceipt,
)
from foundation.voting.models import Ballot, InletVote, LogEntry, ReplacedVote, Vote, VoterRecord
from foundation.voting.queries import public_log
from foundation.voting.services import casting, changing, counting, mixing
from tests.factories import voting


def fresh(ballot: Ballot) -> Ballot:
    return Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)


def change(ballot: Ballot, by: User, code: str, *choices: int, token: str = "", **more: Any) -> casting.Receipt:
    values = {"now": clock.now(), "form_token": token or secrets.token_urlsafe(24), **more}
    return changing.change(ballot=fresh(ballot), by=by, receipt_code=code, choices=choices, **values)


@pytest.fixture
def ballot(db: None) -> Ballot:
    return voting.opened(allow_change=True, limit_kind="none")


@pytest.fixture
def anna(ballot: Ballot) -> User:
    return voting.resident(ballot.municipality)


def roll() -> list[tuple[Any, ...]]:
    """The roll as a reader of the database sees it, place and row version included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text, xmin::text, xmax::text, * FROM voting_voterrecord ORDER BY ctid")
        return [tuple(map(str, row)) for row in cursor.fetchall()]


def test_a_vote_that_waits_is_replaced_and_its_choice_is_gone(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    before = roll()
    new = change(ballot, anna, old.readable.lower(), 2, 3)
    assert new.code != old.code
    vote = InletVote.objects.get()
    assert (vote.code, vote.choices) == (new.code, "2,3")
    assert papers.commitment(bytes(vote.nonce), vote.code, vote.choices) == bytes(vote.commitment)
    gone = ReplacedVote.objects.get()
    assert (gone.code, bytes(gone.commitment)) == (old.code, old.commitment)
    assert roll() == before


@pytest.mark.django_db(transaction=True)
def test_a_vote_in_the_box_is_replaced_and_counted_once_with_all_its_lines_in_the_log(
    ballot: Ballot, anna: User
) -> None:
    old = voting.vote(ballot, 1, by=anna)
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    before = roll()
    middle = change(ballot, anna, old.code, 2)
    last = change(ballot, anna, middle.code, 3)  # the one in the middle never reached the box
    assert roll() == before
    assert mixing.empty_inlet(ballot_id=ballot.pk, at_least=1) == 1
    assert sorted(Vote.objects.values_list("choices", flat=True)) == ["1", "3"]
    logged = {bytes(entry) for entry in LogEntry.objects.values_list("commitment", flat=True)}
    assert {old.commitment, middle.commitment, last.commitment} <= logged
    assert len(logged) == 4
    voting.close(ballot)
    count = counting.count_ballot(ballot_id=ballot.pk)
    assert count is not None
    assert count.result.cast == 2
    assert '"replaced":2' in count.result.statement


def test_the_receipt_of_somebody_who_voted_is_needed(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    with pytest.raises(WrongReceipt):
        change(ballot, anna, "0000-0000-0000", 2)
    with pytest.raises(WrongReceipt):
        change(ballot, anna, "geen code", 2)
    with pytest.raises(NotEligible):  # who found a receipt and did not vote
        change(ballot, voting.resident(ballot.municipality), old.code, 2)
    with pytest.raises(NotEligible):
        change(ballot, voting.stranger(), old.code, 2)
    assert InletVote.objects.get().choices == "1"
    assert not ReplacedVote.objects.exists()


def test_a_choice_outside_the_rules_and_a_strange_form_are_refused(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    with pytest.raises(InvalidChoice):
        change(ballot, anna, old.code, 9)
    with pytest.raises(InvalidChoice):
        change(ballot, anna, old.code, 2, token="kort")
    assert InletVote.objects.get().code == old.code


def test_a_used_receipt_says_that_the_vote_was_changed_before(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    change(ballot, anna, old.code, 2)
    with pytest.raises(AlreadyChanged):
        change(ballot, anna, old.code, 3)
    assert InletVote.objects.get().choices == "2"
    assert public_log.find(ballot, old.code, with_choices=False).status == "replaced"


def test_the_same_form_twice_gives_the_same_receipt(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    token = secrets.token_urlsafe(24)
    first, second = (change(ballot, anna, old.code, 2, token=token) for _ in range(2))
    assert (second.code, second.commitment, second.repeated) == (first.code, first.commitment, True)
    assert ReplacedVote.objects.count() == 1


def test_an_old_form_sent_again_changes_nothing(ballot: Ballot, anna: User) -> None:
    token = secrets.token_urlsafe(24)
    old = casting.cast(ballot=fresh(ballot), by=anna, choices=(1,), form_token=token, now=clock.now())
    newer = change(ballot, anna, old.code, 2)
    with pytest.raises(AlreadyVoted, match=r"nieuwste|newest"):
        casting.cast(ballot=fresh(ballot), by=anna, choices=(1,), form_token=token, now=clock.now())
    with pytest.raises(AlreadyChanged):  # the token of the first form, to change back
        change(ballot, anna, newer.code, 1, token=token)
    assert InletVote.objects.get().choices == "2"


@pytest.mark.django_db
def test_without_the_setting_nothing_changes_not_even_by_sql() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    old = voting.vote(ballot, 1, by=anna)
    with pytest.raises(BallotClosed):
        change(ballot, anna, old.code, 2)
    statement = "INSERT INTO voting_replacedvote VALUES (%s, %s, %s, %s)"
    columns = "(code, commitment, is_mixed, ballot_id)"
    with pytest.raises(DatabaseError, match="Cannot insert"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement.replace("voting_replacedvote", f"voting_replacedvote {columns}"),
            [old.code, old.commitment, False, ballot.pk],
        )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM voting_inletvote",
        "DELETE FROM voting_replacedvote",
        "UPDATE voting_replacedvote SET code = '0'",
        "INSERT INTO voting_replacedvote (ballot_id, code, commitment, is_mixed)"
        " SELECT ballot_id, '000000000000', commitment, false FROM voting_inletvote",
        "INSERT INTO voting_replacedvote (ballot_id, code, commitment, is_mixed)"
        " SELECT ballot_id, code, commitment, true FROM voting_inletvote",
    ],
)
def test_the_database_lets_no_vote_go_or_be_called_replaced_otherwise(
    ballot: Ballot, anna: User, statement: str
) -> None:
    change(ballot, anna, voting.vote(ballot, 1, by=anna).code, 2)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_moment_of_arrival_decides(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    assert ballot.closes_at is not None
    new = change(ballot, anna, old.code, 2, now=ballot.closes_at - timedelta(microseconds=1))
    with pytest.raises(BallotClosed):
        change(ballot, anna, new.code, 3, now=ballot.closes_at)
    stale = fresh(ballot)
    voting.close(ballot)
    with pytest.raises(BallotClosed):  # its request arrived in time, the ballot was closed before it was handled
        changing.change(
            ballot=stale, by=anna, receipt_code=new.code, choices=(3,), form_token="t" * 32, now=clock.now()
        )
    assert InletVote.objects.get().choices == "2"


def together(*calls: Callable[[], Any]) -> list[Any]:
    """All at once, each on a connection of its own; what each gave or raised."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int) -> None:
        try:
            gate.wait(5)
            answers[place] = calls[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_change_one_vote_at_once_one_wins_and_the_other_is_told(ballot: Ballot, anna: User) -> None:
    for _round in range(3):
        voter = voting.resident(ballot.municipality)
        old = voting.vote(ballot, 1, by=voter)
        answers = together(*(partial(change, ballot, voter, old.code, n) for n in (2, 3, 1, 2)))
        assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyChanged"] * 3 + ["Receipt"]
    assert (InletVote.objects.count(), VoterRecord.objects.count(), ReplacedVote.objects.count()) == (3, 3, 3)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_four_times_at_once_is_one_change_with_one_receipt(ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    token = secrets.token_urlsafe(24)
    answers = together(*(partial(change, ballot, anna, old.code, 2, token=token) for _ in range(4)))
    assert len({answer.code for answer in answers}) == 1, answers
    assert ReplacedVote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_changing_amid_mixing_and_closing_loses_and_doubles_nothing(ballot: Ballot) -> None:
    people = [voting.resident(ballot.municipality) for _ in range(8)]
    receipts = [voting.vote(ballot, 1, by=person) for person in people]
    changes = [
        partial(change, ballot, person, receipt.code, 2) for person, receipt in zip(people, receipts, strict=True)
    ]
    mixers = [lambda: mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)] * 3
    answers = together(*changes, *mixers, lambda: voting.close(ballot))
    done = [answer for answer in answers[:8] if isinstance(answer, casting.Receipt)]
    assert all(isinstance(answer, casting.Receipt | BallotClosed) for answer in answers[:8]), answers
    voting.close(ballot)  # where a change held the ballot, closing left it for the next minute
    count = counting.count_ballot(ballot_id=ballot.pk)
    assert count is not None
    assert count.result.cast == 8
    choices = list(Vote.objects.values_list("choices", flat=True))
    assert (choices.count("2"), choices.count("1")) == (len(done), 8 - len(done))
    assert LogEntry.objects.count() == 8 + len(done) == 8 + ReplacedVote.objects.filter(is_mixed=True).count()
