"""From bytes to text or JSON; says what a file is when it is not what we can read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse

MAX_BYTES = 50 * 1024 * 1024

_SIGNS: list[tuple[bytes, str]] = [
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\x00", "geopackage"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "excel"),
]


def text_of(data: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        ImportErrors: when it is empty, too large, or another kind of file; the sentence says what it is and what to do.
    """
    if len(data) > MAX_BYTES:
        raise refuse("too_large", size=round(len(data) / 1024 / 1024), limit=MAX_BYTES // 1024 // 1024)
    if not data.strip():
        raise refuse("empty")
    if data.startswith(b"PK\x03\x04"):
        raise refuse("excel" if b"[Content_Types].xml" in data[:4096] or b"xl/" in data else "zip")
    for sign, code in _SIGNS:
        if data.startswith(sign):
            raise refuse(code)
    text = _decoded(data)
    if "\x00" in text[:4096]:
        raise refuse("binary")
    start = text.lstrip()[:512].lower()
    if start.startswith(("<!doctype html", "<html")) or (start.startswith("<") and "<html" in start):
        raise refuse("html")
    if start.startswith("<"):
        raise refuse("xml")
    return text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise refuse("binary") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel on Windows writes


def looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def features_of(text: str) -> tuple[dict[str, Any], list[Any]]:
    """The collection and its features of a GeoJSON text.

    Raises:
        ImportErrors: for broken JSON, other JSON, one page of many, or coordinates that say they are not WGS84.
    """
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        raise ImportErrors([Problem("broken_json", line=line, values={"column": column})]) from None
    if not isinstance(found, dict):
        raise refuse("not_geojson")
    if found.get("type") == "Topology":
        raise refuse("topojson")
    features = found.get("features")
    if found.get("type") != "FeatureCollection" or not isinstance(features, list):
        message = found.get("detail") or found.get("description") or found.get("error") or found.get("message")
        raise refuse("service_error", message=str(message)[:120]) if message else refuse("not_geojson")
    everything = found.get("numberMatched", found.get("totalFeatures"))
    if isinstance(everything, int) and everything > len(features):
        raise refuse("one_page", here=len(features), all=everything)
    _check_crs(found.get("crs"))
    if not features:
        raise refuse("no_rows")
    return found, features


def _check_crs(crs: Any) -> None:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name or re.search(r"CRS84|(?<!\d)4326$|(?<!\d)4258$", name):
        return
    if name.endswith(("28992", "7415")):
        raise refuse("rd")
    raise refuse("mercator") if name.endswith("3857") else refuse("crs", name=name[:60])


def lines_of(text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Header and (line number, values) of a list, parted by semicolons, commas or tabs; empty lines are skipped."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            for values in reader:
                if any(value.strip() for value in values):
                    yield reader.line_num, [value.strip() for value in values]
        except csv.Error:  # longer than the module's limit, which is the whole process's and so not ours to change
            raise refuse("long_cell", line=reader.line_num) from None

    found = rows()
    first_row: tuple[int, list[str]] = next(found, (0, []))
    return first_row[1], found
