"""Votes of one transaction: each voter gets their own outcome, and none spoils those of the others."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.cache import KEY_PREFIX
from django.core.cache import cache
from django.db import connection, transaction
from django.http.cookie import parse_cookie

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.database import LeanStatement, array, numbers
from foundation.municipalities.models import Residency
from foundation.voting import codes, lane_forms, papers, passes
from foundation.voting.enums import CodeState
from foundation.voting.fast_lane import Form
from foundation.voting.models import Ballot, BallotSecret, CodeBatch, CodeSecret, InletVote, VoterRecord, VotingCode
from foundation.voting.queries import door as doors
from foundation.voting.services import ballots, quick_casting
from foundation.voting.services.quick_casting import OpenBallot, ReadyVote
from tests.factories.municipalities import NeighbourhoodFactory, civil_servant
from tests.factories.voting import opened, resident
from tests.factories.voting_codes import with_codes
from tests.voting.lane import RECEIPT, Door, Sent, prepared, ready, warmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def door() -> Iterator[Door]:
    yield Door()
    cache.clear()


def together(door: Door, sent: Sequence[Sent]) -> list[str | None]:
    """Forms that are served at once: of each the receipt that was answered, None where Django is asked."""
    forms = []
    for one in sent:
        environ = one.environ()
        cookies = parse_cookie(environ["HTTP_COOKIE"])
        spot = door.lane._spots[lane_forms.place(door.lane._setup, environ, cookies)]
        forms.append(Form(spot, environ, cookies, environ["wsgi.input"].getvalue(), clock.now()))
    door.lane._vote_together(forms)
    return [None if f.answer is None else RECEIPT.findall(f.answer[1].decode())[0].replace("-", "") for f in forms]


def kept_codes(ballot: Ballot) -> list[str]:
    """As they lie on disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM voting_inletvote WHERE ballot_id = %s ORDER BY ctid", [ballot.pk])
        return [code for (code,) in cursor.fetchall()]


def keys(ballot: Ballot, people: Sequence[User]) -> set[bytes]:
    secret = BallotSecret.objects.get(ballot=ballot)
    return {papers.voter_key(bytes(secret.roll_key), person.pk) for person in people}


