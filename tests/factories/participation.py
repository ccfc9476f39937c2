from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from participation.enums import PhaseKind, ProcessRole, ProcessState
from participation.models import Phase, Process, Role
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory


class ProcessFactory(factory.django.DjangoModelFactory[Process]):
    """A process in preparation, without phases."""

    class Meta:
        model = Process

    municipality = factory.SubFactory(MunicipalityFactory)
    slug = factory.Sequence(lambda n: f"proces-{n}")
    title = factory.Sequence(lambda n: f"Proces {n}")
    summary = "Samen het plein opknappen."
    why = "Het plein is versleten en iedereen komt er."


class PhaseFactory(factory.django.DjangoModelFactory[Phase]):
    """A phase that is open now: since yesterday, for two weeks."""

    class Meta:
        model = Phase

    process = factory.SubFactory(ProcessFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = PhaseKind.PROPOSALS
    title = "Ideeën en voorstellen"
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=13))


def running(
    municipality: Municipality | None = None, *, kind: str | None = None, by: User | None = None, **fields: Any
) -> Process:
    """A published process; with one open phase of ``kind`` when given. ``by`` coordinates it."""
    if municipality is not None:
        fields["municipality"] = municipality
    process = ProcessFactory(
        **{"state": ProcessState.PUBLISHED, "published_at": timezone.now() - timedelta(days=2), **fields}
    )
    if kind is not None:
        PhaseFactory(process=process, kind=kind, number=1)
    Role.objects.create(process=process, user=by or UserFactory(), role=ProcessRole.COORDINATOR)
    return process


def open_phase(process: Process, kind: str, **fields: Any) -> Phase:
    """A phase more, open now."""
    return PhaseFactory(process=process, kind=kind, number=process.phases.count() + 1, **fields)
