"""CSV for people with a spreadsheet program.

Out: as the Dutch Excel opens it with a double click (UTF-8 with a mark, ``;`` between cells, decimal comma), and without
formulas: a cell that a resident typed must not become a program on the computer of a civil servant.

In: whatever a spreadsheet program makes of it: ``;`` ``,`` or a tab between the cells, UTF-8 or the Windows alphabet. What is
wrong is told by line, as the program shows it, all at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from foundation.core.clock import AMSTERDAM

# What spreadsheet programs take for the begin of a formula; the full-width forms too (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
DELIMITERS = (";", ",", "\t")
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_SHOWN = 25


# --- Out ---------------------------------------------------------------------------------------------------------------


def cell(value: Any) -> str:
    """A value as a cell. Texts that look like a formula get an apostrophe before them; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def csv_bytes(head: Sequence[Any], rows: Iterable[Sequence[Any]], *, delimiter: str = ";") -> bytes:
    """The file: UTF-8 with its mark, lines ended as Windows does.

    Args:
        head: names of the columns.
        rows: each as long as ``head``; see ``cell`` for what becomes of the values.

    Raises:
        ValueError: a row that is longer or shorter than the head.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([cell(name) for name in head])
    for number, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise ValueError(f"row {number} has {len(row)} cells under a head of {len(head)}")
        writer.writerow([cell(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download called ``name``.csv. It is made whole before it is sent: an error gives an error page, not half a file."""
    response = HttpResponse(csv_bytes(head, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(name) or "lijst"}.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# --- In ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row that was read. ``line``: its (first) line in the file, counted from 1; ``values`` by the asked column names."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


@dataclass
class Problems:
    """What is wrong in a file, collected to be told at once."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """``line`` counted from 1; 0 for the file as a whole."""
        self.found.append((line, message))

    def __bool__(self) -> bool:
        return bool(self.found)

    def messages(self) -> list[str]:
        """In order of line; the first ``MOST_SHOWN``, and how many more there are."""
        ordered = sorted(self.found, key=lambda problem: problem[0])
        shown = [
            _("Line %(line)s: %(problem)s") % {"line": line, "problem": message} if line else message
            for line, message in ordered[:MOST_SHOWN]
        ]
        if len(ordered) > MOST_SHOWN:
            shown.append(_("And %(count)s more problems.") % {"count": len(ordered) - MOST_SHOWN})
        return shown

    def raise_if_any(self) -> None:
        """Raises:
        ValidationError: with all messages, when something is wrong.
        """
        if self.found:
            raise ValidationError(self.messages(), code="csv")


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without mark), UTF-16 with mark, or the Windows alphabet (cp1252).

    Raises:
        ValidationError: it is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValidationError(
        _("This is no CSV file: it holds signs that are no text. Save the sheet as CSV."), code="no_text"
    )


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _delimiter(lines: Sequence[str], wanted: Iterable[str]) -> str:
    """What stands between the cells: with which most of the asked columns are found, else what stands in the head most."""
    first = lines[0] if lines else ""
    known = {_folded(name) for name in wanted}

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            cells = []
        return len(known & {_folded(name) for name in cells}), first.count(delimiter)

    return max(DELIMITERS, key=fit)


def read_csv(
    content: bytes,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
    check: Callable[[Row, Problems], None] | None = None,
) -> list[Row]:
    """The rows of a file.

    Args:
        content: the file, at most ``MOST_BYTES``.
        required: columns that must be there; capitals, spaces and underscores in their names don't matter.
        optional: columns that may be there; "" where they are not. Other columns are left aside.
        aliases: other names of columns, such as ``{"buurt code": "buurtcode"}``.
        check: called with each row, to add problems of its own; they are raised together with those of the file.

    Raises:
        ValidationError: too large, no text, columns missing or twice, rows that are too long, quotes that don't end: all
            problems together, each with its line.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("This file is too large. At most %(limit)s MB is possible."),
            code="too_big",
            params={"limit": MOST_BYTES // 1024 // 1024},
        )
    names = {_folded(name): name for name in (*required, *optional)}
    names |= {_folded(alias): name for alias, name in (aliases or {}).items()}
    text = decoded(content)
    lines = list(
        io.StringIO(text, newline="")
    )  # str.splitlines would also cut at signs that no program takes for a line end
    skipped = 0
    told = lines[0].strip().lower() if lines else ""
    if told.startswith("sep=") and len(told) == 5:  # Excel's own way of saying it
        delimiter = told[4]
        skipped = 1
    else:
        delimiter = _delimiter(lines, names)
    problems = Problems()
    records = _records(lines[skipped:], delimiter, skipped, problems)
    columns = _columns(next(records, None), names, required, problems)
    problems.raise_if_any()
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) >= MOST_ROWS:
            problems.add(line, _("There are more than %(count)s rows. Split the file.") % {"count": MOST_ROWS})
            break
        if any(extra.strip() for extra in cells[len(columns) :]):
            problems.add(
                line, _("There are more cells than columns. Is there a loose %(sign)s in it?") % {"sign": delimiter}
            )
            continue
        values = dict.fromkeys((*required, *optional), "")
        values |= {name: _plain(value) for name, value in zip(columns, cells, strict=False) if name is not None}
        row = Row(line, values)
        if check is not None:
            check(row, problems)
        rows.append(row)
    problems.raise_if_any()
    return rows


