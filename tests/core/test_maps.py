"""Maps drawn from real shapes: valid, small, quick, and every place gives its own area."""

from __future__ import annotations

import json
import pickle
import time
import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path

import pytest
import shapely
from django.utils.translation import override

from foundation.core.maps import (
    AreaIndex,
    Projection,
    Shape,
    TileMap,
    area_at,
    area_at_click,
    projection_of,
    tile_map,
    to_shape,
)

SVG = "{http://www.w3.org/2000/svg}"


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def polygon(*rings: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


@lru_cache
def real(path: Path, code: str, name: str, municipality: str = "") -> tuple[Shape, ...]:
    features = json.loads(path.read_text())["features"]
    return tuple(
        Shape(str(p[code]), str(p[name]), feature["geometry"], p.get("water", "NEE") != "NEE")
        for feature in features
        for p in [feature["properties"]]
        if not municipality or p["gemeentecode"] == municipality
    )


def dordrecht(data: Path) -> tuple[Shape, ...]:
    return real(data / "geo" / "buurten_2024_doelgemeenten_benaderd.geojson", "buurtcode", "buurtnaam", "GM0505")


REAL = [
    ("buurten_2024_baarn.geojson", "buurtcode", "buurtnaam", "", 21),
    ("buurten_2024_amsterdam.geojson", "cbsCode", "naam", "", 518),
    ("buurten_2024_doelgemeenten_benaderd.geojson", "buurtcode", "buurtnaam", "GM0505", 132),
    ("buurten_2024_doelgemeenten_benaderd.geojson", "buurtcode", "buurtnaam", "GM0855", 254),
    ("gemeenten_2023.geojson", "gemeentecode", "gemeentenaam", "", 343),
]
each_real = pytest.mark.parametrize("file, code, name, municipality, count", REAL, ids=[f"{r[0]}-{r[3]}" for r in REAL])


def paths(drawing: TileMap) -> list[ET.Element]:
    return list(ET.fromstring(drawing.svg).iter(f"{SVG}path"))


@each_real
def test_real_areas_draw_as_valid_small_svg(
    shared_data: Path, file: str, code: str, name: str, municipality: str, count: int
) -> None:
    areas = real(shared_data / "geo" / file, code, name, municipality)
    assert len(areas) == count
    drawing = tile_map(areas, title="Kaart", link=lambda area: f"/x/{area.code}/")
    root = ET.fromstring(drawing.svg)
    assert len(list(root.iter(f"{SVG}a"))) == count
    assert all(path.get("d", "").startswith("M") for path in root.iter(f"{SVG}path"))
    assert len(drawing.svg.encode()) < max(60_000, 400 * count)
    assert drawing.width <= 640


@each_real
def test_real_areas_are_found_at_their_own_point(
    shared_data: Path, file: str, code: str, name: str, municipality: str, count: int
) -> None:
    areas = real(shared_data / "geo" / file, code, name, municipality)
    index = AreaIndex(areas)
    projection = projection_of(areas)
    for area in areas:
        point = to_shape(area.geometry or {}).representative_point()
        assert index.at(point.x, point.y) is area
        assert index.at(*projection.lonlat(*projection.pixel(point.x, point.y))) is area


@each_real
def test_drawn_outlines_keep_the_surface_of_real_areas(
    shared_data: Path, file: str, code: str, name: str, municipality: str, count: int
) -> None:
    areas = real(shared_data / "geo" / file, code, name, municipality)
    drawing = tile_map(areas, title="Kaart")
    drawn = sum(abs(_surface(path.get("d", ""))) for path in paths(drawing))
    scale = drawing.projection.x_scale * drawing.projection.y_scale
    real_surface = sum(to_shape(area.geometry or {}).area for area in areas) * scale
    assert drawn == pytest.approx(real_surface, rel=0.02)


def _surface(path: str) -> float:
    """Of a drawn path in square pixels: shells minus holes, as rings run the other way."""
    import re

    total = 0.0
    for ring in path.split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", ring)]
        x, y = numbers[:2]
        points = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        total += sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True)) / 2
    return total


def test_dordrecht_is_drawn_quickly(shared_data: Path) -> None:
    areas = dordrecht(shared_data)
    best = 1.0
    for _attempt in range(5):
        start = time.perf_counter()
        tile_map(areas, title="Dordrecht")
        best = min(best, time.perf_counter() - start)
    assert best < 0.15


