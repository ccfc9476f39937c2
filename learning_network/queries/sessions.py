"""Reads about sessions: their numbers, who comes and who came per municipality, what they brought.

The number of queries never grows with municipalities, people or sessions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import charts
from foundation.core.wording import whole
from foundation.meetings.enums import AttendeeState
from foundation.meetings.models import ActionPoint, Attendee
from foundation.meetings.queries import lists
from learning_network.enums import INSIDE, Stage
from learning_network.models import Enrolment, Guest, LearningQuestion, Nudge, Participant, Session, Yield

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from learning_network.models import Programme


@dataclass(frozen=True)
class Row:
    """A session with its number (0: cancelled), and how it stands."""

    session: Session
    number: int
    line: lists.Line
    is_over: bool

    @property
    def name(self) -> str:
        """ "Session 3", or "Session" of one that was cancelled."""
        return _("Session %(number)d") % {"number": self.number} if self.number else _("Session")

    @property
    def title(self) -> str:
        theme = self.session.theme
        return f"{self.name}: {theme}" if theme else self.name


def rows_of(programme: Programme, user: Any, now: datetime) -> list[Row]:
    """All sessions of a programme in order of time, numbered. Three queries."""
    found = list(Session.objects.filter(programme=programme).with_meeting())
    lines = lists.lines_of([one.meeting for one in found], user, now)
    rows, number = [], 0
    for session, line in zip(found, lines, strict=True):
        number += not session.meeting.is_cancelled
        shown = 0 if session.meeting.is_cancelled else number
        rows.append(Row(session, shown, line, session.meeting.ends_at <= now))
    return rows


def row_of(session: Session, user: Any, now: datetime) -> Row:
    """One session with its number."""
    before = Session.objects.filter(programme=session.programme_id).not_cancelled()
    earlier = Q(meeting__starts_at__lt=session.meeting.starts_at) | Q(
        meeting__starts_at=session.meeting.starts_at, pk__lt=session.pk
    )
    number = 0 if session.meeting.is_cancelled else before.filter(earlier).count() + 1
    [line] = lists.lines_of([session.meeting], user, now)
    return Row(session, number, line, session.meeting.ends_at <= now)


# --- Who comes -------------------------------------------------------------------------------------------------------------


@dataclass
class Coming:
    """The people of one municipality and one session. ``nudged_on``: the last day on which it was asked for somebody."""

    enrolment: Enrolment
    going: list[Attendee] = field(default_factory=list)
    maybe: list[Attendee] = field(default_factory=list)
    declined: list[Attendee] = field(default_factory=list)
    asked: list[Attendee] = field(default_factory=list)
    nudged_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Nobody said to come."""
        return not self.going and self.enrolment.stage in INSIDE

    @property
    def people(self) -> list[Attendee]:
        return [*self.going, *self.maybe, *self.asked, *self.declined]

    @property
    def came(self) -> int:
        return sum(1 for one in self.people if one.came)


_SLOTS = {
    AttendeeState.GOING: "going",
    AttendeeState.WAITING: "going",
    AttendeeState.MAYBE: "maybe",
    AttendeeState.DECLINED: "declined",
    AttendeeState.INVITED: "asked",
}


def who_comes(session: Session) -> list[Coming]:
    """Per municipality that is in (or had somebody there), by name. Five queries."""
    lines, _others = everybody(session)
    return lines


def everybody(session: Session) -> tuple[list[Coming], list[Attendee]]:
    """As ``who_comes``, with the people of no municipality: who runs the programme, and guests without one."""
    enrolments = Enrolment.objects.filter(programme=session.programme_id).select_related("municipality")
    lines = {one.pk: Coming(one) for one in enrolments.order_by("municipality__name")}
    of_person = _municipality_of_people(session.programme_id)
    guests = dict(Guest.objects.filter(attendee__meeting=session.meeting_id).values_list("attendee_id", "enrolment_id"))
    others = []
    rows = session.meeting.attendees.exclude(state=AttendeeState.REMOVED).select_related("user")
    for row in sorted(rows, key=lambda row: (str(row).casefold(), row.pk)):
        place = guests.get(row.pk) or of_person.get(row.user_id or 0)
        if place in lines:
            getattr(lines[place], _SLOTS[AttendeeState(row.state)]).append(row)
        else:
            others.append(row)
    asked = Nudge.objects.filter(session=session).values("enrolment_id").annotate(last=Max("day"))
    for pk, last in asked.values_list("enrolment_id", "last"):
        lines[pk].nudged_on = last
    shown = [line for line in lines.values() if line.enrolment.stage in INSIDE or line.came]
    return shown, others


def _municipality_of_people(programme_id: int) -> dict[int, int]:
    """User -> enrolment; who changed municipality counts for the one where they are now."""
    rows = Participant.objects.filter(enrolment__programme=programme_id, joined_at__isnull=False)
    ordered = rows.order_by("-left_at", "-pk").values_list("user_id", "enrolment_id", "left_at")
    found: dict[int, int] = {}
    for user, enrolment, left_at in ordered:
        if user is not None and (left_at is None or user not in found):
            found[user] = enrolment
    return found


