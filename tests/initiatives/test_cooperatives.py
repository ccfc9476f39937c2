"""Cooperatives: stage, the conflict of roles, growth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from foundation.core import clock
from initiatives.errors import InitiativeError, Stale
from initiatives.models import Cooperative, GrowthPoint, Initiative
from initiatives.services import cooperatives
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant

pytestmark = pytest.mark.django_db
BOTH = {"stage": "provider", "is_intermediary": True, "is_provider": True}


def energy(**fields: Any) -> tuple[Initiative, Any]:
    initiative = initiatives.in_state("in_execution", kind="energy", **fields)
    return initiative, initiative.team.get().user


def test_two_roles_in_one_hand_are_said_on_the_page_with_what_is_done_about_it() -> None:
    initiative, maker = energy()
    cooperatives.tell(initiative=initiative, by=maker, **BOTH)
    page = Client().get(initiative.get_absolute_url()).content.decode()
    assert "Twee rollen in één hand" in page
    assert "nog niet verteld" in page
    cooperatives.tell(
        initiative=initiative, by=maker, measures=["split"], more_measures="Een <b>tweede</b> lezer.", **BOTH
    )
    page = Client().get(initiative.get_absolute_url()).content.decode()
    assert "nog niet verteld" not in page
    assert "Een &lt;b&gt;tweede&lt;/b&gt; lezer." in page


@pytest.mark.parametrize(("link", "provide"), [(True, False), (False, True), (False, False)])
def test_one_role_is_no_conflict(link: bool, provide: bool) -> None:
    initiative, maker = energy()
    row = cooperatives.tell(initiative=initiative, by=maker, stage="network", is_intermediary=link, is_provider=provide)
    assert not row.has_conflict
    assert "Twee rollen" not in Client().get(initiative.get_absolute_url()).content.decode()


def test_a_new_stage_stands_in_the_timeline_once() -> None:
    initiative, maker = energy()
    for _again in range(2):
        cooperatives.tell(initiative=initiative, by=maker, **BOTH)
    assert [line.facts for line in initiative.timeline.filter(verb="stage")] == [{"stage": "provider"}]


def test_of_two_who_save_at_once_the_second_is_told() -> None:
    initiative, maker = energy()
    cooperatives.tell(initiative=initiative, by=maker, **BOTH)
    cooperatives.tell(initiative=initiative, by=maker, version=1, **BOTH | {"is_provider": False})
    with pytest.raises(Stale):
        cooperatives.tell(initiative=initiative, by=maker, version=1, **BOTH)
    assert not Cooperative.objects.get().has_conflict


def test_only_the_team_tells_and_only_of_cooperatives() -> None:
    initiative, _maker = energy()
    for user in (UserFactory(), civil_servant(initiative.municipality)):
        with pytest.raises(PermissionDenied):
            cooperatives.tell(initiative=initiative, by=user, **BOTH)
        with pytest.raises(PermissionDenied):
            cooperatives.measure_growth(initiative=initiative, by=user, day=clock.today(), members=1)
    garden = initiatives.submitted()
    with pytest.raises(InitiativeError):
        cooperatives.tell(initiative=garden, by=garden.team.get().user, **BOTH)


def test_growth_is_one_line_a_day_and_never_of_tomorrow() -> None:
    initiative, maker = energy()
    today = clock.today()
    for members in (40, 45):
        cooperatives.measure_growth(initiative=initiative, by=maker, day=today, members=members)
    cooperatives.measure_growth(initiative=initiative, by=maker, day=date(2025, 1, 1), members=12, turnover_cents=0)
    assert list(GrowthPoint.objects.values_list("members", flat=True)) == [12, 45]
    with pytest.raises(InitiativeError):
        cooperatives.measure_growth(initiative=initiative, by=maker, day=today + timedelta(days=1), members=1)
    with pytest.raises(ValidationError):
        cooperatives.measure_growth(initiative=initiative, by=maker, day=today, members=1, turnover_cents=-1)
    page = Client().get(initiative.get_absolute_url()).content.decode()
    assert "<svg" in page
    assert "Leden" in page


def test_the_page_of_the_team() -> None:
    initiative, maker = energy()
    where = reverse("initiatives:cooperative", args=[initiative.municipality.slug, initiative.slug])
    client = Client()
    assert client.get(where).status_code == 302
    client.force_login(UserFactory())
    assert client.get(where).status_code == 403
    client.force_login(maker)
    assert client.post(where, {"stage": "nonsense"}).status_code == 422
    data = {"stage": "intermediary", "is_intermediary": "on", "measures": ["others"]}
    assert client.post(where, data).status_code == 302
    assert Cooperative.objects.get().measures == ["others"]
    assert client.post(where, {"day": "2026-01-01", "members": "-1"}).status_code == 422
    growth = {"day": "2026-01-01", "members": "30", "volunteers": "4", "clients": "9", "turnover_cents": "1.250,50"}
    assert client.post(where, growth).status_code == 302
    assert GrowthPoint.objects.get().turnover_cents == 125_050
    garden = initiatives.submitted(by=maker)
    other = reverse("initiatives:cooperative", args=[garden.municipality.slug, garden.slug])
    assert client.get(other).status_code == 404
