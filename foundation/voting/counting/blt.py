"""BLT files: rankings with a weight each, as most programs for ranked voting read and write them.

    4 2                  candidates, seats
    -3                   numbers of withdrawn candidates, if any
    12 1 4 0             weight, preferences in order, 0; perhaps a name of the paper before it: (K7Q2) 1 4 2 0
    3 0                  three blank papers
    0                    end of the ballots
    "Anna" "Party"       names in order, a party (or what else was said) after them if any
    ...
    "Title"

`read` keeps what a file says, so `read(write(read(f))) == read(f)`. Lines that begin with `#` are comments; an export of
ours states its rule and outcome in them as `# aanzet_rule: ...`, with the same keys as in a `.pb` file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from .blt_errors import BltError
from .outcome import Outcome
from .profile import Option, Profile

MAX_BYTES = 64 * 1024 * 1024
MAX_CANDIDATES = 1000
_MAX_WEIGHT = 10**9
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?:\s+"((?:[^"]|"")*)")?')
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_PARTY = re.compile(r'(?:"([^"]+)"|([^"]+?))\s+"([^"]*)"')


@dataclass(frozen=True)
class BltFile:
    """What a file says. `ballots`: (weight, candidate numbers from 1 in order). Equality ignores line numbers."""

    seats: int
    names: tuple[tuple[str, str], ...]  # name and party
    ballots: tuple[tuple[int, tuple[int, ...]], ...]
    title: str = ""
    withdrawn: tuple[int, ...] = ()
    comments: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # along with ballots where the file names papers, else empty
    ballot_lines: tuple[int, ...] = field(default=(), compare=False, repr=False)

    def get(self, key: str, default: str = "") -> str:
        """Value of a comment `# key: value`; "description" is the title."""
        if key == "description":
            return self.title or default
        for comment in self.comments:
            name, colon, value = comment.partition(":")
            if colon and name.strip() == key:
                return value.strip()
        return default

    @property
    def selected(self) -> tuple[str, ...] | None:
        """Candidate numbers the file (one of ours) states as winners; None without them."""
        stated = self.get("aanzet_winners")
        return tuple(stated.split()) if stated else None

    def notes(self) -> tuple[str, ...]:
        """Sentences on what a reader should know: who was withdrawn."""
        if not self.withdrawn:
            return ()
        gone = ", ".join(self.names[number - 1][0] for number in self.withdrawn)
        return (f"Withdrawn, so passed over on every ballot: {gone}.",)

    def profile(self, units: int = 1) -> Profile:
        """What is counted: candidate numbers as option ids. Withdrawn candidates are passed over on every ballot.

        `units` is there because `.pb` files have money; it changes nothing here.
        """
        out = frozenset(self.withdrawn)
        options = [
            Option(str(number), name, extra=(("party", party),) if party else ())
            for number, (name, party) in enumerate(self.names, start=1)
            if number not in out
        ]
        return Profile.ranked_times(
            options,
            (([str(number) for number in choices if number not in out], weight) for weight, choices in self.ballots),
        )


def read(source: str | bytes | PathLike[str]) -> BltFile:
    """Read a file from a path (`Path`), its bytes (an upload) or its text. Raises `BltError` in plain words."""
    text = _text(source)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    comments = tuple(line[1:].strip() for _, line in lines if line.startswith("#"))
    rows = iter([(number, line) for number, line in lines if line and not line.startswith("#")])
    number, line = next(rows, (1, ""))
    if not line:
        raise BltError("empty")
    head = line.split()
    if len(head) != 2 or not all(part.isascii() and part.isdecimal() for part in head):
        raise BltError("heading", number)
    candidates, seats = (int(part[:9]) for part in head)
    if not 1 <= candidates <= MAX_CANDIDATES or seats < 1:
        raise BltError("heading_numbers", number, most=MAX_CANDIDATES)
    body = _ballots(rows, candidates)
    named = [line for _, line in rows]
    # One line less would make the title a candidate, so this is strict.
    if len(named) != candidates + 1:
        raise BltError("names", lines=len(named), candidates=candidates)
    return BltFile(
        seats=seats,
        names=tuple(_name(line) for line in named[:candidates]),
        ballots=tuple(body.ballots),
        title=_title(named[candidates]),
        withdrawn=tuple(body.withdrawn),
        comments=comments,
        codes=tuple(body.codes) if any(body.codes) else (),
        ballot_lines=tuple(body.lines),
    )


def write(file: BltFile) -> str:
    """The file as text, lines ending in a newline."""
    lines = [f"{len(file.names)} {file.seats}"]
    if file.withdrawn:
        lines.append(" ".join(f"-{number}" for number in file.withdrawn))
    codes = file.codes or ("",) * len(file.ballots)
    for code, (weight, choices) in zip(codes, file.ballots, strict=True):
        lines.append((f"({code}) " if code else "") + " ".join(map(str, (weight, *choices, 0))))
    lines.append("0")
    for name, party in file.names:
        # A second, perhaps empty, text keeps a reader from looking for a party inside the first.
        lines.append(f"{_quote(name)} {_quote(party)}" if party or '"' in name else _quote(name))
    lines.append(_quote(file.title))
    lines += [f"# {comment}" for comment in file.comments]
    return "\n".join(lines) + "\n"


def build(
    *,
    title: str,
    seats: int,
    options: Sequence[Option],
    ballots: Iterable[tuple[int, Sequence[str]]],
    meta: Mapping[str, str] | None = None,
    outcome: Outcome | None = None,
    codes: Sequence[str] | None = None,
) -> BltFile:
    """A file of an election of ours: `ballots` are (weight, option ids in order), `meta` as `pabulib.meta_of_rule` gives.

    Options must have the ids 1, 2, 3 ... in their order, as ours have: that is what a BLT file calls them. Ballots are
    sorted by their `codes` where these are given, else equal ones are merged and sorted, so that the file says nothing
    about who voted when. With the outcome its winners are stated.
    """
    if [option.id for option in options] != [str(number) for number in range(1, len(options) + 1)]:
        raise BltError("option_ids")
    listed = [(weight, tuple(map(int, ids))) for weight, ids in ballots]
    names: tuple[str, ...] = ()
    if codes is None:
        merged: Counter[tuple[int, ...]] = Counter()
        for weight, choices in listed:
            merged[choices] += weight
        listed = [(weight, choices) for choices, weight in sorted(merged.items())]
    else:
        named = sorted(zip(codes, listed, strict=True))
        names, listed = tuple(code for code, _ in named), [ballot for _, ballot in named]
    comments = [f"{key}: {value}" for key, value in (meta or {}).items() if key.startswith("aanzet_")]
    if outcome is not None:
        comments.append("aanzet_winners: " + " ".join(outcome.winners))
    return BltFile(
        seats=seats,
        names=tuple((_one_line(option.name or option.id), "") for option in options),
        ballots=tuple(listed),
        title=_one_line(title),
        comments=tuple(comments),
        codes=names,
    )


@dataclass
class _Body:
    withdrawn: list[int] = field(default_factory=list)
    ballots: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def _ballots(rows: Iterator[tuple[int, str]], candidates: int) -> _Body:
    """Withdrawn numbers and ballots, up to the 0 that ends them."""
    body = _Body()
    for number, line in rows:
        code = ""
        if line.startswith("(") and ")" in line:
            code, _, line = line[1:].partition(")")
        parts = line.split()
        if parts == ["0"]:
            return body
        if "=" in line or "-" in parts:
            raise BltError("equal_or_skipped", number)
        if not parts or not all(_NUMBER.fullmatch(part) for part in parts):
            raise BltError("not_numbers", number)
        values = [int(part) for part in parts]
        if all(value < 0 for value in values):
            if body.ballots or code:
                raise BltError("withdrawn_late", number)
            body.withdrawn += [-value for value in values]
            if max(body.withdrawn) > candidates or len(set(body.withdrawn)) != len(body.withdrawn):
                raise BltError("withdrawn", number, candidates=candidates)
            continue
        weight, choices = values[0], tuple(values[1:-1])
        if values[-1] != 0 or len(values) < 2:
            raise BltError("no_zero", number)
        if not 1 <= weight <= _MAX_WEIGHT:
            raise BltError("weight", number, most=_MAX_WEIGHT)
        if any(not 1 <= choice <= candidates for choice in choices):
            raise BltError("unknown", number, candidates=candidates)
        if len(set(choices)) != len(choices):
            raise BltError("twice", number)
        body.ballots.append((weight, choices))
        body.codes.append(code.strip())
        body.lines.append(number)
    raise BltError("no_end")


def _text(source: str | bytes | PathLike[str]) -> str:
    if isinstance(source, PathLike):
        path = Path(source)
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BltError("too_large", megabytes=MAX_BYTES // 1024 // 1024)
            source = path.read_bytes()
        except OSError as error:
            raise BltError("unreadable", path=repr(str(path)), reason=(error.strerror or str(error)).lower()) from None
    if len(source) > MAX_BYTES:
        raise BltError("too_large", megabytes=MAX_BYTES // 1024 // 1024)
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BltError("encoding", source[: error.start].count(b"\n") + 1) from None


def _name(line: str) -> tuple[str, str]:
    """Name and party of a candidate's line: two quoted texts, or (in real files) one with the party quoted inside."""
    quoted = _QUOTED.fullmatch(line)
    if quoted is None:
        return line, ""
    name = _unquote(quoted[1])
    if quoted[2] is not None:
        return name, _unquote(quoted[2])
    inner = _PARTY.fullmatch(name)
    if inner is None:
        return name, ""
    return (inner[1] or inner[2]).strip(), inner[3].strip()


def _title(line: str) -> str:
    for _ in range(2):
        quoted = _QUOTED.fullmatch(line)
        if quoted is None or quoted[2] is not None:
            break
        line = _unquote(quoted[1])
    return line


def _unquote(text: str) -> str:
    return text.replace('""', '"').strip()


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _one_line(text: str) -> str:
    return " ".join(text.split())
