from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from changelab.enums import LabRole
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Lab, LabMember
from changelab.services import labs, members
from foundation.core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, lab_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Lab:
    return lab()


def boss_of(made: Lab) -> LabMember:
    return LabMember.objects.select_related("user").get(lab=made, role=LabRole.LEAD)


def at(name: str, made: Lab, *more: object) -> str:
    return reverse(f"changelab:{name}", args=[made.cohort.slug, made.slug, *more])


def test_who_leads_gives_somebody_another_role_from_the_list_of_people(made: Lab) -> None:
    ria = LabMember.objects.get(user=lab_member(made))
    client = Client()
    client.force_login(boss_of(made).user)
    path = at("member_role", made, ria.pk)
    assert path in client.get(at("people", made)).content.decode()
    assert client.get(path).status_code == 200
    assert client.post(path, {"role": "koning"}).status_code == 200
    answer = client.post(path, {"role": LabRole.LEAD}, follow=True)
    assert answer.redirect_chain == [(at("people", made), 302)]
    assert "De rol is veranderd." in answer.content.decode()
    ria.refresh_from_db()
    assert ria.role == LabRole.LEAD
    event = AuditEvent.objects.get(verb="changelab.member_role")
    assert (event.old["role"], event.new["role"]) == (LabRole.RESIDENT, str(LabRole.LEAD.label))
    client.post(path, {"role": LabRole.LEAD})
    assert AuditEvent.objects.filter(verb="changelab.member_role").count() == 1


def test_a_lab_keeps_a_lead_and_who_left_gets_no_role(made: Lab) -> None:
    boss, ria = boss_of(made), LabMember.objects.get(user=lab_member(made))
    assert boss.user is not None
    with pytest.raises(ChangelabError):
        members.set_role(member=boss, role=LabRole.RESIDENT, by=boss.user)
    client = Client()
    client.force_login(boss.user)
    told = client.post(at("member_role", made, boss.pk), {"role": LabRole.RESIDENT}).content.decode()
    assert "ten minste één trekker" in told
    LabMember.objects.filter(pk=ria.pk).update(left_at=timezone.now())
    assert client.get(at("member_role", made, ria.pk)).status_code == 404
    with pytest.raises(WrongMoment):
        members.set_role(member=ria, role=LabRole.LEAD, by=boss.user)
    labs.stop(lab=made, reason="Geen mensen.", by=boss.user)
    with pytest.raises(WrongMoment):
        members.set_role(member=boss, role=LabRole.RESIDENT, by=boss.user)


def test_only_who_leads_the_lab_gives_roles(made: Lab) -> None:
    ria = LabMember.objects.get(user=lab_member(made))
    path = at("member_role", made, ria.pk)
    for user, status in ((None, 302), (UserFactory(), 403), (ria.user, 403), (boss_of(made).user, 200)):
        client = Client()
        if user is not None:
            client.force_login(user)
        assert client.get(path).status_code == status
    assert ria.user is not None
    with pytest.raises(PermissionDenied):
        members.set_role(member=ria, role=LabRole.LEAD, by=ria.user)
    client = Client()
    client.force_login(ria.user)
    assert path not in client.get(at("people", made)).content.decode()
