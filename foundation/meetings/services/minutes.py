"""What was said, decided and promised."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.meetings import notifications
from foundation.meetings.enums import ActionState, AttendeeState, MinutesState
from foundation.meetings.errors import ChangedMeanwhile, MeetingError, WrongMoment
from foundation.meetings.models import ActionPoint, Decision, Meeting, Minutes
from foundation.meetings.models.minutes import MOST_CHARACTERS
from foundation.meetings.services import _locks
from foundation.notifications.services import withdraw

DUE_NOTICE = timedelta(days=3)
NOTICE_AT = time(9, 0)


def _writable(meeting: Meeting, by: User, permission: str = "meetings.write_minutes") -> Meeting:
    meeting = _locks.locked(meeting.pk)
    _locks.need(permission, by, meeting)
    if meeting.is_cancelled:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})
    return meeting


@transaction.atomic
def save(*, meeting: Meeting, by: User, text: str, version: int) -> Minutes:
    """Save the minutes; they stay a draft, or published, as they are.

    Args:
        text: Markdown.
        version: of the text that the writer began with; 0 when there was none.

    Raises:
        PermissionDenied, WrongMoment; ChangedMeanwhile: with the text of the other in ``current``; nothing is overwritten.
        MeetingError: too long.
    """
    meeting = _writable(meeting, by)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARACTERS:
        raise MeetingError(_("Minutes have at most %(most)s characters.") % {"most": MOST_CHARACTERS})
    found = Minutes.objects.filter(meeting=meeting).first()
    if found is None:
        return Minutes.objects.create(meeting=meeting, text=text, changed_by=by, changed_at=clock.now())
    if found.text == text:
        return found
    if found.version != version:
        raise ChangedMeanwhile(found)
    found.text, found.changed_by, found.changed_at = text, by, clock.now()
    found.version += 1
    found.save()
    if found.is_published:
        audit.record("meetings.minutes_changed", meeting, by=by, new={"version": found.version})
    return found


@transaction.atomic
def publish(*, meeting: Meeting, by: User) -> Minutes:
    """Everybody who may see the meeting can read the minutes; who was there, or said to come, is told once.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: nothing was written.
    """
    meeting = _writable(meeting, by, "meetings.publish_minutes")
    found = Minutes.objects.filter(meeting=meeting).first()
    if found is None or not found.text:
        raise MeetingError(_("Write something first."))
    if found.is_published:
        return found
    found.state, found.published_at = MinutesState.PUBLISHED, clock.now()
    found.save(update_fields=["state", "published_at"])
    rows = meeting.attendees.exclude(state__in=[AttendeeState.REMOVED, AttendeeState.DECLINED]).select_related("user")
    notifications.tell(notifications.MINUTES, meeting, rows, "minutes")
    audit.record("meetings.minutes_published", meeting, by=by)
    return found


@transaction.atomic
def take_back(*, meeting: Meeting, by: User) -> Minutes:
    """A draft again, for instance because something in it should not stand there.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: they were not published.
    """
    meeting = _writable(meeting, by, "meetings.publish_minutes")
    found = Minutes.objects.filter(meeting=meeting, state=MinutesState.PUBLISHED).first()
    if found is None:
        raise MeetingError(_("These minutes are a draft."))
    found.state = MinutesState.DRAFT
    found.save(update_fields=["state"])
    audit.record("meetings.minutes_taken_back", meeting, by=by)
    return found


@transaction.atomic
def decide(*, meeting: Meeting, by: User, text: str) -> Decision:
    """Note a decision.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: nothing was written.
    """
    meeting = _writable(meeting, by)
    found = Decision(meeting=meeting, text=text.strip())
    _save(found)
    return found


@transaction.atomic
def strike_decision(*, decision: Decision, by: User) -> None:
    """Take a decision out that was noted wrongly; the audit trail keeps its words."""
    meeting = _writable(decision.meeting, by)
    audit.record("meetings.decision_struck", meeting, by=by, old={"text": decision.text})
    decision.delete()


@transaction.atomic
def add_action(
    *,
    meeting: Meeting,
    by: User,
    text: str,
    owner: User | None = None,
    owner_name: str = "",
    due_on: date | None = None,
) -> ActionPoint:
    """Note who does what by when; an owner with an account is told now, and again three days before.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: nothing was written.
    """
    meeting = _writable(meeting, by)
    point = ActionPoint(
        meeting=meeting,
        series=meeting.series,
        text=text.strip(),
        owner=owner,
        owner_name="" if owner else owner_name.strip()[:120],
        due_on=due_on,
    )
    _save(point)
    _promise(point, by)
    return point


def _promise(point: ActionPoint, by: User) -> None:
    if point.owner_id != by.pk:
        notifications.tell_action(point, notifications.ACTION, f"owner-{point.owner_id}")
    if point.due_on is not None:
        due_at = datetime.combine(point.due_on - DUE_NOTICE, NOTICE_AT, tzinfo=clock.AMSTERDAM)
        if due_at > clock.now():
            notifications.tell_action(point, notifications.ACTION_DUE, f"due-{point.due_on:%Y%m%d}", due_at)


def _save(row: Any) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise MeetingError(" ".join(error.messages)) from error
    row.save()


@transaction.atomic
def close_action(*, point: ActionPoint, state: str, by: User) -> ActionPoint:
    """Done, no longer needed, or open again; its owner may say so, and who writes minutes.

    Raises:
        PermissionDenied: neither.
    """
    found = (
        ActionPoint.objects.select_for_update(of=("self",))
        .select_related("meeting__series__municipality", "owner")
        .get(pk=point.pk)
    )
    if found.owner_id != by.pk and not by.has_perm("meetings.lead", found.meeting):
        _locks.need("meetings.write_minutes", by, found.meeting)
    old, found.state = found.state, ActionState(state)
    if old == found.state:
        return found
    found.closed_on = None if found.state == ActionState.OPEN else clock.today()
    found.save(update_fields=["state", "closed_on"])
    if found.state == ActionState.OPEN:
        _promise(found, by)
    else:
        withdraw(kind=notifications.ACTION_DUE, about=f"meetings.action:{found.pk}")
    return found
