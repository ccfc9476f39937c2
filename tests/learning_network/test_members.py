from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.signed_links import BadLink
from foundation.meetings.services import meetings
from foundation.meetings.times import span_of
from foundation.notifications.models import Message
from learning_network import links_members
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Member, MemberInvitation
from learning_network.queries import agenda as agenda_queries
from learning_network.services import agenda, members
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def seen(user: User) -> User:
    Member.objects.filter(user=user).update(welcomed_at=clock.now())
    return user


def test_somebody_is_asked_in_by_mail_and_lands_once_on_the_page_for_newcomers(client: Client) -> None:
    boss, town = lead(), OfficialFactory()
    row = members.invite(email=" Ria@Gemeente.example", by=boss, municipality=town)
    assert Message.objects.filter(address="ria@gemeente.example", kind="learning_network.member_invited").count() == 1
    url = links_members.address_of(row)
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 200
    ria = UserFactory()
    client.force_login(ria)
    assert client.post(url).headers["Location"] == reverse("learning_network:welcome")
    home = reverse("learning_network:home")
    assert client.get(home).headers["Location"] == reverse("learning_network:welcome")
    assert client.get(reverse("learning_network:welcome")).status_code == 200
    assert client.get(home).status_code == 200
    assert Member.objects.get(user=ria).municipality == town
    with pytest.raises(WrongMoment):
        members.accept(invitation=row, by=UserFactory())
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404


def test_asking_again_makes_the_older_link_useless_and_an_invitation_can_be_taken_back(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    boss = lead()
    old = links_members.token_of(members.invite(email="ria@gemeente.example", by=boss))
    time_machine.move_to("2026-03-03T09:00:00+01:00", tick=False)
    new = members.invite(email="ria@gemeente.example", by=boss)
    with pytest.raises(BadLink):
        links_members.read(old)
    assert links_members.read(links_members.token_of(new)) == new
    members.withdraw_invitation(invitation=new, by=boss)
    with pytest.raises(BadLink):
        links_members.read(links_members.token_of(new))
    with pytest.raises(ValidationError):
        members.invite(email="geen adres", by=boss)
    with pytest.raises(PermissionDenied):
        members.invite(email="a@b.example", by=member())
    there = member()
    with pytest.raises(ValidationError):
        members.invite(email=there.email.upper(), by=boss)
    assert MemberInvitation.objects.count() == 0


def test_who_is_in_a_programme_does_not_leave_the_network_and_others_do() -> None:
    inside, free = participant(enrolment(running())), member()
    with pytest.raises(NetworkError):
        members.leave(by=inside)
    members.leave(by=free)
    assert not free.has_perm("learning_network.read_network")
    again = members.invite(email=free.email, by=lead())
    members.accept(invitation=again, by=free)
    assert free.has_perm("learning_network.read_network")


def test_the_list_shows_only_who_wants_to_be_seen(client: Client) -> None:
    town = OfficialFactory(province="Drenthe")
    ina = member(user=UserFactory(name="Ina"), municipality=town, interests=["support"], about="Weet van raden")
    member(user=UserFactory(name="Onzichtbaar"), is_listed=False)
    client.force_login(seen(ina))
    url = reverse("learning_network:members")
    page = client.get(url)
    assert [line["row"].user for line in page.context["lines"]] == [ina]
    for asked, found in (
        ({"thema": "support"}, 1),
        ({"thema": "role"}, 0),
        ({"provincie": "Drenthe"}, 1),
        ({"provincie": "Zeeland"}, 0),
        ({"zoek": "raden"}, 1),
        ({"zoek": town.name}, 1),
        ({"zoek": "niemand"}, 0),
    ):
        assert client.get(url, asked).context["page"].paginator.count == found
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403


def test_ones_own_page_is_changed_and_a_lead_without_a_page_gets_one(client: Client) -> None:
    boss = lead()
    client.force_login(boss)
    url = reverse("learning_network:my_page")
    data = {"function": "Programmaleider", "interests": ["role"], "about": "Alles", "is_listed": "on"}
    assert client.post(url, data).status_code == 302
    page = Member.objects.get(user=boss)
    assert (page.interests, page.is_listed, page.wants_mailings) == (["role"], True, False)
    assert client.post(url, data | {"interests": ["onzin"]}).status_code == 422


def test_two_thousand_members_cost_as_many_queries_as_three(client: Client) -> None:
    boss = lead()
    client.force_login(boss)
    towns = [OfficialFactory() for _number in range(3)]
    pages = [reverse("learning_network:members"), reverse("learning_network:members_lead")]

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as spent:
            assert client.get(url).status_code == 200
        return len(spent)

    for town in towns:
        member(municipality=town)
    for url in pages:
        cost(url)
    before = [cost(url) for url in pages]
    people = User.objects.bulk_create(User(email=f"lid{n}@netwerk.example", name=f"Lid {n}") for n in range(2_000))
    Member.objects.bulk_create(Member(user=one, municipality=towns[n % 3]) for n, one in enumerate(people))
    after = [cost(url) for url in pages]
    # A page of a longer list has a pager; that asks nothing of the database.
    assert after == before
    export = client.get(reverse("learning_network:members_export"))
    assert len(export.content.decode("utf-8-sig").splitlines()) == 2_004


def test_only_who_keeps_the_network_reaches_the_pages_of_leads(client: Client) -> None:
    names = ("members_lead", "members_export", "mailings", "mailing_new")
    for person, status in ((None, 302), (UserFactory(), 404), (seen(member()), 403), (lead(), 200)):
        client.logout()
        if person is not None:
            client.force_login(person)
        assert {client.get(reverse(f"learning_network:{name}")).status_code for name in names} == {status}


def test_the_agenda_shows_ones_own_programmes_and_open_meetings_of_the_network(client: Client) -> None:
    boss = lead()
    open_series = agenda.begin(by=boss)
    assert agenda.begin(by=boss) == open_series
    with pytest.raises(PermissionDenied):
        agenda.begin(by=member())
    day = clock.today() + timedelta(days=20)
    from datetime import time

    meetings.plan(series=open_series, spans=[span_of(day, time(13), time(15))], by=boss, title="Open middag")
    mine, other = running(by=boss), running()
    ina = seen(participant(enrolment(mine)))
    from foundation.meetings.services import series as series_service

    for programme, title in ((mine, "Sessie een"), (other, "Sessie elders")):
        made = series_service.create_series(
            municipality=None, title=title, by=None, visibility="invited", host="learning_network.programme"
        )
        type(programme).objects.filter(pk=programme.pk).update(series=made)
        meetings.plan(series=made, spans=[span_of(day, time(9), time(11))], by=None, title=title)
    found = [meeting.title for meeting in agenda_queries.meetings_of(ina, clock.now())]
    assert found == ["Sessie een", "Open middag"]
    client.force_login(ina)
    text = client.get(reverse("learning_network:agenda")).content.decode()
    assert "Open middag" in text
    assert "Sessie elders" not in text
    assert boss.has_perm("meetings.manage_series", open_series)
    assert not ina.has_perm("meetings.manage_series", open_series)


def test_a_link_in_a_mail_names_nobody() -> None:
    row = members.invite(email="ria@gemeente.example", by=lead())
    assert not re.search("ria", links_members.address_of(row).split("~")[1])