def test_hole_is_drawn_and_is_not_inside() -> None:
    ring = Shape("BU1", "Ring", polygon(square(4, 52, 3), square(5, 53, 1)[::-1]))
    core = Shape("BU2", "Kern", polygon(square(5, 53, 1)))
    drawing = tile_map([ring, core], title="Kaart")
    outlines = {path.find(f"{SVG}title").text: path for path in paths(drawing)}  # type: ignore[union-attr]
    assert outlines["Ring"].get("fill-rule") == "evenodd"
    assert outlines["Ring"].get("d", "").count("M") == 2
    assert area_at([ring, core], 5.5, 53.5) is core
    assert area_at([ring], 5.5, 53.5) is None
    assert area_at([ring, core], 4.2, 52.2) is ring


def test_multipolygon_is_one_area_of_several_parts() -> None:
    islands = Shape(
        "BU1", "Eilanden", {"type": "MultiPolygon", "coordinates": [[square(4, 52)], [square(6, 52)], [square(8, 52)]]}
    )
    drawing = tile_map([islands], title="Kaart")
    assert [path.get("d", "").count("M") for path in paths(drawing)] == [3]
    assert area_at([islands], 8.5, 52.5) is islands
    assert area_at([islands], 5.5, 52.5) is None


def test_place_on_a_shared_border_always_gives_the_same_area() -> None:
    left, right = Shape("BU1", "Links", polygon(square(4, 52))), Shape("BU2", "Rechts", polygon(square(5, 52)))
    assert area_at([left, right], 5, 52.5) is area_at([right, left], 5, 52.5)


def test_speck_smaller_than_a_pixel_is_still_drawn() -> None:
    country = Shape("BU1", "Groot", polygon(square(4, 52, 3)))
    speck = Shape("BU2", "Stip", polygon(square(4.00001, 51.99998, 0.00001)))
    assert len(paths(tile_map([country, speck], title="Kaart"))) == 2


def test_self_crossing_border_is_mended() -> None:
    bow = Shape("BU1", "Strik", polygon([[4, 52], [5, 53], [5, 52], [4, 53], [4, 52]]))
    assert area_at([bow], 4.9, 52.5) is bow
    assert len(paths(tile_map([bow], title="Kaart"))) == 1


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [4, 52]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[4, 52], [4, 52], [4, 52], [4, 52]]]},
        {"type": "Polygon", "coordinates": "veel"},
        {"type": "Polygon"},
        {"coordinates": [square(4, 52)]},
    ],
)
def test_shape_that_is_no_surface_is_refused_by_name(geometry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="BU1 Vreemd: "):
        tile_map([Shape("BU1", "Vreemd", geometry)], title="Kaart")


def test_no_shapes_at_all_still_gives_the_table() -> None:
    drawing = tile_map([Shape("BU1", "Zonder vorm", None)], title="Kaart", shade=lambda area: 3)
    assert [(row.name, row.value) for row in drawing.rows] == [("Zonder vorm", 3)]
    assert paths(drawing) == []
    assert area_at_click([Shape("BU1", "Zonder vorm", None)], 5, 5) is None


def test_facts_of_the_drawing_are_in_rows_legend_and_names() -> None:
    areas = [
        Shape("BU3", "Kolk", polygon(square(6, 52)), is_water=True),
        Shape("BU2", "Nieuw & Oud", polygon(square(5, 52)), is_attention_area=True),
        Shape("BU1", "Centrum", polygon(square(4, 52))),
        Shape("BU4", "Leeg", polygon(square(7, 52))),
    ]
    counts = {"BU1": 12.0, "BU2": 3.0, "BU4": 0.0}
    drawing = tile_map(
        areas,
        title='Ideeën <per> "buurt"',
        description="Uit 2026",
        link=lambda area: None if area.is_water else f"/dordt/?buurt={area.code}&x=1",
        shade=lambda area: counts[area.code],
        value_text=lambda value: f"{value:g} ideeën",
        value_head="Ideeën",
        selected={"BU1"},
    )
    assert [(row.code, row.value_text, row.shade, row.url) for row in drawing.rows] == [
        ("BU1", "12 ideeën", 3, "/dordt/?buurt=BU1&x=1"),
        ("BU2", "3 ideeën", 1, "/dordt/?buurt=BU2&x=1"),
        ("BU4", "0 ideeën", 0, "/dordt/?buurt=BU4&x=1"),
    ]
    with override("en"):
        assert drawing.cells[:2] == [["Centrum", "12 ideeën"], ["Nieuw & Oud (attention area)", "3 ideeën"]]
        assert drawing.head == ["Neighbourhood", "Ideeën"]
    assert [item.css_class for item in drawing.legend] == [
        "map-area map-shade-0",
        "map-area map-shade-1",
        "map-area map-shade-2",
        "map-area map-shade-3",
        "map-area map-attention",
        "map-area map-selected",
        "map-area map-water",
    ]
    assert [item.label for item in drawing.legend][:4] == ["0", "1–5", "6–10", "11–15"]
    root = ET.fromstring(drawing.svg)
    assert root.get("role") == "group"
    labelled = root.find(f"{SVG}title")
    assert labelled is not None
    assert labelled.get("id") == root.get("aria-labelledby")
    assert labelled.text == 'Ideeën <per> "buurt"'
    assert [link.get("aria-label", "").split(",")[:2] for link in root.iter(f"{SVG}a")] == [
        ["Centrum", " 12 ideeën"],
        ["Nieuw & Oud", " 3 ideeën"],
        ["Leeg", " 0 ideeën"],
    ]
    classes = [path.get("class") for path in root.iter(f"{SVG}path")]
    assert "map-area map-water" in classes
    assert "map-area map-shade-1 map-attention" in classes
    assert "map-area map-shade-3 map-selected" in classes
    assert classes.count("map-attention-pattern") == 1


