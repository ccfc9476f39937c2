"""Lists as an Excel file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from foundation.core.clock import AMSTERDAM

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # Excel's own limit
WIDEST = 60  # signs; longer texts are cut on the screen, not in the cell


def xlsx_bytes(title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet with a frozen, bold first row. Texts stay texts: nothing is taken for a formula.

    Args:
        title: name of the sheet.
        head: names of the columns.
        rows: each as long as ``head``: texts, numbers, days and moments (written in Amsterdam time).

    Raises:
        ValueError: a row that is longer or shorter than the head.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(sign for sign in title if sign not in r"[]:*?/\\")[:31] or "Blad1")
    sheet.freeze_panes = "A2"
    kept: list[list[Any]] = []
    widths = [len(str(name)) for name in head]
    for number, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise ValueError(f"row {number} has {len(row)} cells under a head of {len(head)}")
        values = [_value(value) for value in row]
        widths = [max(width, min(len(str(value)), WIDEST)) for width, value in zip(widths, values, strict=True)]
        kept.append(values)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width + 2
    sheet.append([_cell(sheet, str(name), bold=True) for name in head])
    for values in kept:
        sheet.append([_cell(sheet, value) for value in values])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download called ``name``.xlsx, made whole before it is sent."""
    response = HttpResponse(xlsx_bytes(name, head, rows), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(name) or "lijst"}.xlsx"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(AMSTERDAM).replace(tzinfo=None)  # Excel knows no time zones
    if isinstance(value, str) or (not hasattr(value, "year") and not isinstance(value, int | float | type(None))):
        return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_CELL]
    return value


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" would be run as a formula
    if bold:
        cell.font = Font(bold=True)
    return cell
