"""Everything of one person, over all municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from foundation.municipalities.models import Municipality, Residency, Role
from foundation.notifications.models import Message
from foundation.notifications.queries import inbox
from foundation.voting import papers
from foundation.voting.enums import Electorate
from foundation.voting.models import Ballot, BallotSecret, VoterRecord

if TYPE_CHECKING:
    from foundation.accounts.models import User

MESSAGES_SHOWN = 5
BALLOTS_SHOWN = 12


@dataclass(frozen=True)
class Mine:
    """My places, my roles, the votes I can still cast or did cast, and my newest messages."""

    residencies: list[Residency]
    roles: list[Role]
    voted: list[Ballot]
    to_vote: list[Ballot]
    messages: list[Message]
    elsewhere: list[Municipality]


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
    voted = voted_in(user, residencies)
    return Mine(
        residencies=residencies,
        roles=list(Role.objects.filter(user=user).select_related("municipality").order_by("municipality__name")),
        voted=voted,
        to_vote=[ballot for ballot in open_for(residencies, now) if ballot.pk not in {done.pk for done in voted}],
        messages=list(inbox(user, now)[:MESSAGES_SHOWN]),
        elsewhere=[] if residencies else list(Municipality.objects.published().order_by("name")[:MESSAGES_SHOWN]),
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


def voted_in(user: User, residencies: list[Residency]) -> list[Ballot]:
    """The ballots whose roll has a line for this user, as long as their keys live; newest first. Three queries."""
    secrets = BallotSecret.objects.filter(
        Q(ballot__municipality__in=[home.municipality_id for home in residencies])
        | Q(ballot__electorate=Electorate.ANYONE)
    ).values_list("ballot_id", "roll_key")
    mine = {ballot: papers.voter_key(bytes(key), user.pk) for ballot, key in secrets}
    lines = VoterRecord.objects.filter(ballot__in=mine, voter_key__in=mine.values()).values_list("ballot_id", flat=True)
    return list(
        Ballot.objects.filter(pk__in=list(lines))
        .select_related("municipality")
        .defer("rules_json")
        .order_by("-closes_at")
    )
