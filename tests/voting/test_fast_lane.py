"""The fast lane answers as Django would, byte for byte, and leaves everything else to Django."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, transaction

from foundation.accounts.models import User
from foundation.core.quick_qr import svg
from foundation.municipalities.enums import AddressForm
from foundation.municipalities.models import Municipality, Residency
from foundation.notifications.models import Message
from foundation.voting import papers, passes
from foundation.voting.enums import CodeState, Electorate
from foundation.voting.models import Ballot, BallotSecret, InletVote, VoterRecord, VotingCode
from foundation.voting.services import ballots
from foundation.voting.views import receipt as receipts
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, RoleFactory, civil_servant
from tests.factories.notifications import MessageFactory
from tests.factories.voting import PAPERS, opened, resident
from tests.factories.voting_codes import with_codes
from tests.voting.lane import RECEIPT, Door, Sent, masked, prepared, ready, ready_again, session_of, warmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def door() -> Iterator[Door]:
    yield Door()
    cache.clear()


# --- The same answer --------------------------------------------------------------------------------------------------------


def _formal() -> Ballot:
    return opened(MunicipalityFactory(address_form=AddressForm.U))


def _limited() -> Ballot:
    municipality = MunicipalityFactory()
    return opened(municipality, areas=[NeighbourhoodFactory(municipality=municipality)])


KINDS: dict[str, Callable[[], Ballot]] = {
    "residents": opened,
    "formal": _formal,
    "anyone": lambda: opened(electorate=Electorate.ANYONE, is_binding=False),
    "may change": lambda: opened(allow_change=True),
    "own area": _limited,
    **{name: (lambda fields=fields: opened(**fields)) for name, fields in PAPERS.items()},
}
MARKS = {"points": ("1:4", "3:6"), "ranking": ("3", "1"), "scale": ("1:0", "2:2", "3:1"), "single": ("2",)}


@pytest.mark.parametrize(("kind", "language"), [("residents", "en"), *((kind, "nl") for kind in KINDS)])
def test_the_lane_answers_and_keeps_as_django_does(door: Door, kind: str, language: str) -> None:
    ballot = KINDS[kind]()
    area = ballot.areas.first()
    marks = MARKS.get(kind, ("2", "1"))
    cookies = {settings.LANGUAGE_COOKIE_NAME: language} if language == "en" else {}
    people = [resident(ballot.municipality, area) for _ in range(3)]
    first, usual, quick = (ready(ballot, person, marks, **cookies) for person in people)
    door.slow(first)
    expected, got = door.post("django", usual), door.fast(quick)
    assert got.plain() == expected.plain()
    assert session_of(quick).keys() == session_of(usual).keys()
    assert f"stembiljet-{ballot.pk}" not in session_of(quick)
    votes = {vote.code: vote for vote in InletVote.objects.filter(ballot=ballot)}
    assert len(votes) == VoterRecord.objects.filter(ballot=ballot).count() == 3
    assert len({vote.choices for vote in votes.values()}) == 1
    code = RECEIPT.findall(got.body)[0].replace("-", "")
    vote = votes[code]
    assert papers.commitment(bytes(vote.nonce), code, vote.choices) == bytes(vote.commitment)
    secret = BallotSecret.objects.get(ballot=ballot)
    key = papers.voter_key(bytes(secret.roll_key), people[2].pk)
    counts = VoterRecord.objects.get(ballot=ballot, voter_key=key)
    place = Residency.objects.get(user=people[2]).neighbourhood_id
    assert counts.area_id == (None if ballot.electorate == Electorate.ANYONE else place)
    # The picture is that of this receipt.
    assert svg(papers.readable_code(code)) in got.body


def test_an_empty_vote_and_a_long_one_and_one_with_unread_messages(door: Door) -> None:
    ballot = opened()
    people = [resident(ballot.municipality) for _ in range(6)]
    for person in people[3:]:
        MessageFactory.create_batch(2, recipient=person)
    door.slow(ready(ballot, people[0]))
    for marks in ((), ("1",)):
        usual = door.post("django", ready(ballot, resident(ballot.municipality), marks))
        assert door.fast(ready(ballot, resident(ballot.municipality), marks)).plain() == usual.plain()
    door.slow(ready(ballot, people[3]))  # a page with a number on it is another page
    usual, quick = door.post("django", ready(ballot, people[4])), door.fast(ready(ballot, people[5]))
    assert quick.plain() == usual.plain()
    assert Message.objects.filter(recipient=people[5], read_at=None).count() == 2


def test_the_holder_of_a_code_is_answered_as_by_django(door: Door) -> None:
    ballot, codes = with_codes(size=4, area=None)
    door.slow(ready(ballot, codes[0]))
    usual, sent = door.post("django", ready(ballot, codes[1])), ready(ballot, codes[2])
    assert door.fast(sent).plain() == usual.plain()
    assert VoterRecord.objects.filter(ballot=ballot).count() == 3
    assert door.slow(ready_again(sent)).status == "409 Conflict"
    assert InletVote.objects.filter(ballot=ballot).count() == 3


def test_the_vote_of_a_code_counts_in_the_area_of_its_letters(door: Door) -> None:
    ballot, codes = with_codes(size=2)
    area = NeighbourhoodFactory(municipality=ballot.municipality)
    VotingCode.objects.filter(ballot=ballot).first().batch.__class__.objects.filter(ballot=ballot).update(area=area)
    door.slow(ready(ballot, codes[0]))
    door.fast(ready(ballot, codes[1]))
    assert list(VoterRecord.objects.filter(ballot=ballot).values_list("area_id", flat=True)) == [area.pk] * 2


# --- What the lane does not take ---------------------------------------------------------------------------------------------


def test_a_vote_that_comes_twice_and_a_second_vote_are_answered_by_django(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    sent = prepared(ballot, resident(ballot.municipality))
    first, again = door.fast(sent), door.slow(sent)
    assert RECEIPT.findall(first.body) == RECEIPT.findall(again.body)
    assert again.status == "200 OK"
    assert "was al binnen" in again.body
    assert door.slow(ready_again(sent)).status == "409 Conflict"
    assert InletVote.objects.filter(ballot=ballot).count() == 2


def _move(user: User) -> None:
    Residency.objects.filter(user=user).update(neighbourhood=NeighbourhoodFactory())


def _message(user: User) -> None:
    MessageFactory(recipient=user)


def _new_password(user: User) -> None:
    user.set_password("een heel ander wachtwoord")
    user.save()


CHANGES: dict[str, Callable[[User], Any]] = {
    "blocked": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "another password": _new_password,
    "moved": _move,
    "residency gone": lambda user: Residency.objects.filter(user=user).delete(),
    "a role here": lambda user: RoleFactory(user=user, municipality=user.residencies.get().municipality),
    "a message": _message,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since_the_pass_makes_it_worthless(door: Door, change: str) -> None:
    """Django then says what it always says: the answer is the same with and without the lane."""
    ballot = opened()
    warmed(door, ballot)
    people = [resident(ballot.municipality) for _ in range(2)]
    sent = [prepared(ballot, person) for person in people]
    with transaction.atomic():  # a transaction (here: part of one) of its own, as in life
        for person in people:
            CHANGES[change](person)
    expected = door.post("django", sent[0])
    votes = InletVote.objects.count()
    assert door.slow(sent[1]).plain() == expected.plain()
    assert InletVote.objects.count() - votes == expected.status.startswith("200")


def test_after_the_end_of_the_vote_nothing_is_cast(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    sent = prepared(ballot, resident(ballot.municipality))
    ballots.cancel(ballot=ballot, by=civil_servant(ballot.municipality), reason="Er ging iets mis.")
    assert door.slow(sent).status == "409 Conflict"
    assert InletVote.objects.count() == 1


def test_keys_that_are_destroyed_are_not_used_any_more(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    sent = prepared(ballot, resident(ballot.municipality))
    BallotSecret.objects.filter(ballot=ballot).delete()
    assert not door.slow(sent).status.startswith("200")
    assert InletVote.objects.count() == 1


def test_a_municipality_that_is_taken_away_or_renamed_is_seen_at_once(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    one, other = (prepared(ballot, resident(ballot.municipality)) for _ in range(2))
    with transaction.atomic():
        Municipality.objects.filter(pk=ballot.municipality_id).update(name="Nieuwe Naam")
    assert "Nieuwe Naam" in door.slow(one).body
    Municipality.objects.filter(pk=ballot.municipality_id).update(published_at=None)
    assert door.slow(other).status == "404 Not Found"


def test_a_dead_code_casts_nothing(door: Door) -> None:
    ballot, codes = with_codes(size=2)
    door.slow(ready(ballot, codes[0]))
    sent = ready(ballot, codes[1])
    VotingCode.objects.filter(ballot=ballot).update(state=CodeState.BLOCKED)
    assert door.slow(sent).status == "409 Conflict"
    assert VoterRecord.objects.filter(ballot=ballot).count() == 1


def test_without_a_pass_and_with_that_of_another_session_django_decides(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    one, other = (prepared(ballot, resident(ballot.municipality)) for _ in range(2))
    kept = next(key for key in _pass_keys(ballot, one))
    found = cache.get(kept)
    assert found is not None
    cache.set(next(_pass_keys(ballot, other)), found)
    assert door.slow(other).status == "200 OK"
    cache.delete(kept)
    assert door.slow(one).status == "200 OK"


def _pass_keys(ballot: Ballot, sent: Sent) -> Iterator[str]:
    yield passes.key(sent.session_key, ballot.pk)


def test_a_code_in_the_hands_of_somebody_logged_in_is_left_to_django(door: Door) -> None:
    ballot, codes = with_codes(size=2)
    door.slow(ready(ballot, codes[0]))
    sent = ready(ballot, codes[1])
    key = f"django.contrib.sessions.cache{sent.session_key}"
    cache.set(key, {**cache.get(key), "_auth_user_id": "1"})
    door.slow(sent)


# --- Odd requests: the same both ways --------------------------------------------------------------------------------------------


def _field(name: str, value: str) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        sent.fields = [(known, old) for known, old in sent.fields if known != name] + [(name, value)]

    return change


def _without(name: str) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        sent.fields = [(known, old) for known, old in sent.fields if known != name]

    return change


def _twice(name: str) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        sent.fields += [(name, "q" * 32)]

    return change


def _extra(**more: Any) -> Callable[[Sent], None]:
    return lambda sent: sent.extra.update(more)


def _cookie(name: str, value: str) -> Callable[[Sent], None]:
    return lambda sent: sent.cookies.update({name: value})


def _raw(change: Callable[[bytes], bytes]) -> Callable[[Sent], None]:
    def apply(sent: Sent) -> None:
        sent.raw = change(urlencode(sent.fields).encode())

    return apply


ODD: dict[str, Callable[[Sent], None]] = {
    "wrong token": _field("csrfmiddlewaretoken", "w" * 64),
    "short token": _field("csrfmiddlewaretoken", "w" * 8),
    "no token": _without("csrfmiddlewaretoken"),
    "plain token": _field("csrfmiddlewaretoken", "s" * 32),
    "another secret": _cookie(settings.CSRF_COOKIE_NAME, "z" * 32),
    "old secret": lambda sent: sent.cookies.update({settings.CSRF_COOKIE_NAME: masked()}),
    "no secret": lambda sent: sent.cookies.pop(settings.CSRF_COOKIE_NAME) and None,
    "another origin": _extra(HTTP_ORIGIN="https://elders.example"),
    "null origin": _extra(HTTP_ORIGIN="null"),
    "unknown host": _extra(HTTP_HOST="elders.example", HTTP_ORIGIN="http://elders.example"),
    "unknown header": _extra(HTTP_X_ODD="1"),
    "method in a header": _extra(HTTP_X_HTTP_METHOD_OVERRIDE="PUT"),
    "htmx": _extra(HTTP_HX_REQUEST="true"),
    "query": _extra(QUERY_STRING="a=b"),
    "charset": _extra(CONTENT_TYPE="application/x-www-form-urlencoded; charset=latin-1"),
    "json": _extra(CONTENT_TYPE="application/json"),
    "no length": _extra(CONTENT_LENGTH=""),
    "odd length": _extra(CONTENT_LENGTH="-5"),
    "too short a length": _extra(CONTENT_LENGTH="60"),
    "unknown session": _cookie(settings.SESSION_COOKIE_NAME, "x" * 32),
    "odd session": _cookie(settings.SESSION_COOKIE_NAME, "../etc"),
    "no session": lambda sent: sent.cookies.pop(settings.SESSION_COOKIE_NAME) and None,
    "unknown language": _cookie("django_language", "xx"),
    "other cookie": _cookie("elders", "1"),
    "no choice": _without("keuze"),
    "a choice that is not there": _field("keuze", "99"),
    "a choice that is no number": _field("keuze", "een"),
    "a choice of another type": _field("keuze", "1:4"),
    "a choice twice": lambda sent: sent.fields.append(("keuze", "1")),
    "too dear": lambda sent: sent.fields.extend([("keuze", "2"), ("keuze", "3")]),
    "blank and a choice": _field("blanco", "ja"),
    "no form": _without("formulier"),
    "short form": _field("formulier", "kort"),
    "long form": _field("formulier", "l" * 129),
    "form twice": _twice("formulier"),
    "form with signs": _field("formulier", "a b+c&d=é" * 4),
    "long randomness": _field("toeval", "l" * 129),
    "randomness": _field("toeval", "l" * 32),
    "a message, please": _field("bericht", "ja"),
    "unknown field": _field("onbekend", "1"),
    "empty": _raw(lambda body: b""),
    "not ASCII": _raw(lambda body: body + b"&x=\xff"),
    "pairs without a sign": _raw(lambda body: b"&&a&" + body),
    "semicolons": _raw(lambda body: body.replace(b"&", b";")),
    "escaped name": _raw(lambda body: body.replace(b"keuze", b"keu%7ae")),
    "plus": _raw(lambda body: body + b"&toeval=a+b"),
}


def _same_both_ways(door: Door, ballot: Ballot, *changes: str) -> None:
    area = NeighbourhoodFactory(municipality=ballot.municipality)
    usual, quick, warm = (prepared(ballot, resident(ballot.municipality, area)) for _ in range(3))
    assert door.post("lane", warm).status == "200 OK"  # so that the lane has a page to give
    for change in changes:
        for sent in (usual, quick):
            ODD[change](sent)
    before = InletVote.objects.count()
    expected = door.post("django", usual)
    between = InletVote.objects.count()
    got = door.post("lane", quick)
    assert got.plain() == expected.plain(), changes
    assert InletVote.objects.count() - between == between - before, changes
    assert session_of(quick).keys() == session_of(usual).keys()


def test_each_odd_request_is_answered_as_django_answers_it(door: Door) -> None:
    ballot = opened()
    for odd in ODD:
        _same_both_ways(door, ballot, odd)


def test_odd_requests_of_several_kinds_at_once_too(door: Door) -> None:
    ballot, chance = opened(), random.Random(3)
    for _turn in range(20):
        _same_both_ways(door, ballot, *chance.sample(sorted(ODD), chance.choice([2, 3])))


# --- When something breaks ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_costs_nobody_a_vote(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    one, other = (prepared(ballot, resident(ballot.municipality)) for _ in range(2))
    door.fast(one)
    third = prepared(ballot, resident(ballot.municipality))
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as breaker:
        breaker.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert door.slow(other).status == "200 OK"
    door.fast(third)
    assert InletVote.objects.count() == VoterRecord.objects.count() == 4


def test_without_redis_the_usual_way_is_asked(door: Door) -> None:
    ballot = opened()
    warmed(door, ballot)
    sent = prepared(ballot, resident(ballot.municipality))
    door.fast(prepared(ballot, resident(ballot.municipality)))
    line = door.lane._line
    assert line is not None
    line._local.wire.disconnect()
    line._local.wire._connect = _refuse  # type: ignore[method-assign]
    assert door.slow(sent).status == "200 OK"
    assert door.fast(prepared(ballot, resident(ballot.municipality))).status == "200 OK"


def _refuse() -> None:
    raise OSError("nobody there")


def test_the_line_reads_and_replaces_what_the_cache_does() -> None:
    line = caches["default"].line()
    cache.set("one", {"a": [1, 2]}, 60)
    cache.set("two", 7, 60)
    assert line.read("one", "two", "three") == [{"a": [1, 2]}, 7, None]
    assert line.replace("one", {"b": 1}, 60)
    assert not line.replace("three", {"b": 1}, 60)
    assert cache.get_many(["one", "two", "three"]) == {"one": {"b": 1}, "two": 7}


# --- When a page grows old ---------------------------------------------------------------------------------------------------


def test_one_vote_has_an_old_page_drawn_anew_and_an_idle_lane_forgets_its_keys(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot = opened()
    warmed(door, ballot)
    later = time.monotonic() + receipts.KEPT_SECONDS + 1
    monkeypatch.setattr("foundation.voting.fast_lane.time.monotonic", lambda: later)
    door.slow(prepared(ballot, resident(ballot.municipality)))
    door.fast(prepared(ballot, resident(ballot.municipality)))
    monkeypatch.setattr("foundation.voting.fast_lane.time.monotonic", lambda: later + 2 * receipts.KEPT_SECONDS)
    door.lane({"REQUEST_METHOD": "GET", "PATH_INFO": "/robots.txt", **GET}, lambda *_given: None)
    assert door.lane._spots == {}


GET = {"SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http"}
