"""The official list of municipalities, from CSV or GeoJSON."""

from __future__ import annotations

from typing import Any

from foundation.municipalities.imports.columns import ABROAD, MUNICIPALITY, Columns, whole_number, year_in_name, year_of
from foundation.municipalities.imports.files import features_of, lines_of, looks_like_json, text_of
from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse
from foundation.municipalities.imports.rows import MunicipalityRow


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
        if code == ABROAD:
            continue
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
