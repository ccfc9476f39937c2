"""Which municipality a request is for, and how it addresses people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation

from foundation.municipalities import tenancy
from foundation.municipalities.models import Municipality
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Municipality]:
    settings.ALLOWED_HOSTS = ["meedoen.dordrecht.nl", "testserver"]
    monkeypatch.setattr(tenancy, "_hosts", (0.0, {}))
    yield MunicipalityFactory(name="Dordrecht", slug="dordrecht", host="meedoen.dordrecht.nl")
    tenancy._hosts = (0.0, {})


@pytest.mark.parametrize("path", ["/buurten/", "/dordrecht/buurten/"])
def test_a_municipality_has_its_pages_under_its_own_host(client: Client, town: Municipality, path: str) -> None:
    response = client.get(path, headers={"host": "meedoen.dordrecht.nl"})
    assert response.status_code == 200
    assert response.context["municipality"] == town


def test_log_in_and_language_keep_their_address_on_that_host(client: Client, town: Municipality) -> None:
    assert client.get("/account/login/", headers={"host": "meedoen.dordrecht.nl:8443"}).status_code == 200
    assert client.get("/taal/en/?terug=/", headers={"host": "meedoen.dordrecht.nl"}).status_code == 302
    assert client.get("/bestaat-niet/", headers={"host": "meedoen.dordrecht.nl"}).status_code == 404


def test_elsewhere_there_is_no_municipality_without_its_slug(client: Client, town: Municipality) -> None:
    assert client.get("/buurten/").status_code == 404
    assert client.get("/onbekend/buurten/").status_code == 404


def test_a_municipality_that_says_u_says_u(client: Client, town: Municipality) -> None:
    NeighbourhoodFactory(municipality=town)
    je = client.get("/dordrecht/buurten/").content.decode()
    Municipality.objects.update(address_form="u")
    client.force_login(UserFactory())
    u = client.get("/dordrecht/mijn-buurt/").content.decode()
    assert "Geef door in welke buurt je woont" in je
    assert "Geef door in welke buurt u woont. Dan kunt u daar stemmen" in u
    assert "Met uw postcode" in u
    assert not re.search(r"\b(je|jouw|jij)\b", re.search(r"<main.*</main>", u, re.S).group())  # type: ignore[union-attr]
    assert translation.get_language() == "nl"
    other = MunicipalityFactory(slug="leusden")
    NeighbourhoodFactory(municipality=other)
    assert "buurt je woont" in client.get("/leusden/buurten/").content.decode()


def test_english_and_dates_are_as_ever_where_u_is_said(client: Client, town: Municipality) -> None:
    Municipality.objects.update(address_form="u")
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "No neighbourhoods yet" in client.get("/dordrecht/buurten/").content.decode()
    with translation.override("nl-x-u"):
        from django.utils.formats import date_format, number_format

        with translation.override("nl"):
            assert number_format(4500.5, 2, force_grouping=True) == "4.500,50"
        assert number_format(4500.5, 2, force_grouping=True) == "4.500,50"
        assert (
            date_format(town.created_at, "F")
            in "januari februari maart april mei juni juli augustus september oktober november december"
        )


def test_every_formal_text_belongs_to_a_text_of_now() -> None:
    for formal in Path(django_settings.BASE_DIR).glob("locale/*/nl_X-u/LC_MESSAGES/django.po"):
        with formal.open("rb") as file:
            texts = {message.id: message.string for message in read_po(file, locale="nl") if message.id}
        with (formal.parents[2] / "nl" / "LC_MESSAGES" / "django.po").open("rb") as file:
            known = {message.id: message.string for message in read_po(file, locale="nl") if message.id}
        for text, string in texts.items():
            assert text in known, text
            assert not re.search(r"\b(je|jij|jouw)\b", str(string)), string
            assert set(re.findall(r"%\(\w+\)s", str(string))) <= set(re.findall(r"%\(\w+\)s", str(text)))
