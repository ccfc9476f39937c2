"""The lean way of a vote ends as the usual one does, and lets nobody in whom the usual one keeps out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality, Residency
from foundation.voting.models import Ballot, BallotSecret, InletVote
from foundation.voting.queries import door
from foundation.voting.services import ballots
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant
from tests.factories.voting import opened, resident

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ballot() -> Ballot:
    return opened(title="Deur")


@pytest.fixture
def anna(ballot: Ballot, client: Client) -> User:
    user = resident(ballot.municipality)
    client.force_login(user, BACKEND)
    return user


def post(client: Client, ballot: Ballot, token: str = "f" * 32, **more: str):
    address = reverse("voting:check", args=[ballot.municipality.slug, ballot.slug])
    return client.post(address, {"keuze": ["1"], "formulier": token, **more})


def test_a_vote_needs_two_statements_on_the_lean_way(client: Client, ballot: Ballot, anna: User) -> None:
    post(client, ballot)
    other = resident(ballot.municipality)
    client.force_login(other, BACKEND)
    seen: list[str] = []

    def listen(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        assert post(client, ballot, "h" * 32).status_code == 200
    assert len(seen) == 2, seen
    assert InletVote.objects.count() == 2


def test_the_receipt_page_is_the_same_for_the_next_voter_but_for_the_code(
    client: Client, ballot: Ballot, anna: User
) -> None:
    first = post(client, ballot).content.decode()
    client.force_login(resident(ballot.municipality), BACKEND)
    second = post(client, ballot, "k" * 32).content.decode()
    code = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
    assert code.findall(first) != code.findall(second)
    blank = re.compile(r"<svg viewBox=\"0 0 29 29\">.*?</svg>", re.S)
    assert code.sub("", blank.sub("", first)) == code.sub("", blank.sub("", second))


def test_the_door_hands_out_what_the_usual_way_finds(ballot: Ballot, anna: User) -> None:
    found = door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now())
    assert found is not None
    assert (found.ballot, found.municipality, found.user) == (ballot, ballot.municipality, anna)
    usual = User.objects.get(pk=anna.pk)
    assert all(getattr(found.user, f.attname) == getattr(usual, f.attname) for f in User._meta.concrete_fields)
    assert bytes(found.ballot.secret.roll_key) == bytes(BallotSecret.objects.get(pk=ballot.pk).roll_key)
    residency = Residency.objects.get(user=anna)
    assert found.user._residencies[ballot.municipality_id] == residency
    assert found.user._residencies[ballot.municipality_id].neighbourhood == residency.neighbourhood


def test_what_a_request_does_to_its_ballot_stays_with_that_request(ballot: Ballot, anna: User) -> None:
    first = door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now())
    assert first is not None
    first.ballot.title = first.municipality.name = "anders"
    second = door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now())
    assert second is not None
    assert second.ballot.title == "Deur"
    assert second.municipality.name == ballot.municipality.name


def test_a_change_is_seen_by_the_next_voter(ballot: Ballot, anna: User) -> None:
    assert door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now()) is not None
    Municipality.objects.filter(pk=ballot.municipality_id).update(name="Nieuwe naam")
    found = door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now())
    assert found is not None
    assert found.municipality.name == "Nieuwe naam"
    ballots.cancel(ballot=ballot, by=civil_servant(ballot.municipality), reason="Er ging iets mis.")
    assert door.look(ballot.municipality.slug, ballot.slug, anna.pk, clock.now()) is None


def test_after_closing_time_the_usual_way_answers(ballot: Ballot, anna: User) -> None:
    assert ballot.closes_at is not None
    assert door.look(ballot.municipality.slug, ballot.slug, anna.pk, ballot.closes_at) is None
    before = ballot.closes_at - timedelta(microseconds=1)
    assert door.look(ballot.municipality.slug, ballot.slug, anna.pk, before) is not None


def test_who_is_not_logged_in_is_asked_to(client: Client, ballot: Ballot) -> None:
    answer = post(client, ballot)
    assert answer.status_code == 302
    assert InletVote.objects.count() == 0


def test_a_session_from_before_another_password_does_not_vote(client: Client, ballot: Ballot, anna: User) -> None:
    anna.set_password("een heel ander wachtwoord")
    anna.save()
    assert post(client, ballot).status_code == 302
    assert InletVote.objects.count() == 0


def test_a_blocked_account_does_not_vote(client: Client, ballot: Ballot, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert post(client, ballot).status_code == 302
    assert InletVote.objects.count() == 0


def test_without_the_csrf_token_there_is_no_vote(ballot: Ballot) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(resident(ballot.municipality), BACKEND)
    assert post(strict, ballot).status_code == 403
    assert InletVote.objects.count() == 0


def test_who_lives_elsewhere_is_refused(client: Client, ballot: Ballot) -> None:
    client.force_login(UserFactory(), BACKEND)
    assert post(client, ballot).status_code == 409
    assert InletVote.objects.count() == 0


def test_a_hidden_municipality_takes_no_votes(client: Client, ballot: Ballot, anna: User) -> None:
    Municipality.objects.filter(pk=ballot.municipality_id).update(published_at=None)
    assert post(client, ballot).status_code == 404
    assert InletVote.objects.count() == 0
