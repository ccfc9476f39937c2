from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState, TeamRole
from initiatives.models import Initiative, TeamMember
from initiatives.services import terms
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory


class InitiativeFactory(factory.django.DjangoModelFactory[Initiative]):
    """A draft without a team."""

    class Meta:
        model = Initiative

    municipality = factory.SubFactory(MunicipalityFactory)
    slug = factory.Sequence(lambda n: f"initiatief-{n}")
    title = factory.Sequence(lambda n: f"Initiatief {n}")
    summary = "Samen een moestuin op het veldje."
    story = "Wij willen met de buurt een moestuin beginnen."


class TeamMemberFactory(factory.django.DjangoModelFactory[TeamMember]):
    class Meta:
        model = TeamMember

    initiative = factory.SubFactory(InitiativeFactory)
    user = factory.SubFactory(UserFactory)
    role = TeamRole.INITIATOR


def draft(municipality: Municipality | None = None, *, by: User | None = None, **fields: Any) -> Initiative:
    """A draft with one initiator."""
    if municipality is not None:
        fields["municipality"] = municipality
    initiative = InitiativeFactory(**fields)
    TeamMemberFactory(initiative=initiative, user=by or UserFactory())
    return initiative


def submitted(municipality: Municipality | None = None, *, by: User | None = None, **fields: Any) -> Initiative:
    """Handed in today, with a term of eight weeks."""
    return in_state(InitiativeState.SUBMITTED, municipality, by=by, **fields)


def in_state(
    state: str, municipality: Municipality | None = None, *, by: User | None = None, **fields: Any
) -> Initiative:
    """An initiative that is in this state, without the road towards it; undecided ones have a running term."""
    if state != InitiativeState.DRAFT:
        fields.setdefault("submitted_at", timezone.now())
    initiative = draft(municipality, by=by, state=state, **fields)
    if state in (InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT, InitiativeState.INCOMPLETE):
        today = timezone.localdate()
        terms.start(initiative, day=today, weeks=8, by=None)
        if state == InitiativeState.INCOMPLETE:
            terms.suspend(initiative, day=today, until=today, reason="Het budget ontbreekt.", by=None)
    return initiative
