"""Where residents live: levels of assurance, and what holds a change."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.core.models import AuditEvent
from foundation.municipalities.enums import Assurance
from foundation.municipalities.models import Residency
from foundation.municipalities.personal_data import erase, export_residencies
from foundation.municipalities.services.residency import confirm_at_desk, declare_residency, remove_residency
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import NeighbourhoodFactory, ResidencyFactory, civil_servant

pytestmark = pytest.mark.django_db
GUARD = ["tests.municipalities.providers.running_vote"]


def move(residency: Residency, **changes: Any) -> Residency:
    values = {"neighbourhood": residency.neighbourhood, "birth_year": residency.birth_year, **changes}
    return declare_residency(municipality=residency.municipality, by=residency.user, **values)  # type: ignore[arg-type]


def test_moving_falls_back_to_declared() -> None:
    residency = ResidencyFactory(assurance=Assurance.DESK)
    other = NeighbourhoodFactory(municipality=residency.municipality)
    moved = move(residency, neighbourhood=other)
    assert (moved.pk, moved.neighbourhood, moved.assurance) == (residency.pk, other, Assurance.DECLARED)


def test_saving_the_same_keeps_what_was_confirmed_and_leaves_no_trace() -> None:
    residency = ResidencyFactory(assurance=Assurance.DESK)
    assert move(residency).assurance == Assurance.DESK
    assert not AuditEvent.objects.exists()


def test_a_running_vote_holds_moving_changing_the_year_and_forgetting(settings: Any) -> None:
    residency = ResidencyFactory(birth_year=1980)
    settings.RESIDENCY_GUARDS = GUARD
    for change in ({"neighbourhood": NeighbourhoodFactory(municipality=residency.municipality)}, {"birth_year": 1990}):
        with pytest.raises(ValidationError) as caught:
            move(residency, **change)
        assert caught.value.messages == ["Je stemt nu mee in deze buurt."]
    with pytest.raises(ValidationError):
        remove_residency(residency=residency, by=residency.user)
    residency.refresh_from_db()
    assert residency.birth_year == 1980


def test_a_first_year_of_birth_may_be_added_during_a_vote(settings: Any) -> None:
    residency = ResidencyFactory()
    settings.RESIDENCY_GUARDS = GUARD
    assert move(residency, birth_year=1980).birth_year == 1980


def test_the_audit_trail_never_tells_where_somebody_lives() -> None:
    residency = ResidencyFactory(neighbourhood__name="Geheimbuurt", birth_year=1980)
    move(residency, neighbourhood=NeighbourhoodFactory(municipality=residency.municipality, name="Stiltebuurt"))
    kept = str(list(AuditEvent.objects.values()))
    assert "Geheimbuurt" not in kept
    assert "Stiltebuurt" not in kept
    assert "1980" not in kept


def test_only_staff_of_this_municipality_confirms_and_nobody_oneself() -> None:
    residency = ResidencyFactory()
    for stranger in (UserFactory(), civil_servant(NeighbourhoodFactory().municipality), residency.user):
        with pytest.raises(PermissionDenied):
            confirm_at_desk(residency=residency, by=stranger, seen="kaart")
    servant = civil_servant(residency.municipality)
    own = ResidencyFactory(user=servant, neighbourhood=residency.neighbourhood)
    with pytest.raises(ValidationError):
        confirm_at_desk(residency=own, by=servant, seen="kaart")
    assert confirm_at_desk(residency=residency, by=servant, seen="kaart").assurance == Assurance.DESK


def test_a_surer_level_is_never_lowered_by_the_desk() -> None:
    residency = ResidencyFactory(assurance=Assurance.OPENID)
    found = confirm_at_desk(residency=residency, by=civil_servant(residency.municipality), seen="kaart")
    assert found.assurance == Assurance.OPENID


def test_the_resident_gets_it_in_the_export_and_it_is_erased() -> None:
    residency = ResidencyFactory(birth_year=1980)
    [kept] = export_residencies(residency.user)
    assert (kept["buurtcode"], kept["geboortejaar"]) == (residency.neighbourhood.code, 1980)
    erase(residency.user)
    assert not Residency.objects.exists()
