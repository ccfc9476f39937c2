"""Initiatives like this one in all municipalities: PostgreSQL's Dutch full-text search, ranked, with the words marked.

Only what everybody may read, of municipalities that are open. Nothing of the town hall stands in the searched column.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils.safestring import SafeString, mark_safe

from foundation.core.text import plain
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState
from initiatives.models import Conversation, Evaluation, Initiative

if TYPE_CHECKING:
    from initiatives.models import InitiativeQuerySet

KEPT_SECONDS = 3600
SHOWN = 3
MOST_WORDS = 12
HEADLINE_SIGNS = 12_000
# Signs of the private use area stand for the marks until the text is escaped: nothing that a resident typed becomes HTML.
_BEGIN, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Hit:
    """One that was found. ``title`` and ``text`` are safe HTML with the words in ``mark``."""

    row: Initiative
    title: SafeString
    text: SafeString
    lessons: Evaluation | None
    can_ask: bool


def open_everywhere() -> InitiativeQuerySet:
    """What everybody may read in any municipality."""
    found: InitiativeQuerySet = Initiative.objects.public().filter(municipality__published_at__isnull=False)
    return found


def search(text: str, *, without: Municipality | None = None, with_lessons: bool = False) -> QuerySet[Initiative]:
    """All that hold these words, best first.

    Args:
        text: as people type it in a search box: words, "a phrase", or, -not.
        without: the municipality that is left out.
        with_lessons: only those that were looked back on.
    """
    query = SearchQuery(text, config="dutch", search_type="websearch")
    rows = open_everywhere().filter(search=query)
    if without is not None:
        rows = rows.exclude(municipality=without)
    if with_lessons:
        rows = rows.filter(state=InitiativeState.EVALUATED, evaluation__isnull=False)
    return rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-submitted_at", "-pk")


def hits(rows: QuerySet[Initiative], text: str) -> list[Hit]:
    """What a page of results shows; two queries.

    Args:
        rows: a slice of ``search``.
        text: the words to mark.
    """
    query = SearchQuery(text, config="dutch", search_type="websearch")
    marks: Any = {"config": "dutch", "start_sel": _BEGIN, "stop_sel": _END}
    # Only the page that is shown: marking reads the whole text, ranking does not.
    ids = [row.pk for row in rows.only("pk")]
    asked = (
        open_everywhere()
        .filter(pk__in=ids)
        .select_related("municipality", "evaluation")
        .defer("story", "with_whom", "asks_text", "municipality__words")
        .annotate(
            marked_title=SearchHeadline("title", query, highlight_all=True, **marks),
            marked_text=SearchHeadline(
                Concat("summary", Value("\n\n"), Substr("story", 1, HEADLINE_SIGNS)),
                query,
                max_fragments=2,
                max_words=28,
                min_words=12,
                fragment_delimiter=" … ",
                **marks,
            ),
            can_ask=Exists(Conversation.objects.filter(initiative=OuterRef("pk"))),
        )
    )
    found = {row.pk: row for row in asked}
    return [
        Hit(
            row=row,
            title=_marked(row.marked_title),
            text=_marked(plain(row.marked_text, 400)),
            lessons=_lessons(row),
            can_ask=row.can_ask,
        )
        for row in (found[pk] for pk in ids if pk in found)
    ]


def like(initiative: Initiative, *, limit: int = SHOWN) -> list[Initiative]:
    """Those elsewhere that share words with its title, best first; those with lessons before others of the same rank.

    Which ones they are is kept for an hour; whether they may still be read is asked each time.
    """
    words = words_of(initiative.title)
    if not words:
        cache.set(_beside(initiative.municipality.slug, initiative.slug), [], KEPT_SECONDS)
        return []
    key = f"initiatives:like:{initiative.pk}:{limit}:{hashlib.sha256(' '.join(words).encode()).hexdigest()}"
    ids: list[int] | None = cache.get(key)
    if ids is None:
        # Of title and summary only (weights A and B): in a long text every word occurs once.
        query = SearchQuery(" | ".join(f"{word}:AB" for word in words), config="dutch", search_type="raw")
        ranked = (
            open_everywhere()
            .filter(search=query)
            .exclude(municipality=initiative.municipality_id)
            .annotate(rank=SearchRank(F("search"), query))
            .order_by("-rank", F("evaluation").desc(nulls_last=True), "-supporters_total", "-pk")
        )
        ids = list(ranked.values_list("pk", flat=True)[:limit])
        cache.set(key, ids, KEPT_SECONDS)
    cache.set(_beside(initiative.municipality.slug, initiative.slug), ids, KEPT_SECONDS)
    rows = open_everywhere().filter(pk__in=ids).select_related("municipality", "evaluation")
    found = {row.pk: row for row in rows.defer("story", "with_whom", "asks_text", "municipality__words")}
    return [found[pk] for pk in ids if pk in found]


def beside(municipality: str, plan: str) -> list[int] | None:
    """Which plans ``like`` named last beside the one at this address; None where that is not known."""
    found: list[int] | None = cache.get(_beside(municipality, plan))
    return found


def _beside(municipality: str, plan: str) -> str:
    return f"initiatives:beside:{municipality}:{plan}"


def words_of(title: str) -> tuple[str, ...]:
    """The words of a title that one can search by; letters only, so that they mean nothing else to the database."""
    return tuple(dict.fromkeys(word.casefold() for word in _WORD.findall(title)))[:MOST_WORDS]


def _lessons(row: Initiative) -> Evaluation | None:
    return getattr(row, "evaluation", None) if row.state == InitiativeState.EVALUATED else None


def _marked(text: str) -> SafeString:
    escaped = _MARKED.sub(r"<mark>\1</mark>", html.escape(text))
    return mark_safe(escaped.replace(_BEGIN, "").replace(_END, ""))
