from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.voting.models import Ballot
from foundation.voting.services import ballots
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


def queries(client: Client, path: str) -> int:
    client.get(path)  # what each process keeps for a while, such as host names, is not this page's cost
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_list_shows_what_is_open_coming_and_past_and_no_draft(client: Client) -> None:
    municipality = MunicipalityFactory()
    titles = {"open": voting.opened, "coming": voting.announced, "draft": voting.draft}
    for title, make in titles.items():
        make(municipality, title=f"Stemming {title}")
    past = voting.opened(municipality, title="Stemming past")
    ballots.cancel(ballot=past, by=past.created_by, reason="Geen geld")
    page = client.get(f"/{municipality.slug}/stemmingen/").content.decode()
    assert [title for title in (*titles, "past") if f"Stemming {title}" in page] == ["open", "coming", "past"]
    assert page.index("Stemming open") < page.index("Stemming coming") < page.index("Stemming past")


def test_earlier_votes_are_paged(client: Client) -> None:
    municipality = MunicipalityFactory()
    first = voting.opened(municipality)
    for number in range(21):
        ballot = voting.opened(municipality, title=f"Oud {number:02d}", by=first.created_by)
        ballots.cancel(ballot=ballot, by=first.created_by, reason="Voorbij")
    pages = [client.get(f"/{municipality.slug}/stemmingen/?page={n}").content.decode() for n in (1, 2, "x")]
    assert [page.count("Gesloten op") for page in pages] == [20, 1, 20]


def test_the_list_costs_the_same_for_one_and_three_ballots(client: Client) -> None:
    counts = []
    for number in (1, 3):
        municipality = MunicipalityFactory()
        for _ in range(number):
            voting.opened(municipality)
        counts.append(queries(client, f"/{municipality.slug}/stemmingen/"))
    assert counts[0] == counts[1]


def test_the_page_of_a_ballot_costs_the_same_for_two_and_a_hundred_projects(client: Client) -> None:
    counts = []
    for number in (2, 100):
        ballot = voting.opened(projects=[(f"Project {n}", 100_00) for n in range(number)])
        counts.append(queries(client, ballot.get_absolute_url()))
        counts.append(queries(client, ballot.get_absolute_url() + "?volgorde=cheap&zoek=project"))
    assert len(set(counts)) == 1


def test_a_reader_without_account_gets_no_cookie(client: Client) -> None:
    ballot = voting.opened()
    for path in ("", "regels.json"):
        assert not client.get(ballot.get_absolute_url() + path).cookies
    assert not client.get(f"/{ballot.municipality.slug}/stemmingen/").cookies


@pytest.mark.parametrize("make", [voting.draft])
def test_a_draft_does_not_exist_for_residents(client: Client, make: Callable[[], Ballot]) -> None:
    ballot = make()
    for path in ("", "stem/", "uitslag/", "regels.json", "uitslag/stemmen.pb"):
        assert client.get(ballot.get_absolute_url() + path).status_code in (302, 404)
    assert client.get(ballot.get_absolute_url()).status_code == 404


def test_a_ballot_of_another_municipality_does_not_exist_here(client: Client) -> None:
    ballot, other = voting.opened(), MunicipalityFactory()
    assert client.get(f"/{other.slug}/stemmingen/{ballot.slug}/").status_code == 404


def test_the_first_visitor_opens_and_closes(client: Client) -> None:
    ballot = voting.announced()
    with time_machine.travel(ballot.opens_at + timedelta(seconds=1)):
        assert "Log in om te stemmen" in client.get(ballot.get_absolute_url()).content.decode()
    ballot.refresh_from_db()
    assert (ballot.state, len(ballot.rules_sha256)) == ("open", 64)
    with time_machine.travel(ballot.closes_at + timedelta(seconds=6)):
        assert "telt de stemmen" in client.get(ballot.get_absolute_url()).content.decode()
    ballot.refresh_from_db()
    assert ballot.state == "closed"


def test_the_order_is_mixed_and_stays_for_one_person(client: Client) -> None:
    ballot = voting.opened(projects=[(f"Plan {n:02d}", 100_00) for n in range(30)])
    orders = []
    for _ in range(2):
        client.force_login(voting.resident(ballot.municipality), "django.contrib.auth.backends.ModelBackend")
        pages = [client.get(ballot.get_absolute_url()).context["shown"] for _ in range(2)]
        assert pages[0] == pages[1]
        orders.append([option.number for option in pages[0]])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == list(range(1, 31))


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("nobody", "Log in om te stemmen"),
        ("stranger", "in welke buurt je woont"),
        ("elsewhere", "Deze stemming is voor bewoners van een ander deel"),
        ("child", "vanaf het jaar waarin je 12 wordt"),
        ("ageless", "in welk jaar je bent geboren"),
        ("resident", "Kies je projecten"),
        ("voted", "Je hebt gestemd"),
    ],
)
def test_the_page_says_before_the_work_who_may_vote_and_what_to_do(client: Client, person: str, words: str) -> None:
    municipality = MunicipalityFactory()
    here, there = NeighbourhoodFactory.create_batch(2, municipality=municipality)
    ballot = voting.opened(municipality, areas=[here], minimum_age=12)
    year = ballot.opens_at.year
    people: dict[str, Any] = {
        "stranger": lambda: voting.stranger(),
        "elsewhere": lambda: voting.resident(municipality, there, birth_year=1980),
        "child": lambda: voting.resident(municipality, here, birth_year=year - 5),
        "ageless": lambda: voting.resident(municipality, here),
        "resident": lambda: voting.resident(municipality, here, birth_year=1980),
        "voted": lambda: voting.resident(municipality, here, birth_year=1980),
    }
    if person != "nobody":
        user = people[person]()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        if person == "voted":
            voting.vote(ballot, 1, by=user)
    page = client.get(ballot.get_absolute_url()).content.decode()
    assert words in page
    may = person == "resident"
    answer = client.get(ballot.get_absolute_url() + "stem/")
    assert (answer.status_code == 200) == may


def test_the_frozen_rules_are_published_byte_for_byte(client: Client) -> None:
    ballot = voting.opened()
    assert client.get(ballot.get_absolute_url() + "regels.json").content == ballot.rules_json.encode()
    assert client.get(voting.announced().get_absolute_url() + "regels.json").status_code == 404


def test_a_cancelled_vote_is_not_told_as_something_done(client: Client) -> None:
    ballot = voting.opened()
    ballots.cancel(ballot=ballot, by=ballot.created_by, reason="Geen geld")
    page = client.get(ballot.get_absolute_url()).content.decode()
    assert "Geen geld" in page
    assert "move--municipality" in page
    assert "move--done" not in page


def test_only_a_vote_about_money_speaks_of_projects(client: Client) -> None:
    town = MunicipalityFactory()
    client.force_login(voting.resident(town), "django.contrib.auth.backends.ModelBackend")
    said = [
        client.get(voting.opened(town, **fields).get_absolute_url()).content.decode()
        for fields in ({}, voting.PAPERS["ranking"])
    ]
    assert ["Kies je projecten" in page for page in said] == [True, False]
    assert ["Maak je keuze" in page for page in said] == [False, True]
