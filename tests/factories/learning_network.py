from __future__ import annotations

from datetime import date
from typing import Any

import factory
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import OfficialMunicipality
from learning_network import visibility
from learning_network.enums import Stage
from learning_network.models import Acceptance, Enrolment, Member, NetworkLead, Participant, Programme
from learning_network.services import participants, programmes
from tests.factories.accounts import UserFactory


class OfficialFactory(factory.django.DjangoModelFactory[OfficialMunicipality]):
    """A municipality of the official list; made up, with a code that CBS does not use."""

    class Meta:
        model = OfficialMunicipality
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"GM{8000 + n % 1000:04d}")
    name = factory.Sequence(lambda n: f"Gemeente {n}")
    province = "Utrecht"
    population = 40_000
    year = 2025


def lead(**fields: Any) -> User:
    """Somebody who may start programmes."""
    user = UserFactory(**fields)
    NetworkLead.objects.create(user=user)
    return user


def running(*, by: User | None = None, starts_on: date | None = None, **fields: Any) -> Programme:
    """A programme that runs, from the template; ``by`` leads it."""
    by = by or lead()
    made = programmes.create(title=fields.pop("title", "Burgers aan zet"), starts_on=starts_on or clock.today(), by=by)
    fields = {"summary": "Samen leren loslaten.", "purpose": "Taken overdragen aan bewoners.", **fields}
    programmes.change(programme=made, by=by, **fields)
    programmes.begin(programme=made, by=by)
    made.refresh_from_db()
    return made


def enrolment(programme: Programme, *, stage: str = Stage.TAKING_PART, **fields: Any) -> Enrolment:
    """A municipality on the board, at any stage."""
    place = fields.pop("municipality", None) or OfficialFactory()
    return Enrolment.objects.create(programme=programme, municipality=place, stage=stage, **fields)


def participant(enrolled: Enrolment, user: User | None = None, **fields: Any) -> User:
    """Somebody who takes part for a municipality and accepted the ground rules."""
    user = user or UserFactory()
    one = Participant.objects.create(
        enrolment=enrolled, user=user, email=user.email, joined_at=timezone.now(), **fields
    )
    Acceptance.objects.create(participant=one, rules=participants.newest_rules(enrolled.programme))
    Member.objects.get_or_create(user=user, defaults={"municipality": enrolled.municipality})
    visibility.forget(user)
    return user


def member(**fields: Any) -> User:
    """Somebody of the network, whether they are in a programme or not."""
    user = fields.pop("user", None) or UserFactory()
    Member.objects.get_or_create(user=user, defaults=fields)
    visibility.forget(user)
    return user
