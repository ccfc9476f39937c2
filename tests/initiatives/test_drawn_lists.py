"""Lists are drawn once for what they show: what changed is there at once, for readers and in the town hall."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative
from initiatives.services import support
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, SectorFactory, civil_servant

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
