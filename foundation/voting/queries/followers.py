"""Readers of newsletters without an account: who of them is told of a vote, by e-mail, and how many that were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from foundation.municipalities.models import Area, Follow, Newsletter
from foundation.municipalities.queries_follows import addresses
from foundation.voting.enums import BallotState, Electorate

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

_TO_COME = (BallotState.DRAFT, BallotState.ANNOUNCED)


def source(ballot: Ballot) -> str:
    """The label of the newsletter about the opening: the same that messages about the ballot have."""
    return f"voting.ballot:{ballot.pk}"


def audiences(ballot: Ballot) -> list[str]:
    """Who follows the whole municipality, or a neighbourhood where the vote is. Nobody where the voters are a group's members."""
    if ballot.electorate == Electorate.GROUP or ballot.is_historic:
        return []
    followed = Follow.objects.confirmed().filter(follower__municipality=ballot.municipality_id, area__isnull=False)
    areas = Area.objects.filter(pk__in=followed.values("area"))
    if chosen := list(ballot.ballot_areas.values_list("area_id", flat=True)):
        areas = areas.filter(Q(pk__in=chosen) | Q(parent__in=chosen))
    return ["municipality:", *(f"neighbourhood:{pk}" for pk in areas.order_by("pk").values_list("pk", flat=True))]


@dataclass(frozen=True)
class Readers:
    """``number``: how many addresses without an account are told, or will be when the vote opens (``newsletter`` None)."""

    number: int
    newsletter: Newsletter | None = None
    is_to_come: bool = False


def readers(ballot: Ballot) -> Readers | None:
    """What staff sees of it; None where nobody is told in this way."""
    if ballot.state in _TO_COME:
        number = len(addresses(ballot.municipality, audiences(ballot)))
        return Readers(number, is_to_come=True) if number else None
    made = Newsletter.objects.defer("intro", "blocks", "items").filter(source=source(ballot)).first()
    return Readers(made.receivers_total, made) if made is not None else None
