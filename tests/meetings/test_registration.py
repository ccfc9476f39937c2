"""Places and the waiting list: in order, never one too many, whoever comes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.enums import Admission, AttendeeState, Reply, Visibility
from foundation.meetings.errors import MeetingError, NotInvited, WrongMoment
from foundation.meetings.models import Attendee, Meeting
from foundation.meetings.services import meetings, registration
from foundation.notifications.models import Message
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant

pytestmark = pytest.mark.django_db


def _states(meeting: Meeting) -> list[str]:
    return [row.state for row in meeting.attendees.order_by("number")]


def _told(user: object, kind: str) -> int:
    return Message.objects.filter(recipient=user, kind=f"meetings.{kind}").count()


def test_a_place_given_back_goes_to_the_first_in_line_with_a_message() -> None:
    meeting = make.meeting(capacity=2)
    rows = [make.going(meeting) for _ in range(4)]
    assert _states(meeting) == ["going", "going", "waiting", "waiting"]

    registration.withdraw(attendee=rows[0], by=rows[0].user)

    meeting.refresh_from_db()
    assert meeting.going_count == 2
    rows[2].refresh_from_db()
    rows[3].refresh_from_db()
    assert (rows[2].state, rows[3].state) == ("going", "waiting")
    assert (_told(rows[2].user, "moved_up"), _told(rows[3].user, "moved_up")) == (1, 0)


def test_more_places_move_people_up_in_order_and_fewer_than_taken_is_refused() -> None:
    meeting = make.meeting(capacity=1)
    rows = [make.going(meeting) for _ in range(4)]

    meetings.change(meeting=meeting, by=None, capacity=3)

    assert _states(meeting) == ["going", "going", "going", "waiting"]
    assert [_told(row.user, "moved_up") for row in rows] == [0, 1, 1, 0]
    with pytest.raises(MeetingError, match="3"):
        meetings.change(meeting=meeting, by=None, capacity=2)
    meetings.change(meeting=meeting, by=None, capacity=None)
    assert _states(meeting) == ["going"] * 4


def test_the_database_refuses_one_place_too_many_whatever_the_code_does() -> None:
    meeting = make.meeting(capacity=1)
    make.going(meeting)
    waiting = make.going(meeting)
    with pytest.raises(IntegrityError, match="meeting_not_overfull"), transaction.atomic():
        Attendee.objects.filter(pk=waiting.pk).update(state=AttendeeState.GOING)
    with pytest.raises(IntegrityError, match="attendee_number_once"), transaction.atomic():
        Attendee.objects.filter(pk=waiting.pk).update(number=1)


def test_the_count_of_places_is_right_after_every_kind_of_change() -> None:
    meeting = make.meeting(capacity=5)
    rows = [make.going(meeting) for _ in range(3)]
    registration.answer(attendee=rows[0], reply=Reply.NO)
    registration.answer(attendee=rows[1], reply=Reply.MAYBE)
    rows[2].delete()
    meeting.refresh_from_db()
    assert meeting.going_count == 0


def test_signing_up_twice_keeps_ones_place_and_message() -> None:
    meeting = make.meeting()
    user = UserFactory()
    first = make.going(meeting, user)
    again = make.going(meeting, user, needs="Plek voor een rolstoel")
    assert (again.pk, again.number) == (first.pk, first.number)
    assert meeting.attendees.get().needs == "Plek voor een rolstoel"
    assert _told(user, "place") == 1


def test_who_left_and_comes_back_stands_at_the_end_of_the_line() -> None:
    meeting = make.meeting(capacity=1)
    first, second = make.going(meeting), make.going(meeting)
    registration.withdraw(attendee=first, by=first.user)
    again = make.going(meeting, first.user)
    second.refresh_from_db()
    assert (second.state, again.state) == ("going", "waiting")


def test_needs_are_not_kept_where_they_are_not_asked_and_forgotten_after_two_weeks() -> None:
    from foundation.meetings.services.reminders import forget_needs

    silent = make.meeting(asks_needs=False)
    assert make.going(silent, needs="Tolk").needs == ""
    meeting = make.meeting()
    row = make.going(meeting, needs="Tolk")
    assert forget_needs() == 0
    with time_machine.travel(meeting.ends_at + timedelta(days=15), tick=False):
        assert forget_needs() == 1
    row.refresh_from_db()
    assert row.needs == ""


@pytest.mark.parametrize("moment", ["cancelled", "over", "closed", "open_door"])
def test_nobody_signs_up_at_a_wrong_moment(moment: str) -> None:
    meeting = make.meeting(registration_closes_at=clock.now() + timedelta(days=1))
    travel = timedelta(0)
    if moment == "cancelled":
        meetings.cancel(meeting=meeting, by=None, reason="Ziek")
    elif moment == "over":
        travel = timedelta(days=30)
    elif moment == "closed":
        travel = timedelta(days=2)
    else:
        meetings.change(meeting=meeting, by=None, admission=Admission.OPEN_DOOR)
    with time_machine.travel(clock.now() + travel), pytest.raises(WrongMoment):
        make.going(meeting)


def test_a_meeting_for_invited_people_lets_only_them_in() -> None:
    meeting = make.meeting(make.series(visibility=Visibility.PUBLIC), admission=Admission.INVITED)
    guest = make.invited(meeting)
    with pytest.raises(NotInvited):
        make.going(meeting)
    assert registration.answer(attendee=guest, reply=Reply.YES).state == AttendeeState.GOING


def test_a_hidden_meeting_is_not_there_for_strangers() -> None:
    meeting = make.meeting(make.series(visibility=Visibility.INVITED))
    with pytest.raises(PermissionDenied):
        make.going(meeting)


class TestSigningUpOthers:
    def test_needs_consent_and_a_name(self) -> None:
        meeting, user = make.meeting(), UserFactory()
        with pytest.raises(MeetingError, match="ander"):
            registration.sign_up_other(meeting=meeting, by=user, name="Oma", consents=False)
        with pytest.raises(MeetingError, match="naam"):
            registration.sign_up_other(meeting=meeting, by=user, name=" ", consents=True)
        row = registration.sign_up_other(meeting=meeting, by=user, name="Oma", consents=True)
        assert (row.state, row.brought_by, str(row)) == ("going", user, "Oma")
        assert row.consent_at is not None

    def test_with_an_address_sends_a_personal_link_and_counts_an_account_as_that_account(self) -> None:
        meeting, user, known = make.meeting(), UserFactory(), UserFactory()
        registration.sign_up_other(meeting=meeting, by=user, name="Oma", email="Oma@example.nl", consents=True)
        message = Message.objects.get(address="oma@example.nl")
        assert message.url.startswith("/agenda/uitnodiging/")
        row = registration.sign_up_other(meeting=meeting, by=user, name="X", email=known.email, consents=True)
        assert (row.user, row.name) == (known, "")
        with pytest.raises(MeetingError, match="staat al"):
            registration.sign_up_other(meeting=meeting, by=user, name="X", email=known.email, consents=True)

    def test_at_most_ten_unless_one_leads(self) -> None:
        meeting, user = make.meeting(), UserFactory()
        for number in range(10):
            registration.sign_up_other(meeting=meeting, by=user, name=f"Buur {number}", consents=True)
        with pytest.raises(MeetingError, match="10"):
            registration.sign_up_other(meeting=meeting, by=user, name="Nog een", consents=True)
        clerk = civil_servant(meeting.municipality)
        for number in range(11):
            registration.sign_up_other(meeting=meeting, by=clerk, name=f"Papier {number}", consents=True)

    def test_only_who_brought_somebody_takes_them_off(self) -> None:
        meeting, user = make.meeting(), UserFactory()
        row = registration.sign_up_other(meeting=meeting, by=user, name="Oma", consents=True)
        with pytest.raises(PermissionDenied):
            registration.withdraw(attendee=row, by=UserFactory())
        assert registration.withdraw(attendee=row, by=user).state == AttendeeState.DECLINED


def test_who_was_taken_off_the_list_is_told_and_stays_off() -> None:
    meeting = make.meeting(capacity=1)
    first, second = make.going(meeting), make.going(meeting)
    registration.remove(attendee=first, by=civil_servant(meeting.municipality))
    assert _told(first.user, "removed") == 1
    second.refresh_from_db()
    assert second.state == AttendeeState.GOING
    with pytest.raises(NotInvited):
        make.going(meeting, first.user)


@pytest.mark.django_db(transaction=True)
def test_three_hundred_at_once_for_thirty_places() -> None:
    """On a real PostgreSQL, in twenty threads: thirty in, the others in line without a gap, no more; then thirty move up."""
    meeting = make.meeting(make.series(title="Druk"), capacity=30)
    users = User.objects.bulk_create(User(email=f"druk{n}@example.nl", name=f"Druk {n}") for n in range(300))

    def sign_up(user: object) -> None:
        try:
            registration.sign_up(meeting=meeting, by=user)  # type: ignore[arg-type]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(sign_up, users))

    rows = list(meeting.attendees.order_by("number").values_list("number", "state"))
    assert [number for number, _state in rows] == list(range(1, 301))
    assert [state for _number, state in rows] == ["going"] * 30 + ["waiting"] * 270
    meeting.refresh_from_db()
    assert meeting.going_count == 30
    assert Message.objects.filter(kind="meetings.place").count() == 30
    assert Message.objects.filter(kind="meetings.waiting").count() == 270

    meetings.change(meeting=meeting, by=None, capacity=60)
    assert (
        list(meeting.attendees.order_by("number").values_list("state", flat=True)) == ["going"] * 60 + ["waiting"] * 240
    )
    assert Message.objects.filter(kind="meetings.moved_up").count() == 30