def people_of(enrolments: Iterable[Enrolment]) -> dict[int, list[User]]:
    """Enrolment -> its people who take part; one query."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = Participant.objects.present().filter(enrolment__in=[one.pk for one in enrolments]).select_related("user")
    for row in rows:
        if row.user is not None:
            found[row.enrolment_id].append(row.user)
    return found


# --- Who came, over the series -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """A municipality over the sessions: per session how many came, None where it was not in the programme (yet)."""

    enrolment: Enrolment
    cells: list[int | None]

    @property
    def sessions(self) -> int:
        return sum(1 for cell in self.cells if cell)

    @property
    def asked(self) -> int:
        return sum(1 for cell in self.cells if cell is not None)


@dataclass(frozen=True)
class Attendance:
    """``held``: the sessions that have begun, with their numbers; the columns of ``lines``."""

    held: list[Row]
    lines: list[Presence]
    chart: charts.Chart | None


def attendance(programme: Programme, rows: Sequence[Row], now: datetime) -> Attendance:
    """Who came, per municipality and session, as table and picture.

    Args:
        rows: of ``rows_of``. Three queries more, however many municipalities, people and sessions.
    """
    held = [row for row in rows if row.number and row.session.meeting.starts_at <= now]
    if not held:
        return Attendance([], [], None)
    numbers = {row.session.meeting_id: place for place, row in enumerate(held)}
    came = _counts(programme, list(numbers))
    lines = []
    known = programme.enrolments.select_related("municipality").annotate(  # type: ignore[attr-defined]
        first_in=Min("participants__joined_at")
    )
    for enrolment in known.order_by("municipality__name"):
        cells = [_cell(enrolment, row, came.get((enrolment.pk, row.session.meeting_id), 0)) for row in held]
        if any(cell is not None for cell in cells):
            lines.append(Presence(enrolment, cells))
    return Attendance(held, lines, _chart(lines, len(held)))


def _cell(enrolment: Any, row: Row, count: int) -> int | None:
    """How many came; None where nobody could have: not in yet, or stopped before."""
    if count:
        return count
    meeting = row.session.meeting
    if enrolment.first_in is None or enrolment.first_in > meeting.ends_at:
        return None
    if enrolment.stage == Stage.STOPPED and enrolment.stage_since <= meeting.starts_at:
        return None
    return 0


def _counts(programme: Programme, meetings: list[int]) -> dict[tuple[int, int], int]:
    of_person = _municipality_of_people(programme.pk)
    found: dict[tuple[int, int], int] = defaultdict(int)
    came = Attendee.objects.filter(meeting__in=meetings, came=True)
    for user, meeting in came.filter(user__isnull=False).values_list("user_id", "meeting_id"):
        if user in of_person:
            found[of_person[user], meeting] += 1
    guests = Guest.objects.filter(attendee__in=came).values("enrolment_id", "attendee__meeting_id")
    for one in guests.annotate(count=Count("pk")):
        found[one["enrolment_id"], one["attendee__meeting_id"]] += one["count"]
    return found


def _chart(lines: Sequence[Presence], held: int) -> charts.Chart | None:
    if not lines:
        return None
    return charts.bar_chart(
        [charts.Bar(line.enrolment.municipality.name, line.sessions) for line in lines],
        title=_("Sessions at which somebody was there, per municipality"),
        head=[_("Municipality"), _("Sessions")],
        value_text=lambda value: ngettext("%(n)s session", "%(n)s sessions", int(value)) % {"n": whole(int(value))},
        maximum=held,
    )


# --- What it brought -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Harvest:
    """What sessions brought to one question; None: to no question in particular."""

    question: LearningQuestion | None
    yields: list[Yield]


def harvest(programme: Programme, session: Session | None = None) -> list[Harvest]:
    """The yields of one session, or of all of them, per learning question; questions without any are left away."""
    rows = Yield.objects.filter(session__programme=programme).select_related(
        "question", "enrolment__municipality", "session__meeting"
    )
    if session is not None:
        rows = rows.filter(session=session)
    found: dict[int, Harvest] = {}
    for one in rows.order_by("question__number", "session__meeting__starts_at", "noted_at", "pk"):
        found.setdefault(one.question_id or 0, Harvest(one.question, [])).yields.append(one)
    return list(found.values())


def open_points(programme: Programme) -> list[ActionPoint]:
    """What was promised in sessions and is not done."""
    if programme.series_id is None:
        return []
    rows = ActionPoint.objects.open().filter(series=programme.series_id)
    return list(rows.select_related("owner", "meeting__series__municipality")[:50])


# --- Parts of other pages ------------------------------------------------------------------------------------------------------


def part(programme: Programme, user: Any, now: datetime) -> dict[str, Any]:
    """For the page of a programme: the next session, for who takes part."""
    if not user.has_perm("learning_network.take_part", programme):
        return {"shown": False}
    rows = rows_of(programme, user, now)
    return {"shown": True, "any": bool(rows), "next": _next(rows)}


def overview(programme: Programme, now: datetime) -> dict[str, Any]:
    """For the overview of who runs it: the next session, and who has nobody coming to it."""
    rows = rows_of(programme, AnonymousUser(), now)
    following = _next(rows)
    empty = [line for line in who_comes(following[0].session) if line.is_empty] if following else []
    return {"any": bool(rows), "next": following, "empty": empty}


def _next(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.number and not row.is_over][:1]
