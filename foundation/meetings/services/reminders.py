"""Reminders before a meeting: rows with a moment, sent by beat to everybody who comes, exactly once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from foundation.core import clock
from foundation.meetings import notifications
from foundation.meetings.enums import FORGET_NEEDS_DAYS, AttendeeState
from foundation.meetings.models import Attendee, Meeting, Reminder

LATE = timedelta(hours=12)  # a reminder that could not be sent for so long (no worker) says nothing new any more


def plan_again(meeting: Meeting) -> None:
    """The reminders that fit the time of the meeting now; those of an earlier time that were not sent are withdrawn."""
    withdraw(meeting)
    now = clock.now()
    planned = [
        Reminder(meeting=meeting, days=days, due_at=meeting.starts_at - timedelta(days=days), sequence=meeting.sequence)
        for days in sorted(set(meeting.reminder_days))
    ]
    Reminder.objects.bulk_create([row for row in planned if row.due_at > now], ignore_conflicts=True)


def withdraw(meeting: Meeting) -> None:
    Reminder.objects.filter(meeting=meeting, sent_at=None).delete()


def send_due(*, limit: int = 100) -> int:
    """Write the reminders whose moment has come; each in its own transaction, each by one worker.

    Returns:
        how many meetings were reminded of.
    """
    done = 0
    while done < limit and _send_one():
        done += 1
    return done


@transaction.atomic
def _send_one() -> bool:
    now = clock.now()
    reminder = (
        Reminder.objects.filter(sent_at=None, due_at__lte=now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("meeting__series__municipality", "meeting__chair", "meeting__note_taker")
        .order_by("due_at", "pk")
        .first()
    )
    if reminder is None:
        return False
    reminder.sent_at = now
    reminder.save(update_fields=["sent_at"])
    meeting = reminder.meeting
    if meeting.is_standing and meeting.starts_at > now and now - reminder.due_at < LATE:
        rows = list(
            meeting.attendees.filter(state__in=[AttendeeState.GOING, AttendeeState.MAYBE]).select_related("user")
        )
        known = {row.user_id for row in rows}
        rows += [
            Attendee(meeting=meeting, user=user)
            for user in {meeting.chair, meeting.note_taker}
            if user is not None and user.pk not in known
        ]
        notifications.tell(
            notifications.REMINDER, meeting, rows, f"reminder-{reminder.days}-{reminder.due_at:%Y%m%dT%H%M}"
        )
    return True


def forget_needs() -> int:
    """Two weeks after a meeting nobody needs to know any more what somebody needed to take part; returns how many rows."""
    before = clock.now() - timedelta(days=FORGET_NEEDS_DAYS)
    return Attendee.objects.filter(meeting__ends_at__lt=before).exclude(needs="").update(needs="")
