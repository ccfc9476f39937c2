"""What a file turns into, before anything is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# (done, total) in shapes or lines; may raise to stop the reading.
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """For callers that do not follow the progress."""


@dataclass
class AreaRow:
    """One district or neighbourhood of the file. ``None`` is "the file does not tell"."""

    code: str
    name: str
    place: int
    parent_name: str = ""
    population: int | None = None
    is_water: bool | None = None
    geometry: dict[str, Any] | None = None
    postcode: str = ""

    @property
    def is_neighbourhood(self) -> bool:
        return self.code.startswith("BU")

    @property
    def parent_code(self) -> str:
        """The district of a neighbourhood: its code is a prefix of ours."""
        return f"WK{self.code[2:8]}" if self.is_neighbourhood else ""

    @property
    def municipality_code(self) -> str:
        return f"GM{self.code[2:6]}"


@dataclass
class AreaFile:
    """All rows of a file, in order, with what it tells and what was noticed on the way.

    ``tells`` holds the names of the fields that the file knows at all: a list without shapes leaves shapes as they are.
    """

    rows: list[AreaRow]
    tells: frozenset[str]
    year: int | None = None
    elsewhere: int = 0
    repaired: list[str] = field(default_factory=list)
    without_shape: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        return {row.code[:2] for row in self.rows}


@dataclass(frozen=True)
class MunicipalityRow:
    """One line of the official list of municipalities."""

    code: str
    name: str
    province: str = ""
    population: int | None = None


@dataclass(frozen=True)
class PostcodeRow:
    """A postcode in a neighbourhood, with the number of addresses there."""

    postcode: str
    neighbourhood: str
    addresses: int
