"""Everything of one person, over all municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from foundation.municipalities.models import Municipality, Residency, Role
from foundation.notifications.models import Message
from foundation.notifications.queries import inbox
from foundation.voting.models import Ballot
from foundation.voting.queries.mine import ballots_voted_in
from initiatives.models import Draft, Initiative
from initiatives.queries.mine import drafts_of, initiatives_of
from participation.models import Process
from participation.queries import portal as processes

if TYPE_CHECKING:
    from foundation.accounts.models import User

MESSAGES_SHOWN = 5
BALLOTS_SHOWN = 12
PROCESSES_SHOWN = 20


@dataclass(frozen=True)
class Mine:
    """My places, my roles, the votes I can still cast or did cast, and my newest messages."""

    residencies: list[Residency]
    roles: list[Role]
    voted: list[Ballot]
    to_vote: list[Ballot]
    messages: list[Message]
    elsewhere: list[Municipality]
    initiatives: list[Initiative]
    drafts: list[Draft]
    processes: list[Process]


def mine(user: User, now: datetime) -> Mine:
    """What "Mijn AanZet" shows.

    That somebody voted is known only as long as the keys of the ballot live (until the result is established); what
    they voted is never known.
    """
    residencies = list(
        Residency.objects.filter(user=user)
        .select_related("municipality", "neighbourhood")
        .order_by("municipality__name")
    )
    voted = ballots_voted_in(user)
    return Mine(
        residencies=residencies,
        roles=list(Role.objects.filter(user=user).select_related("municipality").order_by("municipality__name")),
        voted=voted,
        to_vote=[ballot for ballot in open_for(residencies, now) if ballot.pk not in {done.pk for done in voted}],
        messages=list(inbox(user, now)[:MESSAGES_SHOWN]),
        elsewhere=[] if residencies else list(Municipality.objects.published().order_by("name")[:MESSAGES_SHOWN]),
        initiatives=initiatives_of(user),
        drafts=drafts_of(user, now),
        processes=processes.of_person(user, limit=PROCESSES_SHOWN),
    )


def open_for(residencies: list[Residency], now: datetime) -> list[Ballot]:
    """The votes that are open for somebody who lives there: for the whole municipality, or for their part of it."""
    if not residencies:
        return []
    places = {
        pk for home in residencies if home.neighbourhood for pk in (home.neighbourhood_id, home.neighbourhood.parent_id)
    }
    for_me = Q(ballot_areas=None) | Q(ballot_areas__area__in=places)
    return list(
        Ballot.objects.public()
        .open(now)
        .filter(for_me, municipality__in=[home.municipality_id for home in residencies])
        .select_related("municipality")
        .prefetch_related("areas")
        .defer("rules_json")
        .distinct()[:BALLOTS_SHOWN]
    )
