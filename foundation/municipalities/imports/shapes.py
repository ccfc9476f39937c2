"""Shapes of areas: checked, repaired, simplified without gaps between neighbours, rounded to a metre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from foundation.municipalities.imports.problems import Problem, refuse

# Degrees. 0.0001 is 7 to 11 metres in the Netherlands: invisible on a map of a municipality, and it halves the points.
TOLERANCE = 0.0001
DECIMALS = 5
# A repair that changes more of the shape than this is a guess.
MOST_CHANGED = 0.2
WEST, SOUTH, EAST, NORTH = 2.0, 50.5, 7.6, 56.0


class ShapeError(Exception):
    """The shape can't be used; ``problem`` lacks only its place in the file."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.problem = Problem(code, values=values)


def _first_point(coordinates: Any) -> tuple[float, float] | None:
    while isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    if isinstance(coordinates, list) and len(coordinates) >= 2 and all(_number(part) for part in coordinates[:2]):
        return float(coordinates[0]), float(coordinates[1])
    return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_system(features: Sequence[Any]) -> None:
    """Look at the first coordinates of a file: are they degrees, longitude first?

    Raises:
        ImportErrors: for RD (EPSG:28992), Web Mercator or swapped axes.
    """
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        point = _first_point(geometry.get("coordinates")) if isinstance(geometry, dict) else None
        if point is None:
            continue
        x, y = point
        if -10_000 < x < 320_000 and 280_000 < y < 900_000:
            raise refuse("rd")
        if 200_000 < x < 900_000 and 6_400_000 < y < 7_700_000:
            raise refuse("mercator")
        if SOUTH <= x <= NORTH and WEST <= y <= EAST:
            raise refuse("swapped")
        return


def read_shape(geometry: Any) -> tuple[BaseGeometry, bool]:
    """A Polygon or MultiPolygon from GeoJSON, and whether it had to be repaired.

    Raises:
        ShapeError: for another kind, coordinates that can't be read, a place abroad, or a repair that is a guess.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else type(geometry).__name__
        raise ShapeError("kind_of_shape", kind=str(kind)[:40])
    try:
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        polygons = [
            Polygon([p[:2] for p in part[0]], [[p[:2] for p in hole] for hole in part[1:] if len(hole) >= 4])
            for part in parts
        ]
        found: BaseGeometry = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
        bounds = found.bounds
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.errors.GEOSException):
        raise ShapeError("broken_shape") from None
    if len(bounds) != 4 or not all(abs(part) < 1e9 for part in bounds):
        raise ShapeError("broken_shape")
    west, south, east, north = bounds
    if west < WEST or east > EAST or south < SOUTH or north > NORTH:
        raise ShapeError("abroad", lon=round(west, 4), lat=round(south, 4))
    if found.is_valid:
        return found, False
    return _repaired(found), True


def _repaired(broken: BaseGeometry) -> BaseGeometry:
    where = explain_validity(broken)
    mended = polygonal(shapely.make_valid(broken))
    hull = broken.convex_hull.area
    # The signed area of a crossing outline says little; a "bow tie" loses a part that the outline runs around.
    lost = abs(shapely.buffer(broken, 0).area - mended.area) if mended is not None else 1.0
    if mended is None or mended.area == 0 or (hull and lost / mended.area > MOST_CHANGED):
        raise ShapeError("crossing", where=where[:80])
    return mended


def polygonal(shape: BaseGeometry) -> BaseGeometry | None:
    """Only the polygons of a shape; None when there are none."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return None if shape.is_empty else shape
    parts: list[Polygon] = []
    for part in getattr(shape, "geoms", []):
        inner = polygonal(part)
        if inner is not None:
            parts += [inner] if isinstance(inner, Polygon) else list(inner.geoms)
    return MultiPolygon(parts) if parts else None


def simplified(shapes: Sequence[BaseGeometry]) -> list[dict[str, Any]]:
    """GeoJSON of the shapes of one file, with fewer points; borders that neighbours share stay shared."""
    if not shapes:
        return []
    simple = shapely.coverage_simplify(list(shapes), TOLERANCE)
    out = []
    for before, after in zip(shapes, simple, strict=True):
        kept = after if after is not None and not after.is_empty and after.is_valid else before
        # One way to write a shape: else the same shape in another file would count as changed.
        out.append(_rounded(shapely.orient_polygons(shapely.normalize(kept))))
    return out


def _rounded(shape: BaseGeometry) -> dict[str, Any]:
    plain = mapping(shape)

    def rings(part: Any) -> list[list[list[float]]]:
        out = []
        for number, ring in enumerate(part):
            points: list[list[float]] = []
            for x, y in ring:
                point = [round(x, DECIMALS), round(y, DECIMALS)]
                if not points or points[-1] != point:
                    points.append(point)
            if len(points) >= 4:
                out.append(points)
            elif number == 0:  # smaller than a metre: as it was
                return [[list(point) for point in ring]]
        return out

    if plain["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": rings(plain["coordinates"])}
    return {"type": "MultiPolygon", "coordinates": [rings(part) for part in plain["coordinates"]]}
