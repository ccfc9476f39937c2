"""Maps on which each area is of one kind, such as a stage: told by a pattern and by words, never by colour alone.

Drawing has two halves: ``outlines`` (slow, the same until the shapes change: plain data, to be kept in the cache) and
``kind_map`` (fast, for what is true now). Classes for the style sheet: ``map-kinded`` on each area, ``map-kind-<key>`` on the
ground of a kind's pattern and ``map-kind-mark`` on its signs; colours in the attributes are only for without a style sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from foundation.core.maps.drawing import LegendItem, _document, _paths
from foundation.core.maps.places import projection_of_shapes, to_shape

# Signs in a square of eight by eight pixels; "" is a plain ground.
PATTERNS = {
    "": "",
    "dots": '<circle class="map-kind-mark" cx="2" cy="2" r="1"/><circle class="map-kind-mark" cx="6" cy="6" r="1"/>',
    "rising": '<path class="map-kind-mark" d="M-2 2L2-2M0 8L8 0M6 10L10 6" stroke="#222" fill="none"/>',
    "falling": '<path class="map-kind-mark" d="M-2 6L2 10M0 0L8 8M6-2L10 2" stroke="#222" fill="none"/>',
    "grid": '<path class="map-kind-mark" d="M0 4H8M4 0V8" stroke="#222" fill="none"/>',
    "crosses": '<path class="map-kind-mark" d="M2 2L6 6M6 2L2 6" stroke="#222" fill="none"/>',
}


@dataclass(frozen=True)
class Kind:
    """``key``: for the class; ``label``: what it means; ``pattern``: one of ``PATTERNS``; ``fill`` without style sheet."""

    key: str
    label: str
    pattern: str = ""
    fill: str = "#ffffff"


@dataclass(frozen=True)
class Area:
    """One area as it is now. ``kind`` is the key of a ``Kind``; ``url`` "" for no link."""

    code: str
    name: str
    kind: str
    url: str = ""


@dataclass(frozen=True)
class Outlines:
    """Drawn outlines by code, with the size of the drawing; plain values, so that it can be cached."""

    paths: dict[str, str]
    width: float
    height: float


@dataclass(frozen=True)
class KindMap:
    svg: SafeString
    legend: list[LegendItem]


def outlines(shapes: Mapping[str, dict[str, Any]], *, width: int = 640) -> Outlines | None:
    """Draw GeoJSON geometries by code as paths, neighbours keeping one border; None where there are none.

    Raises:
        ValueError: a shape is no polygon.
    """
    ordered = sorted(shapes)
    read = [to_shape(shapes[code]) for code in ordered]
    if not read:
        return None
    projection = projection_of_shapes(read, width)
    paths = dict(zip(ordered, _paths(read, projection), strict=True))
    return Outlines(paths, projection.width, projection.height)


def kind_map(
    drawn: Outlines, areas: Iterable[Area], kinds: Sequence[Kind], *, title: str, description: str = ""
) -> KindMap:
    """The map with its legend. Areas with a link come last, so that what can be chosen lies on top.

    Args:
        areas: those without an outline are left to the table beside the map.
        kinds: in the order of the legend; only those that occur are in it.
    """
    known = [one for one in areas if one.code in drawn.paths]
    names = {kind.key: kind.label for kind in kinds}
    uid = "k" + hashlib.sha256(f"{title}|{sorted((one.code, one.kind) for one in known)}".encode()).hexdigest()[:8]
    present = [kind for kind in kinds if any(one.kind == kind.key for one in known)]
    defs = "".join(_pattern(f"{uid}-{kind.key}", kind) for kind in present)
    shapes = "".join(
        _area(one, drawn.paths[one.code], uid, names[one.kind])
        for one in sorted(known, key=lambda one: (bool(one.url), one.name))
    )

    class Size:
        width, height = drawn.width, drawn.height

    has_links = any(one.url for one in known)
    svg = _document(uid, title, description, Size, f"<defs>{defs}</defs>{shapes}", has_links=has_links)  # type: ignore[arg-type]
    return KindMap(svg, [LegendItem(_swatch(uid, kind), kind.label, f"map-kind-{kind.key}") for kind in present])


def _pattern(name: str, kind: Kind) -> str:
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="map-kind-{kind.key}" width="8" height="8" fill="{kind.fill}"/>{PATTERNS[kind.pattern]}</pattern>'
    )


def _area(one: Area, path: str, uid: str, label: str) -> str:
    name = escape(f"{one.name}: {label}")
    shape = f'<path class="map-kinded" fill-rule="evenodd" fill="url(#{uid}-{one.kind})" d="{path}"><title>{name}</title></path>'
    return f'<a href="{escape(one.url)}" aria-label="{name}">{shape}</a>' if one.url else shape


def _swatch(uid: str, kind: Kind) -> SafeString:
    name = f"{uid}-{kind.key}-s"
    return mark_safe(
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">'
        f"<defs>{_pattern(name, kind)}</defs>"
        f'<rect class="map-kinded" width="18" height="18" fill="url(#{name})"/></svg>'
    )
