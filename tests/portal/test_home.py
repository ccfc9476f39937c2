"""The home pages: what is open, where, until when; in a constant number of queries, and never stale."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from foundation.municipalities.models import Municipality
from portal.page_cache import KEPT_SECONDS, seconds_until_change
from portal.queries import home as queries
from tests.factories import voting
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    administrator,
    civil_servant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rivierdam() -> Municipality:
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_municipality_shows_what_is_open_and_until_when(client: Client, rivierdam: Municipality) -> None:
    ballot = voting.opened(rivierdam, title="Buurtbudget Noord")

    html = page(client, "/rivierdam/")

    assert "Jij bent aan zet" in html
    assert f'href="/rivierdam/stemmingen/{ballot.slug}/"' in html
    assert "(over\u00a07\u00a0dagen)" in html
    assert "€\u00a010.000 · 3 projecten" in html


def test_a_draft_and_another_municipality_are_not_shown(client: Client, rivierdam: Municipality) -> None:
    voting.draft(rivierdam, title="Nog geheim")
    voting.opened(title="Van een ander")

    html = page(client, "/rivierdam/")

    assert "Nog geheim" not in html
    assert "Van een ander" not in html
    assert "Hier begint Rivierdam" in html


def test_a_coming_vote_says_that_the_municipality_is_at_the_move(client: Client, rivierdam: Municipality) -> None:
    voting.announced(rivierdam, title="Volgende week")

    html = page(client, "/rivierdam/")

    assert "De gemeente bereidt deze stemming voor" in html
    assert "Volgende week" in html


def test_a_result_is_told_in_numbers(client: Client, rivierdam: Municipality) -> None:
    ballot = voting.published(rivierdam, votes=((1, 2), (1,), (3,)))

    with time_machine.travel(ballot.closes_at + timedelta(minutes=1), tick=False):
        html = page(client, "/rivierdam/")

    assert "Uitslag bekend" in html
    assert "3 mensen stemden" in html
    assert "van de 3 projecten" in html


def test_a_result_before_closing_time_is_kept_behind_the_gate(client: Client, rivierdam: Municipality) -> None:
    voting.published(rivierdam)  # the factory's closing time still lies ahead of the real clock

    assert "mensen stemden" not in page(client, "/rivierdam/")


def test_the_map_counts_projects_per_neighbourhood(rivierdam: Municipality) -> None:
    north, south = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    ballot = voting.announced(rivierdam)
    ballot.options.filter(number__lte=2).update(area=north)
    voting.ballots.open_now(ballot=ballot, by=ballot.announced_by)

    found = queries.places(rivierdam, clock.now())

    assert {place.area: place.projects for place in found} == {north: 2, south: 0}


def test_a_resident_sees_what_is_in_their_own_neighbourhood(client: Client, rivierdam: Municipality) -> None:
    mine = NeighbourhoodFactory(municipality=rivierdam)
    voting.opened(rivierdam, title="Voor iedereen")
    voting.opened(rivierdam, title="Voor mij", areas=[mine])
    client.force_login(ResidencyFactory(neighbourhood=mine).user, "django.contrib.auth.backends.ModelBackend")

    assert page(client, "/rivierdam/").count("In jouw buurt") == 1


def test_a_vote_for_another_neighbourhood_is_never_called_ones_move(client: Client, rivierdam: Municipality) -> None:
    mine, other = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    voting.opened(rivierdam, title="Voor een ander", areas=[other])
    client.force_login(ResidencyFactory(neighbourhood=mine).user, "django.contrib.auth.backends.ModelBackend")
    assert "Bekijk de projecten en stem" not in page(client, "/rivierdam/")

    voting.opened(rivierdam, title="Voor iedereen", closes_at=clock.now() + timedelta(days=20))
    html = page(client, "/rivierdam/")
    assert html.index("move__what") < html.index("Voor iedereen") < html.index("move__action")


@pytest.mark.parametrize("path", ["/", "/rivierdam/"])
def test_the_number_of_queries_does_not_grow(client: Client, rivierdam: Municipality, path: str) -> None:
    def count() -> int:
        page(client, "/toegankelijkheid/")  # the process keeps a few things for half a minute, such as host names
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            page(client, path)
        return len(found)

    def add() -> None:
        place = NeighbourhoodFactory(municipality=rivierdam)
        voting.opened(rivierdam, areas=[place])
        voting.announced(rivierdam)
        voting.published(rivierdam)
        MunicipalityFactory()

    add()
    one = count()
    add()
    add()
    assert count() == one


def test_a_reader_gets_the_kept_page_without_asking_the_database_again(client: Client, rivierdam: Municipality) -> None:
    voting.opened(rivierdam)
    first = page(client, "/rivierdam/")

    with CaptureQueriesContext(connection) as found:
        again = page(client, "/rivierdam/")

    assert again == first
    assert len(found) == 0


def test_the_kept_page_does_not_outlive_the_closing_of_a_vote(client: Client, rivierdam: Municipality) -> None:
    closes_at = voting.opened(rivierdam).closes_at

    assert seconds_until_change(rivierdam, closes_at - timedelta(seconds=3)) == 3
    assert seconds_until_change(rivierdam, closes_at - timedelta(seconds=0.5)) == 0
    assert seconds_until_change(rivierdam, closes_at - timedelta(hours=1)) == KEPT_SECONDS
    assert seconds_until_change(rivierdam, closes_at) == KEPT_SECONDS


def test_who_is_logged_in_gets_a_fresh_page_of_their_own(client: Client, rivierdam: Municipality) -> None:
    page(client, "/rivierdam/")
    voting.opened(rivierdam, title="Net begonnen")
    reader = Client()
    client.force_login(civil_servant(rivierdam), "django.contrib.auth.backends.ModelBackend")

    assert "Net begonnen" in page(client, "/rivierdam/")
    assert "Net begonnen" not in page(reader, "/rivierdam/")  # for twenty seconds at most


def test_english_is_kept_apart_from_dutch(client: Client, rivierdam: Municipality) -> None:
    assert "Hier begint Rivierdam" in page(client, "/rivierdam/")
    client.get("/taal/en/")
    assert "Rivierdam starts here" in page(client, "/rivierdam/")


def test_readers_get_no_cookie(client: Client, rivierdam: Municipality) -> None:
    for _again in range(2):
        response = client.get("/rivierdam/")
        assert not response.cookies
        assert "Cookie" in response.headers["Vary"]


def test_the_administrator_of_an_empty_municipality_is_shown_the_way(client: Client) -> None:
    empty = MunicipalityFactory(name="Kruiswolde", slug="kruiswolde", published_at=None)
    assert client.get("/kruiswolde/").status_code == 404

    client.force_login(administrator(empty), "django.contrib.auth.backends.ModelBackend")
    assert "Richt deze gemeente in" in page(client, "/kruiswolde/")


def test_the_installation_lists_and_finds_municipalities(client: Client, rivierdam: Municipality) -> None:
    voting.opened(rivierdam, title="Buurtbudget Noord")
    MunicipalityFactory(name="Zuiderbrink", slug="zuiderbrink")
    MunicipalityFactory(name="Nog dicht", published_at=None)

    html = page(client, "/")
    assert "1 stemming is open" in html
    assert "Buurtbudget Noord" in html
    assert "Zuiderbrink" in html
    assert "Nog dicht" not in html

    found = page(client, "/?q=zuider")
    assert "Zuiderbrink" in found
    assert "/rivierdam/" not in found
    assert "Geen gemeente met deze naam" in page(client, "/?q=atlantis")


def test_the_page_of_a_neighbourhood_tells_what_is_open_there(client: Client, rivierdam: Municipality) -> None:
    north, south = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    voting.opened(rivierdam, title="Alleen in Noord", areas=[north])

    assert "Alleen in Noord" in page(client, f"/rivierdam/buurten/{north.code}/")
    assert "Alleen in Noord" not in page(client, f"/rivierdam/buurten/{south.code}/")
