"""What the pages of problems show; the same number of queries for any length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy

from participation.models import Endorsement, Problem, ProblemStatement, Process

if TYPE_CHECKING:
    from collections.abc import Iterable

SORTS: dict[str, Any] = {
    "steun": gettext_lazy("Most endorsed first"),
    "nieuw": gettext_lazy("Newest first"),
}


@dataclass(frozen=True)
class Wish:
    """What a reader asked for; "" where they asked nothing."""

    text: str = ""
    area: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From the parameters of an address; what is not known counts as not asked."""
        sort = asked.get("volgorde", "")
        return cls(
            text=asked.get("zoek", "").replace("\x00", "").strip()[:120],
            area=asked.get("buurt", "").replace("\x00", "")[:10],
            sort=sort if sort in SORTS else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.area)


def find(process: Process, wish: Wish) -> QuerySet[Problem]:
    """The problems of a process that fit."""
    rows = Problem.objects.filter(process=process).public()
    if wish.text:
        rows = rows.filter(search=SearchQuery(wish.text, config="dutch", search_type="websearch"))
    if wish.area:
        rows = rows.filter(neighbourhood__code=wish.area)
    order = ("-created_at", "-pk") if wish.sort == "nieuw" else ("-endorsements_total", "-pk")
    found: QuerySet[Problem] = (
        rows.select_related("neighbourhood", "author").defer("search", "neighbourhood__geometry").order_by(*order)
    )
    return found


def one(process: Process, pk: int, *, staff: bool) -> Problem | None:
    """The problem at this address, if it may be read."""
    rows = Problem.objects.filter(process=process)
    found: Problem | None = (
        (rows if staff else rows.public())
        .select_related("process__municipality", "neighbourhood", "author")
        .defer("search", "neighbourhood__geometry")
        .filter(pk=pk)
        .first()
    )
    return found


def endorsed_by(user: Any, problems: Iterable[Problem]) -> set[int]:
    """Which of these this person endorses; one query."""
    if not user.is_authenticated:
        return set()
    rows = Endorsement.objects.filter(user=user, problem__in=[problem.pk for problem in problems])
    return set(rows.values_list("problem_id", flat=True))


def statement_of(process: Process) -> ProblemStatement | None:
    """The shared problem statement that stands now."""
    return ProblemStatement.objects.filter(process=process).order_by("-number").first()


def merged_in(statement: ProblemStatement | None) -> set[int]:
    """The problems that the statement was made from."""
    return set(statement.sources.values_list("pk", flat=True)) if statement else set()


def totals(process: Process) -> dict[str, int]:
    """How many problems and endorsements."""
    found = Problem.objects.filter(process=process).public().aggregate(n=Count("pk"), e=Sum("endorsements_total"))
    return {"problems": found["n"], "endorsements": found["e"] or 0}
