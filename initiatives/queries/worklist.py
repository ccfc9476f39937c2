"""The worklist and the board of civil servants: which initiatives, in which order, how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.accounts.models import User
from foundation.core.wording import short_day
from foundation.municipalities.enums import STAFF_ROLES
from foundation.municipalities.models import Municipality
from initiatives.enums import UNDECIDED, InitiativeState
from initiatives.models import Initiative

SOON = timedelta(days=7)
ORDERS = {
    "termijn": (F("due_on").asc(nulls_last=True), "submitted_at", "pk"),
    "nieuwste": ("-submitted_at", "-pk"),
    "oudste": ("submitted_at", "pk"),
    "steun": ("-supporters_total", "-pk"),
    "titel": ("title", "pk"),
}
BOARD_STATES = (
    InitiativeState.SUBMITTED,
    InitiativeState.INCOMPLETE,
    InitiativeState.IN_ASSESSMENT,
    InitiativeState.AGREED,
    InitiativeState.IN_EXECUTION,
    InitiativeState.FINISHED,
)
CARDS_SHOWN = 20
# What a line of the worklist and a card of the board show.
COLUMNS = (
    "pk",
    "slug",
    "title",
    "kind",
    "state",
    "submitted_at",
    "due_on",
    "answer_by",
    "supporters_total",
    "handler__name",
    "handler__email",
    "sector__name",
    "neighbourhood__name",
)
_S = InitiativeState
OURS = frozenset({_S.SUBMITTED, _S.IN_ASSESSMENT})


def _rules(user: User, today: date) -> dict[str, tuple[frozenset[str], Q]]:
    """Of each standing list the states that are in it, and what more must hold."""
    every: frozenset[str] = frozenset(InitiativeState)
    return {
        "alle": (every, Q()),
        "mijn": (every - {_S.EVALUATED, _S.WITHDRAWN}, Q(handler=user)),
        "zonder-contact": (frozenset(UNDECIDED), Q(handler=None)),
        "wacht-op-bewoner": (frozenset({_S.INCOMPLETE}), Q()),
        "deze-week": (OURS, Q(due_on__range=(today, today + SOON))),
        "te-laat": (OURS, Q(due_on__lt=today)),
    }


def lists(user: User, today: date) -> dict[str, Q]:
    """The standing lists of the worklist: the value in the address -> what is in it."""
    every = frozenset(InitiativeState)
    return {
        name: more if states == every else Q(state__in=sorted(states)) & more
        for name, (states, more) in _rules(user, today).items()
    }


def list_names() -> dict[str, str]:
    """What the standing lists are called."""
    return {
        "alle": _("All"),
        "mijn": _("Mine"),
        "zonder-contact": _("Without a contact"),
        "wacht-op-bewoner": _("Waiting for the resident"),
        "deze-week": _("Due this week"),
        "te-laat": _("Late"),
    }


def of(municipality: Municipality) -> QuerySet[Initiative]:
    """What staff works on: everything that was handed in here, also what is hidden from the public page."""
    found: QuerySet[Initiative] = Initiative.objects.for_municipality(municipality).exclude(submitted_at=None)
    return found


@dataclass(frozen=True)
class Numbers:
    """How many stand in each standing list, and in each state."""

    lists: dict[str, int]
    states: dict[str, int]


def counts(municipality: Municipality, user: User, today: date) -> Numbers:
    """The numbers of the worklist; one query, which an index answers without the table."""
    rules = _rules(user, today)
    keys = {name: f"n{number}" for number, name in enumerate(rules)}
    asked = {keys[name]: Count("pk", filter=more or None) for name, (_states, more) in rules.items()}
    per_state: dict[str, Any] = {
        row["state"]: row for row in of(municipality).order_by().values("state").annotate(**asked)
    }
    return Numbers(
        lists={
            name: sum(row[keys[name]] for state, row in per_state.items() if state in states)
            for name, (states, _more) in rules.items()
        },
        states={state: row[keys["alle"]] for state, row in per_state.items()},
    )


def filtered(municipality: Municipality, user: User, today: date, chosen: Mapping[str, Any]) -> QuerySet[Initiative]:
    """The initiatives of one list and filter, in order.

    Args:
        chosen: cleaned values of ``WorkFilter``: ``lijst``, ``soort``, ``staat``, ``sector``, ``buurt``, ``contact``, ``q``
            and ``volgorde``; any may be missing or empty.
    """
    rows = of(municipality).filter(lists(user, today).get(chosen.get("lijst") or "alle", Q()))
    for field, key in (("kind", "soort"), ("state", "staat"), ("sector", "sector"), ("handler", "contact")):
        if chosen.get(key):
            rows = rows.filter(**{field: chosen[key]})
    if chosen.get("buurt"):
        rows = rows.filter(neighbourhood=chosen["buurt"])
    if chosen.get("q"):
        rows = rows.filter(
            Q(search=SearchQuery(chosen["q"], config="dutch", search_type="websearch"))
            | Q(title__icontains=chosen["q"])
        )
    order = ORDERS.get(chosen.get("volgorde") or "termijn", ORDERS["termijn"])
    return rows.order_by(*order)


def shown(ids: list[int]) -> list[Any]:
    """What lines and cards show of these, in this order: named values of ``COLUMNS``.

    Which ones they are an index knows without the table; sorting whole rows takes longer than all the rest.
    """
    found = {row.pk: row for row in Initiative.objects.filter(pk__in=ids).order_by().values_list(*COLUMNS, named=True)}
    return [found[pk] for pk in ids if pk in found]


def staff_of(municipality: Municipality) -> QuerySet[User]:
    """Who can be a contact: everybody who works here."""
    return (
        User.objects.filter(
            roles__municipality=municipality, roles__kind__in=STAFF_ROLES, is_active=True, erased_at=None
        )
        .distinct()
        .order_by("name", "email")
    )


@dataclass(frozen=True)
class BoardColumn:
    """One state on the board. ``cards`` holds what is ``shown`` of at most ``CARDS_SHOWN`` of ``total``."""

    state: InitiativeState
    total: int
    cards: list[Any]

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


def board(rows: QuerySet[Initiative], totals: Mapping[str, int] | None = None) -> list[BoardColumn]:
    """The rows by state, each column with its first cards; the same number of queries whatever the numbers.

    Args:
        rows: as ``filtered`` gives them.
        totals: how many there are of each state, where that is known already.
    """
    if totals is None:
        totals = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    placed = rows.annotate(nth=Window(RowNumber(), order_by=list(rows.query.order_by)))  # type: ignore[arg-type]
    firsts = [
        placed.filter(state=state).values_list("nth", "pk", "state")[:CARDS_SHOWN]
        for state in BOARD_STATES
        if state in totals
    ]
    there = sorted(firsts[0].union(*firsts[1:], all=True)) if firsts else []
    per_state: dict[str, list[Any]] = {}
    for row in shown([pk for _nth, pk, _state in there]):
        per_state.setdefault(row.state, []).append(row)
    return [BoardColumn(state, totals.get(state, 0), per_state.get(state, [])) for state in BOARD_STATES]


EXPORT_LIMIT = 20_000


def export_head() -> list[str]:
    return [
        pgettext("which one", "Number"),
        _("Title"),
        _("Kind"),
        _("State"),
        _("Neighbourhood"),
        _("Sector"),
        _("Contact"),
        _("Handed in on"),
        _("Last day to decide"),
        _("Last day for additions"),
        _("Supporters"),
        _("Address"),
    ]


def export_rows(rows: QuerySet[Initiative], site_url: str) -> Iterator[list[Any]]:
    """One line per initiative for a spreadsheet, at most ``EXPORT_LIMIT``."""
    rows = rows.select_related("municipality", "handler", "sector", "neighbourhood")
    rows = rows.defer("story", "with_whom", "asks_text", "neighbourhood__geometry")
    for row in rows[:EXPORT_LIMIT].iterator(chunk_size=2000):
        yield [
            row.pk,
            row.title,
            row.get_kind_display(),
            row.get_state_display(),
            row.neighbourhood.name if row.neighbourhood else "",
            row.sector.name if row.sector else "",
            str(row.handler) if row.handler else "",
            row.submitted_at.date() if row.submitted_at else "",
            row.due_on or "",
            row.answer_by or "",
            row.supporters_total,
            f"{site_url}{row.get_absolute_url()}",
        ]


def waits(initiative: Any, today: date) -> tuple[str, str]:
    """What is waited for, in words, and how bad it is: "", "warning" or "error".

    Args:
        initiative: with its ``state``, ``due_on`` and ``answer_by``.
    """
    if initiative.state == InitiativeState.INCOMPLETE:
        if initiative.answer_by and initiative.answer_by < today:
            return _("Additions should have come on %(day)s") % {"day": short_day(initiative.answer_by)}, "warning"
        return _("Additions until %(day)s") % {"day": short_day(initiative.answer_by)}, ""
    if initiative.due_on is None:
        return "", ""
    left = (initiative.due_on - today).days
    if left < 0:
        return _("Late since %(day)s") % {"day": short_day(initiative.due_on)}, "error"
    return _("Until %(day)s") % {"day": short_day(initiative.due_on)}, "warning" if left <= SOON.days else ""
