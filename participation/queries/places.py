"""Where something lies, as a small map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.core import maps
from foundation.municipalities.queries import neighbourhoods_of

if TYPE_CHECKING:
    from foundation.municipalities.models import Area, Municipality

KEPT_SECONDS = 3600
_MOST = 40


def place_map(
    municipality: Municipality, area: Area | None, lon: float | None, lat: float | None
) -> maps.TileMap | None:
    """The neighbourhood marked among those around it, and the point when one was given; None where no shapes are known.

    Args:
        lon, lat: degrees WGS84, both or neither.
    """
    if area is None:
        return None
    key = f"participation:place:{area.pk}:{area.year}:{lon}:{lat}:{get_language()}"
    kept: tuple[maps.TileMap | None] | None = cache.get(key)
    if kept is not None:
        return kept[0]
    around = list(neighbourhoods_of(municipality))
    district = [other for other in around if other.parent_id == area.parent_id]
    areas = district if len(around) > _MOST and len(district) > 1 else around
    drawn = None
    if any(other.geometry for other in areas):
        drawn = maps.tile_map(areas, width=480, title=_("On the map"), selected=[area.code])
        if lon is not None and lat is not None:
            x, y = drawn.projection.pixel(lon, lat)
            mark = (
                f'<circle class="map-place" cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#a1006b" stroke="#ffffff" '
                'stroke-width="2"/>'
            )
            drawn = replace(drawn, svg=SafeString(drawn.svg.replace("</svg>", f"{mark}</svg>")))
    cache.set(key, (drawn,), KEPT_SECONDS)
    return drawn
