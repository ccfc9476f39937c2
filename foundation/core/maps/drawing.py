"""The drawing of a map, with its legend and the rows of its table.

Classes in the drawing (styled by the page): ``map-drawing`` on the svg; ``map-area`` on each area with
``map-shade-0`` .. ``map-shade-5``, ``map-water``, ``map-attention``, ``map-selected``; ``map-attention-pattern`` for the
lines over an attention area. Colours in the attributes are only for a drawing without a style sheet.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from foundation.core.maps.places import PADDING, A, MapArea, Projection, projection_of_shapes, to_shape

SHADES = 6  # 0: nothing; 1 to 5: more and more
BYTES_PER_AREA = 400  # what a drawing may cost: 60 kB for 150 neighbourhoods
LEAST_BYTES = 60_000
_TOLERANCES = (0.25, 0.5, 0.8, 1.2, 1.8, 2.5, 4.0)  # pixels that a border may move, tried in this order
_LIGHT = ("#ffffff", "#d5e8e4", "#aad1c9", "#74b3a6", "#3b8f80", "#12685a")  # only where no style sheet reaches
_WATER = "#dbe9f4"


@dataclass(frozen=True)
class LegendItem:
    """``swatch``: a small drawing of the same look; ``label``: what it means; ``css_class``: of the areas it stands for."""

    swatch: SafeString
    label: str
    css_class: str


@dataclass(frozen=True)
class MapRow:
    """One area as a row of the table beside the map. ``value`` is None where nothing is counted (water, no figures)."""

    code: str
    name: str
    value: float | None
    value_text: str
    url: str
    shade: int | None
    is_attention_area: bool
    is_selected: bool


@dataclass(frozen=True)
class TileMap:
    """A drawn map: put ``svg`` in an element with class ``map``, ``legend`` under it and ``rows`` in a table."""

    svg: SafeString
    legend: list[LegendItem]
    rows: list[MapRow]
    title: str
    projection: Projection
    width: float
    height: float
    value_head: str = ""

    @property
    def head(self) -> list[str]:
        """Column heads of ``cells``."""
        return [_("Neighbourhood"), *([self.value_head or _("Number")] if self._counted else [])]

    @property
    def cells(self) -> list[list[str]]:
        """The rows as texts, for the tag ``{% tile_map %}``; an attention area is named so."""
        return [
            [
                row.name + " (" + _("attention area") + ")" if row.is_attention_area else row.name,
                *([row.value_text or "–"] if self._counted else []),
            ]
            for row in self.rows
        ]

    @property
    def _counted(self) -> bool:
        return any(row.value is not None for row in self.rows)


def _ring_path(points: np.ndarray[Any, Any]) -> str:
    """A closed ring as relative moves of tenths of pixels; rounding first keeps errors from adding up."""
    tenths = np.rint(points * 10).astype(int)
    keep = np.ones(len(tenths), dtype=bool)
    keep[1:] = (np.diff(tenths, axis=0) != 0).any(axis=1)
    tenths = tenths[keep]
    if len(tenths) > 1 and (tenths[0] == tenths[-1]).all():
        tenths = tenths[:-1]
    if len(tenths) < 3:
        return ""
    parts = [f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}l"]
    for dx, dy in np.diff(tenths, axis=0).tolist():
        across, down = _tenth(dx), _tenth(dy)
        space = "" if parts[-1].endswith("l") or across.startswith("-") else " "
        parts.append(f"{space}{across}{'' if down.startswith('-') else ' '}{down}")
    return "".join(parts) + "z"


def _tenth(value: int) -> str:
    """37 -> "3.7", -5 -> "-.5", 20 -> "2"."""
    whole, rest = divmod(abs(int(value)), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole or ''}.{rest}" if rest else f"{sign}{whole}"


def _path(shape: BaseGeometry) -> str:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    path = "".join(_ring_path(shapely.get_coordinates(ring)) for ring in rings)
    if path:
        return path
    x, y = shapely.get_coordinates(shape.centroid)[0]  # smaller than a tenth of a pixel: a dot
    return _ring_path(np.array([[x - 0.5, y - 0.5], [x + 0.5, y - 0.5], [x + 0.5, y + 0.5], [x - 0.5, y + 0.5]]))


def _paths(shapes: Sequence[BaseGeometry], projection: Projection) -> list[str]:
    """The drawn outline of each shape, as rough as needed to stay within the budget, neighbours keeping one border."""

    def drawn(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(
            (
                PADDING + (points[:, 0] - projection.west) * projection.x_scale,
                PADDING + (projection.north - points[:, 1]) * projection.y_scale,
            )
        )

    projected = shapely.transform(np.array(shapes, dtype=object), drawn)
    budget = max(LEAST_BYTES * 0.6, BYTES_PER_AREA * 0.6 * len(shapes))  # the rest is names and links
    paths: list[str] = []
    for tolerance in _TOLERANCES:
        # A coverage is simplified as a whole: each shared border once, so that no gaps open between neighbours.
        paths = [_path(shape) for shape in shapely.coverage_simplify(projected, tolerance)]
        if sum(map(len, paths)) <= budget:
            break
    return paths


def _nice_step(largest: float) -> float:
    """The size of one of five classes that is easy to read: 1, 2, 5, 10, 20, 50 ..."""
    if largest <= 5:
        return 1
    power = 10.0 ** math.floor(math.log10(largest / 5))
    return next(step * power for step in (1, 2, 5, 10) if step * power * 5 >= largest)


def _shade(value: float | None, step: float) -> int:
    return 0 if value is None or value <= 0 else min(SHADES - 1, math.ceil(value / step))


def _swatch(css_class: str, fill: str, *, lines: bool = False) -> SafeString:
    mark = (
        '<path class="map-attention-line" d="M-1 6L6-1M2 17L17 2M9 20L20 9" stroke="#333" stroke-width="1.6" fill="none"/>'
        if lines
        else ""
    )
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">'
        f'<rect class="{css_class}" width="18" height="18" fill="{fill}"/>{mark}</svg>'
    )


def _legend(
    values: Sequence[float], step: float, areas: Sequence[MapArea], selected: Collection[str]
) -> list[LegendItem]:
    items = []
    if values:
        highest = max(_shade(value, step) for value in values)
        whole = all(float(value).is_integer() for value in values)
        for shade in range(highest + 1):
            if shade == 0:
                if not any(_shade(value, step) == 0 for value in values):
                    continue
                label = "0"
            else:
                low = (shade - 1) * step + (1 if whole else 0)
                high = shade * step
                label = f"{high:g}" if whole and low == high else f"{low:g}–{high:g}"
            css_class = f"map-area map-shade-{shade}"
            items.append(LegendItem(_swatch(css_class, _LIGHT[shade]), label, css_class))
    if any(area.is_attention_area for area in areas):
        swatch = _swatch("map-area map-attention", _LIGHT[0], lines=True)
        items.append(LegendItem(swatch, _("Attention area"), "map-area map-attention"))
    if any(area.code in selected for area in areas):
        items.append(LegendItem(_swatch("map-area map-selected", _LIGHT[4]), _("Chosen"), "map-area map-selected"))
    if any(area.is_water for area in areas):
        items.append(LegendItem(_swatch("map-area map-water", _WATER), _("Water"), "map-area map-water"))
    return items


def _number(value: float) -> str:
    return f"{value:g}"


def tile_map(
    areas: Iterable[A],
    *,
    width: int = 640,
    title: str,
    description: str = "",
    link: Callable[[A], str | None] | None = None,
    shade: Callable[[A], float | None] | None = None,
    value_text: Callable[[float], str] = _number,
    value_head: str = "",
    selected: Collection[str] = (),
    standalone: bool = False,
) -> TileMap:
    """Draw the areas of a municipality, or the municipalities of a country.

    Args:
        areas: rows of ``municipalities.Area``, or ``Shape``; drawn water first, then by code.
        width: of the drawing in pixels; the style sheet may stretch it.
        title: what the map shows, for who does not see it.
        description: more of that, such as where the highest numbers are.
        link: the page of an area, or None for no link.
        shade: the number of an area; six shades with a legend, 0 being apart. None: no number known.
        value_text: a number in words, such as "12 ideas".
        value_head: what the numbers are, over their column in the table.
        selected: codes that are marked as chosen.
        standalone: colours in the drawing itself and no links, for use as a picture (``<input type="image">``).

    Raises:
        ValueError: a shape is no polygon; the message names the area.
    """
    ordered = sorted(areas, key=lambda area: (not area.is_water, area.code))
    shapes: dict[str, BaseGeometry] = {}
    for area in ordered:
        if area.geometry:
            try:
                shapes[area.code] = to_shape(area.geometry)
            except ValueError as error:
                raise ValueError(f"{area.code} {area.name}: {error}") from error
    if shapes:
        projection = projection_of_shapes(list(shapes.values()), width)
        paths = dict(zip(shapes, _paths(list(shapes.values()), projection), strict=True))
    else:
        projection, paths = Projection(0, 0, 1, 1, float(width), 40.0), {}

    values = {area.code: shade(area) for area in ordered if not area.is_water} if shade else {}
    known = [value for value in values.values() if value is not None]
    step = _nice_step(max(known, default=0))
    rows = [
        MapRow(
            code=area.code,
            name=area.name,
            value=values.get(area.code),
            value_text=_value(values.get(area.code), value_text),
            url=(link(area) or "") if link else "",
            shade=_shade(values[area.code], step) if values.get(area.code) is not None else None,
            is_attention_area=area.is_attention_area,
            is_selected=area.code in selected,
        )
        for area in ordered
    ]
    uid = "m" + hashlib.sha256("|".join([title, *(row.code + row.name for row in rows)]).encode()).hexdigest()[:8]
    water = {area.code for area in ordered if area.is_water}
    drawn = "".join(
        _drawn_area(row, paths[row.code], uid, is_water=row.code in water, standalone=standalone)
        for row in rows
        if row.code in paths
    )
    svg = _document(
        uid, title, description, projection, drawn, has_links=not standalone and any(row.url for row in rows)
    )
    return TileMap(
        svg=svg,
        legend=_legend(known, step, ordered, selected),
        rows=sorted((row for row in rows if row.code not in water), key=lambda row: row.code),
        title=title,
        projection=projection,
        width=projection.width,
        height=projection.height,
        value_head=value_head,
    )


def _value(value: float | None, text: Callable[[float], str]) -> str:
    return "" if value is None else text(value)


def _drawn_area(row: MapRow, path: str, uid: str, *, is_water: bool, standalone: bool) -> str:
    classes = ["map-area"]
    fill = _LIGHT[row.shade if row.shade is not None else 1]
    if is_water:
        classes.append("map-water")
        fill = _WATER
    elif row.shade is not None:
        classes.append(f"map-shade-{row.shade}")
    if row.is_attention_area:
        classes.append("map-attention")
    if row.is_selected:
        classes.append("map-selected")
        fill = _LIGHT[4]
    facts = [row.name, row.value_text, _("attention area") if row.is_attention_area else ""]
    if row.is_selected:
        facts.append(_("chosen"))
    name = escape(", ".join(fact for fact in facts if fact))
    colours = f' fill="{fill}" stroke="#333" stroke-width=".8"' if standalone else ""
    shape = f'<path class="{" ".join(classes)}" fill-rule="evenodd"{colours} d="{path}"><title>{name}</title></path>'
    if row.is_attention_area:
        shape += f'<path class="map-attention-pattern" fill-rule="evenodd" fill="url(#{uid}-p)" pointer-events="none" d="{path}"/>'
    if row.url and not standalone:
        return f'<a href="{escape(row.url)}" aria-label="{name}">{shape}</a>'
    return shape


def _document(
    uid: str, title: str, description: str, projection: Projection, drawn: str, *, has_links: bool
) -> SafeString:
    width, height = f"{projection.width:g}", f"{projection.height:g}"
    about = f'<desc id="{uid}-d">{escape(description)}</desc>' if description else ""
    described = f' aria-describedby="{uid}-d"' if description else ""
    pattern = (
        f'<defs><pattern id="{uid}-p" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="map-attention-line" d="M1 0V6" stroke="#333" stroke-width="1.4"/></pattern></defs>'
        if f"#{uid}-p" in drawn
        else ""
    )
    # role=img would hide the links inside from screen readers: a map with links is a group of them.
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map-drawing" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="{"group" if has_links else "img"}" aria-labelledby="{uid}-t"{described}>'
        f'<title id="{uid}-t">{escape(title)}</title>{about}{pattern}{drawn}</svg>'
    )
