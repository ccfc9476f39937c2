"""Groups of voters for pages: their sizes and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from foundation.voting.models import GroupMember, VoterGroup
from foundation.voting.queries.turnout import SMALLEST_GROUP

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality
    from foundation.voting.models import Ballot

SMALLEST_ELECTORATE = SMALLEST_GROUP  # of fewer people a vote is not secret: the result tells who chose what


def groups(municipality: Municipality) -> QuerySet[VoterGroup]:
    """All groups, with ``places`` on the list and how many of them are ``taken``."""
    return (
        VoterGroup.objects.filter(municipality=municipality)
        .annotate(places=Count("members"), taken=Count("members", filter=Q(members__user__isnull=False)))
        .order_by("name")
    )


def members(group: VoterGroup, search: str = "") -> QuerySet[GroupMember]:
    """Who is on the list, by address; places of erased accounts are not shown."""
    rows = GroupMember.objects.filter(group=group).exclude(email="").order_by("email")
    return rows.filter(email__icontains=search) if search else rows


def places(group: VoterGroup) -> int:
    """How many might vote: places whose account was erased don't count."""
    return GroupMember.objects.filter(group=group).filter(Q(user__isnull=False) | ~Q(email="")).count()


def electorate_record(ballot: Ballot) -> dict[str, Any]:
    """What the frozen rules say of the group: its name and how many members it has at opening. Never who."""
    if ballot.group is None:
        return {}
    return {"group": {"name": ballot.group.name, "members": places(ballot.group)}}
