"""What every kind of paper can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

from django.utils.translation import gettext as _

from foundation.voting import counting

Choice: TypeAlias = Collection[int] | Mapping[int, int]
Rules = Mapping[str, Any]


class Problem(NamedTuple):
    """Why a choice may not be cast: a sentence, and the number of the option it is about (None: the whole paper)."""

    text: str
    number: int | None = None


class PaperType(ABC):
    """One kind of paper. ``rules`` are the frozen rules of a ballot."""

    name: ClassVar[str]

    @abstractmethod
    def items(self, choice: Choice) -> list[str]:
        """One text per mark, in canonical order; with commas between them they are the text of the paper."""

    @abstractmethod
    def from_items(self, items: Iterable[str]) -> Choice:
        """The choice of these marks; what is no mark at all is left out."""

    @abstractmethod
    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        """What is wrong with a choice of options that are all on the paper."""

    @abstractmethod
    def profile(self, rules: Rules, options: Sequence[counting.Option], ballots: Mapping[str, int]) -> counting.Profile:
        """What is counted, from texts of papers and how often each was cast."""

    def said(self, rules: Rules, choice: Choice) -> list[tuple[int, str]]:
        """The chosen options as the voter reads them back: number and what was given ("" for a plain tick)."""
        return [(number, "") for number in choice]

    def text(self, choice: Choice) -> str:
        """The choice as it is kept and published; "" is a blank vote."""
        return ",".join(self.items(choice))

    def parse(self, text: str) -> Choice:
        """The choice of such a text.

        Raises:
            ValueError: it is not exactly what ``text`` writes.
        """
        choice = self.from_items(text.split(",") if text else [])
        if self.text(choice) != text:
            raise ValueError(f"not the text of a {self.name} paper")
        return choice

    def check(self, rules: Rules, choice: Choice) -> list[Problem]:
        """Everything wrong with this choice; empty when it may be cast. A blank paper is always right."""
        known = {option["number"] for option in rules["options"]}
        if any(number not in known for number in choice):
            return [Problem(_("Your choice holds something that is not on this ballot."))]
        return self.check_marks(rules, choice)


class Marks(PaperType):
    """Papers on which something is filled in per option (points, a place, a grade): how their form is read."""

    field: ClassVar[str]  # fields of the form are called so, with "-" and the number of the option

    def raw(self, rules: Rules, posted: Mapping[str, Any]) -> dict[int, str]:
        """What was filled in, as it was typed, so that a mistake can be shown again. Empty fields are left out."""
        found = {}
        for option in rules["options"]:
            text = str(posted.get(f"{self.field}-{option['number']}", "")).strip()[:6]
            if text:
                found[option["number"]] = text
        return found

    @abstractmethod
    def read(self, rules: Rules, raw: Mapping[int, str]) -> tuple[Choice, list[Problem]]:
        """The choice of what was filled in, and what is wrong with it."""

    @abstractmethod
    def fill(self, choice: Choice) -> dict[int, str]:
        """The other way round: what the form shows for a choice."""


def whole(text: str) -> int | None:
    """A whole number of 0 or more as people type it; None when it is something else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def pairs(items: Iterable[str]) -> dict[int, int]:
    """Marks such as "3:2" by number; anything else is left out."""
    found: dict[int, int] = {}
    for item in items:
        number, colon, value = item.partition(":")
        read, given = whole(number), whole(value)
        if colon and read is not None and given is not None:
            found[read] = given
    return found


def as_mapping(choice: Choice) -> Mapping[int, int]:
    """A choice that must be a mapping; anything but an empty one raises TypeError."""
    if isinstance(choice, Mapping):
        return choice
    if choice:
        raise TypeError("this paper takes a number for each option")
    return {}
