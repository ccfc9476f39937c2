"""Messages about meetings, each with its calendar file: whoever is on a list hears of a change exactly once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.meetings import personal_links
from foundation.meetings.addresses import address
from foundation.meetings.calendar import files_of_message
from foundation.meetings.models import Attendee
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import mail_to, notify

if TYPE_CHECKING:
    from datetime import datetime

    from foundation.accounts.models import User
    from foundation.meetings.models import ActionPoint, Meeting, Series

MEETINGS = register_topic(
    Topic(
        "meetings",
        _("Meetings"),
        _("Invitations, your place, what changes, reminders and action points."),
    )
)
GO = _("Go to the meeting")


def _kind(body: str, label: Any, subject: Any, action: Any = GO, **more: Any) -> Kind:
    # Urgent: a calendar file does not fit in the daily overview, and a cancelled evening can't wait for it.
    return register(
        Kind(
            code=f"meetings.{PurePosixPath(body).stem}",
            topic=MEETINGS.code,
            name=label,
            subject=subject,
            body=body,
            action=action,
            **{"urgent": True, "files": files_of_message, **more},
        )
    )


INVITED = _kind("meetings/mail/invited.txt", _("An invitation"), _("Invitation: %(title)s"), _("Say whether you come"))
SERIES_PLANNED = _kind(
    "meetings/mail/series_planned.txt",
    _("Meetings were planned"),
    _("New dates: %(title)s"),
    _("Look at all dates"),
    urgent=True,
)
PLACE = _kind("meetings/mail/place.txt", _("You have a place"), _("You have a place: %(title)s"))
WAITING = _kind("meetings/mail/waiting.txt", _("You are on the waiting list"), _("Waiting list: %(title)s"))
MOVED_UP = _kind("meetings/mail/moved_up.txt", _("A place came free for you"), _("You have a place now: %(title)s"))
NOT_COMING = _kind("meetings/mail/not_coming.txt", _("You do not come"), _("You do not come: %(title)s"))
REMOVED = _kind("meetings/mail/removed.txt", _("You were taken off the list"), _("Taken off the list: %(title)s"))
CHANGED = _kind("meetings/mail/changed.txt", _("A meeting was changed"), _("Changed: %(title)s"))
MOVED = _kind("meetings/mail/moved.txt", _("A meeting was moved"), _("Another time: %(title)s"))
CANCELLED = _kind("meetings/mail/cancelled.txt", _("A meeting was cancelled"), _("Cancelled: %(title)s"))
REMINDER = _kind("meetings/mail/reminder.txt", _("A reminder of a meeting"), _("Reminder: %(title)s"), files=None)
ROLE = _kind("meetings/mail/role.txt", _("You chair or take notes"), _("A task for you: %(title)s"))
MINUTES = _kind(
    "meetings/mail/minutes.txt",
    _("The minutes are there"),
    _("Minutes: %(title)s"),
    _("Read the minutes"),
    files=None,
    urgent=False,
)
ACTION = _kind(
    "meetings/mail/action.txt",
    _("An action point for you"),
    _("For you to do: %(text)s"),
    _("Look at the action point"),
    files=None,
    urgent=False,
)
ACTION_DUE = _kind(
    "meetings/mail/action_due.txt",
    _("An action point is due"),
    _("Almost due: %(text)s"),
    _("Look at the action point"),
    files=None,
)


def facts(meeting: Meeting, **more: Any) -> dict[str, Any]:
    """What every message says of a meeting."""
    return {
        "title": meeting.title,
        "meeting": meeting.pk,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "reason": meeting.state_reason,
        **more,
    }


def about(meeting: Meeting) -> str:
    return f"meetings.meeting:{meeting.pk}"


def tell(kind: Kind, meeting: Meeting, attendees: Iterable[Attendee], moment: str, **more: Any) -> None:
    """To these people on the list, and by e-mail to those without an account.

    Args:
        attendees: fetched with ``user``.
        moment: which moment of the meeting; nobody hears twice of one.
    """
    people: dict[int, User] = {}
    context = facts(meeting, **more)
    for row in attendees:
        if row.user is not None:
            people[row.user.pk] = row.user
        elif row.email:
            mail_to(
                address=row.email,
                kind=kind,
                about=about(meeting),
                moment=moment,
                context={**context, "name": row.name},
                url=personal_links.address_of(row),
                municipality=meeting.municipality,
            )
    _tell_users(kind, meeting, people.values(), moment, context)


def tell_everybody(kind: Kind, meeting: Meeting, moment: str, **more: Any) -> None:
    """To everybody whom a change concerns: the list, the chair and the note-taker."""
    rows = list(Attendee.objects.filter(meeting=meeting).on_the_list().select_related("user"))
    tell(kind, meeting, rows, moment, **more)
    known = {row.user_id for row in rows}
    leaders = {user.pk: user for user in (meeting.chair, meeting.note_taker) if user is not None}
    _tell_users(
        kind, meeting, [user for pk, user in leaders.items() if pk not in known], moment, facts(meeting, **more)
    )


def _tell_users(kind: Kind, meeting: Meeting, people: Iterable[User], moment: str, context: dict[str, Any]) -> None:
    recipients = list(people)
    if recipients:
        notify(
            kind=kind,
            recipients=recipients,
            about=about(meeting),
            moment=moment,
            context=context,
            url=meeting.get_absolute_url(),
            municipality=meeting.municipality,
        )


def tell_role(meeting: Meeting, user: User, role: str) -> None:
    """Somebody became chair or note-taker."""
    _tell_users(ROLE, meeting, [user], f"{role}-{meeting.version}", facts(meeting, role=role))


def tell_series(
    series: Series, meetings: list[Meeting], members: Iterable[Any], moment: str, leaders: Iterable[User] = ()
) -> None:
    """To everybody on the list of a series, once for all dates that were planned in one go.

    Args:
        members: of the series, fetched with ``user``.
    """
    context: dict[str, Any] = {
        "title": series.title,
        "series": series.pk,
        "meetings": [meeting.pk for meeting in meetings],
        "dates": [meeting.starts_at for meeting in meetings],
    }
    users = {user.pk: user for user in leaders}
    for member in members:
        if member.user is not None:
            users[member.user.pk] = member.user
            continue
        row = Attendee.objects.filter(meeting=meetings[0], email=member.email, user=None).first()
        if row is not None:
            mail_to(
                address=member.email,
                kind=SERIES_PLANNED,
                about=f"meetings.series:{series.pk}",
                moment=moment,
                context={**context, "name": member.name},
                url=personal_links.address_of(row),
                municipality=series.municipality,
            )
    if users:
        notify(
            kind=SERIES_PLANNED,
            recipients=users.values(),
            about=f"meetings.series:{series.pk}",
            moment=moment,
            context=context,
            url=series.get_absolute_url(),
            municipality=series.municipality,
        )


def tell_action(point: ActionPoint, kind: Kind, moment: str, due_at: datetime | None = None) -> None:
    """To the owner of an action point, where they have an account."""
    if point.owner is None:
        return
    notify(
        kind=kind,
        recipients=[point.owner],
        about=f"meetings.action:{point.pk}",
        moment=moment,
        context={"text": point.text[:120], "title": point.meeting.title, "due_on": point.due_on},
        url=address("minutes", point.meeting.series, point.meeting_id) + "#actiepunten",
        municipality=point.meeting.municipality,
        due_at=due_at,
    )
