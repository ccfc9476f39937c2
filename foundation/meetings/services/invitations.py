"""Inviting people, with an account or by their address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.meetings import notifications
from foundation.meetings.enums import AttendeeState
from foundation.meetings.errors import MeetingError
from foundation.meetings.models import Attendee, Meeting, Member
from foundation.meetings.services import _locks

if TYPE_CHECKING:
    from foundation.meetings.models import Series


def sorted_out(users: Iterable[User], addresses: Iterable[tuple[str, str]]) -> tuple[list[User], dict[str, str]]:
    """People with an account once each, and the addresses (small letters -> name) that have none.

    Raises:
        MeetingError: an address that is none; the sentence names it.
    """
    people = {user.pk: user for user in users if user.is_active and user.erased_at is None}
    strangers: dict[str, str] = {}
    for name, typed in addresses:
        email = typed.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise MeetingError(_("“%(text)s” is no e-mail address.") % {"text": typed.strip()[:80]}) from error
        strangers.setdefault(email, name.strip()[:120])
    for user in User.objects.filter(email__in=strangers, is_active=True, erased_at=None):
        people[user.pk] = user
        del strangers[user.email]
    return list(people.values()), strangers


@transaction.atomic
def invite(
    *, meeting: Meeting, by: User | None, users: Iterable[User] = (), addresses: Iterable[tuple[str, str]] = ()
) -> int:
    """Invite people to one meeting; who is on its list already is passed over, who declined too.

    Args:
        addresses: (name, e-mail address).
        by: None for the upper app itself, which has checked who may.

    Returns:
        how many were invited.

    Raises:
        PermissionDenied, WrongMoment; MeetingError for an address that is none.
    """
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.lead", by, meeting)
    _locks.standing(meeting)
    people, strangers = sorted_out(users, addresses)
    new = _add(meeting, people, strangers)
    again = list(meeting.attendees.filter(state=AttendeeState.REMOVED, user__in=people).select_related("user")) + list(
        meeting.attendees.filter(state=AttendeeState.REMOVED, user=None, email__in=strangers)
    )
    for row in again:
        row.state, row.was_invited = AttendeeState.INVITED, True
        row.save(update_fields=["state", "was_invited"])
    told = [*new, *again]
    if told:
        notifications.tell(
            notifications.INVITED, meeting, told, f"invited-{max(row.pk for row in told)}-{meeting.version}"
        )
        audit.record("meetings.invited", meeting, by=by, new={"count": len(told)})
    return len(told)


def _add(meeting: Meeting, people: Sequence[User], strangers: dict[str, str]) -> list[Attendee]:
    rows = [Attendee(meeting=meeting, user=user, state=AttendeeState.INVITED, was_invited=True) for user in people]
    rows += [
        Attendee(meeting=meeting, email=email, name=name, state=AttendeeState.INVITED, was_invited=True)
        for email, name in strangers.items()
    ]
    keys = [row.key for row in rows]
    Attendee.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return list(Attendee.objects.filter(key__in=keys).select_related("user"))


def put_on_lists(meetings: Iterable[Meeting], members: Sequence[Member]) -> None:
    """Members of a series onto the lists of these meetings, without a message: one tells of all dates."""
    people = [member.user for member in members if member.user is not None]
    strangers = {member.email: member.name for member in members if member.user is None}
    for meeting in meetings:
        _add(meeting, people, strangers)


def tell_of_dates(
    series: Series, meetings: list[Meeting], members: Sequence[Member], moment: str, leaders: Iterable[User] = ()
) -> None:
    """One message with all dates, to members and to who chairs or takes notes."""
    notifications.tell_series(series, meetings, members, moment, leaders)
