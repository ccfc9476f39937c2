"""Reading the official files: pure functions from bytes to rows, or ``ImportErrors`` that name the place at fault."""

from __future__ import annotations

from foundation.core import clock
from foundation.municipalities.imports.columns import year_in_name
from foundation.municipalities.imports.files import looks_like_json, text_of
from foundation.municipalities.imports.geojson import parse_geojson
from foundation.municipalities.imports.lists import parse_list
from foundation.municipalities.imports.postcodes import parse_postcodes
from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse
from foundation.municipalities.imports.register import parse_outlines, parse_register
from foundation.municipalities.imports.rows import AreaFile, AreaRow, Progress, no_progress

__all__ = [
    "AreaFile",
    "AreaRow",
    "ImportErrors",
    "Problem",
    "Progress",
    "no_progress",
    "parse_areas",
    "parse_outlines",
    "parse_postcodes",
    "parse_register",
    "refuse",
]

FIRST_YEAR = 1995


def parse_areas(
    data: bytes,
    *,
    file_name: str = "",
    municipality_code: str | None = None,
    year: int | None = None,
    progress: Progress = no_progress,
) -> AreaFile:
    """Districts or neighbourhoods from an uploaded file, GeoJSON or CSV; always with a year.

    Args:
        data: the file.
        file_name: may tell the year.
        municipality_code: such as ``GM0505``: only its areas are kept; None keeps all.
        year: what the uploader says; the file itself is asked when it is None.
        progress: told (done, total).

    Raises:
        ImportErrors: the file is refused whole.
    """
    text = text_of(data)
    parse = parse_geojson if looks_like_json(text) else parse_list
    found = parse(text, municipality_code=municipality_code, progress=progress)
    found.year = year or found.year or year_in_name(file_name)
    if found.year is None:
        raise refuse("no_year")
    if not FIRST_YEAR <= found.year <= clock.today().year + 1:
        raise refuse("year", year=found.year)
    return found