@pytest.mark.parametrize(
    "largest, labels",
    [
        (1, ["1"]),
        (5, ["1", "2", "3", "4", "5"]),
        (7, ["1–2", "3–4", "5–6", "7–8"]),
        (480, ["1–100", "101–200", "201–300", "301–400", "401–500"]),
    ],
)
def test_classes_of_the_legend_are_easy_numbers(largest: int, labels: list[str]) -> None:
    areas = [Shape(f"BU{i}", "x", polygon(square(4 + i, 52))) for i in range(2)]
    drawing = tile_map(areas, title="Kaart", shade=lambda area: largest if area.code == "BU0" else 1)
    assert [item.label for item in drawing.legend] == labels


def test_map_without_links_is_an_image_and_has_no_inline_style() -> None:
    areas = [Shape("BU1", "Centrum", polygon(square(4, 52)), is_attention_area=True)]
    for standalone in (False, True):
        drawing = tile_map(areas, title="Kaart", standalone=standalone)
        root = ET.fromstring(drawing.svg)
        assert root.get("role") == "img"
        assert not any("style" in element.attrib or element.tag == f"{SVG}style" for element in root.iter())


def test_two_maps_on_a_page_share_no_ids() -> None:
    areas = [Shape("BU1", "Centrum", polygon(square(4, 52)), is_attention_area=True)]
    found = []
    for title in ("Een", "Twee"):
        found += [
            e.get("id") for e in ET.fromstring(tile_map(areas, title=title, description="d").svg).iter() if e.get("id")
        ]
    assert len(found) == len(set(found)) == 6


@pytest.mark.parametrize("width", [280, 640, 1000])
def test_click_on_a_pixel_gives_the_area_drawn_there(shared_data: Path, width: int) -> None:
    areas = dordrecht(shared_data)
    projection = projection_of(areas, width)
    for area in areas[::20]:
        point = to_shape(area.geometry or {}).representative_point()
        x, y = projection.pixel(point.x, point.y)
        assert area_at_click(areas, x, y, width=width) is area
    assert area_at_click(areas, 0, 0, width=width) is None


def test_projection_goes_there_and_back_and_fits() -> None:
    projection = Projection.of((4.6, 51.7, 4.8, 51.9), 640)
    assert projection.lonlat(*projection.pixel(4.7, 51.8)) == pytest.approx((4.7, 51.8))
    assert projection.pixel(4.6, 51.9) == pytest.approx((4, 4))
    assert projection.pixel(4.8, 51.7) == pytest.approx((projection.width - 4, projection.height - 4), abs=0.1)


def test_tall_municipality_gets_a_narrower_drawing() -> None:
    projection = Projection.of((4.6, 51.0, 4.7, 53.0), 640)
    assert projection.height <= 960
    assert projection.width < 640


def test_map_can_be_kept_in_a_cache() -> None:
    drawing = tile_map([Shape("BU1", "Centrum", polygon(square(4, 52)))], title="Kaart")
    assert pickle.loads(pickle.dumps(drawing)) == drawing


def test_overlapping_neighbourhoods_give_the_one_a_place_lies_deepest_in() -> None:
    small, big = Shape("BU2", "Klein", polygon(square(5, 53, 1))), Shape("BU1", "Groot", polygon(square(4, 52, 3)))
    assert shapely.Polygon(square(4, 52, 3)).contains(shapely.Point(6.8, 54.8))
    assert area_at([small, big], 6.5, 54.5) is big
    assert area_at([small, big], 5.02, 53.02) is big
