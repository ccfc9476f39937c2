"""The data of the pages of one meeting and one series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.core.document import blocks_of
from foundation.core.text import render_markdown
from foundation.core.wording import short_day
from foundation.meetings.enums import ActionState, Admission, AttendeeState, MinutesState
from foundation.meetings.models import ActionPoint, AgendaItem, Attendee, Meeting, Minutes, Part, Series
from foundation.meetings.queries.lists import when_of, where_of

LIST_ORDER = {AttendeeState.GOING: 0, AttendeeState.MAYBE: 1, AttendeeState.INVITED: 2, AttendeeState.WAITING: 3}


@dataclass(frozen=True)
class TimedItem:
    item: AgendaItem
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class TimedPart:
    """A part with its programme; ``late``: the programme takes longer than the part."""

    part: Part
    items: list[TimedItem]
    late: bool


def programme_of(meeting: Meeting) -> list[TimedPart]:
    """The parts with the times of their lines, worked out from how long each takes."""
    found = []
    parts = meeting.parts.filter(dropped_at=None).prefetch_related(
        Prefetch("items", AgendaItem.objects.order_by("position", "pk"))
    )
    for part in parts:
        at, items = part.starts_at, []
        for item in part.items.all():
            ends_at = at + timedelta(minutes=item.minutes)
            items.append(TimedItem(item, at, ends_at))
            at = ends_at
        found.append(TimedPart(part, items, at > part.ends_at))
    return found


def returning(meeting: Meeting) -> QuerySet[ActionPoint]:
    """Open action points of earlier meetings of the series: they come back in this agenda."""
    return (
        ActionPoint.objects.open()
        .filter(series=meeting.series_id, meeting__starts_at__lt=meeting.starts_at)
        .exclude(meeting=meeting)
        .select_related("owner", "meeting__series__municipality")
        .order_by("due_on", "pk")
    )


def is_next(meeting: Meeting, now: datetime) -> bool:
    """Whether action points return in this one: it is the first of its series that is not over, or is under way."""
    first = Meeting.objects.filter(series=meeting.series_id).standing().upcoming(now).first()
    return first is not None and first.pk == meeting.pk


def minutes_of(meeting: Meeting) -> Minutes | None:
    return Minutes.objects.filter(meeting=meeting).select_related("changed_by").first()


def may_read_minutes(meeting: Meeting, minutes: Minutes | None, user: Any) -> bool:
    """Published ones everybody who sees the meeting; a draft who writes or chairs."""
    if minutes is not None and minutes.is_published:
        return True
    return bool(user.has_perm("meetings.check_in", meeting))


def attendance(meeting: Meeting) -> list[Attendee]:
    """Who may be in the room, by name."""
    rows = meeting.attendees.filter(state__in=list(LIST_ORDER)).select_related("user", "brought_by")
    return sorted(rows, key=lambda row: (str(row).casefold(), row.pk))


def organiser_list(meeting: Meeting) -> dict[str, list[Attendee]]:
    """All rows by state, each in the order of signing up; for who organises."""
    rows = meeting.attendees.select_related("user", "brought_by").order_by("number", "pk")
    found: dict[str, list[Attendee]] = {state: [] for state in AttendeeState.values}
    for row in rows:
        found[row.state].append(row)
    return found


def place_in_line(row: Attendee) -> int:
    """1 for the first on the waiting list."""
    return Attendee.objects.filter(meeting=row.meeting_id).waiting().filter(number__lte=row.number).count()


def why_not_sign_up(meeting: Meeting, own: Attendee | None, now: datetime) -> str:
    """Why nobody, or this person, can sign up now; "" when they can."""
    if meeting.is_cancelled:
        return _("This meeting is cancelled.")
    if meeting.ends_at <= now or not meeting.is_standing:
        return _("This meeting is over.")
    if not meeting.takes_registrations:
        return _("You need not sign up for this meeting: just come.")
    if meeting.registration_closes_at is not None and meeting.registration_closes_at <= now:
        return _("Signing up has closed.")
    if own is not None and own.state == AttendeeState.REMOVED:
        return _("The organiser took you off the list. Ask them why.")
    if meeting.admission == Admission.INVITED and (own is None or not own.was_invited):
        return _("Only people who were invited can come to this meeting.")
    return ""


def detail(meeting: Meeting, user: Any, now: datetime) -> dict[str, Any]:
    """Everything that the page of a meeting shows."""
    own, brought = None, []
    if user.is_authenticated:
        own = meeting.attendees.filter(user=user).select_related("user").first()
        brought = list(
            meeting.attendees.filter(
                brought_by=user, state__in=[AttendeeState.GOING, AttendeeState.WAITING]
            ).select_related("user")
        )
    minutes = minutes_of(meeting)
    readable = may_read_minutes(meeting, minutes, user)
    leads = user.has_perm("meetings.check_in", meeting)
    return {
        "meeting": meeting,
        "series": meeting.series,
        "when": when_of(meeting),
        "where": where_of(meeting),
        "own": own,
        "line": place_in_line(own) if own is not None and own.state == AttendeeState.WAITING else 0,
        "brought": brought,
        "why_not": why_not_sign_up(meeting, own, now),
        "over": meeting.ends_at <= now,
        "programme": programme_of(meeting),
        "returning": list(returning(meeting)[:50]) if is_next(meeting, now) else [],
        "attachments": list(meeting.attachments.all()),
        "minutes": minutes if readable else None,
        "decisions": list(meeting.decisions.all()) if minutes is not None and readable else [],
        "may": {
            name: user.has_perm(f"meetings.{name}", meeting)
            for name in ("organise", "lead", "check_in", "write_minutes", "publish_minutes")
        },
        "sees_link": bool(meeting.link) and (leads or (own is not None and own.state == AttendeeState.GOING)),
        "free": meeting.places_left(),
        "purpose_html": render_markdown(meeting.purpose),
    }


def report(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The page with minutes, decisions and action points."""
    minutes = minutes_of(meeting)
    return {
        "meeting": meeting,
        "series": meeting.series,
        "when": when_of(meeting),
        "minutes": minutes,
        "html": render_markdown(minutes.text) if minutes else "",
        "decisions": list(meeting.decisions.all()),
        "points": list(meeting.action_points.select_related("owner")),
        "present": meeting.attendees.filter(came=True).count(),
        "open": ActionState.OPEN,
        "today": clock.today(),
        "may": {
            name: user.has_perm(f"meetings.{name}", meeting)
            for name in ("lead", "check_in", "write_minutes", "publish_minutes")
        },
    }


