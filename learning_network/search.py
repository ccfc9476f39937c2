"""Search over everything that somebody may see: a table of kinds. A slice adds its kind by one ``register`` line.

Who may see what is decided by each kind's ``rows`` alone, for texts always ``Model.objects.visible_to(user)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from learning_network import visibility
from learning_network.enums import Outcome
from learning_network.models import (
    Advice,
    AdviceRequest,
    Answer,
    Lesson,
    Member,
    Practice,
    RedThread,
    RedThreadVersion,
    Tool,
)
from learning_network.queries import programmes
from learning_network.queries.practices import credit_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

Text = str | Promise
FEW = 4
_BEGIN, _END = "\x02", "\x03"  # no text that people type holds these


@dataclass(frozen=True)
class SearchKind:
    """One kind of thing that can be found.

    Args:
        code: in the address of the page.
        label: plural, for people.
        rows: what this person may see.
        title: its field with the title, also found by a part of a word.
        texts: fields of which the best piece is shown.
        column: its generated search column; "" to make one from title and texts while asking.
        name, url, place: what stands in the list, from a row.
        mark: a word beside the title, such as that it went wrong; with the kind of its badge.
        related: to be fetched along.
    """

    code: str
    label: Text
    rows: Callable[[Any], QuerySet[Any]]
    title: str
    texts: tuple[str, ...]
    column: str = ""
    name: Callable[[Any], str] = str
    url: Callable[[Any], str] = field(default=lambda row: row.get_absolute_url())
    place: Callable[[Any], str] = field(default=lambda row: str(row.municipality or ""))
    mark: Callable[[Any], tuple[str, str]] = field(default=lambda row: ("", ""))
    related: tuple[str, ...] = ("municipality",)


@dataclass(frozen=True)
class Hit:
    """One row that was found. ``piece``: HTML in which the words are marked; ``mark``: a word and the kind of its badge."""

    title: str
    url: str
    place: str
    piece: SafeString
    rank: float
    mark: tuple[str, str] = ("", "")


_kinds: dict[str, SearchKind] = {}


def register(kind: SearchKind) -> SearchKind:
    """Let a kind be found.

    Raises:
        ValueError: another kind has its code.
    """
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"two kinds of search are called {kind.code}")
    return kind


def kinds() -> list[SearchKind]:
    """All of them, in the order in which they were registered."""
    return list(_kinds.values())


def find(kind: SearchKind, user: Any, text: str) -> QuerySet[Any]:
    """The rows of a kind that this person may see and that hold the words, best first."""
    query = SearchQuery(text, config="dutch", search_type="websearch")
    rows = kind.rows(user)
    if kind.column:
        vector: Any = F(kind.column)
    else:
        vector = SearchVector(kind.title, weight="A", config="dutch")
        if kind.texts:
            vector = vector + SearchVector(*kind.texts, weight="B", config="dutch")
    pieces: list[Any] = [Coalesce(Cast(F(name), TextField()), Value("", TextField())) for name in kind.texts]
    whole = (
        Concat(*(part for one in pieces for part in (one, Value(" "))), Value(""), output_field=TextField())
        if pieces
        else F(kind.title)
    )
    return (
        rows.annotate(_vector=vector)
        .filter(Q(_vector=query) | Q(**{f"{kind.title}__icontains": text}))
        .select_related(*(kind.related or (None,)))
        .annotate(
            _rank=SearchRank(F("_vector"), query),
            _piece=SearchHeadline(
                whole, query, config="dutch", start_sel=_BEGIN, stop_sel=_END, max_words=28, min_words=12
            ),
        )
        .order_by("-_rank", "pk")
    )


def hits(kind: SearchKind, rows: Any) -> list[Hit]:
    """Rows of ``find`` for a list."""
    return [
        Hit(kind.name(row), kind.url(row), kind.place(row), _marked(row._piece), row._rank, kind.mark(row))
        for row in rows
    ]


def _marked(piece: str) -> SafeString:
    """Escaped, with the found words in ``<mark>``."""
    safe = escape(piece or "").replace(_BEGIN, "<mark>").replace(_END, "</mark>")
    return mark_safe(safe)


@dataclass(frozen=True)
class Group:
    """What was found of one kind; ``more``: there is more than is shown."""

    kind: SearchKind
    hits: list[Hit]
    more: bool


def everywhere(user: Any, text: str) -> list[Group]:
    """The best of each kind; the kind with the best row first. One query per kind."""
    found = []
    for kind in kinds():
        rows = list(find(kind, user, text)[: FEW + 1])
        if rows:
            found.append(Group(kind, hits(kind, rows[:FEW]), len(rows) > FEW))
    return sorted(found, key=lambda group: -max(hit.rank for hit in group.hits))


# --- The kinds -------------------------------------------------------------------------------------------------------


def _advices(user: Any) -> QuerySet[Any]:
    return Advice.objects.filter(
        hidden_at__isnull=True, request__in=AdviceRequest.objects.visible_to(user).values("pk")
    )


_CREDITED = ("municipality", "programme", "author")  # names as the author wants them


def _outcome(row: Lesson) -> tuple[str, str]:
    return str(row.get_outcome_display()), "warning" if row.outcome == Outcome.FAILURE else "success"


def _members(user: Any) -> QuerySet[Any]:
    rows = Member.objects.current().filter(is_listed=True, user__is_active=True)
    return rows if visibility.in_network(user) else rows.none()


def _red_threads(user: Any) -> QuerySet[Any]:
    """By what was published last: what is being worked on is not for readers."""
    newest = RedThreadVersion.objects.filter(thread=OuterRef("pk")).order_by("-number")
    rows = RedThread.objects.visible_to(user).filter(state="shared")
    rows = rows.annotate(
        shown_title=Subquery(newest.values("title")[:1]), shown_intro=Subquery(newest.values("intro")[:1])
    )
    return rows.filter(shown_title__isnull=False)


register(
    SearchKind(
        "praktijken",
        _("Practices"),
        lambda user: Practice.objects.visible_to(user),
        "title",
        ("summary", "about", "handed_over", "obstacles", "result", "again"),
        "search",
        place=credit_of,
        related=_CREDITED,
    )
)
register(
    SearchKind(
        "lessen",
        _("Lessons"),
        lambda user: Lesson.objects.visible_to(user),
        "title",
        ("learned", "advice", "happened"),
        "search",
        place=credit_of,
        mark=_outcome,
        related=_CREDITED,
    )
)
register(
    SearchKind(
        "vragen",
        _("Questions for advice"),
        lambda user: AdviceRequest.objects.visible_to(user),
        "title",
        ("wants", "situation", "tried"),
        "search",
    )
)
register(
    SearchKind(
        "adviezen",
        _("Advice"),
        _advices,
        "request__title",
        ("text",),
        name=lambda row: str(row.request.title),
        url=lambda row: f"{row.request.get_absolute_url()}#advies-{row.pk}",
        related=("municipality", "request"),
    )
)
register(
    SearchKind(
        "antwoorden",
        _("Answers to learning questions"),
        lambda user: Answer.objects.visible_to(user),
        "question__text",
        ("text",),
        name=lambda row: str(row.question.text),
        related=("municipality", "question__programme"),
    )
)
register(
    SearchKind(
        "ehbo",
        _("Tools"),
        lambda user: Tool.objects.visible_to(user),
        "title",
        ("summary", "situation", "steps"),
        "search",
    )
)
register(
    SearchKind(
        "rode-draden",
        _("Red threads"),
        _red_threads,
        "shown_title",
        ("shown_intro",),
        name=lambda row: str(row.shown_title),
        place=lambda row: str(row.programme),
        related=("programme",),
    )
)
register(
    SearchKind(
        "programmas",
        _("Programmes"),
        lambda user: programmes.listed(user).distinct(),
        "title",
        ("summary", "purpose"),
        place=lambda row: "",
        related=(),
    )
)
register(
    SearchKind(
        "leden",
        _("Members"),
        _members,
        "user__name",
        ("function", "about"),
        url=lambda row: f"{reverse('learning_network:members')}?{urlencode({'zoek': str(row.user)})}",
        related=("municipality", "user"),
    )
)
