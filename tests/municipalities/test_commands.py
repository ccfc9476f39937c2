"""Importing without the browser."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from foundation.municipalities.imports import parse_outlines
from foundation.municipalities.imports.rows import MunicipalityRow
from foundation.municipalities.models import Area, OfficialMunicipality, OfficialShape
from foundation.municipalities.services.register import register_official
from tests.factories.municipalities import MunicipalityFactory, buurt, geojson

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: object, **options: object) -> str:
    out = io.StringIO()
    call_command(name, *[str(a) for a in arguments], stdout=out, **options)
    return out.getvalue()


def test_areas_are_imported_by_command(tmp_path: Path) -> None:
    MunicipalityFactory(name="Dordrecht", slug="dordrecht", cbs_code="GM0505")
    path = tmp_path / "buurten_2024.geojson"
    path.write_bytes(geojson(buurt(101)))
    assert "2 added, 0 changed, 0 ended, 0 unchanged" in run("import_areas", path, "--municipality", "dordrecht")
    assert "0 added, 0 changed, 0 ended, 2 unchanged" in run("import_areas", path, "--municipality", "dordrecht")
    assert Area.objects.neighbourhoods().get().year == 2024


@pytest.mark.parametrize(
    ("data", "slug", "told"),
    [
        (geojson(buurt(101, buurtnaam="")), "dordrecht", "BU05050101"),
        (geojson(buurt(101)), "elders", "elders"),
        (geojson(buurt(101)), "zonder-code", "CBS"),
        (None, "dordrecht", "can't be read"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path, data: bytes | None, slug: str, told: str) -> None:
    MunicipalityFactory(slug="dordrecht", cbs_code="GM0505")
    MunicipalityFactory(slug="zonder-code", cbs_code=None)
    path = tmp_path / "lijst_2024.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError, match=told):
        run("import_areas", path, "--municipality", slug)
    assert not Area.objects.exists()


def test_the_official_list_is_registered(shared_data: Path) -> None:
    path = shared_data / "geo" / "gemeenten_2025.csv"
    assert "342 added" in run("import_municipalities", path)
    assert "342 unchanged" in run("import_municipalities", path)
    assert OfficialMunicipality.objects.get(code="GM0505").province == "Zuid-Holland"
    with pytest.raises(CommandError):  # an older list than the one in use
        run("import_municipalities", shared_data / "geo" / "gemeenten_2023.geojson")


def test_outlines_of_an_older_file_are_taken_without_touching_the_list(shared_data: Path) -> None:
    run("import_municipalities", shared_data / "geo" / "gemeenten_2025.csv")
    before = list(OfficialMunicipality.objects.values())
    path = shared_data / "geo" / "gemeenten_2023.geojson"
    assert "342 outlines new or changed" in run("import_municipalities", path, "--only-shapes")
    assert "342 unchanged" in run("import_municipalities", path, "--only-shapes")
    assert list(OfficialMunicipality.objects.values()) == before
    assert not OfficialShape.objects.filter(municipality="GM0998").exists()
    assert OfficialShape.objects.get(municipality="GM0505").year == 2023


def test_water_belongs_to_no_outline_and_parts_of_one_municipality_become_one(tmp_path: Path) -> None:
    def square(west: float, code: str, water: str = "NEE") -> dict[str, object]:
        ring = [[west, 52.0], [west + 0.1, 52.0], [west + 0.1, 52.1], [west, 52.1], [west, 52.0]]
        properties = {"gemeentecode": code, "gemeentenaam": f"Naam {code}", "water": water, "jaar": 2026}
        return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    shapes = [square(5.0, "GM9001"), square(5.1, "GM9001", "JA"), square(5.2, "GM9002"), square(5.3, "GM0998")]
    path = tmp_path / "gemeenten.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}))
    told = run("import_municipalities", path)
    assert "2 added" in told
    assert "2 outlines" in told
    assert OfficialShape.objects.get(municipality="GM9001").geometry["type"] == "Polygon"
    # Two shapes with one code: the list refuses them, the outlines join them.
    parts = [*shapes[:1], square(5.1, "GM9001")]
    outlines = parse_outlines(json.dumps({"type": "FeatureCollection", "features": parts}).encode())
    assert max(x for x, _y in outlines["GM9001"]["coordinates"][0]) == 5.2


def test_a_wrong_list_of_municipalities_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gemeenten_2025.csv"
    path.write_text("gemeentecode,gemeentenaam\nGM0014,Groningen\nGM0014,Groningen\n505,Dordrecht\nGM0034,\n")
    with pytest.raises(CommandError) as caught:
        run("import_municipalities", path)
    assert len(str(caught.value).splitlines()) == 3
    assert not OfficialMunicipality.objects.exists()


def test_municipalities_that_merge_end_and_are_kept() -> None:
    old = [MunicipalityRow("GM0402", "Hilversum", "Noord-Holland", 90_000), MunicipalityRow("GM1696", "Wijdemeren")]
    register_official(rows=old, year=2025, by=None)
    new = [MunicipalityRow("GM0402", "Hilversum", "", None)]
    report = register_official(rows=new, year=2026, by=None, superseded={"GM1696": "GM0402"})
    assert (report.ended, report.unchanged) == (["GM1696"], 1)
    gone = OfficialMunicipality.objects.get(code="GM1696")
    assert (gone.ended_in, gone.superseded_by_id) == (2026, "GM0402")
    assert OfficialMunicipality.objects.get(code="GM0402").population == 90_000
    with pytest.raises(ValidationError):
        register_official(rows=old, year=2025, by=None)
