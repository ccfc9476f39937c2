"""Lists of meetings: of a municipality, of a series, of a person. The number of queries never grows with the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.clock import AMSTERDAM
from foundation.meetings.enums import Admission, AttendeeState, MeetingState, Visibility
from foundation.meetings.models import ON_THE_LIST, Attendee, FeedKey, Meeting, Part, Series

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

FEED_PAST = timedelta(days=365)


def fetched(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With all that a line, a card or a calendar shows of a meeting."""
    return rows.select_related("series__municipality").prefetch_related(
        Prefetch("parts", Part.objects.order_by("starts_at"))
    )


def visible_to(user: Any, rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Public ones, and those where this person is on the list, chairs or takes notes."""
    public = Q(series__visibility=Visibility.PUBLIC)
    if not user.is_authenticated:
        return rows.filter(public)
    mine = Attendee.objects.filter(meeting=OuterRef("pk"), user=user).exclude(state=AttendeeState.REMOVED)
    return rows.filter(public | Q(Exists(mine)) | Q(chair=user) | Q(note_taker=user))


@dataclass(frozen=True)
class Line:
    """A meeting as lists show it."""

    meeting: Meeting
    url: str
    when: str
    facts: list[dict[str, str]]
    badge: str
    badge_kind: str
    badge_icon: str


def when_of(meeting: Meeting) -> str:
    """Day and time in words: "donderdag 12 maart 2026, 19.30 - 21.30 uur", or from the first to the last day."""
    begin, end = meeting.starts_at.astimezone(AMSTERDAM), meeting.ends_at.astimezone(AMSTERDAM)
    if begin.date() == end.date() or meeting.ends_at - meeting.starts_at < timedelta(hours=12):
        return _("%(day)s, %(begin)s to %(end)s") % {
            "day": date_format(begin, "l j F Y"),
            "begin": date_format(begin, "H.i"),
            "end": date_format(end, "H.i"),
        }
    return _("%(first)s to %(last)s") % {"first": date_format(begin, "l j F"), "last": date_format(end, "l j F Y")}


def where_of(meeting: Meeting) -> str:
    if meeting.place and meeting.link:
        return _("%(place)s, and online") % {"place": meeting.place}
    return meeting.place or (_("Online") if meeting.link else _("Place follows"))


def places_of(meeting: Meeting) -> str:
    """How many places are left, in words; "" where that does not matter."""
    if not meeting.takes_registrations:
        return _("Just come, no need to sign up")
    if meeting.admission == Admission.INVITED:
        return _("For people who were invited")
    free = meeting.places_left()
    if free is None:
        return _("Sign up")
    if free == 0:
        return _("Full, there is a waiting list")
    return ngettext("%(n)d place left", "%(n)d places left", free) % {"n": free}


def line_of(meeting: Meeting, now: datetime, own: str = "") -> Line:
    """One meeting for a list. ``own``: the state of the reader's own row."""
    badge, kind, icon = "", "", ""
    over = meeting.ends_at <= now
    if meeting.is_cancelled:
        badge, kind, icon = _("Cancelled"), "error", "x"
    elif own == AttendeeState.GOING:
        badge, kind, icon = _("You were there") if over else _("You have a place"), "success", "check"
    elif own == AttendeeState.WAITING and not over:
        badge, kind, icon = _("You are on the waiting list"), "warning", "clock"
    elif own == AttendeeState.INVITED and not over:
        badge, kind, icon = _("You are invited"), "info", "mail"
    elif meeting.state == MeetingState.MOVED and not over:
        badge, kind, icon = _("Another time"), "warning", "calendar-event"
    facts = [
        {"icon": "calendar", "text": when_of(meeting)},
        {"icon": "map-pin", "text": where_of(meeting)},
    ]
    if not over and meeting.is_standing:
        facts.append({"icon": "users", "text": places_of(meeting)})
    return Line(meeting, meeting.get_absolute_url(), when_of(meeting), facts, badge, kind, icon)


def lines_of(meetings: list[Meeting], user: Any, now: datetime) -> list[Line]:
    """Several meetings for a list, with what the reader is to each."""
    own: dict[int, str] = {}
    if user.is_authenticated:
        own = dict(Attendee.objects.filter(user=user, meeting__in=meetings).values_list("meeting_id", "state"))
    return [line_of(meeting, now, own.get(meeting.pk, "")) for meeting in meetings]


def of_municipality(
    municipality: Municipality | None, user: Any, now: datetime, *, past: bool = False, text: str = "", series: int = 0
) -> QuerySet[Meeting]:
    """The agenda: what is to come, or what was, narrowed by words and series."""
    known = Meeting.objects.for_municipality(municipality)
    rows = visible_to(user, known.past(now) if past else known.upcoming(now))
    for word in text.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word) | Q(series__title__icontains=word))
    if series:
        rows = rows.filter(series=series)
    return fetched(rows)


