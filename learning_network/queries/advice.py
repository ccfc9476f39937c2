"""Reads about advice: the list with its filters, and one question. The number of queries never grows with the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, Exists, F, OuterRef, Q

from learning_network import visibility
from learning_network.enums import SharedState
from learning_network.models import Advice, AdviceRequest, AdviceThanks, Programme

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

OPEN, CLOSED, ALL = "open", "afgerond", "alles"
MINE, ADVISED = "van-mij", "geadviseerd"


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the list of questions.

    Args:
        state: ``OPEN``, ``CLOSED`` or ``ALL``.
        whose: "" for all, ``MINE``, ``ADVISED``, or the slug of a programme.
        theme: code of a theme, "" for all.
        text: words to look for.
    """

    state: str = OPEN
    whose: str = ""
    theme: str = ""
    text: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.state != OPEN or self.whose or self.theme or self.text)


def listed(user: Any, wish: Wish) -> QuerySet[AdviceRequest]:
    """The questions that this person may read and looks for; the nearest day first while open, else the newest first."""
    rows = AdviceRequest.objects.visible_to(user).select_related("municipality", "programme", "author")
    rows = rows.annotate(advices_total=Count("advices", filter=Q(advices__hidden_at__isnull=True)))
    if wish.whose == MINE:
        rows = rows.filter(_own(user))
    elif wish.whose == ADVISED:
        rows = rows.filter(Exists(Advice.objects.filter(request=OuterRef("pk"), author=user.pk)))
    elif wish.whose:
        rows = rows.filter(programme__slug=wish.whose)
    if wish.state == OPEN:
        rows = rows.filter(closed_at__isnull=True)
        if wish.whose != MINE:
            rows = rows.filter(state=SharedState.SHARED, hidden_at__isnull=True)
    elif wish.state == CLOSED:
        rows = rows.filter(closed_at__isnull=False)
    if wish.theme:
        rows = rows.filter(theme=wish.theme)
    if wish.text:
        query = SearchQuery(wish.text, config="dutch", search_type="websearch")
        rows = rows.filter(Q(search=query) | Q(title__icontains=wish.text))
        return rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-pk")
    return rows.order_by("until", "pk") if wish.state == OPEN else rows.order_by("-shared_at", "-pk")


def _own(user: Any) -> Q:
    own = Q(author=user.pk)
    for programme, code in visibility.circle(user):
        own |= Q(programme_id=programme, municipality_id=code)
    return own


def programmes_of(user: Any) -> list[Programme]:
    """The programmes in which this person can ask: those they take part in or run."""
    labs = visibility.labs_of(user)
    return list(Programme.objects.filter(pk__in=labs).order_by("title")) if labs else []


def advices_of(request: AdviceRequest, user: Any, *, with_hidden: bool) -> list[Advice]:
    """The advice on a question, with who thanked; what a lead took away is seen by its author and by leads."""
    rows = request.advices.select_related("author", "municipality").annotate(thanks_total=Count("thanks"))
    if user.is_authenticated:
        rows = rows.annotate(thanked=Exists(AdviceThanks.objects.filter(advice=OuterRef("pk"), user=user)))
    if not with_hidden:
        rows = rows.filter(Q(hidden_at__isnull=True) | Q(author=user.pk, author__isnull=False))
    return list(rows)


def open_of(programme: Programme, user: Any, limit: int = 3) -> list[AdviceRequest]:
    """The open questions of a programme that this person may read, the nearest day first."""
    return list(listed(user, Wish(whose=programme.slug))[:limit])


def to_advise(user: Any, today: date, limit: int = 3) -> list[AdviceRequest]:
    """Open questions of others on which this person did not advise yet, the nearest day first."""
    if not user.is_authenticated:
        return []
    rows = listed(user, Wish()).filter(until__gte=today).exclude(_own(user))
    return list(rows.exclude(Exists(Advice.objects.filter(request=OuterRef("pk"), author=user.pk)))[:limit])
