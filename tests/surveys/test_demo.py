"""The demo tells its surveys quickly, and once."""

from __future__ import annotations

import time

import pytest

from foundation.core import clock
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.services import people
from foundation.surveys.models import Survey
from portal.demo import surveys
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


def test_the_demo_has_results_and_something_to_answer_in_less_than_a_second() -> None:
    rivierdam, village = MunicipalityFactory(slug="rivierdam"), MunicipalityFactory(slug="zuiderbrink")
    NeighbourhoodFactory.create_batch(4, municipality=rivierdam)
    cast = {name: UserFactory() for name in ("civil_servant", "administrator", "resident")}
    for name, kind in (("civil_servant", RoleKind.CIVIL_SERVANT), ("administrator", RoleKind.ADMINISTRATOR)):
        for municipality in (rivierdam, village):
            people.appoint(municipality=municipality, user=cast[name], kind=kind, by=None)
    now = clock.now()
    began = time.process_time()
    surveys.tell(cast, now)
    assert time.process_time() - began < 1
    phases = {survey.title: survey.phase(now) for survey in Survey.objects.all()}
    assert phases == {surveys.CLOSED: "counted", surveys.VILLAGE: "counted", surveys.OPEN: "open"}
    surveys.tell(cast, now)
    assert Survey.objects.count() == 3
