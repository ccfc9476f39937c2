"""Calendar files (iCalendar, RFC 5545) and invitations (iTIP, RFC 5546). docs/meetings.md says what was chosen and why.

Moments are written in UTC: that is unambiguous also in the hour that comes twice, asks for no VTIMEZONE that clients read in
their own way, and every client shows it in its reader's time. Each part of a meeting is an event with a UID of its own that
never changes; SEQUENCE grows with each change that calendars must know of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from foundation.core.text import plain
from foundation.meetings import personal_links
from foundation.meetings.enums import AttendeeState, MeetingState
from foundation.meetings.models import Attendee, Meeting, Part
from foundation.notifications.compose import absolute
from foundation.notifications.kinds import MailFile

if TYPE_CHECKING:
    from foundation.notifications.models import Message

PRODUCT = "-//AanZet//Bijeenkomsten//NL"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = timedelta(hours=4)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PARTSTAT = {
    AttendeeState.GOING: "ACCEPTED",
    AttendeeState.WAITING: "TENTATIVE",
    AttendeeState.MAYBE: "TENTATIVE",
    AttendeeState.DECLINED: "DECLINED",
    AttendeeState.REMOVED: "DECLINED",
    AttendeeState.INVITED: "NEEDS-ACTION",
}


def uid_of(part: Part) -> str:
    """The same for ever, and no one else's (RFC 7986, 5.3)."""
    return f"{part.uid}@aanzet"


def feed(meetings: Iterable[Meeting], name: str, *, mine: dict[int, Attendee] | None = None) -> bytes:
    """A calendar to subscribe to: METHOD:PUBLISH, cancelled meetings and parts in it as STATUS:CANCELLED.

    Args:
        meetings: fetched with ``series__municipality`` and prefetched ``parts``.
        name: of the calendar, as its readers see it.
        mine: for somebody's own feed: their row per meeting; only then the link to take part online is in it.
    """
    calendar = _calendar(PUBLISH)
    calendar.add("x-wr-calname", _text(name))
    calendar.add("name", _text(name))
    calendar.add("x-wr-timezone", "Europe/Amsterdam")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for meeting in meetings:
        own = mine.get(meeting.pk) if mine is not None else None
        for part in meeting.parts.all():
            event = _event(meeting, part, with_link=mine is not None and _may_have_link(own))
            event["status"] = vText(_status(meeting, part, own))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _may_have_link(own: Attendee | None) -> bool:
    """None: chair or note-taker, whose feed it is in without a row."""
    return own is None or own.state == AttendeeState.GOING


def invitation(meeting: Meeting, part: Part, attendee: Attendee | None, *, email: str, method: str) -> bytes:
    """The file that goes with a message: one event, for one person; the others on the list are nobody's business.

    Args:
        attendee: None for a chair or note-taker who is not on the list.
        email: where the message goes.
        method: ``REQUEST`` (also for a change) or ``CANCEL``.
    """
    calendar = _calendar(method)
    going = attendee is None or attendee.state == AttendeeState.GOING
    event = _event(meeting, part, with_link=going)
    invitee = vCalAddress(f"mailto:{email}")
    name = str(attendee) if attendee is not None else email
    invitee.params["cn"] = _text(name)
    invitee.params["role"] = "REQ-PARTICIPANT"
    state = AttendeeState(attendee.state) if attendee is not None else AttendeeState.GOING
    invitee.params["partstat"] = _PARTSTAT[state]
    # Answers go through the page: nobody reads the mailbox that messages come from.
    invitee.params["rsvp"] = "FALSE"
    event.add("attendee", invitee, encode=False)
    if method == CANCEL:
        event["status"] = vText("CANCELLED")
    else:
        event["status"] = vText("CONFIRMED" if going else "TENTATIVE")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(meeting: Meeting, part: Part, *, with_link: bool) -> Event:
    event = Event()
    event.add("uid", uid_of(part))
    event.add("dtstamp", _whole(meeting.changed_at))
    event.add("created", _whole(meeting.created_at))
    event.add("last-modified", _whole(meeting.changed_at))
    event.add("sequence", meeting.sequence)
    event.add("dtstart", _whole(part.starts_at))
    event.add("dtend", _whole(part.ends_at))
    title = f"{meeting.title}: {part.title}" if part.title else meeting.title
    prefix = _("Cancelled") + ": " if meeting.is_cancelled or part.dropped_at else ""
    event.add("summary", _text(prefix + title))
    page = absolute(meeting.get_absolute_url())
    lines = [plain(meeting.purpose, 600)] if meeting.purpose else []
    if with_link and meeting.link:
        lines.append(_("Take part online: %(link)s") % {"link": meeting.link})
    lines.append(_("Everything about this meeting: %(url)s") % {"url": page})
    event.add("description", _text("\n\n".join(lines)))
    where = part.place or meeting.place or (_("online") if meeting.link else "")
    if where:
        event.add("location", _text(where))
    event.add("url", page)
    event.add("organizer", _organiser(meeting), encode=False)
    return event


