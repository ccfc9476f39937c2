"""Typing a code, voting with it, and the back office of codes, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.core.models import AuditEvent
from foundation.notifications.models import Message
from foundation.voting import codes
from foundation.voting.enums import BatchState
from foundation.voting.models import Ballot, CodeBatch, InletVote, VoterRecord
from foundation.voting.services import codes as service
from foundation.voting.services import guessing
from tests.factories import voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import RoleFactory, administrator, civil_servant
from tests.factories.voting_codes import batch_of, with_codes

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    yield
    cache.clear()


def enter(client: Client, ballot: Ballot, code: str, **headers: Any) -> Any:
    return client.post(reverse("voting:code", args=[ballot.municipality.slug, ballot.slug]), {"code": code}, **headers)


def send(client: Client, ballot: Ballot, *numbers: int, token: str = "f" * 32) -> Any:
    return client.post(
        ballot.get_absolute_url() + "stem/controleren/", {"formulier": token, "keuze": list(numbers), "bericht": "ja"}
    )


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- Residents ------------------------------------------------------------------------------------------------------------


def test_the_page_of_the_ballot_asks_for_the_code_and_sets_no_cookie(client: Client) -> None:
    ballot, _codes = with_codes(size=1)
    page = client.get(ballot.get_absolute_url())
    assert ballot.get_absolute_url() + "code/" in text(page)
    assert not page.cookies


@pytest.mark.parametrize("path", ["stem/", "stem/controleren/"])
def test_without_a_code_the_paper_sends_to_the_field(client: Client, path: str) -> None:
    ballot, _codes = with_codes(size=1)
    answer = client.get(ballot.get_absolute_url() + path)
    assert answer.headers["Location"] == ballot.get_absolute_url() + "code/"
    assert send(client, ballot, 1).headers["Location"] == ballot.get_absolute_url() + "code/"
    assert not VoterRecord.objects.exists()


def test_a_whole_vote_with_a_code_and_without_an_account(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    answer = enter(client, ballot, codes.readable(code).lower().replace("-", " "))
    assert answer.headers["Location"] == ballot.get_absolute_url() + "stem/"
    answer = client.post(answer.headers["Location"], {"getoond": [1, 2, 3], "keuze": [1, 2], "doe": "controleer"})
    page = text(client.get(answer.headers["Location"]))
    assert "Bankjes in het park" in page
    assert 'name="bericht"' not in page  # there is no address to send a message to
    receipt = send(client, ballot, 1, 2)
    assert receipt.status_code == 200
    proof = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text(receipt))
    assert proof is not None
    assert proof[0] in text(send(client, ballot, 1, 2))
    assert InletVote.objects.get().choices == "1,2"
    assert not Message.objects.filter(kind="voting.vote_received").exists()
    assert send(client, ballot, 3, token="g" * 32).status_code == 409


def test_an_account_does_not_matter_to_a_code(client: Client) -> None:
    ballot, (one, other) = with_codes(size=2)
    client.force_login(UserFactory(), BACKEND)
    for code, token in ((one, "a" * 32), (other, "b" * 32)):
        enter(client, ballot, code)
        assert send(client, ballot, 1, token=token).status_code == 200
    assert VoterRecord.objects.count() == 2


def test_a_used_code_is_told_plainly(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    enter(client, ballot, code)
    send(client, ballot, 1)
    page = text(enter(Client(), ballot, code))
    assert "Deze code is gebruikt" in page
    assert "balie" in page


def test_a_blocked_code_is_told_what_to_do(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    enter(client, ballot, code)
    service.block(batch=ballot.code_batches.get(), by=ballot.created_by, reason="Kwijt")
    assert "balie" in text(enter(Client(), ballot, code))
    assert client.get(ballot.get_absolute_url() + "stem/").status_code == 302  # also who had typed it before
    assert send(client, ballot, 1).status_code == 409
    assert not VoterRecord.objects.exists()


def test_a_typo_is_told_and_costs_nothing(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for _ in range(guessing.PER_ADDRESS + 3):
        answer = enter(client, ballot, wrong)
        assert answer.status_code == 422
        assert "typefout" in text(answer)
    assert enter(client, ballot, codes.new_code()).status_code == 422  # the first wrong code that counts


def test_wrong_codes_are_slowed_but_a_right_one_always_passes(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    answers = [enter(client, ballot, codes.new_code()) for _ in range(guessing.PER_ADDRESS + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert enter(client, ballot, code).status_code == 302  # a neighbour behind the same address


def test_many_wrong_codes_are_told_to_staff_once_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "PER_BALLOT", 5)
    ballot, (code,) = with_codes(size=1)
    for number in range(9):
        enter(client, ballot, codes.new_code(), REMOTE_ADDR=f"192.0.2.{number}")
    told = Message.objects.filter(kind="voting.codes_guessed")
    assert told.count() == 1
    assert enter(client, ballot, code, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_before_opening_a_right_code_is_told_to_wait(client: Client) -> None:
    ballot, (code,) = with_codes(voting.announced(electorate="codes"), size=1)
    page = text(enter(client, ballot, code))
    assert "Je code klopt" in page
    assert django_settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_session_holds_a_keyed_hash_and_never_the_code(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    enter(client, ballot, code)
    kept = str(dict(client.session.items()))
    assert code not in kept
    assert codes.readable(code) not in kept
    assert client.session.get_expiry_age() <= 2 * 3600


def test_another_code_in_the_same_browser_does_not_see_the_first_ones_choice(client: Client) -> None:
    ballot, (one, other) = with_codes(size=2)
    enter(client, ballot, one)
    client.post(ballot.get_absolute_url() + "stem/", {"getoond": [1], "keuze": [1], "doe": "bewaar"})
    enter(client, ballot, other)
    assert f"stembiljet-{ballot.pk}" not in client.session


def test_a_ballot_for_residents_has_no_field_for_codes(client: Client) -> None:
    ballot = voting.opened()
    assert client.get(ballot.get_absolute_url() + "code/").status_code == 404


def test_the_code_is_in_no_page_that_comes_back(client: Client) -> None:
    ballot, (code,) = with_codes(size=1)
    enter(client, ballot, code)
    for path in ("", "stem/", "stem/controleren/", "code/"):
        page = text(client.get(ballot.get_absolute_url() + path))
        assert code not in page
        assert codes.readable(code) not in page


# --- Staff ----------------------------------------------------------------------------------------------------------------


def address(ballot: Ballot, name: str, *more: Any) -> str:
    return reverse(f"voting:{name}", args=[ballot.municipality.slug, ballot.slug, *more])


def as_staff(ballot: Ballot) -> Client:
    client = Client()
    client.force_login(civil_servant(ballot.municipality), BACKEND)
    return client


PAGES = [("codes",), ("codes_new",), ("code_replace",), ("codes_batch", 1), ("codes_block", 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0])
def test_only_who_manages_ballots_sees_the_codes(page: tuple[Any, ...]) -> None:
    ballot, _codes = with_codes(size=1)
    place = ballot.municipality
    people = {
        200: [civil_servant(place), administrator(place)],
        403: [RoleFactory(municipality=place, kind="alderman").user],
        404: [voting.resident(place), civil_servant(voting.draft().municipality)],
    }
    for status, users in people.items():
        for user in users:
            client = Client()
            client.force_login(user, BACKEND)
            assert client.get(address(ballot, *page)).status_code == status, user
    assert "/account/login/" in Client().get(address(ballot, *page)).headers["Location"]


def test_a_batch_is_asked_made_downloaded_and_printed(django_capture_on_commit_callbacks: Any) -> None:
    ballot = voting.opened(electorate="codes")
    client = as_staff(ballot)
    data = {"name": "Zuid", "size": 2, "language": "en", "area": ""}
    answer = client.post(address(ballot, "codes_new"), data)
    batch = CodeBatch.objects.get()
    assert answer.headers["Location"] == address(ballot, "codes_batch", 1)
    assert "wachten op hun beurt" in text(client.get(answer.headers["Location"]))
    service.make_letters(batch_id=batch.pk)
    assert "Brieven 1 tot en met 2" in text(client.get(answer.headers["Location"]))
    pdf = client.post(address(ballot, "codes_letters", 1), {"deel": "1"})
    assert pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf.headers["Cache-Control"]
    assert client.get(address(ballot, "codes_letters", 1)).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(ballot, "codes_step", 1), {"stap": "gedrukt"})
    batch.refresh_from_db()
    assert batch.state == BatchState.HANDED_OUT
    gone = client.post(address(ballot, "codes_letters", 1), {"deel": "1"})
    assert gone.status_code == 302


def test_a_lost_letter_is_replaced_at_the_desk() -> None:
    ballot, _codes = with_codes(size=1)
    client = as_staff(ballot)
    assert "twee delen" in text(client.post(address(ballot, "code_replace"), {"letter": "x", "identified": "on"}))
    pdf = client.post(address(ballot, "code_replace"), {"letter": "1-00001", "identified": "on"})
    assert pdf.content.startswith(b"%PDF")
    assert "brief-1-00002.pdf" in pdf.headers["Content-Disposition"]
    again = client.post(address(ballot, "code_replace"), {"letter": "1-1", "identified": "on"})
    assert "al geblokkeerd of vervangen" in text(again)


def test_a_batch_is_blocked_with_a_reason_that_the_log_tells() -> None:
    ballot, _codes = with_codes(size=2)
    client = as_staff(ballot)
    client.post(address(ballot, "codes_block", 1), {"reason": "Doos kwijt"})
    assert CodeBatch.objects.get().state == BatchState.BLOCKED
    assert "Doos kwijt" in text(client.get(address(ballot, "staff_detail")))
    assert AuditEvent.objects.filter(verb="voting.codes_blocked").count() == 1


def test_the_list_asks_as_much_for_three_batches_as_for_one() -> None:
    ballot, _codes = with_codes(size=1)
    client = as_staff(ballot)
    counts = []
    for _ in range(2):
        cache.clear()
        client.force_login(civil_servant(ballot.municipality), BACKEND)
        client.get(address(ballot, "codes"))
        cache.delete(f"voting:codes-used:{ballot.pk}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address(ballot, "codes")).status_code == 200
        counts.append(len(queries))
        batch_of(ballot, size=1)
        batch_of(ballot, size=1)
    assert counts[0] == counts[1]


def test_statistics_name_no_letter_that_was_used(client: Client) -> None:
    ballot, (used, _unused) = with_codes(size=2)
    enter(client, ballot, used)
    send(client, ballot, 1)
    staff = as_staff(ballot)
    for page in (("codes",), ("codes_batch", 1)):
        assert "1-00001" not in text(staff.get(address(ballot, *page)))
    row = re.search(r"<tbody>(.*?)</tbody>", text(staff.get(address(ballot, "codes"))), re.S)
    assert row is not None
    assert "te weinig om te tonen" in row[1]
