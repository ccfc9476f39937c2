"""Two to six practices beside each other, aspect by aspect; only what the reader may read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from foundation.core.text import render_markdown
from foundation.core.wording import euro, whole
from learning_network.enums import Credit, SharedState
from learning_network.models import Lesson, Practice
from learning_network.queries.practices import credit_of, failures_first

FEWEST, MOST = 2, 6
# Codes are Dutch: they stand in the address. Facts and money are compared value by value, the others are texts.
ASPECTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "feiten": (pgettext_lazy("aspect", "Facts"), ()),
    "waarover": (gettext_lazy("What it is about"), ("summary", "about")),
    "overgedragen": (gettext_lazy("What was handed over or tried"), ("handed_over",)),
    "wie": (gettext_lazy("Who took part"), ("took_part",)),
    "rol": (gettext_lazy("Role of the municipality"), ("role",)),
    "geld": (gettext_lazy("Money"), ()),
    "draagvlak": (pgettext_lazy("aspect", "Support"), ("support",)),
    "obstakels": (gettext_lazy("Obstacles"), ("obstacles",)),
    "resultaat": (pgettext_lazy("aspect", "Result"), ("result",)),
    "opnieuw": (gettext_lazy("What they would do again, and what differently"), ("again",)),
    "lessen": (pgettext_lazy("aspect", "Lessons"), ()),
}
MONEY = (
    ("present_cost_cents", gettext_lazy("Cost before, a year")),
    ("budget_cents", gettext_lazy("Budget that went over, a year")),
    ("saving_cents", gettext_lazy("Saving a year")),
)


@dataclass(frozen=True)
class Cell:
    """What one practice says on one line. ``mark``: how it differs from the others, in words."""

    column: Column
    text: SafeString | str = ""
    mark: str = ""
    lessons: tuple[Lesson, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.lessons


@dataclass(frozen=True)
class Column:
    """One practice."""

    practice: Practice
    credit: str


@dataclass(frozen=True)
class Line:
    """One line of an aspect. ``verdict``: the same, different, or only some say something; "" where that says nothing."""

    label: str
    cells: list[Cell]
    verdict: str
    differs: bool

    @property
    def is_silent(self) -> bool:
        """Whether none of them says anything."""
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class Aspect:
    code: str
    label: str
    lines: list[Line]


def chosen(user: Any, ids: list[int]) -> list[Practice]:
    """The practices that this person may read, in the order asked, at most six; two queries."""
    learned = Lesson.objects.visible_to(user).filter(state=SharedState.SHARED, hidden_at__isnull=True)
    rows = Practice.objects.visible_to(user).select_related("municipality", "programme", "author")
    rows = rows.prefetch_related(Prefetch("lessons", queryset=failures_first(learned), to_attr="shown_lessons"))
    found = {row.pk: row for row in rows.filter(pk__in=ids[:MOST])}
    return [found[pk] for pk in dict.fromkeys(ids[:MOST]) if pk in found]


def compared(practices: list[Practice], aspects: list[str], *, only_differences: bool = False) -> list[Aspect]:
    """The aspects asked (all when none), each with its lines."""
    columns = [Column(one, credit_of(one)) for one in practices]
    made = []
    for code, (label, fields) in ASPECTS.items():
        if aspects and code not in aspects:
            continue
        if code == "feiten":
            lines = _facts(columns)
        elif code == "geld":
            lines = [_money(columns, name, str(told)) for name, told in MONEY]
        elif code == "lessen":
            lines = [_lessons(columns)]
        else:
            lines = [_texts(columns, fields)]
        if only_differences:
            lines = [line for line in lines if line.differs]
        if lines:
            made.append(Aspect(code, str(label), lines))
    return made


def _facts(columns: list[Column]) -> list[Line]:
    def town(column: Column) -> Any:
        return None if column.practice.credit == Credit.NOBODY else column.practice.municipality

    def inhabitants(column: Column) -> str:
        place = town(column)
        return whole(place.population) if place is not None and place.population else ""

    def province(column: Column) -> str:
        place = town(column)
        return place.province if place is not None else ""

    return [
        _values(columns, _("Theme"), lambda column: str(column.practice.get_theme_display())),
        _values(columns, _("Neighbourhood or place"), lambda column: column.practice.place),
        _values(columns, _("Province"), province),
        _values(columns, _("Inhabitants"), inhabitants),
    ]


def _values(columns: list[Column], label: str, value: Any) -> Line:
    """Short values: those that most do not share are marked."""
    values = [value(column) for column in columns]
    counted = Counter(text for text in values if text)
    most = counted.most_common(1)[0] if counted else ("", 0)
    cells = [
        Cell(column, text, _("differs") if text and most[1] > 1 and text != most[0] else "")
        for column, text in zip(columns, values, strict=True)
    ]
    return Line(label, cells, *_verdict(values))


def _money(columns: list[Column], name: str, label: str) -> Line:
    amounts = [getattr(column.practice, name) for column in columns]
    known = [amount for amount in amounts if amount is not None]
    apart = len(set(known)) > 1

    def mark(amount: int | None) -> str:
        if not apart or amount is None:
            return ""
        return _("highest") if amount == max(known) else _("lowest") if amount == min(known) else ""

    cells = [
        Cell(column, euro(amount) if amount is not None else "", mark(amount))
        for column, amount in zip(columns, amounts, strict=True)
    ]
    return Line(label, cells, *_verdict(["" if amount is None else str(amount) for amount in amounts]))


def _texts(columns: list[Column], fields: tuple[str, ...]) -> Line:
    texts = ["\n\n".join(filter(None, (getattr(column.practice, name) for name in fields))) for column in columns]
    told = sum(bool(text) for text in texts)
    cells = [
        Cell(column, render_markdown(text) if text else "", _("only here") if text and told == 1 else "")
        for column, text in zip(columns, texts, strict=True)
    ]
    return Line("", cells, *_verdict([" ".join(text.split()).casefold() for text in texts]))


def _lessons(columns: list[Column]) -> Line:
    cells = [Cell(column, lessons=tuple(getattr(column.practice, "shown_lessons", ()))) for column in columns]
    return Line("", cells, "", any(cell.lessons for cell in cells))


def _verdict(values: list[str]) -> tuple[str, bool]:
    told = [value for value in values if value]
    if not told:
        return _("nobody says anything about this"), False
    if len(set(values)) == 1:
        return _("the same everywhere"), False
    if len(told) < len(values):
        return _("not all say something about this"), True
    return _("different"), True