def series_with_meetings(municipality: Municipality | None, user: Any) -> QuerySet[Series]:
    """The series that the agenda can be narrowed to."""
    shown = visible_to(user, Meeting.objects.filter(series=OuterRef("pk")))
    return Series.objects.for_municipality(municipality).filter(Exists(shown), is_single=False).order_by("title", "pk")


def next_meetings(series: Series, user: Any, now: datetime, limit: int = 5) -> list[Line]:
    """What is to come in a series, for the page of an upper app (``meetings/_next.html``)."""
    rows = fetched(series.meetings.upcoming(now))
    if not user.has_perm("meetings.see_series", series):
        return []
    return lines_of(list(rows[:limit]), user, now)


def staff_list(municipality: Municipality, now: datetime, *, past: bool = False, text: str = "") -> QuerySet[Meeting]:
    """All meetings of a municipality for its staff, with how many come and wait."""
    rows = Meeting.objects.for_municipality(municipality)
    rows = rows.past(now) if past else rows.upcoming(now)
    for word in text.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word) | Q(series__title__icontains=word))
    return rows.select_related("series__municipality", "chair", "note_taker").annotate(
        waiting_count=Count("attendees", filter=Q(attendees__state=AttendeeState.WAITING)),
        asked_count=Count("attendees", filter=Q(attendees__state=AttendeeState.INVITED)),
    )


# --- Feeds ---------------------------------------------------------------------------------------------------------------


def feed_of_municipality(municipality: Municipality, now: datetime) -> QuerySet[Meeting]:
    """Everything public, cancelled meetings too, back to a year ago."""
    rows = Meeting.objects.for_municipality(municipality).public().filter(ends_at__gt=now - FEED_PAST)
    return fetched(rows.order_by("starts_at", "pk"))


def feed_of_series(series: Series, now: datetime) -> QuerySet[Meeting]:
    return fetched(series.meetings.filter(ends_at__gt=now - FEED_PAST).order_by("starts_at", "pk"))


def own_rows(user: User) -> dict[int, Attendee]:
    """Where somebody is on a list: meeting -> their row."""
    return {row.meeting_id: row for row in Attendee.objects.filter(user=user).exclude(state=AttendeeState.REMOVED)}


def of_person(user: User, now: datetime, *, past: timedelta = FEED_PAST) -> QuerySet[Meeting]:
    """Meetings that somebody goes to, is invited to, chairs or takes notes of."""
    mine = Attendee.objects.filter(meeting=OuterRef("pk"), user=user, state__in=ON_THE_LIST)
    rows = Meeting.objects.filter(Q(Exists(mine)) | Q(chair=user) | Q(note_taker=user), ends_at__gt=now - past)
    return fetched(rows.order_by("starts_at", "pk"))


def feed_key_of(user: User) -> FeedKey | None:
    return FeedKey.objects.filter(user=user).first()
