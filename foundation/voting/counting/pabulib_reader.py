"""Reading Pabulib `.pb` files, from anywhere, with errors a person can act on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from .pabulib_file import PabulibError, PabulibFile, check, short

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
                f"The file {str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}."
            ) from None
    if len(source) > MAX_BYTES:
        raise _too_large()
    text = source if isinstance(source, str) else _decode(source)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise PabulibError("The file is empty.")
    if "\0" in text:
        raise PabulibError("this is not a text file: it holds zero bytes.", text[: text.index("\0")].count("\n") + 1)
    file = _parse(text)
    check(file)
    return file


def _too_large() -> PabulibError:
    return PabulibError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PabulibError("The file is in UTF-16; save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PabulibError(f"the file is not UTF-8: byte 0x{data[error.start]:02x} cannot be read.", line) from None


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
            raise PabulibError(
                f"a cell is longer than {_MAX_CELL} characters; perhaps a quotation mark is never closed.", line
            ) from None
        if reader.line_num - line > _MAX_LINES_PER_ROW:
            raise PabulibError("a quotation mark opened on this line is never closed.", line)
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
                raise PabulibError(f"the section {name} occurs twice.", line)
            if section and header is None:
                raise PabulibError(f"the section {section} has no heading before {name} begins.", line)
            section, header = name, None
        elif not section:
            raise PabulibError(f"the file should begin with META, but it begins with {short(row[0])}.", line)
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
                raise PabulibError(f"this row of {section} has {len(row)} cells where the heading has {width}.", line)
            bodies[section].append(tuple((row + [""] * width)[:width]))
            lines[section].append(line)
    for name in _SECTIONS:
        if name not in headers:
            raise PabulibError(f"The section {name} is missing.")
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
            raise PabulibError("the heading of META should be key;value.", line)
        return
    names = [cell.lower() for cell in header]
    for column in ("project_id", "cost") if section == "PROJECTS" else ("voter_id", "vote"):
        if column not in names:
            raise PabulibError(f"the heading of {section} has no column {column}.", line)
    for column in names:
        if names.count(column) > 1:
            raise PabulibError(f"the heading of {section} has the column {column or '(empty)'} twice.", line)
