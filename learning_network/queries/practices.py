"""Practices and lessons: found, listed and linked. Everything goes through ``visible_to``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.core.text import plain
from foundation.municipalities.models import OfficialMunicipality
from initiatives.models import Initiative
from learning_network.enums import Credit, Outcome, QuestionTheme, SharedState
from learning_network.models import Lesson, Practice, Programme
from learning_network.queries.marking import headlines, marked, marked_piece, query_of
from participation.models import Process

if TYPE_CHECKING:
    from learning_network.models import SharedQuerySet

LESSONS_SHOWN = 3


@dataclass(frozen=True)
class Wish:
    """What a reader looks for; "" where they asked nothing."""

    text: str = ""
    programme: str = ""
    municipality: str = ""
    theme: str = ""
    outcome: str = ""
    mine: bool = False

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From the parameters of an address; what is not known counts as not asked."""

        def known(name: str, codes: list[str]) -> str:
            return asked.get(name, "") if asked.get(name, "") in codes else ""

        return cls(
            text=_clean(asked.get("zoek", ""), 120),
            programme=_clean(asked.get("programma", ""), 80),
            municipality=_clean(asked.get("gemeente", ""), 6),
            theme=known("thema", QuestionTheme.values),
            outcome=known("soort", Outcome.values),
            mine=asked.get("van") == "mij",
        )

    @property
    def is_filtered(self) -> bool:
        return self != Wish()


@dataclass(frozen=True)
class Hit:
    """One that was found. ``title`` and ``text`` are safe HTML with the words in ``mark``."""

    row: Any
    title: SafeString | str
    text: SafeString | str
    credit: str
    lessons: list[Lesson]


def _clean(text: str, most: int) -> str:
    return text.replace("\x00", "").strip()[:most]


def practices(user: Any, wish: Wish) -> QuerySet[Practice]:
    """The practices that this person may read and that fit, best first."""
    return _find(Practice.objects.visible_to(user), user, wish)


def lessons(user: Any, wish: Wish) -> QuerySet[Lesson]:
    """The lessons that this person may read and that fit, best first."""
    rows = Lesson.objects.visible_to(user)
    return _find(rows.filter(outcome=wish.outcome) if wish.outcome else rows, user, wish)


def _find(rows: SharedQuerySet, user: Any, wish: Wish) -> QuerySet[Any]:
    if wish.mine:
        rows = rows.filter(author=user) if user.is_authenticated else rows.none()
    else:
        rows = rows.filter(state=SharedState.SHARED, hidden_at__isnull=True)
    if wish.programme:
        rows = rows.filter(programme__slug=wish.programme)
    if wish.municipality:
        rows = rows.filter(municipality=wish.municipality).exclude(credit=Credit.NOBODY)
    if wish.theme:
        rows = rows.filter(theme=wish.theme)
    if not wish.text:
        return rows.order_by("-shared_at", "-changed_at", "-pk")
    query = query_of(wish.text)
    by_name = Q(municipality__name__iexact=wish.text) & ~Q(credit=Credit.NOBODY)
    rows = rows.filter(Q(search=query) | by_name)
    return rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-shared_at", "-pk")


def practice_hits(user: Any, rows: QuerySet[Practice], text: str) -> list[Hit]:
    """What a page of practices shows: each with its lessons, what went wrong first.

    Args:
        rows: a slice of ``practices``.
        text: the words to mark.
    """
    ids = [row.pk for row in rows.only("pk")]
    shown = Practice.objects.filter(pk__in=ids).select_related("municipality", "programme", "author")
    if text:
        shown = shown.annotate(
            **headlines(text, "title", "summary", "handed_over", "about", "obstacles", "result", "again")
        )
    learned = Lesson.objects.visible_to(user).filter(state=SharedState.SHARED, hidden_at__isnull=True)
    shown = shown.prefetch_related(Prefetch("lessons", queryset=failures_first(learned), to_attr="shown_lessons"))
    found = {row.pk: row for row in shown}
    return [_hit(found[pk], text, found[pk].summary or found[pk].handed_over) for pk in ids if pk in found]


