"""The names that CBS, PDOK and cities give to the same columns, and how their values read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

NEIGHBOURHOOD = re.compile(r"^BU\d{4}[0-9A-Z]{4}$")
DISTRICT = re.compile(r"^WK\d{4}[0-9A-Z]{2}$")
MUNICIPALITY = re.compile(r"^GM\d{4}$")
# CBS writes -99995 and -99997 for what is missing or kept secret.
MISSING_BELOW = -99_990
ABROAD = "GM0998"

# Names are compared in small letters without underscores and spaces: buurtcode = BUURT_CODE = buurtCode.
NAMES: dict[str, tuple[str, ...]] = {
    "neighbourhood_code": ("buurtcode", "bucode", "cbscode", "cbsbuurtcode", "gwbcode"),
    "neighbourhood_name": ("buurtnaam", "bunaam"),
    "district_code": ("wijkcode", "wkcode"),
    "district_name": ("wijknaam", "wknaam"),
    "any_code": ("statcode", "code"),
    "any_name": ("naam", "statnaam", "regio", "name"),
    "municipality_code": ("gemeentecode", "gmcode"),
    "municipality_name": ("gemeentenaam", "gmnaam"),
    "province": ("provincie", "provincienaam"),
    "population": ("aantalinwoners", "inwoners", "inwoners2023", "ainw", "aantinw"),
    "water": ("water", "h2o"),
    "postcode": ("meestvoorkomendepostcode", "pc4", "postcode", "pc6"),
    "year": ("jaar",),
    "year_and_code": ("jrstatcode",),
}


def plain(name: str) -> str:
    return re.sub(r"[\s_\-]", "", str(name)).lower()


class Columns:
    """Which column of this file holds what. ``columns["population"]`` is the file's own name for it, or None."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        known = {plain(name): name for name in reversed(self.names)}
        self._found = {key: next((known[n] for n in choices if n in known), None) for key, choices in NAMES.items()}

    def __getitem__(self, key: str) -> str | None:
        return self._found[key]

    def get(self, values: Mapping[str, Any], key: str) -> Any:
        """The value of one row, stripped when it is text; None where the column or the value is absent."""
        name = self._found[key]
        value = values.get(name) if name is not None else None
        return (value.strip() or None) if isinstance(value, str) else value


def whole_number(value: Any) -> int | None:
    """A number of people, or None where it is missing (null, empty, ".", -99997).

    Raises:
        ValueError: for something else.
    """
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    if text in ("", ".", "-", "x", "NA"):
        return None
    number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    if number <= MISSING_BELOW:
        return None
    if number < 0 or number != number or number > 20_000_000 or number != int(number):
        raise ValueError(text)
    return int(number)


def is_water(code: str, value: Any) -> bool:
    """Whether an area is water: CBS says JA (or B), or the code ends as its codes of inland water and sea do."""
    return str(value or "").strip().upper() in ("JA", "B") or (len(code) == 10 and code[6:] in ("9997", "9998"))


def year_of(value: Any) -> int | None:
    """The year in "2024", 2024 or "2024BU05050101"."""
    found = re.match(r"^(19[89]\d|20\d\d)(?=$|[A-Z.])", str(value or "").strip())
    return int(found.group(1)) if found else None


def year_in_name(file_name: str) -> int | None:
    """The only year in a file's name, such as buurten_2024.csv; None when there is none, or more than one."""
    found = {int(year) for year in re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", file_name)}
    return found.pop() if len(found) == 1 else None