def _organiser(meeting: Meeting) -> vCalAddress:
    """The address that messages come from: a client that gets a CANCEL believes only the organiser it knows."""
    found = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    municipality = meeting.municipality
    found.params["cn"] = _text(meeting.series.organiser or (municipality.name if municipality else "AanZet"))
    return found


def _status(meeting: Meeting, part: Part, own: Attendee | None) -> str:
    if meeting.state == MeetingState.CANCELLED or part.dropped_at is not None:
        return "CANCELLED"
    if own is not None and own.state == AttendeeState.DECLINED:
        return "CANCELLED"
    return "TENTATIVE" if own is not None and own.state != AttendeeState.GOING else "CONFIRMED"


def _text(text: str) -> str:
    """Without control characters, which no calendar may hold; parameters can't hold double quotes either (RFC 6868)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _whole(moment: Any) -> Any:
    return moment.astimezone(UTC).replace(microsecond=0)


# --- With a message -----------------------------------------------------------------------------------------------------


def files_of_message(message: Message) -> Sequence[MailFile]:
    """The calendar files of a message, made when it is sent, of how things stand then: what is sent late is never old.

    One file per event: a file with REQUEST or CANCEL may hold one UID only (RFC 5546, 3.2.2).
    """
    context = message.context
    ids = context.get("meetings") or [context.get("meeting")]
    meetings = (
        Meeting.objects.filter(pk__in=[pk for pk in ids if pk])
        .select_related("series__municipality")
        .prefetch_related("parts")
        .order_by("starts_at", "pk")
    )
    rows = {row.meeting_id: row for row in _rows_of(message, [meeting.pk for meeting in meetings])}
    email = message.recipient.email if message.recipient is not None else message.address
    found: list[MailFile] = []
    for meeting in meetings:
        row = rows.get(meeting.pk)
        if row is None and not (
            message.recipient and message.recipient.pk in (meeting.chair_id, meeting.note_taker_id)
        ):
            continue  # gone from the list for good, such as an account that was erased
        out = meeting.is_cancelled or (row is not None and row.state in (AttendeeState.DECLINED, AttendeeState.REMOVED))
        for part in meeting.parts.all():
            method = CANCEL if out or part.dropped_at is not None else REQUEST
            name = f"bijeenkomst-{part.starts_at:%Y-%m-%d}.ics"
            content = invitation(meeting, part, row, email=email, method=method)
            found.append(MailFile(name, content, "calendar", {"method": method}))
    return found


def _rows_of(message: Message, meetings: list[int]) -> Iterable[Attendee]:
    rows = Attendee.objects.filter(meeting__in=meetings).select_related("user")
    if message.recipient_id is not None:
        return rows.filter(user=message.recipient_id)
    return rows.filter(user=None, email=message.address)


def personal_feed_address(key: Any) -> str:
    """The whole address of somebody's own feed."""
    return absolute(reverse("meetings_installation:own_feed", args=[personal_links.feed_token(key)]))