def test_a_crowd_is_let_in_at_once_and_nothing_in_the_inlet_follows_the_roll(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    before = kept_codes(ballot)
    people = [resident(ballot.municipality, NeighbourhoodFactory(municipality=ballot.municipality)) for _ in range(12)]
    receipts = together(door, [prepared(ballot, person) for person in people])
    assert len(set(receipts) - {None}) == 12
    assert kept_codes(ballot) == before + sorted(code for code in receipts if code)
    rows = VoterRecord.objects.filter(voter_key__in=keys(ballot, people))
    places = set(Residency.objects.filter(user__in=people).values_list("neighbourhood_id", flat=True))
    assert len(rows) == len(places) == 12
    assert {row.area_id for row in rows} == places
    for vote in InletVote.objects.filter(code__in=[code for code in receipts if code]):
        assert papers.commitment(bytes(vote.nonce), vote.code, vote.choices) == bytes(vote.commitment)


def test_who_may_not_does_not_spoil_it_for_the_others(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    people = {
        name: resident(ballot.municipality)
        for name in ("one", "moved", "blocked", "voted", "forged", "wrong", "logged out", "two")
    }
    sent = {name: prepared(ballot, person) for name, person in people.items()}
    door.fast(prepared(ballot, people["voted"]))
    with transaction.atomic():
        Residency.objects.filter(user=people["moved"]).update(neighbourhood=NeighbourhoodFactory())
        User.objects.filter(pk=people["blocked"].pk).update(is_active=False)
    sent["forged"].fields[0] = ("csrfmiddlewaretoken", "w" * 64)
    sent["wrong"].fields[-1] = ("keuze", "99")
    cache.delete(f"{KEY_PREFIX}{sent['logged out'].session_key}")
    votes = InletVote.objects.count()
    receipts = dict(zip(sent, together(door, list(sent.values())), strict=True))
    assert [name for name, code in receipts.items() if code] == ["one", "two"]
    assert InletVote.objects.count() == votes + 2
    assert VoterRecord.objects.filter(voter_key__in=keys(ballot, [people["one"], people["two"]])).count() == 2


def test_one_voter_twice_in_one_transaction_has_one_vote_and_one_answer(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    twice, other = resident(ballot.municipality), resident(ballot.municipality)
    first, second = prepared(ballot, twice), prepared(ballot, twice)
    receipts = together(door, [first, second, prepared(ballot, other), first])
    assert [code is not None for code in receipts] == [True, False, True, False]
    assert InletVote.objects.count() == VoterRecord.objects.count() == 3
    again = door.slow(first)
    assert RECEIPT.findall(again.body)[0].replace("-", "") == receipts[0]
    assert door.slow(second).status == "409 Conflict"


def test_votes_of_several_ballots_at_once_go_where_they_belong(door: Door) -> None:
    one, (other, clear) = opened(), with_codes(size=3)
    warmed(door, one)
    door.slow(ready(other, clear[0]))
    sent = [prepared(one, resident(one.municipality)), ready(other, clear[1]), ready(other, clear[2])]
    receipts = together(door, sent)
    assert set(kept_codes(one)[1:]) == {receipts[0]}
    assert set(kept_codes(other)[1:]) == set(receipts[1:])


def test_a_ballot_that_ended_takes_none_of_them(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    sent = [prepared(ballot, resident(ballot.municipality)) for _ in range(3)]
    ballots.cancel(ballot=ballot, by=civil_servant(ballot.municipality), reason="Er ging iets mis.")
    assert together(door, sent) == [None] * 3
    assert InletVote.objects.count() == 1


def test_a_dead_code_is_left_out(door: Door) -> None:
    ballot, clear = with_codes(size=4)
    area = NeighbourhoodFactory(municipality=ballot.municipality)
    CodeBatch.objects.filter(ballot=ballot).update(area=area)
    door.slow(ready(ballot, clear[0]))
    sent = [ready(ballot, code) for code in clear[1:]]
    dead = codes.fingerprint(bytes(CodeSecret.objects.get(ballot=ballot).code_key), clear[2])
    VotingCode.objects.filter(fingerprint=dead).update(state=CodeState.BLOCKED)
    assert [code is not None for code in together(door, sent)] == [True, False, True]
    assert set(VoterRecord.objects.values_list("area_id", flat=True)) == {area.pk}


# --- Side by side ------------------------------------------------------------------------------------------------------------


def box_of(ballot: Ballot, user: User | None = None) -> tuple[OpenBallot, doors.AtTheDoor]:
    found = doors.look(ballot.municipality.slug, ballot.slug, user.pk if user else None, clock.now())
    assert found is not None
    secret = found.ballot.secret
    keys = bytes(secret.roll_key), bytes(secret.receipt_key)
    return OpenBallot(found.ballot, *keys, str(found.version[1]), str(found.version[4]), found.keys_version), found


def vote_of(ballot: Ballot, by: User | bytes) -> ReadyVote:
    box, found = box_of(ballot, None if isinstance(by, bytes) else by)
    issued = by if isinstance(by, bytes) else passes.judge(found, "proof", clock.now())
    assert issued is not None
    token = secrets.token_urlsafe(24)
    made = quick_casting.ready(box=box, by=issued, choices={1}, form_token=token, browser_random="", now=clock.now())
    assert made is not None
    return made


def side_by_side(box: OpenBallot, batches: Sequence[Sequence[ReadyVote]]) -> list[list[bool]]:
    gate = threading.Barrier(len(batches))
    outcomes: list[Any] = [None] * len(batches)

    def run(place: int) -> None:
        try:
            gate.wait(10)
            outcomes[place] = quick_casting.cast(box=box, votes=batches[place], now=clock.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_the_same_voters_in_two_transactions_vote_once_and_neither_waits_for_the_other_for_ever() -> None:
    ballot = opened()
    people = [resident(ballot.municipality) for _ in range(10)]
    for turn in range(3):
        one = [vote_of(ballot, person) for person in people]
        other = [vote_of(ballot, person) for person in reversed(people)]
        outcomes = side_by_side(box_of(ballot, people[0])[0], [one, other])
        if turn == 0:
            assert [a + b for a, b in zip(outcomes[0], reversed(outcomes[1]), strict=True)] == [1] * 10
        else:
            assert not any(outcomes[0] + outcomes[1])
    assert VoterRecord.objects.count() == InletVote.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_desk_that_holds_a_code_of_another() -> None:
    ballot, clear = with_codes(size=3)
    key = bytes(CodeSecret.objects.get(ballot=ballot).code_key)
    prints = [codes.fingerprint(key, code) for code in clear]
    votes = [vote_of(ballot, own) for own in prints]
    with psycopg.connect(connection.connection.info.dsn) as desk:
        desk.execute("SELECT 1 FROM voting_votingcode WHERE fingerprint = %s FOR NO KEY UPDATE", [prints[1]])
        assert quick_casting.cast(box=box_of(ballot)[0], votes=votes, now=clock.now()) == [True, False, True]
    assert quick_casting.cast(box=box_of(ballot)[0], votes=[votes[1]], now=clock.now()) == [True]


# --- What is sent --------------------------------------------------------------------------------------------------------------


def test_arrays_arrive_as_they_were_sent() -> None:
    texts = ["", "é;,{}\"'\\", "NULL", "x" * 70_000]
    statement = LeanStatement(
        "SELECT format('%%s|%%s|%%s|%%s', t, encode(b, 'hex'), n, x) FROM unnest(%(t)s, %(b)s, %(n)s, %(x)s) AS g (t, b, n, x)",
        {"t": "text[]", "b": "bytea[]", "n": "bigint[]", "x": "xid[]"},
    )
    got = statement.column(
        [
            array("text[]", [text.encode() for text in texts]),
            array("bytea[]", [b"\x00\xff", None, b"", b"1"]),
            numbers("bigint[]", [-1, None, 2**40, 0]),
            numbers("xid[]", [3, 2**32 - 1, None, 0]),
        ]
    )
    rest = ["00ff|-1|3", "||4294967295", f"|{2**40}|", "31|0|0"]
    assert [row.decode() for row in got] == [f"{text}|{more}" for text, more in zip(texts, rest, strict=True)]


def test_tokens_are_judged_as_django_judges_them() -> None:
    from django.middleware.csrf import _does_token_match, _get_new_csrf_string, _mask_cipher_secret

    for _turn in range(200):
        secret, other = _get_new_csrf_string(), _get_new_csrf_string()
        for token in (_mask_cipher_secret(secret), secret, _mask_cipher_secret(other), other):
            assert lane_forms.fits(token, secret) == _does_token_match(token, secret)
    for odd in ("", "a", "é" * 32, "é" * 64, "-" * 64, "a" * 63, "a" * 65):
        assert not lane_forms.fits(odd, secret)
        assert not lane_forms.fits(_mask_cipher_secret(secret), odd)
