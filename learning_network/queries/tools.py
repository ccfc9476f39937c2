"""Reads of the toolbox: finding a tool by three answers or by words. The number of queries never grows with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q

from learning_network import finder
from learning_network.enums import SharedState, Worked
from learning_network.models import Tool, ToolExperience

if TYPE_CHECKING:
    from django.db.models import QuerySet


def in_toolbox(user: Any) -> QuerySet[Tool]:
    """The tools that this person may read and that are in the toolbox."""
    rows: QuerySet[Tool] = Tool.objects.visible_to(user).filter(state=SharedState.SHARED, hidden_at__isnull=True)
    return rows


def fitting(rows: QuerySet[Tool], answers: Mapping[str, str]) -> QuerySet[Tool]:
    """Those that fit the answers that were given: name of the question -> code."""
    for question in finder.QUESTIONS:
        code = answers.get(question.name, "")
        if not code:
            continue
        if question.several:
            rows = rows.filter(**{f"{question.field}__contains": [code]})
        else:
            rows = rows.filter(**{f"{question.field}__in": finder.FITS_IN[code]})
    return rows


def counts(rows: QuerySet[Tool], question: finder.Question) -> dict[str, int]:
    """How many of these tools fit each answer of a question; one query."""
    found: Counter[str] = Counter()
    for value in rows.order_by().values_list(question.field, flat=True):
        if question.several:
            found.update(set(value))
        else:
            found.update(code for code, fits in finder.FITS_IN.items() if value in fits)
    return dict(found)


def listed(rows: QuerySet[Tool], text: str = "") -> QuerySet[Tool]:
    """For a list, best fit first, with how often it worked."""
    rows = rows.select_related("municipality").annotate(
        told=Count("experiences", filter=Q(experiences__hidden_at__isnull=True)),
        worked=Count("experiences", filter=Q(experiences__hidden_at__isnull=True, experiences__worked=Worked.YES)),
    )
    if text:
        query = SearchQuery(text, config="dutch", search_type="websearch")
        rows = rows.filter(Q(search=query) | Q(title__icontains=text))
        return rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "title", "pk")
    return rows.order_by("-worked", "title", "pk")


def experiences_of(tool: Tool, user: Any, *, with_hidden: bool) -> list[ToolExperience]:
    """What people told, the newest first; what a lead took away is seen by who wrote it and by leads."""
    rows = tool.experiences.select_related("author", "municipality")
    if not with_hidden:
        own = Q(author=user.pk) if user.is_authenticated else Q(pk__in=[])
        rows = rows.filter(Q(hidden_at__isnull=True) | own)
    return list(rows)
