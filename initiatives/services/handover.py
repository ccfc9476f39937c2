"""Opening an initiative that was decided elsewhere: a proposal that won a vote, an accepted transfer plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.core import audit, clock
from foundation.municipalities.models import Area, Municipality, Sector
from initiatives.enums import InitiativeKind, InitiativeState, TeamRole
from initiatives.models import Initiative, TeamMember
from initiatives.services import _moves, conversation, initiatives

if TYPE_CHECKING:
    from foundation.accounts.models import User


def open_in_execution(
    *,
    municipality: Municipality,
    by: User,
    title: str,
    summary: str,
    story: str,
    origin_label: str,
    origin_url: str,
    team: Sequence[User] = (),
    kind: str = InitiativeKind.NEIGHBOURHOOD,
    neighbourhood: Area | None = None,
    sector: Sector | None = None,
    place: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Initiative:
    """Make an initiative that is being carried out from its first day: what it needs was decided where it comes from.

    Args:
        origin_label, origin_url: where it comes from, in words and as an address; shown on its page.
        team: who carries it; each of them speaks for it. Nobody: the contact at the town hall does until somebody joins.

    Raises:
        PermissionDenied: ``by`` doesn't work on initiatives here.
        ValidationError: per field.
    """
    _moves.need("initiatives.handle", by, municipality)
    now = clock.now()
    with transaction.atomic():
        made = Initiative(
            municipality=municipality,
            slug=initiatives.free_slug(municipality, title),
            kind=kind,
            title=title[:120],
            summary=summary[:300],
            story=story[:20_000],
            neighbourhood=neighbourhood,
            sector=sector,
            place=place,
            starts_on=starts_on,
            ends_on=ends_on,
            state=InitiativeState.IN_EXECUTION,
            handler=by,
            origin_label=origin_label[:200],
            origin_url=origin_url,
            created_by=by,
            submitted_at=now,
            decided_at=now,
        )
        made.full_clean(exclude=["search"])
        made.save()
        for user in dict.fromkeys(team):
            TeamMember.objects.create(initiative=made, user=user, role=TeamRole.INITIATOR)
        facts: dict[str, Any] = {"origin": made.origin_label}
        _moves.note(made, "handed_over", by_municipality=True, facts=facts)
        audit.record("initiatives.handed_over", made, by=by, new=facts)
        conversation.open_for(made, by=by)
    return made
