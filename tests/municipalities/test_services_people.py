"""Roles and invitations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import InvitationState, RoleKind
from foundation.municipalities.models import Invitation, Municipality, Role
from foundation.municipalities.personal_data import erase, export_roles, last_administrator_of
from foundation.municipalities.services import invitations
from foundation.municipalities.services.people import appoint, end_role
from foundation.municipalities.services.sectors import add_sectors, remove_sector, rename_sector
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, SectorFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return administrator(MunicipalityFactory())


@pytest.fixture
def town(boss: User) -> Municipality:
    return boss.roles.get().municipality


def token_of(invitation: Invitation) -> str:
    """The secret as it stands in the newest mail."""
    message = Message.objects.filter(about=f"municipalities.invitation:{invitation.pk}").order_by("created_at").last()
    assert message is not None
    found = re.search(r"/uitnodiging/([\w-]+)/", message.url)
    assert found
    return found.group(1)


# --- Roles ------------------------------------------------------------------------------------------------------------


def test_an_administrator_appoints_and_the_log_tells_it(town: Municipality, boss: User) -> None:
    person = UserFactory(name="Fatima")
    role = appoint(municipality=town, user=person, kind=RoleKind.CIVIL_SERVANT, by=boss)
    assert person.has_perm("municipalities.enter_back_office", town)
    event = AuditEvent.objects.get(verb="municipalities.role_given")
    assert (event.actor_id, event.new) == (boss.pk, {"person": "Fatima", "kind": "civil_servant", "sector": ""})
    assert appoint(municipality=town, user=person, kind=RoleKind.CIVIL_SERVANT, by=boss) == role


def test_a_civil_servant_appoints_nobody(town: Municipality) -> None:
    with pytest.raises(PermissionDenied):
        appoint(municipality=town, user=UserFactory(), kind=RoleKind.ADMINISTRATOR, by=civil_servant(town))


def test_an_ambassador_needs_a_sector_of_this_municipality_without_ambassador(town: Municipality, boss: User) -> None:
    sector = SectorFactory(municipality=town)
    appoint(municipality=town, user=UserFactory(), kind=RoleKind.AMBASSADOR, sector=sector, by=boss)
    for wrong in (None, SectorFactory(), sector):
        with pytest.raises(ValidationError) as caught:
            appoint(municipality=town, user=UserFactory(), kind=RoleKind.AMBASSADOR, sector=wrong, by=boss)
        assert set(caught.value.message_dict) == {"sector"}


def test_the_database_holds_one_ambassador_per_sector(town: Municipality) -> None:
    sector = SectorFactory(municipality=town)
    RoleFactory(municipality=town, kind=RoleKind.AMBASSADOR, sector=sector)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleFactory(municipality=town, kind=RoleKind.AMBASSADOR, sector=sector)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleFactory(municipality=town, kind=RoleKind.AMBASSADOR, sector=None)


def test_a_role_ends_with_a_reason(town: Municipality, boss: User) -> None:
    person = civil_servant(town)
    end_role(role=person.roles.get(), by=boss, reason="Andere baan")
    assert not Role.objects.filter(user=person).exists()
    assert AuditEvent.objects.get(verb="municipalities.role_ended").reason == "Andere baan"


def test_somebody_lays_down_their_own_role(town: Municipality) -> None:
    person = civil_servant(town)
    end_role(role=person.roles.get(), by=person)
    assert not Role.objects.filter(user=person).exists()


def test_the_last_administrator_stays(town: Municipality, boss: User) -> None:
    with pytest.raises(ValidationError):
        end_role(role=boss.roles.get(), by=boss)
    second = administrator(town)
    end_role(role=boss.roles.get(), by=second)
    with pytest.raises(ValidationError):
        end_role(role=second.roles.get(), by=second)
    assert Role.objects.for_municipality(town).administrators().count() == 1


def test_nobody_ends_a_role_elsewhere(boss: User) -> None:
    with pytest.raises(PermissionDenied):
        end_role(role=RoleFactory(), by=boss)


# --- Invitations --------------------------------------------------------------------------------------------------------


def invite(town: Municipality, boss: User, email: str = "nieuw@example.nl", kind: str = "civil_servant") -> Invitation:
    return invitations.invite(municipality=town, email=email, kind=kind, by=boss)


def test_an_invitation_is_mailed_with_a_secret_that_is_not_kept(town: Municipality, boss: User) -> None:
    invitation = invite(town, boss, "Nieuw@Example.nl")
    token = token_of(invitation)
    assert invitation.email == "nieuw@example.nl"
    assert token not in str(Invitation.objects.values().get())
    assert invitations.find_by_token(token) == invitation
    assert invitations.find_by_token("geraden") is None
    assert Message.objects.get().address == "nieuw@example.nl"
    assert "nieuw@" not in str(AuditEvent.objects.values())


def test_the_invited_person_accepts_and_works_there(town: Municipality, boss: User) -> None:
    invitation = invite(town, boss)
    person = UserFactory(email="nieuw@example.nl")
    role = invitations.accept(invitation=invitation, by=person)
    assert role.kind == RoleKind.CIVIL_SERVANT
    assert person.has_perm("municipalities.enter_back_office", town)
    invitation.refresh_from_db()
    assert invitation.state(timezone.now()) == InvitationState.ACCEPTED
    assert invitations.accept(invitation=invitation, by=person) == role  # a double click


def test_another_address_must_be_confirmed(town: Municipality, boss: User) -> None:
    invitation = invite(town, boss)
    person = UserFactory(email="thuis@example.nl")
    with pytest.raises(ValidationError) as caught:
        invitations.accept(invitation=invitation, by=person)
    assert caught.value.code == "other_address"
    invitations.accept(invitation=invitation, by=person, other_address=True)
    assert AuditEvent.objects.get(verb="municipalities.invitation_accepted").new["other_address"] is True


@pytest.mark.parametrize("how", ["accepted", "withdrawn", "expired"])
def test_an_invitation_is_used_once_and_in_time(town: Municipality, boss: User, how: str) -> None:
    invitation = invite(town, boss)
    later = timezone.now()
    if how == "accepted":
        invitations.accept(invitation=invitation, by=UserFactory(email="nieuw@example.nl"))
    elif how == "withdrawn":
        invitations.withdraw(invitation=invitation, by=boss)
    else:
        later += invitations.VALID_FOR
    with time_machine.travel(later, tick=False), pytest.raises(ValidationError) as caught:
        invitations.accept(invitation=invitation, by=UserFactory(), other_address=True)
    assert caught.value.code == how


def test_sending_again_makes_the_older_link_useless(town: Municipality, boss: User) -> None:
    invitation = invite(town, boss)
    first = token_of(invitation)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        invitations.resend(invitation=invitation, by=boss)
        assert invitations.find_by_token(first) is None
        again = invitations.find_by_token(token_of(invitation))
        assert again is not None
        assert again.state(timezone.now()) == InvitationState.SENT
    assert Message.objects.count() == 2


def test_an_expired_invitation_is_renewed_and_an_open_one_refused(town: Municipality, boss: User) -> None:
    invitation = invite(town, boss)
    with pytest.raises(ValidationError):
        invite(town, boss)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        assert invite(town, boss) == invitation


def test_who_has_the_role_already_is_not_invited(town: Municipality, boss: User) -> None:
    person = civil_servant(town)
    with pytest.raises(ValidationError) as caught:
        invite(town, boss, person.email)
    assert set(caught.value.message_dict) == {"email"}
    invite(town, boss, person.email, kind="council_member")  # another role is fine


def test_two_people_are_not_invited_for_one_sector(town: Municipality, boss: User) -> None:
    sector = SectorFactory(municipality=town)
    invitations.invite(municipality=town, email="a@example.nl", kind=RoleKind.AMBASSADOR, sector=sector, by=boss)
    with pytest.raises(ValidationError) as caught:
        invitations.invite(municipality=town, email="b@example.nl", kind=RoleKind.AMBASSADOR, sector=sector, by=boss)
    assert "a@example.nl" in caught.value.message_dict["sector"][0]


def test_several_are_invited_all_or_none(town: Municipality, boss: User) -> None:
    known = civil_servant(town)
    with pytest.raises(ValidationError) as caught:
        invitations.invite_several(
            municipality=town, emails=["a@example.nl", known.email], kind="civil_servant", by=boss
        )
    assert known.email in caught.value.message_dict["emails"][0]
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()


def test_nobody_invites_into_another_municipality(boss: User) -> None:
    with pytest.raises(PermissionDenied):
        invite(MunicipalityFactory(), boss)


# --- Sectors ------------------------------------------------------------------------------------------------------------


def test_sectors_are_added_once_whatever_the_capitals(town: Municipality, boss: User) -> None:
    add_sectors(municipality=town, names=["Zorg", " zorg ", "", "Openbare  ruimte"], by=boss)
    add_sectors(municipality=town, names=["ZORG"], by=boss)
    assert list(town.sectors.values_list("name", flat=True)) == ["Openbare ruimte", "Zorg"]
    assert AuditEvent.objects.filter(verb="municipalities.sectors_added").count() == 1


def test_a_sector_with_people_stays(town: Municipality, boss: User) -> None:
    sector = SectorFactory(municipality=town)
    role = RoleFactory(municipality=town, sector=sector)
    with pytest.raises(ValidationError):
        remove_sector(sector=sector, by=boss)
    end_role(role=role, by=boss)
    remove_sector(sector=sector, by=boss)
    assert not town.sectors.exists()


def test_a_sector_gets_a_name_that_is_free(town: Municipality, boss: User) -> None:
    first, _second = SectorFactory(municipality=town, name="Zorg"), SectorFactory(municipality=town, name="Wonen")
    rename_sector(sector=first, name="Welzijn", by=boss)
    with pytest.raises(ValidationError):
        rename_sector(sector=first, name="wonen", by=boss)
    first.refresh_from_db()
    assert first.name == "Welzijn"


# --- Personal data --------------------------------------------------------------------------------------------------------


def test_erasing_somebody_takes_roles_and_invitations(town: Municipality, boss: User) -> None:
    person = UserFactory(email="nieuw@example.nl")
    invitations.accept(invitation=invite(town, boss), by=person)
    invite(town, boss, person.email, kind="alderman")
    assert export_roles(person)[0]["rol"]
    erase(person)
    assert not Role.objects.filter(user=person).exists()
    assert person.email not in set(Invitation.objects.values_list("email", flat=True))


def test_the_last_administrator_cannot_disappear(town: Municipality, boss: User) -> None:
    assert town.name in last_administrator_of(boss)[0]
    administrator(town)
    assert last_administrator_of(boss) == []
