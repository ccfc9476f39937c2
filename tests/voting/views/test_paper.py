"""The pages of paper: who sees which lines, drafts, mistakes beside their line, and nothing of totals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.voting import paper_sheet
from foundation.voting.models import Ballot, InletVote, PaperBatch, PaperEntry, PaperTally, VoterRecord
from foundation.voting.services import paper
from portal.queries.today import today
from tests.factories import voting
from tests.factories.municipalities import RoleFactory, civil_servant
from tests.factories.voting_codes import with_codes
from tests.factories.voting_paper import let_in, pile, takes_paper, two, type_by

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _single_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def at(ballot: Ballot, name: str = "paper", *more: object) -> str:
    return reverse(f"voting:{name}", args=[ballot.municipality.slug, ballot.slug, *more])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_pages_are_for_civil_servants_and_administrators_only() -> None:
    ballot = voting.close(takes_paper())
    batch = pile(ballot, 2)
    wanted = {
        None: 302,
        voting.resident(ballot.municipality): 404,
        RoleFactory(municipality=ballot.municipality, kind="alderman").user: 403,
        civil_servant(voting.draft().municipality): 404,
    }
    pages = [at(ballot), at(ballot, "paper_sheet"), at(ballot, "paper_envelope"), at(ballot, "paper_new")]
    pages += [at(ballot, name, batch.number) for name in ("paper_batch", "paper_enter", "paper_settle", "paper_undo")]
    for user, status in wanted.items():
        client = client_of(user)
        assert {client.get(page).status_code for page in pages} == {status}, user
        assert client.post(at(ballot, "paper_step"), {"stap": "alles-binnen"}).status_code == status


def test_a_pile_is_typed_kept_resumed_handed_in_and_then_seen_by_nobody() -> None:
    ballot = voting.close(takes_paper())
    one, other = two(ballot)
    batch = pile(ballot, 3, one)
    client, enter = client_of(one), at(ballot, "paper_enter", batch.number)
    assert client.get(enter).status_code == 302  # not begun
    begun = client.post(at(ballot, "paper_step"), {"stap": "beginnen", "stapel": batch.number})
    assert begun.headers["Location"] == enter
    kept = {"papier-1": "1 +3", "papier-2": "99", "papier-3": ""}
    assert client.post(enter, {**kept, "doe": "later"}).status_code == 302
    page = client.get(enter).content.decode()
    assert 'value="1 +3"' in page
    assert page.count("autofocus") == 1
    assert re.search(r'id="papier-3"[^>]*autofocus', page)
    # Nobody else sees a line of it: neither the other who types, nor who reads along.
    for user in (other, civil_servant(ballot.municipality)):
        their = client_of(user)
        their.post(at(ballot, "paper_step"), {"stap": "beginnen", "stapel": batch.number})
        answers = [their.get(url) for url in (enter, at(ballot), at(ballot, "paper_batch", batch.number))]
        assert not [answer for answer in answers if "1 +3" in answer.content.decode()]
    wrong = client.post(enter, {**kept, "doe": "inleveren"})
    assert wrong.status_code == 422
    html = wrong.content.decode()
    assert 'href="#papier-2"' in html
    assert 'href="#papier-3"' in html
    assert re.search(r'id="papier-2"[^>]*aria-invalid="true" aria-describedby="fout-2"[^>]*autofocus', html)
    assert (
        client.post(enter, {"papier-1": "1 3", "papier-2": "b", "papier-3": "x1", "doe": "inleveren"}).status_code
        == 302
    )
    assert client.get(enter).status_code == 302  # handed in: not even by who typed it
    assert PaperEntry.objects.get(by=one).lines == ["1,3", "b", "x1"]


def test_a_field_beyond_the_pile_is_refused_not_left_out() -> None:
    ballot = voting.close(takes_paper())
    one, _other = two(ballot)
    batch = pile(ballot, 1, one)
    paper.begin_entry(batch=batch, by=one)
    posted = {"papier-1": "1", "papier-2": "2", "doe": "inleveren"}
    assert client_of(one).post(at(ballot, "paper_enter", batch.number), posted).status_code == 422
    assert PaperEntry.objects.get().handed_in_at is None


def test_differences_are_settled_accepted_and_closed_from_the_pages() -> None:
    ballot = voting.close(takes_paper())
    one, other = two(ballot)
    batch = pile(ballot, 3, one)
    type_by(batch, one, ["1", "2", "3"])
    type_by(batch, other, ["1", "2,3", "3"])
    client = client_of(one)
    settle = at(ballot, "paper_settle", batch.number)
    page = text_of(client.get(settle))
    assert "Moestuin" in page
    assert "Bankjes in het park" not in page.partition("Eerste keer")[2]  # paper 1 is no difference
    assert client.post(settle, {"papier-2": "77", "waarom": "samen"}).status_code == 422
    assert client.post(settle, {"papier-2": "2", "waarom": ""}).status_code == 422
    assert client.post(settle, {"papier-2": "2", "waarom": "samen bekeken"}).status_code == 302
    assert client.get(settle).status_code == 302
    for _click in range(2):
        client.post(at(ballot, "paper_step"), {"stap": "in-de-bus", "stapel": batch.number})
    assert sorted(InletVote.objects.values_list("choices", flat=True)) == ["1", "2", "3"]
    waiting = today(ballot.municipality, one, clock.now())
    assert [line.url for line in waiting.now] == [at(ballot)]
    client.post(at(ballot, "paper_step"), {"stap": "alles-binnen"})
    ballot.refresh_from_db()
    assert ballot.paper_desk.closed_by == one
    assert "in de stembus" in text_of(client.get(at(ballot)))


@pytest.mark.parametrize("step", ["", "iets", "beginnen", "in-de-bus"])
def test_a_step_that_does_not_exist_or_has_no_pile_does_nothing(step: str) -> None:
    ballot = voting.close(takes_paper())
    answer = client_of(two(ballot)[0]).post(at(ballot, "paper_step"), {"stap": step, "stapel": "x"})
    assert answer.status_code == 302
    assert not PaperEntry.objects.exists()


def test_a_pile_is_taken_back_or_typed_anew_with_a_reason() -> None:
    ballot = voting.close(takes_paper())
    one, other = two(ballot)
    batch = pile(ballot, 2, one)
    type_by(batch, one, ["1", "2"])
    paper.begin_entry(batch=batch, by=other)
    undo, client = at(ballot, "paper_undo", batch.number), client_of(other)
    assert client.post(undo, {"reason": ""}).status_code == 200
    client.post(undo + "?stap=opnieuw&beurt=1", {"reason": "Anna is ziek"})
    assert [entry.turn for entry in batch.entries.all()] == [2]
    client.post(undo + "?stap=terug", {"reason": "verkeerd geteld"})
    assert PaperBatch.objects.get().state == "withdrawn"
    assert "2 enveloppen" in text_of(client.get(at(ballot, "paper_new")))


def test_an_envelope_is_let_in_once_and_a_used_code_is_set_aside() -> None:
    ballot, (code,) = with_codes(takes_paper(electorate="codes"), size=1)
    client, page = client_of(two(ballot)[0]), at(ballot, "paper_envelope")

    def send(form: str = "") -> Any:
        found = re.search(r'name="token" value="([^"]+)"', client.get(page).content.decode())
        assert found
        return client.post(page, {"code": code.lower(), "token": form or found[1]}), form or found[1]

    answer, form = send()
    assert answer.status_code == 302
    assert send(form)[0].status_code == 302  # the same form again: the same answer
    assert "Leg deze envelop apart" in text_of(send()[0])
    assert client.post(page, {"code": code[:-1] + "?", "token": "x" * 24}).status_code == 422
    assert VoterRecord.objects.count() == 1
    assert PaperTally.objects.get().envelopes == 1


def test_residents_hand_in_with_or_without_an_account() -> None:
    ballot = takes_paper()
    anna = voting.resident(ballot.municipality)
    client, page = client_of(two(ballot)[0]), at(ballot, "paper_envelope")
    assert client.post(page, {"email": anna.email, "token": "a" * 24}).status_code == 422  # nobody was looked at
    assert client.post(page, {"email": anna.email, "token": "a" * 24, "identified": "on"}).status_code == 302
    person = {
        "first_name": "Bo",
        "born": "1950-05-04",
        "postcode": "3311ab",
        "house_number": "1",
        "identified": "on",
        "token": "b" * 24,
    }
    assert client.post(page + "?account=nee", {**person, "postcode": "311"}).status_code == 422
    assert client.post(page + "?account=nee", person).status_code == 302
    assert VoterRecord.objects.count() == 2


def test_a_ballot_without_paper_says_so_and_has_no_paper_to_print() -> None:
    ballot = voting.opened()
    client = client_of(two(ballot)[0])
    assert "tellen niet mee" in text_of(client.get(at(ballot)))
    assert client.get(at(ballot, "paper_sheet")).status_code == 404
    assert at(ballot) not in client.get(at(ballot, "staff_detail")).content.decode()


def test_the_wizard_offers_paper() -> None:
    ballot = voting.draft()
    client = client_of(two(ballot)[0])
    assert 'name="takes_paper"' in client.get(at(ballot, "who_and_when")).content.decode()


@pytest.mark.parametrize("kind", ["budget", "number", *voting.PAPERS])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_type_has_a_ballot_paper_to_print(kind: str, language: str) -> None:
    fields: dict[str, Any] = voting.PAPERS.get(kind, {})
    if kind == "number":
        fields = {"limit_kind": "number", "max_choices": 2}
    ballot = voting.draft(takes_paper=True, **fields)
    told = paper_sheet.context(ballot, language)
    assert [option["number"] for option in told["options"]] == ["1", "2", "3"]
    assert told["how"]
    if language == "nl":
        answer = client_of(two(ballot)[0]).get(at(ballot, "paper_sheet"))
        assert answer.content.startswith(b"%PDF")
        assert b"pdfuaid" in answer.content


def test_the_list_asks_the_database_as_often_for_three_piles_as_for_one() -> None:
    ballot = voting.close(takes_paper())
    one, other = two(ballot)
    client = client_of(one)
    counts = []
    for number in (1, 2):
        for _pile in range(number):
            let_in(ballot, 10, one)
            batch = paper.make_batch(ballot=ballot, size=10, by=one)
            paper.begin_entry(batch=batch, by=one)
            paper.begin_entry(batch=batch, by=other)
        client.get(at(ballot))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(at(ballot))
        counts.append(len(queries))
    assert PaperBatch.objects.count() == 3
    assert counts[0] == counts[1]
    assert not [query for query in queries if '"lines"' in query["sql"]]


def test_the_page_of_a_pile_does_not_differ_by_what_was_typed() -> None:
    """The gate, for paper: two piles that differ in nothing but the choices look the same to who did not type them."""
    ballot = voting.close(takes_paper())
    one, other = two(ballot)
    reader = client_of(civil_servant(ballot.municipality))

    def page(batch: PaperBatch) -> str:
        told = text_of(reader.get(at(ballot, "paper_batch", batch.number)))
        return told.replace(f"tapel {batch.number}", "tapel")

    seen: list[list[str]] = []
    for lines in (["1"] * 10, ["x1"] * 10):
        let_in(ballot, 10, one)
        batch = paper.make_batch(ballot=ballot, size=10, by=one)
        stages = []
        for by in (one, other):
            type_by(batch, by, lines)
            stages.append(page(batch))
        paper.accept(batch=batch, by=one)
        seen.append([*stages, page(batch)])
    assert seen[0] == seen[1]
