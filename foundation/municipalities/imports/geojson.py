"""Areas from GeoJSON with shapes, as PDOK, CBS and cities publish them."""

from __future__ import annotations

from typing import Any

from foundation.municipalities.imports.columns import Columns
from foundation.municipalities.imports.files import features_of
from foundation.municipalities.imports.lists import Collector
from foundation.municipalities.imports.problems import ImportErrors, Problem
from foundation.municipalities.imports.rows import AreaFile, Progress, no_progress
from foundation.municipalities.imports.shapes import ShapeError, check_system, read_shape, simplified

EVERY = 20  # shapes between two signs of life


def parse_geojson(text: str, *, municipality_code: str | None = None, progress: Progress = no_progress) -> AreaFile:
    """Districts or neighbourhoods from a GeoJSON text; those of other municipalities are counted and left out.

    Args:
        text: a FeatureCollection in WGS84, longitude first.
        municipality_code: such as ``GM0505``; None keeps everything.
        progress: told the number of shapes done and of all.

    Raises:
        ImportErrors: everything that is wrong, with the number and name of the shape.
    """
    _collection, features = features_of(text)
    check_system(features)
    collector = Collector(_columns(features), municipality_code, unit="feature")
    shapes: list[Any] = []
    total = len(features)
    for number, feature in enumerate(features, start=1):
        if number % EVERY == 0:
            progress(number, total)
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            collector.problem("not_an_object", number)
            continue
        row = collector.take(number, properties)
        if row is None:
            continue
        geometry = feature.get("geometry")
        if geometry is None:
            collector.without_shape.append(row.name)
            shapes.append(None)
            continue
        try:
            shape, repaired = read_shape(geometry)
        except ShapeError as error:
            label = f"{row.name}, {row.code}"
            collector.problems.append(
                Problem(error.problem.code, feature=number, name=label, values=error.problem.values)
            )
            shapes.append(None)
            continue
        if repaired:
            collector.repaired.append(row.name)
        shapes.append(shape)
    found = collector.finish(with_shapes=True)
    with_shape = [index for index, shape in enumerate(shapes) if shape is not None]
    for index, geometry in zip(with_shape, simplified([shapes[i] for i in with_shape]), strict=True):
        found.rows[index].geometry = geometry
    progress(total, total)
    return found


def _columns(features: list[Any]) -> Columns:
    """Properties may differ per feature: those of all together, in the order in which they come."""
    names: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(properties, dict):
            names.update(dict.fromkeys(properties))
    columns = Columns(names)
    if not any(columns[key] for key in ("neighbourhood_code", "district_code", "any_code")):
        raise ImportErrors([Problem("no_columns", values={"columns": ", ".join(list(names)[:12])})])
    return columns
