"""The public list and page: what a stranger sees, and that its cost does not grow with the list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.enums import InitiativeState
from tests.factories.initiatives import draft, in_state, submitted
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, square

pytestmark = pytest.mark.django_db


def _queries(client: Client, url: str) -> int:
    client.get(url)  # the drawing of the map is kept
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_costs_the_same_for_one_and_three_rows(client: Client) -> None:
    municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality, geometry=square(4.6, 51.8))
    submitted(municipality, neighbourhood=area)
    url = reverse("initiatives:index", args=[municipality.slug])
    one = _queries(client, url)
    for _number in range(2):
        submitted(municipality, neighbourhood=area)
    assert _queries(client, url) == one
    assert "aanzet" not in "".join(client.cookies)


def test_list_counts_agree_with_the_map_and_the_filters(client: Client) -> None:
    municipality = MunicipalityFactory()
    here = NeighbourhoodFactory(municipality=municipality, geometry=square(4.6, 51.8), name="Hier")
    there = NeighbourhoodFactory(municipality=municipality, geometry=square(4.61, 51.8), name="Daar")
    submitted(municipality, neighbourhood=here, title="Moestuinen aan de dijk", story="Groente", summary="Eten")
    submitted(municipality, neighbourhood=here, title="Speeltuin", story="Schommels", summary="Spelen")
    in_state(
        InitiativeState.REFUSED, municipality, neighbourhood=there, title="Zwembad", story="Water", summary="Zwemmen"
    )
    submitted(MunicipalityFactory(), title="Moestuin elders")
    draft(municipality, title="Moestuin in de la")
    url = reverse("initiatives:index", args=[municipality.slug])

    def titles(**asked: str) -> list[str]:
        cards = "".join(client.get(url, asked).context["cards"])
        return re.findall(r'class="card__link"[^>]*>([^<]+)<', cards)

    page = client.get(url).context
    assert page["found"].total == 3
    assert {row.name: row.value for row in page["map"].rows} == {"Hier": 2, "Daar": 1}
    assert titles(zoek="moestuin") == ["Moestuinen aan de dijk"]
    assert titles(buurt=there.code) == ["Zwembad"]
    assert titles(stand="gaat-niet-door") == ["Zwembad"]
    assert titles(stand="in-behandeling", buurt=here.code, zoek="speeltuin") == ["Speeltuin"]
    assert titles(soort="energy") == []
    assert len(titles(soort="onzin", stand="onzin", volgorde="onzin", buurt="x\x00", page="99")) == 3


@pytest.mark.parametrize("state", list(InitiativeState))
def test_detail_is_drawn_in_every_state(client: Client, state: str) -> None:
    submitted_at: dict[str, Any] = {"submitted_at": None} if state == InitiativeState.DRAFT else {}
    initiative = in_state(state, **submitted_at)
    answer = client.get(initiative.get_absolute_url())
    assert answer.status_code == (404 if state == InitiativeState.DRAFT else 200)
    member = initiative.team.get().user
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    mine = client.get(initiative.get_absolute_url())
    assert mine.status_code == 200
    assert [step["state"] for step in mine.context["story"].path].count("now") <= 1


def test_detail_of_another_municipality_is_not_there(client: Client) -> None:
    initiative = submitted()
    other = MunicipalityFactory()
    assert client.get(reverse("initiatives:detail", args=[other.slug, initiative.slug])).status_code == 404
