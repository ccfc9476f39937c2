"""Planning, changing, moving and cancelling meetings: everybody concerned hears of it exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.meetings import notifications
from foundation.meetings.enums import MOST_AT_ONCE, MeetingState
from foundation.meetings.errors import MeetingError, WrongMoment
from foundation.meetings.models import Meeting, Part, Series
from foundation.meetings.services import _locks, invitations, registration, reminders
from foundation.meetings.times import Span, ordered

FACTS = (
    *("title", "purpose", "place", "link", "for_whom", "admission", "capacity", "registration_closes_at"),
    *("asks_needs", "reminder_days", "chair", "note_taker"),
)
IN_CALENDARS = ("title", "purpose", "place", "link")
WORTH_A_MESSAGE = ("title", "place", "link")
ROLES = ("chair", "note_taker")


@transaction.atomic
def plan(*, series: Series, spans: Iterable[Span], by: User | None, **facts: Any) -> Meeting:
    """Plan one meeting; who is on the list of the series is invited.

    Args:
        spans: one for an evening, more for a meeting of several days or parts.
        facts: any of ``FACTS``; the title is that of the series when left out.
        by: None for the upper app itself, which has checked who may.

    Raises:
        PermissionDenied; MeetingError for times that can't be; ValidationError.
    """
    return plan_many(series=series, dates=[list(spans)], by=by, **facts)[0]


@transaction.atomic
def plan_many(
    *,
    series: Series,
    dates: Sequence[Iterable[Span]],
    by: User | None,
    each: Sequence[dict[str, Any]] = (),
    **facts: Any,
) -> list[Meeting]:
    """Plan meetings of a series in one go. The people on its list get one message with a calendar file for each;
    where they are many, a worker sends them (``invitations.invite_members``).

    Args:
        dates: per meeting its parts.
        each: per meeting the facts in which it differs from the others, such as its title and place.
        facts: the same for all.

    Raises:
        as ``plan``.
    """
    own = list(each) or [{} for _date in dates]
    if unknown := {*facts, *(name for one in own for name in one)} - set(FACTS):
        raise TypeError(f"meetings don't know {sorted(unknown)}")
    if not 1 <= len(dates) <= MOST_AT_ONCE:
        raise MeetingError(_("Plan between 1 and %(most)s meetings at once.") % {"most": MOST_AT_ONCE})
    series = Series.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=series.pk)
    if by is not None:
        _locks.need("meetings.manage_series", by, series)
    made = [
        _make(series, ordered(spans), {"title": series.title, **facts, **one})
        for spans, one in zip(dates, own, strict=True)
    ]
    invitations.invite_members(series, made, by=by)
    for meeting in made:
        audit.record("meetings.planned", meeting, by=by, new={"starts_at": meeting.starts_at})
    return made


def _make(series: Series, spans: Sequence[Span], facts: dict[str, Any]) -> Meeting:
    meeting = Meeting(series=series, starts_at=spans[0].starts_at, ends_at=spans[-1].ends_at, **facts)
    meeting.full_clean()
    meeting.save(force_insert=True)
    Part.objects.bulk_create([_part(meeting, span) for span in spans])
    reminders.plan_again(meeting)
    return meeting


def _part(meeting: Meeting, span: Span) -> Part:
    return Part(
        meeting=meeting,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        title=span.title[:120],
        place=span.place[:200],
    )


@transaction.atomic
def change(*, meeting: Meeting, by: User | None, version: int | None = None, **facts: Any) -> Meeting:
    """Change facts other than the time. Who comes hears of another title, place or link; more places move people up.

    Raises:
        PermissionDenied, ChangedMeanwhile, ValidationError; WrongMoment: cancelled; MeetingError: fewer places than people
            who have one.
    """
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"meetings don't know {sorted(unknown)}")
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.organise", by, meeting)
    _locks.same_version(meeting, version)
    if meeting.is_cancelled:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})
    old = {name: getattr(meeting, name) for name in facts}
    changed = {name: value for name, value in facts.items() if old[name] != value}
    if not changed:
        return meeting
    places = changed.get("capacity")
    if places is not None and places < meeting.going_count:
        raise MeetingError(
            _("%(number)s people have a place already. Give at least that many places.")
            % {"number": meeting.going_count}
        )
    for name, value in changed.items():
        setattr(meeting, name, value)
    meeting.full_clean()
    _locks.save(meeting, *changed, calendar=bool(set(changed) & set(IN_CALENDARS)))
    if "reminder_days" in changed:
        reminders.plan_again(meeting)
    if set(changed) & set(WORTH_A_MESSAGE) and meeting.is_standing and meeting.ends_at > clock.now():
        notifications.tell_everybody(
            notifications.CHANGED,
            meeting,
            f"changed-{meeting.sequence}",
            changed=[name for name in WORTH_A_MESSAGE if name in changed],
        )
    _tell_roles(meeting, set(ROLES) & set(changed), by)
    registration.move_up(meeting)
    plain = {name: _plain(value) for name, value in changed.items()}
    audit.record("meetings.changed", meeting, by=by, old={name: _plain(old[name]) for name in changed}, new=plain)
    return meeting


def _plain(value: Any) -> Any:
    """People by number: the trail keeps no names of residents."""
    return value.pk if isinstance(value, User) else value


def _tell_roles(meeting: Meeting, roles: Iterable[str], by: User | None) -> None:
    """To who became chair or note-taker, unless they did that themselves."""
    for role in roles:
        person = getattr(meeting, role)
        if person is not None and person != by:
            notifications.tell_role(meeting, person, role)


@transaction.atomic
def move(
    *, meeting: Meeting, spans: Iterable[Span], reason: str, by: User | None, version: int | None = None
) -> Meeting:
    """Another time, for all or some of its parts. Everybody on the list hears once; reminders follow.

    Calendars keep the event: the same UID with a higher SEQUENCE; a part that is no longer there is cancelled.

    Raises:
        PermissionDenied, ChangedMeanwhile, WrongMoment, MeetingError.
    """
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.organise", by, meeting)
    _locks.same_version(meeting, version)
    wanted = ordered(spans)
    parts = list(meeting.parts.filter(dropped_at=None))
    if [(part.starts_at, part.ends_at, part.title, part.place) for part in parts] == [
        (span.starts_at, span.ends_at, span.title, span.place) for span in wanted
    ]:
        raise MeetingError(_("These are the times that it has already."))
    was = meeting.starts_at
    _locks.move_state(meeting, MeetingState.MOVED)
    now = clock.now()
    for part, span in zip(parts, wanted, strict=False):
        part.starts_at, part.ends_at, part.title, part.place = span.starts_at, span.ends_at, span.title, span.place
        part.save(update_fields=["starts_at", "ends_at", "title", "place"])
    for part in parts[len(wanted) :]:
        _drop(part, now)
    Part.objects.bulk_create([_part(meeting, span) for span in wanted[len(parts) :]])
    closes = meeting.registration_closes_at
    if closes is not None:  # as long before the meeting as it was
        meeting.registration_closes_at = closes + (wanted[0].starts_at - was)
    meeting.starts_at, meeting.ends_at, meeting.state_reason = wanted[0].starts_at, wanted[-1].ends_at, reason
    _locks.save(
        *(meeting, "state", "state_reason", "starts_at", "ends_at", "registration_closes_at"),
        calendar=True,
    )
    reminders.plan_again(meeting)
    notifications.tell_everybody(notifications.MOVED, meeting, f"moved-{meeting.sequence}", was=was)
    audit.record(
        "meetings.moved", meeting, by=by, reason=reason, old={"starts_at": was}, new={"starts_at": meeting.starts_at}
    )
    return meeting


def _drop(part: Part, now: datetime) -> None:
    first = Part.objects.filter(meeting=part.meeting_id, dropped_at=None).exclude(pk=part.pk).first()
    if first is not None:  # what stood in its programme is not lost
        last = first.items.count()
        for number, item in enumerate(part.items.all(), start=last + 1):
            item.part, item.position = first, number
            item.save(update_fields=["part", "position"])
    part.dropped_at = now
    part.save(update_fields=["dropped_at"])


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User | None) -> Meeting:
    """It does not take place. Everybody on the list hears once, with the reason; calendars get a CANCEL.

    Raises:
        PermissionDenied, WrongMoment; MeetingError without a reason.
    """
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.organise", by, meeting)
    if not reason.strip():
        raise MeetingError(_("Say why it is cancelled."))
    old = _locks.move_state(meeting, MeetingState.CANCELLED)
    meeting.state_reason = reason.strip()[:500]
    _locks.save(meeting, "state", "state_reason", calendar=True)
    reminders.withdraw(meeting)
    notifications.tell_everybody(notifications.CANCELLED, meeting, "cancelled")
    audit.record("meetings.cancelled", meeting, by=by, reason=reason, old={"state": old})
    return meeting


@transaction.atomic
def mark_held(*, meeting: Meeting, by: User | None) -> Meeting:
    """It took place.

    Raises:
        PermissionDenied; WrongMoment: it has not begun, or was cancelled.
    """
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.check_in", by, meeting)
    if meeting.starts_at > clock.now():
        raise WrongMoment(_("This meeting has not begun yet."))
    _locks.move_state(meeting, MeetingState.HELD)
    _locks.save(meeting, "state")
    reminders.withdraw(meeting)
    audit.record("meetings.held", meeting, by=by)
    return meeting
