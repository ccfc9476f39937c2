"""Working groups: composition, signing up, lots, the line that moves up, who may write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.models import Member
from foundation.municipalities.enums import RoleKind
from foundation.notifications.models import Message
from participation.enums import PhaseKind
from participation.enums_groups import SeatFunction, SeatState
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.lots import drawn
from participation.models import Group, Process
from participation.queries import groups as queries
from participation.services import groups
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, civil_servant
from tests.factories.participation import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def process() -> Process:
    return running(kind=PhaseKind.GROUPS)


def made(process: Process, **targets: int) -> tuple[Group, User]:
    servant = civil_servant(process.municipality)
    group = groups.create(process=process, by=servant, title="Werkgroep plein", targets=targets or None)
    return group, servant


def closed(group: Group, servant: User) -> Group:
    return groups.change(group=group, by=servant, version=None, is_open=False)


def test_a_new_group_wants_two_council_members_four_residents_three_servants(process: Process) -> None:
    group, _servant = made(process)
    lines = {line.role: (line.wanted, line.missing) for line in queries.composition(group)}
    assert lines == {"council": (2, 2), "resident": (4, 4), "servant": (3, 3)}
    assert group.series is not None


def test_who_one_is_follows_from_the_role_in_the_municipality(process: Process) -> None:
    group, servant = made(process)
    member = UserFactory()
    RoleFactory(municipality=process.municipality, user=member, kind=RoleKind.COUNCIL_MEMBER)
    assert groups.roles_of(member, group) == ["council"]
    assert groups.roles_of(servant, group) == ["servant"]
    with pytest.raises(ParticipationError):
        groups.sign_up(group=group, by=member, role="resident")
    with pytest.raises(ParticipationError):
        groups.sign_up(group=group, by=UserFactory(), role="council")
    assert groups.sign_up(group=group, by=member, role="council").number == 1


def test_signing_up_twice_is_signing_up_once(process: Process) -> None:
    group, _servant = made(process)
    user = UserFactory()
    first = groups.sign_up(group=group, by=user)
    assert groups.sign_up(group=group, by=user) == first
    assert group.seats.count() == 1


def test_lots_wait_for_the_end_of_the_sign_up_and_can_be_drawn_again(process: Process) -> None:
    group, servant = made(process, resident=3)
    people = [UserFactory() for _ in range(8)]
    for user in people:
        groups.sign_up(group=group, by=user)
    with pytest.raises(WrongMoment):
        groups.draw(group=group, by=servant, role="resident", seed="7-14-21")
    closed(group, servant)
    outcome = groups.draw(group=group, by=servant, role="resident", seed="7-14-21")
    assert outcome.order == drawn(range(1, 9), "7-14-21")
    seated = set(group.seats.filter(state=SeatState.SEATED).values_list("number", flat=True))
    assert seated == set(outcome.order[:3])
    line = list(group.seats.filter(state=SeatState.RESERVE).order_by("place_in_line").values_list("number", flat=True))
    assert line == outcome.order[3:]
    assert Message.objects.filter(kind="participation.seat").count() == 8
    assert Member.objects.filter(series=group.series).count() == 3


def test_the_first_in_line_takes_a_place_that_comes_free(process: Process) -> None:
    group, servant = made(process, resident=1)
    for _ in range(3):
        groups.sign_up(group=group, by=UserFactory())
    closed(group, servant)
    outcome = groups.draw(group=group, by=servant, role="resident")
    gone = group.seats.get(number=outcome.order[0])
    groups.leave(seat=gone, by=gone.user)  # type: ignore[arg-type]
    assert list(group.seats.filter(state=SeatState.SEATED).values_list("number", flat=True)) == [outcome.order[1]]
    with pytest.raises(PermissionDenied):
        groups.leave(seat=group.seats.get(number=outcome.order[1]), by=UserFactory())


def test_a_resident_who_is_chair_writes_the_advice_and_plans_meetings(process: Process) -> None:
    group, servant = made(process, resident=2)
    chair, other = UserFactory(), UserFactory()
    for user in (chair, other):
        groups.seat(seat=groups.sign_up(group=group, by=user), by=servant)
    groups.give_function(seat=group.seats.get(user=chair), by=servant, function=SeatFunction.CHAIR)
    group.refresh_from_db()
    written = groups.write(group=group, by=chair, text="Meer groen.", version=group.version)
    with pytest.raises(Stale):
        groups.write(group=group, by=servant, text="Minder groen.", version=group.version)
    with pytest.raises(PermissionDenied):
        groups.write(group=group, by=other, text="Niets.", version=written.version)
    assert group.series is not None
    assert chair.has_perm("meetings.manage_series", group.series)
    assert not other.has_perm("meetings.manage_series", group.series)


def test_places_are_never_given_twice_and_not_after_the_last(process: Process) -> None:
    group, servant = made(process, resident=1)
    first, second = (groups.sign_up(group=group, by=UserFactory()) for _ in range(2))
    groups.seat(seat=first, by=servant)
    with pytest.raises(ParticipationError):
        groups.seat(seat=second, by=servant)
    with pytest.raises(WrongMoment):
        groups.seat(seat=first, by=servant)


def test_nobody_signs_up_after_the_last_moment_or_from_elsewhere_leads(process: Process) -> None:
    group, servant = made(process)
    groups.change(group=group, by=servant, version=None, sign_up_until=clock.now() - timedelta(minutes=1))
    with pytest.raises(WrongMoment):
        groups.sign_up(group=group, by=UserFactory())
    with pytest.raises(PermissionDenied):
        groups.change(group=group, by=civil_servant(MunicipalityFactory()), version=None, title="Gekaapt")


def test_pages_of_groups_ask_the_same_whatever_their_number(client: Client, process: Process) -> None:
    page = reverse("participation:phase", args=[process.municipality.slug, process.slug, 1])

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    group, _servant = made(process)
    asked()  # what is kept from the first visit on
    groups.create(process=process, by=civil_servant(process.municipality), title="Groep")  # so that it is drawn anew
    one = asked()
    for number in range(3):
        groups.create(process=process, by=civil_servant(process.municipality), title=f"Groep {number}")
    groups.sign_up(group=group, by=UserFactory())
    assert asked() == one
    assert client.get(group.get_absolute_url()).status_code == 200