def series_report(series: Series, user: Any) -> list[dict[str, Any]]:
    """The minutes of a whole series, newest first: published ones, with decisions and action points."""
    meetings = (
        series.meetings.filter(minutes__state=MinutesState.PUBLISHED)
        .select_related("series__municipality", "minutes")
        .prefetch_related("decisions", Prefetch("action_points", ActionPoint.objects.select_related("owner")))
        .order_by("-starts_at", "-pk")
    )
    return [
        {
            "meeting": meeting,
            "when": when_of(meeting),
            "html": render_markdown(meeting.minutes.text),
            "decisions": list(meeting.decisions.all()),
            "points": list(meeting.action_points.all()),
        }
        for meeting in meetings
    ]


def pdf_context(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The minutes as an accessible document."""
    found = report(meeting, user)
    minutes: Minutes | None = found["minutes"]
    blocks: list[dict[str, Any]] = []
    if minutes is not None and minutes.text:
        blocks.append({"kind": "heading", "level": 2, "text": _("Minutes")})
        blocks += blocks_of(minutes.text, level=3)
    if found["decisions"]:
        blocks.append({"kind": "heading", "level": 2, "text": _("Decisions")})
        blocks.append({"kind": "list", "ordered": True, "items": [one.text for one in found["decisions"]]})
    if found["points"]:
        blocks.append({"kind": "heading", "level": 2, "text": _("Action points")})
        blocks.append(
            {
                "kind": "table",
                "caption": _("Who does what by when"),
                "head": [_("What"), _("Who"), _("Ready by"), _("State")],
                "rows": [
                    [one.text, one.who or "–", short_day(one.due_on) or "–", str(one.get_state_display())]
                    for one in found["points"]
                ],
            }
        )
    municipality = meeting.municipality
    facts = [[_("When"), found["when"]], [_("Where"), where_of(meeting)]]
    facts += [
        [label, str(person)]
        for label, person in ((_("Chair"), meeting.chair), (_("Note-taker"), meeting.note_taker))
        if person
    ]
    if found["present"]:
        facts.append([_("Present"), str(found["present"])])
    facts.append([_("Page"), f"{settings.SITE_URL}{meeting.get_absolute_url()}"])
    if minutes is not None and not minutes.is_published:
        facts.append([_("State"), _("draft")])
    return {
        "municipality": municipality.name if municipality else "AanZet",
        "title": _("Minutes: %(title)s") % {"title": meeting.title},
        "facts": facts,
        "blocks": blocks,
    }
