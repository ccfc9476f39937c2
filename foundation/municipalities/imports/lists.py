"""Areas from a list (CSV) without shapes, and the rules for one row that GeoJSON shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from foundation.municipalities.imports.columns import (
    ABROAD,
    DISTRICT,
    NEIGHBOURHOOD,
    Columns,
    is_water,
    whole_number,
    year_of,
)
from foundation.municipalities.imports.files import lines_of
from foundation.municipalities.imports.problems import ImportErrors, Problem, refuse
from foundation.municipalities.imports.rows import AreaFile, AreaRow, Progress, no_progress

NAME_LIMIT = 120
EVERY = 500  # lines between two signs of life


class Collector:
    """Takes the rows of one file one by one, and keeps what is wrong with them.

    Args:
        columns: which column holds what.
        municipality_code: whose rows are wanted; None for all.
        unit: ``line`` or ``feature``: how places in this file are named.
    """

    def __init__(self, columns: Columns, municipality_code: str | None, *, unit: str) -> None:
        self.columns = columns
        self.wanted = municipality_code
        self.unit = unit
        self.rows: list[AreaRow] = []
        self.problems: list[Problem] = []
        self.repaired: list[str] = []
        self.without_shape: list[str] = []
        self.elsewhere: Counter[str] = Counter()
        self._names_elsewhere: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        self._years: Counter[int] = Counter()

    def problem(self, code: str, place: int, name: str = "", /, **values: Any) -> None:
        where = {"line": place} if self.unit == "line" else {"feature": place}
        self.problems.append(Problem(code, name=name, values=values, **where))

    def take(self, place: int, values: Mapping[str, Any]) -> AreaRow | None:
        """One row; None when it is of another municipality, abroad, or wrong (then the problem is kept)."""
        get = self.columns.get
        code, name = self._code_and_name(values)
        if code is None:
            self.problem("missing_code", place, str(name or ""))
            return None
        code = str(code).strip().upper()
        if not (NEIGHBOURHOOD.match(code) or DISTRICT.match(code)):
            self.problem("wrong_code", place, str(name or ""), code=code[:40])
            return None
        municipality = f"GM{code[2:6]}"
        if municipality == ABROAD:
            return None
        if self.wanted is not None and municipality != self.wanted:
            self.elsewhere[municipality] += 1
            if found := get(values, "municipality_name"):
                self._names_elsewhere[municipality] = str(found)
            return None
        if code in self._seen:
            first = Problem("duplicate", **{self.unit: self._seen[code]})  # type: ignore[arg-type]
            self.problem("duplicate", place, code, first=first.where)
            return None
        self._seen[code] = place
        name = " ".join(str(name or "").split())
        if not name:
            self.problem("missing_name", place, code)
            return None
        if len(name) > NAME_LIMIT:
            self.problem("name_too_long", place, code, limit=NAME_LIMIT)
            return None
        parent = get(values, "district_code")
        if parent and code.startswith("BU") and DISTRICT.match(str(parent)) and str(parent) != f"WK{code[2:8]}":
            self.problem("wrong_parent", place, name, parent=parent, code=code)
            return None
        try:
            population = whole_number(get(values, "population"))
        except ValueError:
            self.problem("number", place, name, value=str(get(values, "population"))[:40])
            return None
        year = year_of(get(values, "year")) or year_of(get(values, "year_and_code"))
        if year:
            self._years[year] += 1
        row = AreaRow(
            code=code,
            name=name,
            place=place,
            parent_name=" ".join(str(get(values, "district_name") or "").split()) if code.startswith("BU") else "",
            population=population,
            is_water=is_water(code, get(values, "water")),
            postcode=str(get(values, "postcode") or "").replace(" ", "").upper(),
        )
        self.rows.append(row)
        return row

    def _code_and_name(self, values: Mapping[str, Any]) -> tuple[Any, Any]:
        get = self.columns.get
        for kind in ("neighbourhood", "district"):
            if self.columns[f"{kind}_code"]:
                return get(values, f"{kind}_code"), get(values, f"{kind}_name") or (
                    get(values, "any_name") if not self.columns[f"{kind}_name"] else None
                )
        return get(values, "any_code"), get(values, "any_name")

    def finish(self, *, with_shapes: bool) -> AreaFile:
        """The whole file.

        Raises:
            ImportErrors: when anything is wrong: a file is taken whole or not at all.
        """
        if self.problems:
            raise ImportErrors(self.problems)
        if not self.rows:
            if self.elsewhere and self.wanted:
                known = self._names_elsewhere
                named = [f"{known[code]} ({code})" if code in known else code for code in sorted(self.elsewhere)]
                found = ", ".join(named[:4]) + (" …" if len(named) > 4 else "")
                raise refuse("elsewhere", found=found, wanted=self.wanted)
            raise refuse("no_rows")
        tells = {"name"}
        if self.columns["population"]:
            tells.add("population")
        if self.columns["water"]:
            tells.add("is_water")
        if with_shapes:
            tells.add("geometry")
        return AreaFile(
            rows=self.rows,
            tells=frozenset(tells),
            year=self._years.most_common(1)[0][0] if self._years else None,
            elsewhere=sum(self.elsewhere.values()),
            repaired=self.repaired,
            without_shape=self.without_shape,
        )


def parse_list(text: str, *, municipality_code: str | None = None, progress: Progress = no_progress) -> AreaFile:
    """Districts or neighbourhoods from a list with a header, parted by commas, semicolons or tabs.

    Raises:
        ImportErrors: everything that is wrong, with the number of the line.
    """
    header, lines = lines_of(text)
    columns = Columns(header)
    shown = ", ".join(header[:12])
    if not any(columns[key] for key in ("neighbourhood_code", "district_code", "any_code")):
        raise refuse("no_columns", columns=shown)
    if not any(columns[key] for key in ("neighbourhood_name", "district_name", "any_name")):
        raise refuse("no_name_column", columns=shown)
    collector = Collector(columns, municipality_code, unit="line")
    total = text.count("\n") + 1
    for number, values in lines:
        if number % EVERY == 0:
            progress(number, total)
        if len(values) != len(header):
            collector.problem("columns", number, values[0][:40], found=len(values), wanted=len(header))
            continue
        collector.take(number, dict(zip(header, values, strict=True)))
    progress(total, total)
    return collector.finish(with_shapes=False)
