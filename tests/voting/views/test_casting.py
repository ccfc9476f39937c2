import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.voting.models import Ballot, InletVote, VoterRecord
from tests.factories import voting

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TOKEN = "f" * 32


@pytest.fixture
def ballot() -> Ballot:
    return voting.opened()


@pytest.fixture
def anna(ballot: Ballot, client: Client) -> User:
    user = voting.resident(ballot.municipality)
    client.force_login(user, BACKEND)
    return user


def choose(client: Client, ballot: Ballot, *numbers: int, **more: Any) -> Any:
    data = {"getoond": [1, 2, 3], "keuze": list(numbers), "doe": "controleer", **more}
    return client.post(ballot.get_absolute_url() + "stem/", data)


def send(client: Client, ballot: Ballot, *numbers: int, **more: Any) -> Any:
    data = {"formulier": TOKEN, "keuze": list(numbers), **more}
    return client.post(ballot.get_absolute_url() + "stem/controleren/", data)


def kept(client: Client, ballot: Ballot) -> list[int] | None:
    return client.session.get(f"stembiljet-{ballot.pk}")


def test_who_is_not_logged_in_logs_in_first(client: Client, ballot: Ballot) -> None:
    for path in ("stem/", "stem/controleren/"):
        answer = client.get(ballot.get_absolute_url() + path)
        assert answer.status_code == 302
        assert "/account/login/" in answer.headers["Location"]


def test_choosing_checking_sending(client: Client, ballot: Ballot, anna: User) -> None:
    answer = choose(client, ballot, 1, 2)
    assert answer.headers["Location"] == ballot.get_absolute_url() + "stem/controleren/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Bankjes in het park" in page
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None
    receipt = send(client, ballot, 1, 2, formulier=token[1])
    assert receipt.status_code == 200
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.content.decode())
    assert receipt.headers["Cache-Control"].startswith(("private", "max-age=0"))
    assert InletVote.objects.get().choices == "1,2"
    assert kept(client, ballot) is None


def test_the_receipt_page_does_not_tell_the_choice(client: Client, ballot: Ballot, anna: User) -> None:
    page = send(client, ballot, 1).content.decode()
    assert "Bankjes in het park" not in page
    assert "keuze" not in re.sub(r"je keuze", "", page)


def test_sending_one_form_twice_gives_one_vote_and_one_code(client: Client, ballot: Ballot, anna: User) -> None:
    pages = [send(client, ballot, 1).content.decode() for _ in range(2)]
    codes = [re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page) for page in pages]
    assert codes[0]
    assert codes[0] == codes[1]
    assert InletVote.objects.count() == 1


def test_a_second_vote_is_refused_in_words(client: Client, ballot: Ballot, anna: User) -> None:
    send(client, ballot, 1)
    answer = send(client, ballot, 2, formulier="g" * 32)
    assert answer.status_code == 409
    assert "al gestemd" in answer.content.decode()
    assert InletVote.objects.get().choices == "1"


def test_a_choice_over_the_budget_is_told_with_the_amount_and_kept(client: Client, ballot: Ballot, anna: User) -> None:
    answer = choose(client, ballot, 1, 2, 3)
    assert "6.000" in answer.content.decode()
    assert kept(client, ballot) == [1, 2, 3]
    assert not VoterRecord.objects.exists()
    refused = send(client, ballot, 1, 2, 3)
    assert refused.status_code == 302
    assert not VoterRecord.objects.exists()


def test_nothing_chosen_offers_a_blank_vote_explicitly(client: Client, ballot: Ballot, anna: User) -> None:
    choose(client, ballot)
    page = client.get(ballot.get_absolute_url() + "stem/controleren/").content.decode()
    assert 'name="blanco"' in page
    assert send(client, ballot).status_code == 302  # without saying so nothing is sent
    assert not VoterRecord.objects.exists()
    assert send(client, ballot, blanco="ja").status_code == 200
    assert InletVote.objects.get().choices == ""


def test_filtering_keeps_what_is_out_of_sight(client: Client, ballot: Ballot, anna: User) -> None:
    choose(client, ballot, 1, doe="toon", zoek="moes")
    answer = choose(client, ballot, 2, getoond=[2], doe="toon", zoek="speel", volgorde="cheap")
    assert kept(client, ballot) == [1, 2]
    assert "zoek=speel" in answer.headers["Location"]
    assert "volgorde=cheap" in answer.headers["Location"]


def test_the_page_keeps_the_choice_in_the_background(client: Client, ballot: Ballot, anna: User) -> None:
    assert choose(client, ballot, 3, doe="bewaar").status_code == 204
    assert kept(client, ballot) == [3]


@pytest.mark.parametrize("nonsense", ["x", "-1", "9999999", "1.5", "99"])
def test_nonsense_in_the_form_is_ignored_or_refused(client: Client, ballot: Ballot, anna: User, nonsense: str) -> None:
    client.post(ballot.get_absolute_url() + "stem/", {"keuze": nonsense, "doe": "bereken"})
    assert kept(client, ballot) == []
    assert send(client, ballot, formulier=TOKEN, keuze=nonsense).status_code == 302
    assert not VoterRecord.objects.exists()


def test_many_tries_of_one_account_are_slowed_and_a_neighbour_is_not(
    client: Client, ballot: Ballot, anna: User
) -> None:
    answers = [send(client, ballot, 1, 2, 3).status_code for _ in range(12)]
    assert 429 in answers
    neighbour = Client()
    neighbour.force_login(voting.resident(ballot.municipality), BACKEND)
    assert send(neighbour, ballot, 1).status_code == 200


def test_the_form_is_protected_against_forgery(ballot: Ballot) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(voting.resident(ballot.municipality), BACKEND)
    assert send(strict, ballot, 1).status_code == 403
    assert not VoterRecord.objects.exists()


def test_casting_costs_few_queries(client: Client, ballot: Ballot, anna: User) -> None:
    """User, municipality, ballot with keys, residency, the vote: five; the page around it asks for what it shows."""
    client.get("/")
    with CaptureQueriesContext(connection) as seen:
        assert send(client, ballot, 1, 2).status_code == 200
    ours = [q["sql"] for q in seen if "voting_" in q["sql"] or "residency" in q["sql"]]
    assert len(ours) == 3, ours
    assert len(seen) <= 9, [q["sql"][:120] for q in seen]


def test_the_ballot_paper_costs_the_same_for_two_and_a_hundred_projects(client: Client) -> None:
    counts = []
    for number in (2, 100):
        ballot = voting.opened(projects=[(f"Project {n}", 100_00) for n in range(number)])
        client.force_login(voting.resident(ballot.municipality), BACKEND)
        client.get(ballot.get_absolute_url() + "stem/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ballot.get_absolute_url() + "stem/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