def lesson_hits(rows: QuerySet[Lesson], text: str) -> list[Hit]:
    """What a page of lessons shows."""
    ids = [row.pk for row in rows.only("pk")]
    shown = Lesson.objects.filter(pk__in=ids).select_related("municipality", "programme", "author")
    if text:
        shown = shown.annotate(**headlines(text, "title", "learned", "advice", "happened"))
    found = {row.pk: row for row in shown}
    return [_hit(found[pk], text, found[pk].learned or found[pk].happened) for pk in ids if pk in found]


def _hit(row: Any, text: str, short: str) -> Hit:
    return Hit(
        row=row,
        title=marked(row.marked_title) if text else row.title,
        text=marked_piece(row.marked_text) if text else plain(short, 240),
        credit=credit_of(row),
        lessons=getattr(row, "shown_lessons", [])[:LESSONS_SHOWN],
    )


def failures_first(rows: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """What went wrong before what worked, the newest first in each."""
    order = Case(When(outcome=Outcome.FAILURE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(order, "-shared_at", "-pk")


def credit_of(item: Any) -> str:
    """The names that the author wants under it: of the person and the municipality, of the municipality, or none.

    Without a municipality it is of the people who run the programme, or of the network.
    """
    chosen = getattr(item, "credit", Credit.MUNICIPALITY)
    if chosen == Credit.NOBODY:
        return _("a municipality")
    place = item.municipality.name if item.municipality is not None else ""
    if not place:
        place = item.programme.title if item.programme is not None else _("the learning network")
    if chosen == Credit.BOTH and item.author is not None:
        return f"{item.author}, {place}"
    return place


@dataclass(frozen=True)
class Choices:
    """What can be filtered on: only what leads to something that this person may read."""

    programmes: list[Programme]
    municipalities: list[OfficialMunicipality]


def choices(user: Any, model: type[Practice] | type[Lesson]) -> Choices:
    """Two queries."""
    rows = model.objects.visible_to(user).filter(state=SharedState.SHARED, hidden_at__isnull=True)
    named = rows.exclude(credit=Credit.NOBODY)
    return Choices(
        programmes=list(Programme.objects.filter(pk__in=rows.values("programme")).order_by("title")),
        municipalities=list(OfficialMunicipality.objects.filter(pk__in=named.values("municipality"))),
    )


@dataclass(frozen=True)
class Links:
    """What a text is linked to, as far as this person may see it."""

    initiative: Initiative | None
    process: Process | None


def links_of(user: Any, item: Practice | Lesson) -> Links:
    """The initiative and the process, where they are public or this person may see them anyway."""
    initiative = process = None
    if item.initiative_id is not None:
        found = Initiative.objects.visible_to(user).filter(
            pk=item.initiative_id, municipality__published_at__isnull=False
        )
        initiative = found.select_related("municipality").first()
    if item.process_id is not None:
        there = Process.objects.select_related("municipality").filter(
            pk=item.process_id, municipality__published_at__isnull=False
        )
        row = there.first()
        if row is not None and Process.objects.visible_to(user, row.municipality).filter(pk=row.pk).exists():
            process = row
    return Links(initiative, process)


def newest(user: Any, *, limit: int = 4) -> list[dict[str, Any]]:
    """The newest practices that this person may read; one query."""
    return newest_of(Practice.objects.visible_to(user), limit)


def newest_of(rows: SharedQuerySet, limit: int) -> list[dict[str, Any]]:
    """The newest of these practices or lessons that stand; one query."""
    shown = rows.filter(state=SharedState.SHARED, hidden_at__isnull=True)
    found = shown.select_related("municipality", "programme", "author").order_by("-shared_at", "-pk")[:limit]
    return [{"row": row, "credit": credit_of(row)} for row in found]
