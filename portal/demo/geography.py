"""Draws Rivierdam, the invented municipality of the demo: ``python -m portal.demo.geography`` writes ``rivierdam.geojson``.

No such municipality exists. It lies in the middle of the IJsselmeer, so that it covers nobody's home; its codes begin with
99, which CBS does not use. The lines are made by a seeded Voronoi diagram with wrinkled edges on both banks of a river.
The file has the shape of the CBS/PDOK neighbourhood files, so that the demo takes the same road as a real import.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from shapely import MultiPoint, Point, Polygon, line_merge, voronoi_polygons
from shapely.geometry import LineString, MultiPolygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

FILE = Path(__file__).with_name("rivierdam.geojson")
MUNICIPALITY = ("GM9901", "Rivierdam")
YEAR = 2025
ORIGIN = (5.24, 52.74)  # longitude and latitude of the south-west corner
METRES_PER_DEGREE = (111_320 * math.cos(math.radians(ORIGIN[1])), 111_320)


@dataclass(frozen=True)
class Place:
    """A neighbourhood: its code, name, people, and where its heart lies, in kilometres from the south-west corner."""

    code: str
    name: str
    people: int
    x: float
    y: float


DISTRICTS = {
    "WK990100": "Binnenstad",
    "WK990101": "Oosterwijk",
    "WK990102": "Dijkwijk",
    "WK990103": "Uiterwaard",
    "WK990104": "Zuiderveld",
    "WK9901AA": "Parkrijk",
}
PLACES = (
    Place("BU99010000", "Oude Haven", 1840, 4.1, 2.75),
    Place("BU99010001", "Marktkwartier", 2310, 4.75, 2.35),
    Place("BU99010002", "Kapittelbuurt", 1675, 3.55, 2.3),
    Place("BU99010003", "Singelbuurt", 2920, 4.2, 1.8),
    Place("BU99010100", "Gasthuisbuurt", 3105, 5.5, 2.75),
    Place("BU99010101", "Ambachtskwartier", 1260, 6.4, 3.0),
    Place("BU99010102", "Spoorzicht", 3480, 5.7, 2.0),
    Place("BU99010103", "Oosterhagen", 2745, 6.7, 2.2),
    Place("BU99010200", "Dijkzicht", 2210, 3.4, 3.75),
    Place("BU99010201", "Weversbuurt", 3015, 4.3, 4.0),
    Place("BU99010202", "Molenkamp", 1890, 5.2, 4.0),
    Place("BU99010203", "Noorderhof", 2640, 4.6, 4.8),
    Place("BU99010300", "Wilgengriend", 385, 1.3, 3.2),
    Place("BU99010301", "Rietlanden", 540, 2.1, 4.2),
    Place("BU99010302", "Veerdorp", 1120, 2.4, 3.4),
    Place("BU99010303", "Buitenpolder", 265, 6.4, 4.7),
    Place("BU99010400", "Sterrenbuurt", 4120, 4.6, 1.0),
    Place("BU99010401", "Vogelhof", 3360, 3.6, 1.05),
    Place("BU99010402", "Tuindorp Zuid", 2480, 5.5, 1.1),
    Place("BU99010403", "Componistenrij", 2875, 4.4, 0.35),
    Place("BU9901AA01", "Kersengaard", 2190, 2.6, 2.2),
    Place("BU9901AA02", "Lindenhof", 1980, 2.5, 1.3),
    Place("BU9901AA03", "Bosrand", 760, 1.5, 1.9),
    Place("BU9901AA04", "Hoge Brink", 0, 1.3, 2.55),
)
# So that residents of the demo can say by postcode where they live; invented, one per district.
POSTCODES = {
    "WK990100": "1301",
    "WK990101": "1302",
    "WK990102": "1303",
    "WK990103": "1304",
    "WK990104": "1305",
    "WK9901AA": "1306",
}
ATTENTION_AREAS = ("BU99010400", "BU99010102")
RIVER = [
    (-0.5, 2.6),
    (0.8, 2.95),
    (1.9, 2.75),
    (2.9, 3.05),
    (3.9, 3.3),
    (5.0, 3.35),
    (6.1, 3.65),
    (7.2, 3.45),
    (8.6, 3.7),
]


def main() -> None:
    """Draw everything and write the file."""
    features = [
        _feature(place, shape) for place, shape in sorted(neighbourhoods().items(), key=lambda item: item[0].code)
    ]
    text = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    FILE.write_text(f'{{"type":"FeatureCollection","name":"rivierdam_buurten","features":[\n{text}\n]}}\n')


def neighbourhoods() -> dict[Place, BaseGeometry]:
    """Each neighbourhood with its shape in kilometres; the river is one as well, as CBS does with water."""
    land, water = _outline(), _river()
    found: dict[Place, BaseGeometry] = {}
    for number, bank in enumerate(sorted(_parts(land - water), key=lambda part: -part.area)[:2]):
        inside = [place for place in PLACES if bank.contains(Point(place.x, place.y))]
        found |= _divide(bank, inside, seed=20 + number)
    river = max(_parts(land & water), key=lambda part: part.area)
    return found | {Place("BU99019997", "De Wende", 0, 0, 0): river}


def _outline() -> Polygon:
    """A coast that is not quite round."""
    chance = random.Random(7)
    waves = [(n, chance.uniform(0.02, 0.09) / math.sqrt(n), chance.uniform(0, math.tau)) for n in range(2, 9)]
    points = []
    for step in range(240):
        angle = math.tau * step / 240
        size = 1 + sum(height * math.sin(n * angle + start) for n, height, start in waves)
        points.append((4.05 + 3.55 * size * math.cos(angle), 2.75 + 2.75 * size * math.sin(angle)))
    return Polygon(points)


def _river() -> Polygon:
    """The river, wider where it meets the lake."""
    smooth = _curve(RIVER)
    return (
        unary_union(
            [
                Point(x, y).buffer(0.1 + 0.07 * abs(math.sin(i / 15)) + 0.08 * (x < 1.2))
                for i, (x, y) in enumerate(smooth)
            ]
        )
        .buffer(0.04)
        .simplify(0.01)
    )


def _curve(points: list[tuple[float, float]], steps: int = 24) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    out = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            out.append(
                (
                    _spline(a[0], b[0], c[0], d[0], t),
                    _spline(a[1], b[1], c[1], d[1], t),
                )
            )
    return out


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _divide(bank: Polygon, places: Iterable[Place], *, seed: int) -> dict[Place, BaseGeometry]:
    """The bank in one piece per place, with edges that wrinkle as old ditches and streets do."""
    places = list(places)
    hearts = MultiPoint([(place.x, place.y) for place in places])
    edges = voronoi_polygons(hearts, extend_to=bank.buffer(2), only_edges=True)
    wrinkled = [LineString(_wrinkle(a, b, seed)) for line in _lines(edges) for a, b in pairwise(line)]
    frame = bank.buffer(3).envelope.exterior
    pieces = list(polygonize(unary_union([*wrinkled, frame])))
    found = {}
    for place in places:
        piece = next(piece for piece in pieces if piece.contains(Point(place.x, place.y)))
        found[place] = max(_parts(piece & bank), key=lambda part: part.area)
    # Slivers that a bend of the coast cut off go to the neighbour they touch longest.
    for sliver in _parts(bank - unary_union(list(found.values()))):
        if sliver.area > 1e-6:
            nearest = max(found, key=lambda place: found[place].buffer(0.002).intersection(sliver).area)
            found[nearest] = unary_union([found[nearest], sliver])
    return found


def _lines(edges: BaseGeometry) -> list[list[tuple[float, float]]]:
    merged = line_merge(edges)
    return [list(line.coords) for line in getattr(merged, "geoms", [merged])]


def _wrinkle(a: tuple[float, float], b: tuple[float, float], seed: int, depth: int = 5) -> list[tuple[float, float]]:
    """The line from a to b by midpoint displacement; the same line for both neighbours."""
    length = math.dist(a, b)
    if depth == 0 or length < 0.08:
        return [a, b]
    first, second = sorted([a, b])
    chance = random.Random(f"{seed} {first[0]:.4f} {first[1]:.4f} {second[0]:.4f} {second[1]:.4f}")
    off = chance.uniform(-0.11, 0.11)
    middle = (
        (first[0] + second[0]) / 2 - (second[1] - first[1]) * off,
        (first[1] + second[1]) / 2 + (second[0] - first[0]) * off,
    )
    return _wrinkle(a, middle, seed, depth - 1)[:-1] + _wrinkle(middle, b, seed, depth - 1)


def _parts(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]


def _feature(place: Place, shape: BaseGeometry) -> dict[str, object]:
    water = place.code.endswith("9997")
    district = "WK" + place.code[2:8]
    return {
        "type": "Feature",
        "properties": {
            "buurtcode": place.code,
            "buurtnaam": place.name,
            "wijkcode": district,
            "wijknaam": DISTRICTS.get(district, "Water"),
            "gemeentecode": MUNICIPALITY[0],
            "gemeentenaam": MUNICIPALITY[1],
            "water": "JA" if water else "NEE",
            "jaar": YEAR,
            "meest_voorkomende_postcode": POSTCODES.get(district, ""),
            "aantal_inwoners": place.people or -99997,
        },
        "geometry": _in_degrees(shape),
    }


def _in_degrees(shape: BaseGeometry) -> dict[str, object]:
    """GeoJSON in WGS84 with five decimals (about a metre)."""

    def turn(x: float, y: float) -> tuple[float, float]:
        return (
            round(ORIGIN[0] + x * 1000 / METRES_PER_DEGREE[0], 5),
            round(ORIGIN[1] + y * 1000 / METRES_PER_DEGREE[1], 5),
        )

    polygons = [
        Polygon(
            [turn(x, y) for x, y in part.exterior.coords],
            [[turn(x, y) for x, y in ring.coords] for ring in part.interiors],
        )
        for part in _parts(shape)
    ]
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if not whole.is_valid:
        raise ValueError("a shape crosses itself: choose another seed")
    return dict(mapping(whole))


if __name__ == "__main__":
    main()
