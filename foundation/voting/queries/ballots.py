"""Ballots for pages: lists, one ballot, its phases in words, what the money does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.voting.enums import BallotState, LimitKind
from foundation.voting.models import Ballot, Option
from foundation.voting.queries.wording import limit_text, rule_text, settings_text

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality

__all__ = ["limit_text", "rule_text", "settings_text"]  # their callers find them here
SORTS = ("random", "number", "title", "cheap", "dear")


@dataclass(frozen=True)
class BallotLists:
    """The public list: what is open now (first to close first), what comes, what was."""

    open: list[Ballot]
    coming: list[Ballot]
    past: list[Ballot]

    def __bool__(self) -> bool:
        return bool(self.open or self.coming or self.past)


def lists(municipality: Municipality, now: datetime) -> BallotLists:
    """All ballots that residents may see, in one query."""
    rows = with_figures(Ballot.objects.for_municipality(municipality).public()).select_related("municipality")
    open_, coming, past = [], [], []
    for ballot in rows:
        match ballot.phase(now):
            case BallotState.OPEN:
                open_.append(ballot)
            case BallotState.ANNOUNCED:
                coming.append(ballot)
            case _past:
                past.append(ballot)
    last = now
    open_.sort(key=lambda ballot: ballot.closes_at or last)
    coming.sort(key=lambda ballot: ballot.opens_at or last)
    past.sort(key=lambda ballot: ballot.closes_at or last, reverse=True)
    return BallotLists(open_, coming, past)


def with_figures(rows: QuerySet[Ballot]) -> QuerySet[Ballot]:
    """With ``number_of_options``, without the long texts that lists don't show."""
    return rows.annotate(number_of_options=Count("options", distinct=True)).defer(
        "question", "rules_json", "rule_settings"
    )


def public_ballot(municipality: Municipality, slug: str) -> Ballot | None:
    """A ballot that residents may see, with its keys at hand (one query), or None."""
    return (
        Ballot.objects.for_municipality(municipality)
        .public()
        .select_related("municipality", "secret")
        .filter(slug=slug)
        .first()
    )


def for_casting(municipality: Municipality, slug: str) -> Ballot | None:
    """Like ``public_ballot``; casting needs nothing else: the frozen rules hold the options."""
    return public_ballot(municipality, slug)


def options_of(ballot: Ballot) -> list[Option]:
    """All options with their area, in one query."""
    return list(ballot.options.select_related("area").order_by("number"))


def arranged(
    options: Iterable[Option],
    *,
    sort: str,
    seed: str,
    search: str = "",
    area: str = "",
    theme: str = "",
    most_cents: int | None = None,
    only: Collection[int] | None = None,
) -> list[Option]:
    """Filtered and sorted options; ``most_cents`` leaves out what costs more. ``random`` is a draw that follows from ``seed``: the same visitor keeps their order."""
    words = search.casefold().split()
    found = [
        option
        for option in options
        if (only is None or option.number in only)
        and (not area or (option.area is not None and option.area.code == area))
        and (not theme or option.category == theme)
        and (most_cents is None or option.cost_cents <= most_cents)
        and all(word in f"{option.title} {option.text} {option.category}".casefold() for word in words)
    ]
    keys: dict[str, Any] = {
        "number": lambda option: option.number,
        "title": lambda option: option.title.casefold(),
        "cheap": lambda option: (option.cost_cents, option.number),
        "dear": lambda option: (-option.cost_cents, option.number),
        "random": lambda option: hashlib.sha256(f"{seed}\n{option.number}".encode()).digest(),
    }
    return sorted(found, key=keys.get(sort, keys["random"]))


def cost_steps(costs: Sequence[int]) -> list[int]:
    """Round amounts in cents to filter by, about a quarter, half and three quarters of the options each; at most three."""
    ordered = sorted(costs)
    if len(ordered) < 8:
        return []
    found = {_rounded_up(ordered[len(ordered) * quarter // 4]) for quarter in (1, 2, 3)}
    return sorted(step for step in found if step < ordered[-1])


def _rounded_up(cents: int) -> int:
    """The next amount with one significant digit, or a five as second: 1,234 euros gives 1,500."""
    unit = 10 ** max(0, len(str(max(1, cents))) - 1)
    half = max(1, unit // 2)
    return -(-cents // half) * half


@dataclass(frozen=True)
class Money:
    """What a choice costs on this ballot."""

    chosen: int
    spent_cents: int
    budget_cents: int
    max_choices: int | None
    limited_by_budget: bool

    @property
    def left_cents(self) -> int:
        return self.budget_cents - self.spent_cents


def money(ballot: Ballot, options: Iterable[Option], chosen: Collection[int]) -> Money:
    """Number and cost of the chosen options."""
    picked = [option for option in options if option.number in chosen]
    return Money(
        chosen=len(picked),
        spent_cents=sum(option.cost_cents for option in picked),
        budget_cents=ballot.budget_cents or 0,
        max_choices=ballot.max_choices if ballot.limit_kind == LimitKind.NUMBER else None,
        limited_by_budget=ballot.limit_kind == LimitKind.BUDGET,
    )


def total_cost(ballot: Ballot) -> int:
    return ballot.options.aggregate(total=Sum("cost_cents"))["total"] or 0


def phases(ballot: Ballot, now: datetime) -> list[dict[str, Any]]:
    """The path of a ballot as the component ``path`` shows it."""
    phase = ballot.phase(now)
    if phase == BallotState.CANCELLED:
        return []
    at = {
        BallotState.DRAFT: 0,
        BallotState.ANNOUNCED: 0,
        BallotState.OPEN: 1,
        BallotState.CLOSED: 2,
        BallotState.COUNTED: 2,
        BallotState.CERTIFIED: 2,
        BallotState.PUBLISHED: 4,
    }[BallotState(phase)]
    steps: list[dict[str, Any]] = [
        {"name": _("Read along"), "end": ballot.opens_at, "start": ballot.announced_at},
        {"name": _("Voting"), "start": ballot.opens_at, "end": ballot.closes_at},
        {"name": _("Count and check"), "start": ballot.closes_at, "end": None},
        {"name": _("Result"), "start": ballot.published_at, "end": None},
    ]
    for number, step in enumerate(steps):
        if step["start"] and step["end"] and clock.today(step["start"]) == clock.today(step["end"]):
            step["start"] = None  # one day is said once
        step["state"] = "done" if number < at else "now" if number == at else "next"
    return steps
