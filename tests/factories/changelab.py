from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from changelab import visibility
from changelab.enums import LabRole
from changelab.models import Application, Cohort, Lab, LabMember
from changelab.services import applications, cohorts
from foundation.accounts.models import User
from foundation.core import clock
from learning_network.models import Programme
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, participant, running


def open_cohort(programme: Programme | None = None, *, by: User | None = None, **fields: Any) -> Cohort:
    """A cohort that takes applications; ``by`` leads its programme."""
    programme = programme or running(by=by)
    by = by or programme.created_by
    assert by is not None
    today = clock.today()
    made = cohorts.create(
        programme=programme,
        title=fields.pop("title", "Eerste lichting"),
        starts_on=today,
        ends_on=today + timedelta(days=182),
        by=by,
        **{
            "purpose": "Taken overdragen.",
            "conditions": "Een wethouder die het draagt.",
            "fee_cents": 2_000_000,
            "reduced_fee_cents": 1_000_000,
            **fields,
        },
    )
    return cohorts.open_for_applications(cohort=made, by=by)


def application(cohort: Cohort, *, by: User | None = None, **fields: Any) -> Application:
    """An application of a municipality of the programme, made by a participant of it."""
    enrolled = enrolment(cohort.programme)
    by = participant(enrolled, by)
    texts = {"motivation": "Wij willen loslaten.", "area_text": "De Wielen", **fields}
    return applications.apply(cohort=cohort, enrolment=enrolled, by=by, **texts)


def lab(cohort: Cohort | None = None, *, by: User | None = None, **fields: Any) -> Lab:
    """A lab that runs; ``by`` leads it."""
    cohort = cohort or open_cohort()
    boss = cohort.created_by
    assert boss is not None
    made = applications.select(application=application(cohort, by=by), reason="Een sterke wijk.", by=boss)
    for name, value in fields.items():
        setattr(made, name, value)
    if fields:
        made.save()
    return made


def lab_member(lab: Lab, user: User | None = None, *, role: str = LabRole.RESIDENT, **fields: Any) -> User:
    """Somebody who is in a lab."""
    user = user or UserFactory()
    LabMember.objects.create(lab=lab, user=user, email=user.email, role=role, joined_at=timezone.now(), **fields)
    visibility.forget(user)
    return user
