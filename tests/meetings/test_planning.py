"""Planning, moving, cancelling and reminding: everybody concerned hears exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.meetings.enums import TRANSITIONS, MeetingState, Reply
from foundation.meetings.errors import ChangedMeanwhile, MeetingError, WrongMoment
from foundation.meetings.models import Attendee, Meeting, Reminder
from foundation.meetings.services import invitations, meetings, registration, reminders
from foundation.meetings.services import series as series_service
from foundation.meetings.times import days_of_series
from foundation.notifications.models import Message
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    """Who heard of it: e-mail addresses, sorted."""
    rows = Message.objects.filter(kind=f"meetings.{kind}").select_related("recipient")
    return sorted(row.recipient.email if row.recipient else row.address for row in rows)


class TestDaysOfASeries:
    def test_every_second_week_past_holidays_and_over_the_change_of_the_clock(self) -> None:
        days = days_of_series(date(2026, 4, 13), every_weeks=1, times=4)
        # 27 April is King's day: that Monday moves to Tuesday.
        assert [found.day for found in days] == [
            date(2026, 4, 13),
            date(2026, 4, 20),
            date(2026, 4, 28),
            date(2026, 5, 4),
        ]
        assert [found.was_moved for found in days] == [False, False, True, False]

    def test_good_friday_moves_over_the_whole_easter_weekend(self) -> None:
        (day,) = days_of_series(date(2026, 4, 3), every_weeks=1, times=1)
        assert day.day == date(2026, 4, 7)

    def test_a_series_in_weekends_stays_in_weekends(self) -> None:
        days = days_of_series(date(2026, 12, 19), every_weeks=1, times=2)
        assert [found.day for found in days] == [date(2026, 12, 19), date(2027, 1, 2)]  # 26 December is Boxing day

    def test_as_typed_when_nothing_is_avoided(self) -> None:
        assert days_of_series(date(2026, 4, 27), every_weeks=1, times=1, avoid=False)[0].day == date(2026, 4, 27)


def test_the_table_of_states_is_the_only_road() -> None:
    roads: dict[str, Any] = {
        MeetingState.MOVED: lambda meeting: meetings.move(
            meeting=meeting, spans=[make.evening(40)], reason="", by=None
        ),
        MeetingState.CANCELLED: lambda meeting: meetings.cancel(meeting=meeting, reason="Ziek", by=None),
        MeetingState.HELD: lambda meeting: meetings.mark_held(meeting=meeting, by=None),
    }
    for old in MeetingState:
        for new, road in roads.items():
            meeting = make.meeting()
            Meeting.objects.filter(pk=meeting.pk).update(state=old, state_reason="x")
            travel = timedelta(days=15) if new == MeetingState.HELD else timedelta(0)
            with time_machine.travel(clock.now() + travel):
                if TRANSITIONS.allows(old, new):
                    assert road(meeting).state == new
                else:
                    with pytest.raises(WrongMoment):
                        road(meeting)


def test_everybody_on_the_list_the_chair_and_the_note_taker_hear_once_of_a_move() -> None:
    chair, notes = UserFactory(), UserFactory()
    meeting = make.meeting(chair=chair, note_taker=notes, capacity=1)
    rows = [make.going(meeting, chair), make.going(meeting), make.invited(meeting), make.invited_address(meeting)]
    away = make.going(meeting)
    registration.withdraw(attendee=away, by=away.user)

    meetings.move(meeting=meeting, spans=[make.evening(21)], reason="Zaal dubbel", by=None)

    assert told("moved") == sorted([chair.email, notes.email, rows[1].user.email, rows[2].user.email, "ria@example.nl"])
    meetings.cancel(meeting=meeting, reason="Storm", by=None)
    assert told("cancelled") == told("moved")
    assert AuditEvent.objects.filter(verb="meetings.moved", reason="Zaal dubbel").count() == 1


def test_moving_to_the_same_times_is_refused_and_tells_nobody() -> None:
    span = make.evening()
    meeting = make.meeting(None, span)
    make.going(meeting)
    with pytest.raises(MeetingError, match="al gelden"):
        meetings.move(meeting=meeting, spans=[span], reason="", by=None)
    assert told("moved") == []


def test_two_organisers_at_once_the_second_is_told() -> None:
    meeting = make.meeting()
    version = meeting.version
    meetings.move(meeting=meeting, spans=[make.evening(21)], reason="", by=None, version=version)
    with pytest.raises(ChangedMeanwhile):
        meetings.move(meeting=meeting, spans=[make.evening(28)], reason="", by=None, version=version)
    with pytest.raises(ChangedMeanwhile):
        meetings.change(meeting=meeting, place="Kerk", by=None, version=version)


def test_signing_up_closes_as_long_before_a_moved_meeting_as_before() -> None:
    closes = clock.now() + timedelta(days=10)
    meeting = make.meeting(registration_closes_at=closes)
    moved = meetings.move(meeting=meeting, spans=[make.evening(21)], reason="", by=None)
    assert moved.starts_at - moved.registration_closes_at == meeting.starts_at - closes


def test_what_stands_in_calendars_counts_the_sequence_up_and_what_does_not_stays_silent() -> None:
    meeting = make.meeting()
    make.going(meeting)
    assert meetings.change(meeting=meeting, by=None, for_whom="Iedereen").sequence == 0
    assert meetings.change(meeting=meeting, by=None, purpose="Praten").sequence == 1
    assert told("changed") == []
    assert meetings.change(meeting=meeting, by=None, place="Kerk").sequence == 2
    assert len(told("changed")) == 1
    assert meetings.change(meeting=meeting, by=None, place="Kerk").sequence == 2


@pytest.mark.parametrize(("begin", "end"), [("21:30", "19:30"), ("19:30", "19:30")])
def test_an_end_before_the_begin_is_the_next_morning(begin: str, end: str) -> None:
    span = make.on(date(2026, 5, 12), begin, end)
    assert span.ends_at - span.starts_at == (timedelta(hours=22) if begin == "21:30" else timedelta(hours=24))


def test_parts_that_overlap_are_refused() -> None:
    with pytest.raises(MeetingError, match="overlappen"):
        make.meeting(None, make.on(date(2027, 5, 12), "10:00", "16:00"), make.on(date(2027, 5, 12), "15:00", "17:00"))


class TestMembersOfASeries:
    def test_are_invited_to_what_is_planned_later_and_hear_once(self) -> None:
        series, user = make.series(), UserFactory()
        series_service.add_members(series=series, by=None, users=[user], addresses=[("Ria", "Ria@Example.nl")])
        assert told("series_planned") == []
        made = meetings.plan_many(series=series, by=None, dates=[[make.evening(days)] for days in (14, 28)])
        assert told("series_planned") == sorted([user.email, "ria@example.nl"])
        assert told("invited") == []
        assert [meeting.attendees.count() for meeting in made] == [2, 2]
        make.meeting(series, make.evening(42))
        assert told("invited") == sorted([user.email, "ria@example.nl"])

    def test_who_joins_later_hears_of_what_is_to_come_and_twice_changes_nothing(self) -> None:
        series, user = make.series(), UserFactory()
        make.meeting(series)
        assert series_service.add_members(series=series, by=None, users=[user]) == 1
        assert series_service.add_members(series=series, by=None, addresses=[("", user.email)]) == 0
        assert told("series_planned") == [user.email]
        assert Attendee.objects.filter(user=user).count() == 1

    def test_who_leaves_is_off_the_coming_lists(self) -> None:
        series, user = make.series(), UserFactory()
        meeting = make.meeting(series)
        series_service.add_members(series=series, by=None, users=[user])
        series_service.remove_member(member=series.members.get(), by=None)
        assert meeting.attendees.get().state == "removed"


def test_inviting_again_passes_over_who_is_on_the_list_and_invites_who_was_taken_off() -> None:
    meeting, user = make.meeting(), UserFactory()
    assert invitations.invite(meeting=meeting, by=None, users=[user], addresses=[("x", user.email.upper())]) == 1
    assert invitations.invite(meeting=meeting, by=None, users=[user]) == 0
    registration.remove(attendee=meeting.attendees.get(), by=None)
    assert invitations.invite(meeting=meeting, by=None, users=[user]) == 1
    with pytest.raises(MeetingError, match="geen e-mailadres"):
        invitations.invite(meeting=meeting, by=None, addresses=[("", "geen adres")])


class TestReminders:
    def test_come_a_week_and_a_day_before_to_who_comes_exactly_once(self) -> None:
        meeting = make.meeting()
        coming, perhaps, no = make.going(meeting), make.invited(meeting), make.going(meeting)
        registration.answer(attendee=perhaps, reply=Reply.MAYBE)
        registration.withdraw(attendee=no, by=no.user)
        guest = make.invited_address(meeting)
        registration.answer(attendee=guest, reply=Reply.YES)
        assert reminders.send_due() == 0
        with time_machine.travel(meeting.starts_at - timedelta(days=7)):
            assert (reminders.send_due(), reminders.send_due()) == (1, 0)
        assert told("reminder") == sorted([coming.user.email, perhaps.user.email, "ria@example.nl"])
        with time_machine.travel(meeting.starts_at - timedelta(days=1)):
            assert (reminders.send_due(), reminders.send_due()) == (1, 0)
        assert len(told("reminder")) == 6

    def test_follow_a_moved_meeting(self) -> None:
        meeting = make.meeting()
        make.going(meeting)
        old = meeting.starts_at
        with time_machine.travel(old - timedelta(days=7)):
            reminders.send_due()
            moved = meetings.move(meeting=meeting, spans=[make.evening(28)], reason="", by=None)
        with time_machine.travel(old - timedelta(days=1)):
            assert reminders.send_due() == 0  # that of the old time is withdrawn
        with time_machine.travel(moved.starts_at - timedelta(days=7)):
            assert reminders.send_due() == 1
        assert len(told("reminder")) == 2

    def test_say_nothing_of_a_cancelled_meeting_nor_long_after(self) -> None:
        gone, late = make.meeting(), make.meeting()
        make.going(late)
        meetings.cancel(meeting=gone, reason="Ziek", by=None)
        assert not Reminder.objects.filter(meeting=gone).exists()
        with time_machine.travel(late.starts_at - timedelta(days=6)):
            assert reminders.send_due() == 1  # noted, but a day too late to say
        assert told("reminder") == []

    def test_a_meeting_that_is_near_gets_only_what_is_still_to_come(self) -> None:
        assert [row.days for row in make.meeting(None, make.evening(3)).reminders.all()] == [1]

    def test_go_to_a_thousand_people_in_few_queries(self, django_assert_max_num_queries: Any) -> None:
        from foundation.accounts.models import User

        meeting = make.meeting()
        people = User.objects.bulk_create(User(email=f"p{n}@example.nl") for n in range(1000))
        Attendee.objects.bulk_create(Attendee(meeting=meeting, user=user, state="maybe") for user in people)
        with time_machine.travel(meeting.starts_at - timedelta(days=7)), django_assert_max_num_queries(40):
            reminders.send_due()
        assert Message.objects.filter(kind="meetings.reminder").count() == 1000
