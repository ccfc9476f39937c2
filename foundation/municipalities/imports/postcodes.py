"""Postcodes per neighbourhood, from the CBS list of addresses (postcode, house number, neighbourhood)."""

from __future__ import annotations

import re
from collections import Counter

from foundation.municipalities.imports.files import lines_of, text_of
from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse
from foundation.municipalities.imports.rows import PostcodeRow, Progress, no_progress

POSTCODE = re.compile(r"^[1-9]\d{3}([A-Z]{2})?$")
EVERY = 5000


def parse_postcodes(
    data: bytes, *, municipality_code: str, known: frozenset[str], progress: Progress = no_progress
) -> list[PostcodeRow]:
    """Every postcode in every neighbourhood of one municipality, with its number of addresses.

    CBS writes neighbourhoods in this list as numbers without "BU" (``5050101``) in some years; letters stay.

    Args:
        data: a list with columns postcode (pc6), and buurt or buurtcode (also ``Buurt2024``).
        municipality_code: others are left out.
        known: codes of the neighbourhoods that exist here.

    Raises:
        ImportErrors: with the line at fault.
    """
    text = text_of(data)
    header, lines = lines_of(text)
    names = {re.sub(r"[\s_\-]|\d{4}$", "", name).lower(): index for index, name in enumerate(header)}
    postcode_at = next((names[n] for n in ("pc6", "postcode", "pc4") if n in names), None)
    area_at = next((names[n] for n in ("buurtcode", "buurt", "bucode") if n in names), None)
    if postcode_at is None or area_at is None:
        raise refuse("no_columns", columns=", ".join(header[:12]))
    total = text.count("\n") + 1
    counts: Counter[tuple[str, str]] = Counter()
    problems: list[Problem] = []
    elsewhere = 0
    for number, values in lines:
        if number % EVERY == 0:
            progress(number, total)
        if len(values) != len(header):
            problems.append(Problem("columns", line=number, values={"found": len(values), "wanted": len(header)}))
            continue
        area = values[area_at].upper()
        area = area if area.startswith("BU") else f"BU{area.zfill(8)}"
        if f"GM{area[2:6]}" != municipality_code:
            elsewhere += 1
            continue
        postcode = values[postcode_at].replace(" ", "").upper()
        if not POSTCODE.match(postcode):
            problems.append(Problem("postcode", line=number, values={"value": postcode[:20]}))
        elif area not in known:
            problems.append(Problem("unknown_area", line=number, values={"code": area[:20]}))
        else:
            counts[postcode, area] += 1
    if problems:
        raise ImportErrors(problems)
    if not counts:
        raise refuse("elsewhere", found="…", wanted=municipality_code) if elsewhere else refuse("no_rows")
    progress(total, total)
    return [PostcodeRow(postcode, area, count) for (postcode, area), count in sorted(counts.items())]