def head_of(content: bytes) -> list[str]:
    """The names of the columns of a file, as they stand in its first line; empty ones left out.

    Raises:
        ValidationError: too large, no text, or nothing in it.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("This file is too large. At most %(limit)s MB is possible."),
            code="too_big",
            params={"limit": MOST_BYTES // 1024 // 1024},
        )
    lines = list(io.StringIO(decoded(content), newline=""))
    told = lines[0].strip().lower() if lines else ""
    skipped = 1 if told.startswith("sep=") and len(told) == 5 else 0
    delimiter = told[4] if skipped else _delimiter(lines, ())
    problems = Problems()
    _line, cells = next(_records(lines[skipped:], delimiter, skipped, problems), (0, []))
    names = list(dict.fromkeys(" ".join(name.split()) for name in cells if name.strip()))
    if not names:
        problems.add(0, _("This file is empty. The first line must hold the names of the columns."))
    problems.raise_if_any()
    return names


def _records(lines: Sequence[str], delimiter: str, skipped: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; empty ones left out."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error:
            problems.add(line, _('There is a quote (") too many or too few here, or a very long cell.'))
            return
        if cells is None:
            return
        if any(value.strip() for value in cells):
            yield line, cells


def _columns(
    head: tuple[int, list[str]] | None, names: Mapping[str, str], required: Sequence[str], problems: Problems
) -> list[str | None]:
    """For each cell of a row the column it belongs to, or None for one that nobody asked for."""
    if head is None:
        problems.add(0, _("This file is empty. The first line must hold the names of the columns."))
        return []
    line, cells = head
    columns = [names.get(_folded(name)) for name in cells]
    for name in dict.fromkeys(column for column in columns if column is not None):
        if columns.count(name) > 1:
            problems.add(line, _("The column “%(name)s” is there twice.") % {"name": name})
    missing = [name for name in required if name not in columns]
    if missing:
        problems.add(
            line,
            _("These columns are missing: %(missing)s. The first line holds: %(found)s.")
            % {"missing": ", ".join(missing), "found": ", ".join(name.strip()[:40] for name in cells[:20])},
        )
    return columns


def _plain(value: str) -> str:
    """A cell without spaces around it, and without the apostrophe that ``cell`` put before it."""
    stripped = value.strip()
    return stripped[1:] if stripped[:1] == "'" and stripped[1:].startswith(FORMULA_SIGNS) else stripped
