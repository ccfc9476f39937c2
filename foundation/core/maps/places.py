"""Shapes of areas, from degrees to pixels and back, and in which area a place lies.

The projection is equirectangular with the longitude shrunk by the cosine of the middle latitude: over a municipality, and
even over the Netherlands, shapes look as people know them, and turning a point of the drawing into a place is one line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

PADDING = 4.0  # pixels around the areas, so that thick borders are not cut off


class MapArea(Protocol):
    """What is drawn. ``geometry``: GeoJSON Polygon or MultiPolygon in WGS84; areas without one are only in the table."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def geometry(self) -> dict[str, Any] | None: ...
    @property
    def is_water(self) -> bool: ...
    @property
    def is_attention_area(self) -> bool: ...


@dataclass(frozen=True)
class Shape:
    """A plain ``MapArea``, where there is no row in the database."""

    code: str
    name: str
    geometry: dict[str, Any] | None
    is_water: bool = False
    is_attention_area: bool = False


A = TypeVar("A", bound=MapArea)


@dataclass(frozen=True)
class Projection:
    """From WGS84 degrees to pixels of the drawing and back. ``y`` runs down."""

    west: float
    north: float
    x_scale: float
    y_scale: float
    width: float
    height: float

    @classmethod
    def of(cls, bounds: tuple[float, float, float, float], width: float) -> Projection:
        """The drawing of ``width`` pixels that shows ``bounds`` (west, south, east, north) whole.

        A tall narrow municipality gets a narrower drawing, at most one and a half times as high as ``width``.
        """
        west, south, east, north = bounds
        shrink = math.cos(math.radians((south + north) / 2))
        span_x = max((east - west) * shrink, 1e-6)
        span_y = max(north - south, 1e-6)
        scale = min((width - 2 * PADDING) / span_x, (1.5 * width - 2 * PADDING) / span_y)
        return cls(
            west=west,
            north=north,
            x_scale=scale * shrink,
            y_scale=scale,
            width=round(span_x * scale + 2 * PADDING, 1),
            height=round(span_y * scale + 2 * PADDING, 1),
        )

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        return PADDING + (lon - self.west) * self.x_scale, PADDING + (self.north - lat) * self.y_scale

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        return self.west + (x - PADDING) / self.x_scale, self.north - (y - PADDING) / self.y_scale


def to_shape(geometry: dict[str, Any]) -> BaseGeometry:
    """The polygon or multipolygon of a GeoJSON geometry; self-crossing borders are mended.

    Raises:
        ValueError: it is no Polygon or MultiPolygon, or encloses nothing.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"a map area is a Polygon or a MultiPolygon, not {kind!r}")
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        raise ValueError(f"the {kind} can't be read: {error}") from error
    if not shape.is_valid:
        parts = shapely.get_parts(shapely.make_valid(shape))
        shape = shapely.union_all([part for part in parts if part.geom_type in {"Polygon", "MultiPolygon"}])
    if shape.is_empty or shape.area == 0:
        raise ValueError(f"the {kind} encloses nothing")
    return shape


class AreaIndex:
    """Areas that answer in which of them a place lies. Build it once for many questions."""

    def __init__(self, areas: Iterable[A]) -> None:
        self._areas = sorted((area for area in areas if area.geometry), key=lambda area: area.code)
        self._shapes = [to_shape(area.geometry) for area in self._areas if area.geometry]
        self._tree = shapely.STRtree(self._shapes)

    def at(self, lon: float, lat: float) -> Any | None:
        """The area at a place in WGS84 degrees, or None outside all.

        A place on a shared border, or where roughly drawn neighbours overlap, belongs to the area it lies deepest in.
        """
        place = shapely.Point(lon, lat)
        hits = sorted(int(index) for index in self._tree.query(place, predicate="intersects"))
        if not hits:
            return None
        return self._areas[max(hits, key=lambda index: float(self._shapes[index].boundary.distance(place)))]


def area_at(areas: Iterable[A], lon: float, lat: float) -> A | None:
    """The area in which a place lies; see ``AreaIndex.at``."""
    found: A | None = AreaIndex(areas).at(lon, lat)
    return found


def projection_of(areas: Iterable[MapArea], width: float = 640) -> Projection:
    """The projection that ``tile_map`` uses for the same areas and width.

    Raises:
        ValueError: none of the areas has a shape.
    """
    shapes = [to_shape(area.geometry) for area in areas if area.geometry]
    if not shapes:
        raise ValueError("none of the areas has a shape")
    return projection_of_shapes(shapes, width)


def projection_of_shapes(shapes: Sequence[BaseGeometry], width: float) -> Projection:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return Projection.of((west, south, east, north), width)


def area_at_click(areas: Sequence[A], x: float, y: float, *, width: float = 640) -> A | None:
    """The area at a pixel of the drawing, as ``<input type="image" name="plek">`` sends it (``plek.x``, ``plek.y``).

    Such an input works without JavaScript. The browser counts pixels of the picture as shown: show it at its own size
    (its ``width`` attribute, not stretched by a style), and on a small screen draw it smaller.
    """
    if not any(area.geometry for area in areas):
        return None
    return area_at(areas, *projection_of(areas, width).lonlat(x, y))
