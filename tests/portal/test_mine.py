"""Mijn AanZet: that somebody voted, never what; their places, messages and data."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from foundation.municipalities.models import Municipality
from portal.queries.mine import mine
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, ResidencyFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def rivierdam() -> Municipality:
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


def test_strangers_log_in_first(client: Client) -> None:
    response = client.get("/mijn/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


def test_a_vote_moves_from_to_do_to_done_and_says_nothing_about_the_choice(
    client: Client, rivierdam: Municipality
) -> None:
    ballot = voting.opened(rivierdam, title="Buurtbudget")
    joost = voting.resident(rivierdam)
    client.force_login(joost, BACKEND)
    assert [b.pk for b in mine(joost, clock.now()).to_vote] == [ballot.pk]

    voting.vote(ballot, 1, 2, by=joost)

    data = mine(joost, clock.now())
    assert (data.to_vote, [b.pk for b in data.voted]) == ([], [ballot.pk])
    html = client.get("/mijn/").content.decode()
    assert "Je stemde" in html
    for option in ballot.options.all():
        assert option.title not in html


def test_a_vote_for_another_neighbourhood_is_not_to_do(rivierdam: Municipality) -> None:
    mine_, other = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    samira = ResidencyFactory(neighbourhood=mine_).user
    voting.opened(rivierdam, title="Voor een andere buurt", areas=[other])
    voting.opened(rivierdam, title="Voor mijn buurt", areas=[mine_])
    voting.opened(rivierdam, title="Voor iedereen")

    assert {b.title for b in mine(samira, clock.now()).to_vote} == {"Voor mijn buurt", "Voor iedereen"}


def test_who_lives_nowhere_yet_is_asked_to_say_where(client: Client, rivierdam: Municipality) -> None:
    client.force_login(voting.stranger(), BACKEND)

    html = client.get("/mijn/").content.decode()

    assert "Vertel waar je woont" in html
    assert "/rivierdam/mijn-buurt/" in html


def test_the_way_to_ones_data_is_there(client: Client) -> None:
    client.force_login(voting.stranger(), BACKEND)

    html = client.get("/mijn/").content.decode()

    assert "/account/gegevens/" in html
    assert "/account/wissen/" in html


def test_the_number_of_queries_does_not_grow(rivierdam: Municipality) -> None:
    joost = voting.resident(rivierdam)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            mine(joost, clock.now())
        return len(found)

    def add() -> None:
        voting.vote(voting.opened(rivierdam), 1, by=joost)
        voting.opened(rivierdam)
        ResidencyFactory(user=joost, neighbourhood=NeighbourhoodFactory())

    add()
    one = count()
    add()
    add()
    assert count() == one
