"""A ballot as a card: title, state in words, and three facts at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.templatetags.aanzet import euro, near, relative, short_day, whole
from foundation.voting.models import Ballot
from portal.queries.home import Outcome

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


def what_text(ballot: Ballot) -> str:
    """Money and number of projects in one line; expects ``options_total``."""
    number = ballot.options_total  # type: ignore[attr-defined]
    plans = ngettext("%(n)s project", "%(n)s projects", number) % {"n": whole(number)}
    return " · ".join(part for part in (euro(ballot.budget_cents), plans) if part)


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


def result_card(outcome: Outcome) -> Card:
    """A vote whose result was published: how many voted, what goes ahead."""
    ballot = outcome.ballot
    return Card(
        url=ballot.get_absolute_url(),
        title=ballot.title,
        badge=_("Result is known"),
        kind="success",
        icon="trophy",
        facts=_facts(
            (
                "check",
                ngettext("%(won)s of %(n)s project goes ahead", "%(won)s of %(n)s projects go ahead", outcome.options)
                % {"won": outcome.winners, "n": outcome.options},
            ),
            (
                "users",
                ngettext("%(n)s person voted", "%(n)s people voted", outcome.votes) % {"n": whole(outcome.votes)},
            ),
            ("calendar", _("Closed on %(day)s") % {"day": short_day(ballot.closes_at)}),
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
