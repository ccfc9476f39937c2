"""From what people type to moments, over the nights on which the clock changes; and the days of a series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from foundation.core.clock import AMSTERDAM
from foundation.core.terms import is_working_day, recognised_holidays
from foundation.meetings.errors import MeetingError

DAY = timedelta(days=1)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Span:
    """A stretch of time of a meeting: moments in UTC, with a name and a place of its own where it has these."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    place: str = ""


class NoSuchMoment(MeetingError):
    """The clock skips this time."""


def moment_of(day: date, at: time, *, after: datetime | None = None) -> datetime:
    """The moment (UTC) at which Dutch clocks show this.

    On the last Sunday of October an hour comes twice: the first one is meant, unless that would lie before ``after`` (the
    beginning, when this is the end).

    Raises:
        NoSuchMoment: on the last Sunday of March clocks go from 02.00 to 03.00, so 02.30 does not exist.
    """
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=AMSTERDAM)
    moment = local.astimezone(UTC)
    if moment.astimezone(AMSTERDAM).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchMoment(
            _("In the night of %(day)s the clock goes from 2.00 to 3.00: %(time)s does not exist. Choose another time.")
            % {"day": f"{day.day}-{day.month}-{day.year}", "time": f"{at:%H.%M}"}
        )
    if after is not None and moment <= after:
        later = local.replace(fold=1).astimezone(UTC)
        moment = max(moment, later)
    return moment


def span_of(day: date, begin: time, end: time, *, title: str = "", place: str = "") -> Span:
    """From typed times: an end that is not after the begin lies on the next day.

    Raises:
        NoSuchMoment: one of the times does not exist on that day.
    """
    starts_at = moment_of(day, begin)
    ends_at = moment_of(day, end, after=starts_at)
    if ends_at <= starts_at:
        ends_at = moment_of(day + DAY, end)
    return Span(starts_at, ends_at, title, place)


def typed(moment: datetime) -> tuple[date, time]:
    """Day and time as Dutch clocks show a moment."""
    local = moment.astimezone(AMSTERDAM)
    return local.date(), local.time().replace(tzinfo=None, fold=0)


@dataclass(frozen=True)
class PlannedDay:
    """A day of a series; ``meant`` is the day in the rhythm, where that was a weekend or holiday."""

    day: date
    meant: date

    @property
    def was_moved(self) -> bool:
        return self.day != self.meant


def days_of_series(first: date, *, every_weeks: int, times: int, avoid: bool = True) -> list[PlannedDay]:
    """The days of a series: every so many weeks from the first day.

    Args:
        avoid: a day that is a weekend or a recognised holiday moves to the next working day (Algemene termijnenwet, art. 3).
            A series that begins in a weekend means to meet in weekends: then only holidays are avoided.

    Raises:
        ValueError: less than a week apart, or less than one meeting.
    """
    if every_weeks < 1 or times < 1:
        raise ValueError("a series has at least one meeting, at least a week apart")
    weekends = first.weekday() >= 5
    found = []
    for number in range(times):
        meant = first + timedelta(weeks=every_weeks * number)
        day = meant
        while avoid and not _fits(day, weekends):
            day += timedelta(weeks=1) if weekends else DAY
        found.append(PlannedDay(day, meant))
    return found


def _fits(day: date, weekends: bool) -> bool:
    if weekends:  # ask about the holiday only: the day counts as it would in the middle of a week
        return day not in recognised_holidays(day.year)
    return is_working_day(day)


def ordered(spans: Iterable[Span]) -> list[Span]:
    """Parts in order of time, checked.

    Raises:
        MeetingError: no part, an end before its begin, a part of more than a day, parts that overlap.
    """
    found = sorted(spans, key=lambda span: (span.starts_at, span.ends_at))
    if not found:
        raise MeetingError(_("Say when the meeting is."))
    for number, span in enumerate(found):
        if span.ends_at <= span.starts_at:
            raise MeetingError(_("The end must be after the beginning."))
        if span.ends_at - span.starts_at > LONGEST:
            raise MeetingError(_("A part lasts at most 24 hours. Add a part for each day."))
        if number and span.starts_at < found[number - 1].ends_at:
            raise MeetingError(_("Two parts overlap: let the second begin after the first has ended."))
    return found
