"""Places, the waiting list, and answers to invitations.

Every road locks the row of the meeting first, so people come in one by one, in the order of the database; a trigger counts who
has a place and a check on the meeting refuses one too many, whatever the code does.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock, guards
from foundation.meetings import notifications
from foundation.meetings.enums import MOST_GUESTS, Admission, AttendeeState, Reply
from foundation.meetings.errors import MeetingError, NotInvited, WrongMoment
from foundation.meetings.models import Attendee, Meeting
from foundation.meetings.services import _locks

SIGNED_UP = (AttendeeState.GOING, AttendeeState.WAITING)
MOST_NEEDS = 500


@transaction.atomic
def sign_up(*, meeting: Meeting, by: User, needs: str = "") -> Attendee:
    """A place for oneself, or one on the waiting list. Doing it twice changes nothing but the needs.

    Raises:
        PermissionDenied: it may not be seen. NotInvited, WrongMoment.
    """
    meeting = _locks.locked(meeting.pk)
    _locks.need("meetings.see", by, meeting)
    row = meeting.attendees.filter(user=by).first()
    _may_come(meeting, invited=row is not None and row.was_invited and row.state != AttendeeState.REMOVED)
    if row is not None and row.state == AttendeeState.REMOVED:
        raise NotInvited(_("The organiser took you off the list. Ask them why."))
    if row is None:
        row = Attendee(meeting=meeting, user=by)
    return _enter(meeting, row, needs)


@transaction.atomic
def sign_up_other(
    *, meeting: Meeting, by: User, name: str, email: str = "", consents: bool, needs: str = ""
) -> Attendee:
    """A place for somebody else, who agreed to that; with an address they get the messages and a personal link.

    Args:
        consents: ``by`` declares that the other knows and agrees.

    Raises:
        PermissionDenied, NotInvited, WrongMoment; MeetingError: no consent, no name, an address that is on the list already, or
            more than ten others.
    """
    meeting = _locks.locked(meeting.pk)
    _locks.need("meetings.see", by, meeting)
    name, email = name.strip()[:120], email.strip().lower()
    organises = by.has_perm("meetings.lead", meeting)
    _may_come(meeting, invited=organises)
    if not consents:
        raise MeetingError(_("Ask the other first whether you may give their name."))
    if not name:
        raise MeetingError(_("Give a name."))
    if email:
        _check(email)
        if meeting.attendees.filter(user__email=email).exists() or meeting.attendees.filter(email=email).exists():
            raise MeetingError(_("Somebody with this e-mail address is on the list already."))
    if not organises and meeting.attendees.filter(brought_by=by, state__in=SIGNED_UP).count() >= MOST_GUESTS:
        raise MeetingError(_("You can sign up at most %(most)s others.") % {"most": MOST_GUESTS})
    user = User.objects.filter(email=email, is_active=True, erased_at=None).first() if email else None
    row = Attendee(
        meeting=meeting,
        user=user,
        name="" if user else name,
        email="" if user else email,
        brought_by=by,
        consent_at=clock.now(),
    )
    return _enter(meeting, row, needs)


def _check(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise MeetingError(_("“%(text)s” is no e-mail address.") % {"text": email[:80]}) from error


def _may_come(meeting: Meeting, *, invited: bool) -> None:
    _locks.standing(meeting)
    now = clock.now()
    if not meeting.takes_registrations:
        raise WrongMoment(_("You need not sign up for this meeting: just come."))
    if meeting.ends_at <= now:
        raise WrongMoment(_("This meeting is over."))
    if meeting.registration_closes_at is not None and meeting.registration_closes_at <= now:
        raise WrongMoment(_("Signing up has closed."))
    if meeting.admission == Admission.INVITED and not invited:
        raise NotInvited(_("Only people who were invited can come to this meeting."))


def _enter(meeting: Meeting, row: Attendee, needs: str) -> Attendee:
    """Give a place, or the next number of the waiting list. The meeting is locked."""
    row.needs = needs.strip()[:MOST_NEEDS] if meeting.asks_needs else ""
    if row.pk is not None and row.state in SIGNED_UP:
        row.save(update_fields=["needs"])
        return row
    meeting.last_number += 1
    meeting.save(update_fields=["last_number"])
    free = meeting.places_left()
    full = free is not None and (free == 0 or meeting.attendees.waiting().exists())
    row.state = AttendeeState.WAITING if full else AttendeeState.GOING
    row.number, row.changed_at = meeting.last_number, clock.now()
    row.save()
    if not full:
        meeting.going_count += 1  # as the trigger did in the table
    kind = notifications.WAITING if full else notifications.PLACE
    notifications.tell(kind, meeting, [row], f"number-{row.number}", number=_place_in_line(row) if full else 0)
    return row


def _place_in_line(row: Attendee) -> int:
    return row.meeting.attendees.waiting().filter(number__lte=row.number).count()


@transaction.atomic
def answer(*, attendee: Attendee, reply: str, needs: str = "") -> Attendee:
    """What somebody answers to an invitation, logged in or by their personal link; they may change their mind.

    Raises:
        WrongMoment: cancelled, over, or signing up has closed and the answer is not no. NotInvited: taken off the list.
    """
    meeting = _locks.locked(attendee.meeting_id)
    row = Attendee.objects.select_related("user").get(pk=attendee.pk)
    row.meeting = meeting
    if row.state == AttendeeState.REMOVED:
        raise NotInvited(_("The organiser took you off the list. Ask them why."))
    match Reply(reply):
        case Reply.YES:
            _may_come(meeting, invited=row.was_invited or row.brought_by_id is not None)
            return _enter(meeting, row, needs)
        case Reply.MAYBE:
            _may_come(meeting, invited=row.was_invited or row.brought_by_id is not None)
            return _leave(meeting, row, AttendeeState.MAYBE)
        case Reply.NO:
            return _leave(meeting, row, AttendeeState.DECLINED)


@transaction.atomic
def withdraw(*, attendee: Attendee, by: User) -> Attendee:
    """Give a place (or a place in line) back: one's own, or that of somebody whom one signed up. The next in line gets it.

    Raises:
        PermissionDenied: somebody else's. WrongMoment: the meeting is over or cancelled.
    """
    meeting = _locks.locked(attendee.meeting_id)
    row = Attendee.objects.select_related("user").get(pk=attendee.pk)
    row.meeting = meeting
    if by.pk not in (row.user_id, row.brought_by_id):
        guards.refuse()
    return _leave(meeting, row, AttendeeState.DECLINED)


@transaction.atomic
def remove(*, attendee: Attendee, by: User | None, reason: str = "") -> Attendee:
    """The organiser takes somebody off the list; they are told.

    Raises:
        PermissionDenied, WrongMoment.
    """
    meeting = _locks.locked(attendee.meeting_id)
    if by is not None:
        _locks.need("meetings.lead", by, meeting)
    row = Attendee.objects.select_related("user").get(pk=attendee.pk)
    row.meeting = meeting
    if row.state == AttendeeState.REMOVED:
        return row
    row = _leave(meeting, row, AttendeeState.REMOVED, tell=False)
    notifications.tell(notifications.REMOVED, meeting, [row], f"removed-{row.changed_at:%Y%m%d%H%M%S}", why=reason)
    audit.record("meetings.attendee_removed", row, by=by, municipality=meeting.municipality, reason=reason)
    return row


def _leave(meeting: Meeting, row: Attendee, state: AttendeeState, *, tell: bool = True) -> Attendee:
    _locks.standing(meeting)
    if meeting.ends_at <= clock.now():
        raise WrongMoment(_("This meeting is over."))
    if row.state == state:
        return row
    had_place, row.state, row.changed_at = row.state == AttendeeState.GOING, state, clock.now()
    row.number = None
    row.save(update_fields=["state", "number", "changed_at"])
    if had_place:
        meeting.going_count -= 1
    if tell and state == AttendeeState.DECLINED:
        notifications.tell(notifications.NOT_COMING, meeting, [row], f"left-{row.changed_at:%Y%m%d%H%M%S%f}")
    move_up(meeting)
    return row


def move_up(meeting: Meeting) -> int:
    """Give free places to the first in line; in the transaction, and under the lock, of what made them free.

    Returns:
        how many got a place; each is told.
    """
    if not meeting.is_standing or meeting.ends_at <= clock.now():
        return 0
    free = meeting.places_left()
    waiting = meeting.attendees.waiting().select_related("user")
    rows = list(waiting if free is None else waiting[:free])
    for row in rows:
        row.state, row.changed_at = AttendeeState.GOING, clock.now()
    Attendee.objects.bulk_update(rows, ["state", "changed_at"])
    meeting.going_count += len(rows)
    if rows:
        numbers = f"moved-up-{rows[0].number}-{rows[-1].number}"
        notifications.tell(notifications.MOVED_UP, meeting, rows, numbers)
    return len(rows)


@transaction.atomic
def check_in(*, meeting: Meeting, came: dict[int, bool | None], by: User) -> int:
    """Note who was there.

    Args:
        came: number of the attendee -> there, not there, or not known.

    Returns:
        how many changed.

    Raises:
        PermissionDenied; WrongMoment: cancelled.
    """
    meeting = _locks.locked(meeting.pk)
    _locks.need("meetings.check_in", by, meeting)
    if meeting.is_cancelled:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})
    rows = [row for row in meeting.attendees.filter(pk__in=came) if row.came != came[row.pk]]
    for row in rows:
        row.came = came[row.pk]
    Attendee.objects.bulk_update(rows, ["came"])
    return len(rows)


@transaction.atomic
def walk_in(*, meeting: Meeting, name: str, by: User) -> Attendee:
    """Somebody who stands in the room without having signed up; a full meeting keeps them off the count of places.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: no name.
    """
    meeting = _locks.locked(meeting.pk)
    _locks.need("meetings.check_in", by, meeting)
    if meeting.is_cancelled:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})
    if not name.strip():
        raise MeetingError(_("Give a name."))
    fields: dict[str, Any] = {"name": name.strip()[:120], "state": AttendeeState.MAYBE, "came": True}
    return Attendee.objects.create(meeting=meeting, **fields)
