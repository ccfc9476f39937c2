"""Search finds what is public, in Dutch, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from foundation.municipalities.models import Municipality
from portal.queries.search import search
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rivierdam() -> Municipality:
    return MunicipalityFactory(slug="rivierdam")


def test_another_form_of_the_word_is_found(rivierdam: Municipality) -> None:
    voting.announced(rivierdam, title="Budget voor de buurten")

    assert [ballot.title for ballot in search(rivierdam, "buurt").ballots] == ["Budget voor de buurten"]


def test_projects_are_found_with_their_vote(client: Client, rivierdam: Municipality) -> None:
    ballot = voting.announced(rivierdam)

    html = client.get("/rivierdam/zoeken/?q=moestuin").content.decode()

    assert "1 resultaat" in html
    assert f"/rivierdam/stemmingen/{ballot.slug}/" in html


def test_a_neighbourhood_is_found_by_a_part_of_its_name(client: Client, rivierdam: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=rivierdam, name="Weversbuurt")

    assert f"/rivierdam/buurten/{area.code}/" in client.get("/rivierdam/zoeken/?q=wevers").content.decode()


def test_drafts_and_other_municipalities_stay_hidden(rivierdam: Municipality) -> None:
    voting.draft(rivierdam, title="Geheim plan")
    voting.announced(title="Plan van een ander")

    assert len(search(rivierdam, "plan")) == 0


@pytest.mark.parametrize("text", ["'", '"half', "a & | !", "%", "<script>", "\x00", "x" * 500, "-", "()"])
def test_odd_words_get_an_answer(client: Client, rivierdam: Municipality, text: str) -> None:
    response = client.get("/rivierdam/zoeken/", {"q": text})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_nothing_found_says_what_to_try(client: Client, rivierdam: Municipality) -> None:
    assert "Probeer een ander woord" in client.get("/rivierdam/zoeken/?q=zeppelin").content.decode()
