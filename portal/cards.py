"""A ballot as a card: title, state in words, and three facts at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.templatetags.aanzet import euro, near, relative, short_day
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot

NAMES_SHOWN = 2


@dataclass(frozen=True)
class Card:
    """What components/card.html shows."""

    url: str
    title: str
    badge: str
    kind: str
    icon: str
    facts: list[dict[str, str]]


def open_card(ballot: Ballot, now: datetime, *, near_me: bool = False, with_municipality: bool = False) -> Card:
    """A vote that is open: how long still, how much money, where."""
    where = ballot.municipality.name if with_municipality else where_text(ballot)
    return Card(
        url=ballot.get_absolute_url(),
        title=ballot.title,
        badge=_("In your neighbourhood") if near_me else _("Open now"),
        kind="open",
        icon="map-pin" if near_me else "circle-dot",
        facts=_facts(
            ("clock", _("Until %(when)s") % {"when": near(ballot.closes_at)}),
            ("coins", euro(ballot.budget_cents)),
            ("map-pin", where),
        ),
    )


def coming_card(ballot: Ballot, now: datetime) -> Card:
    """A vote that was announced: when it opens."""
    soon = relative(ballot.opens_at, now) if ballot.opens_at else ""
    return Card(
        url=ballot.get_absolute_url(),
        title=ballot.title,
        badge=_("Soon"),
        kind="info",
        icon="calendar",
        facts=_facts(
            ("calendar", _("Opens %(when)s") % {"when": near(ballot.opens_at) if soon else short_day(ballot.opens_at)}),
            ("coins", euro(ballot.budget_cents)),
        ),
    )


def result_card(ballot: Ballot) -> Card:
    """A vote whose result was published."""
    cancelled = ballot.state == BallotState.CANCELLED
    return Card(
        url=ballot.get_absolute_url(),
        title=ballot.title,
        badge=_("Cancelled") if cancelled else _("Result is known"),
        kind="" if cancelled else "success",
        icon="" if cancelled else "trophy",
        facts=_facts(
            ("calendar", _("Published on %(day)s") % {"day": short_day(ballot.published_at)}),
            ("coins", euro(ballot.budget_cents)),
        ),
    )


def where_text(ballot: Ballot) -> str:
    """The neighbourhoods a vote is for, in words; expects ``areas`` to be prefetched."""
    names = [area.name for area in ballot.areas.all()]
    if not names:
        return _("The whole municipality")
    if len(names) <= NAMES_SHOWN + 1:
        return ", ".join(names)
    more = len(names) - NAMES_SHOWN
    return ngettext("%(names)s and %(n)d other", "%(names)s and %(n)d others", more) % {
        "names": ", ".join(names[:NAMES_SHOWN]),
        "n": more,
    }


def _facts(*pairs: tuple[str, Any]) -> list[dict[str, str]]:
    return [{"icon": icon, "text": str(text)} for icon, text in pairs if text]
