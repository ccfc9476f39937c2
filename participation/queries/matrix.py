"""The matrix of subject x form over all processes of a municipality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _

from foundation.municipalities.models import Municipality
from participation.enums import Form, Level, ProcessState
from participation.models import Process, ProcessChoice

FOLLOWED, AGAINST, UNKNOWN = "followed", "against", "unknown"


@dataclass(frozen=True)
class Cell:
    """A process in the matrix. ``advice``: was the advice followed, departed from, or was there none?"""

    process: Process
    advice: str
    advised: str

    @property
    def words(self) -> str:
        """Whether the advice was followed, as people say it."""
        return {
            FOLLOWED: _("after the advice"),
            AGAINST: _("against the advice (%(form)s)") % {"form": self.advised},
            UNKNOWN: _("without a choice aid"),
        }[self.advice]


@dataclass
class Line:
    """A subject with its processes per form."""

    subject: str
    cells: dict[str, list[Cell]] = field(default_factory=dict)

    def columns(self, forms: list[str]) -> list[list[Cell]]:
        return [self.cells.get(form, []) for form in forms]

    @property
    def count(self) -> int:
        return sum(len(cells) for cells in self.cells.values())


@dataclass
class Matrix:
    """Rows are subjects, columns the forms that occur."""

    lines: list[Line]
    forms: list[str]
    levels: list[tuple[str, int]]
    followed: int
    against: int
    total: int
    years: list[int]
    year: int | None

    @property
    def heads(self) -> list[str]:
        labels = [str(Form(form).label) for form in self.forms]
        return [label[:1].upper() + label[1:] for label in labels]

    def rows(self) -> Iterator[dict[str, Any]]:
        for line in self.lines:
            yield {
                "subject": line.subject,
                "count": line.count,
                "columns": list(zip(self.heads, line.columns(self.forms), strict=True)),
            }

    @property
    def sums(self) -> list[tuple[str, int]]:
        """How often each form was chosen."""
        return [
            (head, sum(len(line.cells.get(form, [])) for line in self.lines))
            for head, form in zip(self.heads, self.forms, strict=True)
        ]


def processes(municipality: Municipality, *, public_only: bool) -> QuerySet[Process]:
    """Processes with the year in which they became public, or were made, and the choice that holds for each."""
    rows = Process.objects.for_municipality(municipality)
    if public_only:
        rows = rows.public()
    latest = ProcessChoice.objects.filter(process=OuterRef("pk")).order_by("-number")
    found: QuerySet[Process] = (
        rows.select_related("sector", "municipality")
        .defer("why", "open_text", "fixed_text", "money_text", "aftermath", "state_reason")
        .annotate(
            year=ExtractYear(Coalesce("published_at", "created_at")),
            advised_form=Subquery(latest.values("choice__advised_form")[:1]),
            chosen_form=Subquery(latest.values("choice__form")[:1]),
        )
        .order_by("sector__name", "title", "pk")
    )
    return found


def matrix(municipality: Municipality, *, public_only: bool, year: str = "") -> Matrix:
    """Subjects against forms.

    Args:
        public_only: leaves out what is in preparation.
        year: four digits; anything else shows all years.
    """
    rows = list(processes(municipality, public_only=public_only))
    years = sorted({row.year for row in rows}, reverse=True)  # type: ignore[attr-defined]
    wished = int(year) if year.isdecimal() and year.isascii() and len(year) == 4 else None
    if wished not in years:
        wished = None
    if wished is not None:
        rows = [row for row in rows if row.year == wished]  # type: ignore[attr-defined]
    lines: dict[int | None, Line] = {}
    for row in rows:
        name = row.sector.name if row.sector else _("No sector")
        line = lines.setdefault(row.sector_id, Line(name))
        line.cells.setdefault(row.form, []).append(_cell(row))
    cells = [cell for line in lines.values() for many in line.cells.values() for cell in many]
    levels = [(str(level.label), sum(cell.process.level == level for cell in cells)) for level in Level]
    return Matrix(
        lines=list(lines.values()),
        forms=[form.value for form in Form if any(form in line.cells for line in lines.values())],
        levels=levels,
        followed=sum(cell.advice == FOLLOWED for cell in cells),
        against=sum(cell.advice == AGAINST for cell in cells),
        total=len(cells),
        years=years,
        year=wished,
    )


def csv_head() -> list[str]:
    return [
        *(_("Subject"), _("Process"), _("Level"), _("Form"), _("Advised form"), _("Advice"), _("Year"), _("State")),
        _("Address"),
    ]


def csv_rows(found: Matrix, *, absolute: Any) -> Iterator[list[Any]]:
    """A line per process.

    Args:
        absolute: turns a path into a whole address.
    """
    for line in found.lines:
        for form in found.forms:
            for cell in line.cells.get(form, []):
                process = cell.process
                yield [
                    *(line.subject, process.title, process.get_level_display(), process.get_form_display()),
                    *(cell.advised, cell.words, process.year, ProcessState(process.state).label),  # type: ignore[attr-defined]
                    absolute(process.get_absolute_url()),
                ]


def _cell(row: Process) -> Cell:
    advised, chosen = row.advised_form, row.chosen_form  # type: ignore[attr-defined]
    label = str(Form(advised).label) if advised else ""
    if not advised or chosen != row.form:
        # No choice was made, or the plan has another form since then: the choice says nothing about it any more.
        return Cell(row, UNKNOWN, label)
    return Cell(row, FOLLOWED if advised == row.form else AGAINST, label)
