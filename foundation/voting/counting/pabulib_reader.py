"""Reading Pabulib `.pb` files, from anywhere, with errors a person can act on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from .pabulib_errors import PabulibError
from .pabulib_file import PabulibFile, check, short

# Larger than any election in Pabulib; a bigger upload is a mistake or an attack.
MAX_BYTES = 64 * 1024 * 1024
_MAX_CELL = 131_072  # what the csv module allows
_MAX_LINES_PER_ROW = 200
_SECTIONS = ("META", "PROJECTS", "VOTES")


def read(source: str | bytes | PathLike[str]) -> PabulibFile:
    """Read a file from a path (`Path`), its bytes (an upload) or its text. Raises `PabulibError` in plain words.

    Accepts a byte order mark, CRLF and LF mixed, blank lines, section names in any case and rows padded with empty cells.
    """
    if isinstance(source, PathLike):
        path = Path(source)
        try:
            if path.stat().st_size > MAX_BYTES:
                raise _too_large()
            source = path.read_bytes()
        except OSError as error:
            raise PabulibError(
                "unreadable", path=repr(str(path)), reason=(error.strerror or str(error)).lower()
            ) from None
    if len(source) > MAX_BYTES:
        raise _too_large()
    text = source if isinstance(source, str) else _decode(source)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise PabulibError("empty")
    if "\0" in text:
        raise PabulibError("zero_bytes", text[: text.index("\0")].count("\n") + 1)
    file = _parse(text)
    check(file)
    return file


def _too_large() -> PabulibError:
    return PabulibError("too_large", megabytes=MAX_BYTES // 1024 // 1024)


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PabulibError("utf16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PabulibError("encoding", line, byte=f"{data[error.start]:02x}") from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they start on, blank ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise PabulibError("long_cell", line, most=_MAX_CELL) from None
        if reader.line_num - line > _MAX_LINES_PER_ROW:
            raise PabulibError("open_quote", line)
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


def _parse(text: str) -> PabulibFile:
    headers: dict[str, list[str]] = {}
    bodies: dict[str, list[tuple[str, ...]]] = {name: [] for name in _SECTIONS}
    lines: dict[str, list[int]] = {name: [] for name in _SECTIONS}
    section = ""
    header: list[str] | None = None
    for line, row in _rows(text):
        name = row[0].strip().upper()
        if name in _SECTIONS and not any(cell.strip() for cell in row[1:]):
            if name in headers or name == section:
                raise PabulibError("section_twice", line, section=name)
            if section and header is None:
                raise PabulibError("section_without_heading", line, section=section, next=name)
            section, header = name, None
        elif not section:
            raise PabulibError("no_meta_first", line, found=short(row[0]))
        elif header is None:
            header = [cell.strip() for cell in row]
            while header and not header[-1]:
                header.pop()
            _check_header(section, header, line)
            headers[section] = header
        else:
            width = len(header)
            if section == "META" and len(row) > width:
                # An unquoted value with a semicolon in it; nothing but the value can hold one.
                row = [row[0], ";".join(row[1:]).rstrip(";")]
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                raise PabulibError("too_many_cells", line, section=section, cells=len(row), width=width)
            bodies[section].append(tuple((row + [""] * width)[:width]))
            lines[section].append(line)
    for name in _SECTIONS:
        if name not in headers:
            raise PabulibError("section_missing", section=name)
    return PabulibFile(
        meta=tuple((row[0].strip(), row[1].strip()) for row in bodies["META"]),
        project_columns=tuple(headers["PROJECTS"]),
        projects=tuple(bodies["PROJECTS"]),
        vote_columns=tuple(headers["VOTES"]),
        votes=tuple(bodies["VOTES"]),
        project_lines=tuple(lines["PROJECTS"]),
        vote_lines=tuple(lines["VOTES"]),
        meta_lines=tuple(lines["META"]),
    )


def _check_header(section: str, header: list[str], line: int) -> None:
    if section == "META":
        if [cell.lower() for cell in header] != ["key", "value"]:
            raise PabulibError("meta_heading", line)
        return
    names = [cell.lower() for cell in header]
    for column in ("project_id", "cost") if section == "PROJECTS" else ("voter_id", "vote"):
        if column not in names:
            raise PabulibError("no_column", line, section=section, column=column)
    for column in names:
        if names.count(column) > 1:
            raise PabulibError("column_twice", line, section=section, column=column or "(empty)")
