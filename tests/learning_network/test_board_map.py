"""The map of the country with the stages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.core.maps import kinds
from foundation.municipalities.models import OfficialMunicipality, OfficialShape
from learning_network.enums import Stage
from learning_network.models import Enrolment
from learning_network.queries import board_map
from tests.factories.learning_network import OfficialFactory, enrolment, lead, running

pytestmark = pytest.mark.django_db


def square(west: float, south: float = 52.0) -> dict[str, Any]:
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_each_stage_has_its_own_pattern_and_only_the_board_is_linked() -> None:
    programme = running()
    for number, stage in enumerate(Stage):
        row = enrolment(programme, stage=stage)
        OfficialShape.objects.create(municipality=row.municipality, geometry=square(5 + number / 10), year=2026)
    other = OfficialFactory(name="Ergens anders")
    OfficialShape.objects.create(municipality=other, geometry=square(5, 52.1), year=2026)
    bare = enrolment(programme, stage=Stage.INVITED)
    page = board_map.page(programme)
    svg = page["drawn"].svg
    assert svg.count("<a ") == len(Stage)
    assert "Ergens anders: niet op het bord" in svg
    assert len(page["drawn"].legend) == len(Stage) + 1
    drawn = [
        re.sub(r'(class="map-kind-|fill="#)\w+"', "", item.swatch.split("</defs>")[0].split(">", 3)[3])
        for item in page["drawn"].legend
    ]
    # Two stay plain: taking part (full) and not on the board (empty); they differ in lightness, the others in signs too.
    assert len(set(drawn)) == len(Stage)
    assert page["missing"] == [bare]
    assert page["total"] == len(Stage) + 1


def test_outlines_are_drawn_once_until_a_shape_changes() -> None:
    programme = running()
    row = enrolment(programme)
    shape = OfficialShape.objects.create(municipality=row.municipality, geometry=square(5), year=2025)
    first = board_map.page(programme)["drawn"].svg
    with CaptureQueriesContext(connection) as asked:
        assert board_map.page(programme)["drawn"].svg == first
    assert len(asked) == 3
    shape.geometry = {"type": "Polygon", "coordinates": [[[5, 52], [5.3, 52], [5, 52.1], [5, 52]]]}
    shape.save()
    assert board_map.page(programme)["drawn"].svg != first


def test_without_outlines_there_is_the_table_and_a_word_on_how_to_get_them(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    programme = running(by=boss)
    row = enrolment(programme, municipality=OfficialFactory(name="Aalburg"))
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(reverse("learning_network:board_map", args=[programme.slug])).content.decode()
    assert "import_municipalities" in told
    assert row.municipality.name in told
    assert "<svg xmlns" not in told.partition("<main")[2]


def test_the_real_country_stays_light(shared_data: Path) -> None:
    call_command("import_municipalities", str(shared_data / "geo" / "gemeenten_2025.csv"), verbosity=0)
    call_command("import_municipalities", str(shared_data / "geo" / "gemeenten_2023.geojson"), "--only-shapes")
    programme = running()
    Enrolment.objects.bulk_create(
        Enrolment(programme=programme, municipality=one, stage=Stage.values[number % 6])
        for number, one in enumerate(OfficialMunicipality.objects.all())
    )
    page = board_map.page(programme)
    assert page["drawn"].svg.count('class="map-kinded"') == 342
    assert page["missing"] == []
    assert len(page["drawn"].svg) < 200_000
    assert isinstance(kinds.outlines({}), type(None))
