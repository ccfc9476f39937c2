"""The official list of municipalities, from CSV or GeoJSON, and their outlines, from GeoJSON."""

from __future__ import annotations

from typing import Any

import shapely

from foundation.municipalities.imports.columns import (
    ABROAD,
    MUNICIPALITY,
    Columns,
    is_water,
    whole_number,
    year_in_name,
    year_of,
)
from foundation.municipalities.imports.files import features_of, lines_of, looks_like_json, text_of
from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse
from foundation.municipalities.imports.rows import MunicipalityRow
from foundation.municipalities.imports.shapes import ShapeError, check_system, polygonal, read_shape, simplified


def parse_register(data: bytes, *, file_name: str = "") -> tuple[list[MunicipalityRow], int | None]:
    """The municipalities of a file (abroad, GM0998, left out), and the year that the file or its name tells.

    Raises:
        ImportErrors: with the line or shape at fault.
    """
    text = text_of(data)
    entries: list[tuple[int, dict[str, Any]]]
    problems: list[Problem] = []
    if looks_like_json(text):
        unit = "feature"
        _collection, features = features_of(text)
        entries = [
            (number, feature.get("properties") or {})
            for number, feature in enumerate(features, start=1)
            if isinstance(feature, dict)
        ]
        columns = Columns(dict.fromkeys(name for _place, values in entries for name in values))
    else:
        unit = "line"
        header, lines = lines_of(text)
        columns = Columns(header)
        entries = []
        for number, values in lines:
            if len(values) != len(header):
                problems.append(Problem("columns", line=number, values={"found": len(values), "wanted": len(header)}))
                continue
            entries.append((number, dict(zip(header, values, strict=True))))
    if not (columns["municipality_code"] and columns["municipality_name"]):
        raise refuse("no_columns", columns=", ".join(columns.names[:12]))
    rows: list[MunicipalityRow] = []
    seen: dict[str, int] = {}
    year: int | None = None
    for place, entry in entries:
        where = {unit: place}
        code = str(columns.get(entry, "municipality_code") or "").upper()
        name = str(columns.get(entry, "municipality_name") or "")
        year = year or year_of(columns.get(entry, "year")) or year_of(columns.get(entry, "year_and_code"))
        if code == ABROAD or is_water(code, columns.get(entry, "water")):
            continue  # PDOK draws the water of a municipality as a second shape with the same code
        if not MUNICIPALITY.match(code):
            problems.append(Problem("wrong_municipality_code", name=name, values={"code": code[:40]}, **where))  # type: ignore[arg-type]
            continue
        if not name:
            problems.append(Problem("missing_name", name=code, **where))  # type: ignore[arg-type]
            continue
        if code in seen:
            first = Problem("duplicate", **{unit: seen[code]}).where  # type: ignore[arg-type]
            problems.append(Problem("duplicate", name=code, values={"first": first}, **where))  # type: ignore[arg-type]
            continue
        seen[code] = place
        try:
            population = whole_number(columns.get(entry, "population"))
        except ValueError:
            value = str(columns.get(entry, "population"))[:40]
            problems.append(Problem("number", name=name, values={"value": value}, **where))  # type: ignore[arg-type]
            continue
        rows.append(MunicipalityRow(code, name[:80], str(columns.get(entry, "province") or "")[:30], population))
    if problems:
        raise ImportErrors(problems)
    if not rows:
        raise refuse("no_rows")
    return rows, year or year_in_name(file_name)


def parse_outlines(data: bytes) -> dict[str, dict[str, Any]]:
    """The outlines of municipalities by code: GeoJSON geometries in WGS84, only land, borders of neighbours shared.

    Water and abroad are left out; several shapes of one municipality become one. A list without shapes gives nothing.

    Raises:
        ImportErrors: with the shape at fault.
    """
    text = text_of(data)
    if not looks_like_json(text):
        return {}
    _collection, features = features_of(text)
    check_system(features)
    columns = Columns(dict.fromkeys(name for one in features for name in _properties(one)))
    found: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    for number, feature in enumerate(features, start=1):
        values = _properties(feature)
        code = str(columns.get(values, "municipality_code") or "").upper()
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        left_out = code == ABROAD or is_water(code, columns.get(values, "water"))
        if geometry is None or left_out or not MUNICIPALITY.match(code):
            continue
        try:
            shape, _repaired = read_shape(geometry)
        except ShapeError as error:
            name = f"{columns.get(values, 'municipality_name') or ''}, {code}"
            problems.append(Problem(error.problem.code, feature=number, name=name, values=error.problem.values))
            continue
        found.setdefault(code, []).append(shape)
    if problems:
        raise ImportErrors(problems)
    whole = [parts[0] if len(parts) == 1 else polygonal(shapely.union_all(parts)) for parts in found.values()]
    return dict(zip(found, simplified(whole), strict=True))


def _properties(feature: Any) -> dict[str, Any]:
    values = feature.get("properties") if isinstance(feature, dict) else None
    return values if isinstance(values, dict) else {}
