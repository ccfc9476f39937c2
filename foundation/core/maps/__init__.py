"""Maps of areas, drawn on the server as SVG: no tile server, no JavaScript, and the same facts as rows of a table.

``places``: shapes, the projection, and which area a place lies in. ``drawing``: the SVG, its legend and its rows.
"""

from foundation.core.maps.drawing import LegendItem, MapRow, TileMap, tile_map
from foundation.core.maps.places import (
    AreaIndex,
    MapArea,
    Projection,
    Shape,
    area_at,
    area_at_click,
    projection_of,
    to_shape,
)

__all__ = [
    "AreaIndex",
    "LegendItem",
    "MapArea",
    "MapRow",
    "Projection",
    "Shape",
    "TileMap",
    "area_at",
    "area_at_click",
    "projection_of",
    "tile_map",
    "to_shape",
]
