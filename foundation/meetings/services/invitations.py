"""Inviting people, with an account or by their address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from celery import current_app
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.meetings import notifications
from foundation.meetings.enums import AttendeeState
from foundation.meetings.errors import MeetingError
from foundation.meetings.models import Attendee, InvitationRound, Meeting, Member
from foundation.meetings.services import _locks

if TYPE_CHECKING:
    from foundation.meetings.models import Series

MANY = 200  # people on a list: from here on a worker invites them, so that no page waits for it
ROUNDS_TASK = "foundation.meetings.tasks.invite_members"


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


def invite_members(series: Series, meetings: list[Meeting], *, by: User | None) -> None:
    """Everybody on the list of a series to meetings that were just planned: at once, or by a worker where they are ``MANY``.

    Who chairs or takes notes hears of it too, unless they planned it themselves.
    """
    first = meetings[0]
    moment = f"planned-{first.pk}"
    roles = [(role, getattr(first, role)) for role in ("chair", "note_taker")]
    if len(meetings) == 1:
        for role, person in roles:
            if person is not None and person != by:
                notifications.tell_role(first, person, role)
        leaders = []
    else:
        leaders = [person for _role, person in roles if person is not None and person != by]
    count = series.members.aggregate(all=Count("pk"), last=Max("pk"))
    if count["all"] < MANY:
        members = list(series.members.select_related("user"))
        _invite_all(series, meetings, members, moment if len(meetings) > 1 else "", leaders)
        return
    InvitationRound.objects.create(
        series=series,
        meetings=[meeting.pk for meeting in meetings],
        leaders=[user.pk for user in leaders],
        moment=moment,
        last_member=count["last"],
        created_at=clock.now(),
    )
    # By name: services don't know their tasks. If the broker is away, beat sends them within a minute.
    transaction.on_commit(lambda: current_app.send_task(ROUNDS_TASK, retry=False, expires=300), robust=True)


def _invite_all(
    series: Series, meetings: list[Meeting], members: Sequence[Member], moment: str, leaders: Iterable[User]
) -> None:
    """``moment``: of one message with all dates; "" for an invitation to the one meeting."""
    put_on_lists(meetings, members)
    if moment:
        tell_of_dates(series, meetings, members, moment, leaders)
    else:
        keys = {member.user_id for member in members}, {member.email for member in members if member.user_id is None}
        rows = (
            meetings[0].attendees.filter(Q(user__in=keys[0]) | Q(user=None, email__in=keys[1])).select_related("user")
        )
        notifications.tell(notifications.INVITED, meetings[0], rows, f"invited-{meetings[0].version}")


def send_rounds(*, limit: int = 20) -> int:
    """Send the rounds of invitations that wait; each in its own transaction, each by one worker. Returns how many."""
    done = 0
    while done < limit and _send_round():
        done += 1
    return done


@transaction.atomic
def _send_round() -> bool:
    found = InvitationRound.objects.filter(done_at=None).select_for_update(skip_locked=True, of=("self",))
    row = found.select_related("series__municipality").order_by("pk").first()
    if row is None:
        return False
    row.done_at = clock.now()
    row.save(update_fields=["done_at"])
    coming = Meeting.objects.filter(pk__in=row.meetings).standing().filter(ends_at__gt=clock.now())
    meetings = list(coming.select_related("series__municipality", "chair", "note_taker"))
    if meetings:  # those that were cancelled meanwhile nobody has to know
        members = list(row.series.members.filter(pk__lte=row.last_member).select_related("user"))
        leaders = User.objects.filter(pk__in=row.leaders, is_active=True)
        _invite_all(row.series, meetings, members, row.moment if len(row.meetings) > 1 else "", leaders)
    return True


def waiting(series: Series) -> bool:
    """Whether people on the list are still being invited to meetings that were planned."""
    return InvitationRound.objects.filter(series=series, done_at=None).exists()
