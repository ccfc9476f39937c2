"""Lists are drawn once for what they show: what changed is there at once, for readers and in the town hall."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.municipalities.models import Area, Municipality
from initiatives.models import Initiative, SavedView
from initiatives.queries import versions
from initiatives.services import support
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, SectorFactory, civil_servant

pytestmark = pytest.mark.django_db


def test_the_public_list_shows_each_change_at_once() -> None:
    here = MunicipalityFactory()
    plan = initiatives.submitted(here, title="Moestuin")
    other = initiatives.submitted(here, title="Bankje")
    client, url = Client(), reverse("initiatives:index", args=[here.slug])

    def page() -> str:
        return client.get(url).content.decode()

    assert page() == page()
    assert "1 steunbetuiging" not in page()
    support.support(initiative=plan, by=UserFactory())
    assert "1 steunbetuiging" in page()
    Initiative.objects.filter(pk=other.pk).update(hidden_at=timezone.now())
    assert "Bankje" not in page()
    Initiative.objects.filter(pk=plan.pk).update(title="Kruidentuin")
    assert "Kruidentuin" in page()


@pytest.mark.parametrize("name", ["work", "board"])
def test_the_pages_of_the_town_hall_show_each_change_at_once(settings: Any, name: str) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    here = MunicipalityFactory()
    servant = civil_servant(here, name="Marloes")
    plan = initiatives.submitted(here, title="Moestuin")
    client, url = Client(), reverse(f"initiatives:{name}", args=[here.slug])
    client.force_login(servant)

    def page() -> str:
        return client.get(url).content.decode()

    before = page().count("Marloes")
    Initiative.objects.filter(pk=plan.pk).update(handler=servant)
    assert page().count("Marloes") == before + 1
    SectorFactory(municipality=here, name="Groenbeheer")
    assert "Groenbeheer" in page(), "the choices of the filter are those of now"
    Initiative.objects.filter(pk=plan.pk).update(title="Kruidentuin")
    assert "Kruidentuin" in page()


def test_the_kept_list_is_for_readers_and_each_language_has_its_own(client: Client) -> None:
    here = MunicipalityFactory()
    initiatives.submitted(here, title="Moestuin")
    url = reverse("initiatives:index", args=[here.slug])
    resident, login = Client(), f'href="{reverse("account_login")}?'
    resident.force_login(UserFactory())
    for _turn in range(2):  # drawn and kept
        assert login in client.get(url).content.decode()
        assert login not in resident.get(url).content.decode()
        english = Client()
        english.cookies["django_language"] = "en"
        assert 'lang="en"' in english.get(url).content.decode()
        assert 'lang="nl"' in client.get(url).content.decode()
    assert not client.get(url).cookies


def test_the_kept_list_follows_its_municipality_and_neighbourhoods(client: Client) -> None:
    here = MunicipalityFactory(name="Rivierdam")
    area = NeighbourhoodFactory(municipality=here, name="Kade")
    initiatives.submitted(here, title="Moestuin", neighbourhood=area)
    url = reverse("initiatives:index", args=[here.slug])
    assert "Kade" in client.get(url).content.decode()
    Area.objects.filter(pk=area.pk).update(name="Oever")
    assert "Oever" in client.get(url).content.decode()
    Municipality.objects.filter(pk=here.pk).update(name="Waterdam")
    assert "Waterdam" in client.get(url).content.decode()
    Municipality.objects.filter(pk=here.pk).update(published_at=None)
    assert client.get(url).status_code == 404


def test_a_kept_list_asks_one_question(client: Client) -> None:
    here = MunicipalityFactory()
    initiatives.submitted(here, title="Moestuin")
    initiatives.submitted(title="Elders")
    url = reverse("initiatives:index", args=[here.slug])
    first = client.get(url).content
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).content == first
    assert len(asked) == 1
    assert b"Elders" not in first


def test_colleagues_have_their_own_lists_and_saved_views(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    here = MunicipalityFactory()
    one, other = civil_servant(here), civil_servant(here)
    initiatives.submitted(here, title="Moestuin", handler=one)
    url = reverse("initiatives:work", args=[here.slug])
    SavedView.objects.create(municipality=here, user=one, name="Mijn rijtje", query="soort=care")
    pages = {}
    for person in (one, other, one, other):
        client = Client()
        client.force_login(person)
        pages[person.pk] = client.get(url, {"lijst": "mijn"}).content.decode()
    assert ">Moestuin</a>" in pages[one.pk]
    assert "Mijn rijtje" in pages[one.pk]
    assert ">Moestuin</a>" not in pages[other.pk]
    assert "Mijn rijtje" not in pages[other.pk]


def test_every_change_raises_the_number_whatever_becomes_one_row() -> None:
    here = MunicipalityFactory()
    plan = initiatives.submitted(here)

    def number() -> tuple[Any, ...] | None:
        return versions.of_list(here.slug)

    seen = {number()}
    for n in range(120):
        Initiative.objects.filter(pk=plan.pk).update(supporters_total=n)
        seen.add(number())
    assert len(seen) == 121
    before = number()
    initiatives.submitted(title="Elders")
    assert number() == before
