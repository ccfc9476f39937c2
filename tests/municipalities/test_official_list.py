"""The page that reads the official list and the outlines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foundation.municipalities.models import OfficialMunicipality, OfficialShape
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
LIST = b"gemeentecode,gemeentenaam,provincie,jaar\nGM9001,Aalburg,Utrecht,2026\nGM9002,Zandstad,Drenthe,2026\n"
RING = [[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.1], [5.0, 52.0]]
OUTLINES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"gemeentecode": "GM9001", "gemeentenaam": "Aalburg", "jaar": 2020},
                "geometry": {"type": "Polygon", "coordinates": [RING]},
            }
        ],
    }
).encode()


@pytest.fixture
def manager(settings: Any) -> Client:
    settings.TWO_FACTOR_FOR_STAFF = False
    client = Client()
    client.force_login(UserFactory(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, name: str, content: bytes, **more: str) -> Any:
    address = reverse("municipalities_installation:official_list")
    return client.post(address, {"file": SimpleUploadedFile(name, content), **more}, follow=True)


def test_the_list_and_then_older_outlines_are_read(manager: Client) -> None:
    told = send(manager, "gemeenten.csv", LIST).content.decode()
    assert "2 gemeenten zijn nieuw" in told
    told = send(manager, "gemeenten.geojson", OUTLINES, only_shapes="on").content.decode()
    assert "1 grenzen zijn nieuw of gewijzigd; 1 gemeenten hebben er nog geen." in told
    assert "2 gemeenten van de lijst van 2026 zijn bekend, 1 met een grens." in told
    assert OfficialShape.objects.get().municipality.name == "Aalburg"


def test_what_is_wrong_is_told_and_nothing_is_kept(manager: Client) -> None:
    send(manager, "gemeenten.csv", LIST)
    assert send(manager, "gemeenten.geojson", OUTLINES).status_code == 422  # an older list
    assert send(manager, "gemeenten.csv", b"gemeentecode,gemeentenaam\n505,Dordrecht\n").status_code == 422
    assert "geen grenzen" in send(manager, "gemeenten.csv", LIST, only_shapes="on").content.decode()
    assert OfficialMunicipality.objects.count() == 2
    assert not OfficialShape.objects.exists()


def test_only_who_manages_the_installation_reads_files(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    client = Client()
    assert send(client, "gemeenten.csv", LIST).redirect_chain
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, "gemeenten.csv", LIST).status_code == 404
    assert not OfficialMunicipality.objects.exists()
