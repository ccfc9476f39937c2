"""Where else initiatives stand: home, a neighbourhood, the search and Mijn AanZet; drafts and hidden ones nowhere."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from initiatives.services import drafts
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import draft, submitted
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


def test_public_ones_are_found_and_others_are_not(client: Client) -> None:
    municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality)
    submitted(municipality, neighbourhood=area, title="Moestuin aan de dijk")
    draft(municipality, neighbourhood=area, title="Moestuin in de la")
    submitted(municipality, neighbourhood=area, title="Moestuin van het net", hidden_at=timezone.now())
    submitted(title="Moestuin ver weg")
    for url in (
        reverse("portal:home", args=[municipality.slug]),
        reverse("municipalities:area", args=[municipality.slug, area.code]),
        reverse("portal:search", args=[municipality.slug]) + "?q=moestuin",
        reverse("initiatives:index", args=[municipality.slug]),
    ):
        page = client.get(url).content.decode()
        assert "Moestuin aan de dijk" in page, url
        for word in ("in de la", "van het net", "ver weg"):
            assert word not in page, url


def test_my_own_page_holds_my_teams_and_unsent_plans(client: Client) -> None:
    user = UserFactory()
    initiative = submitted(by=user, title="Moestuin")
    plan, _token = drafts.begin(municipality=initiative.municipality, kind="care", by=user)
    drafts.save(draft=plan, by=user, values={"title": "Zorg in de straat"})
    drafts.begin(municipality=initiative.municipality, kind="care", by=UserFactory())
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("home:mine")).content.decode()
    assert "Moestuin" in page
    assert "Zorg in de straat" in page
    assert page.count("Nog niet verstuurd") == 1
