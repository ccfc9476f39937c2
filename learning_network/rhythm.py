"""The days of a series of sessions: every so many weeks, past weekends, holidays and weeks in which schools are closed.

School holidays are spread over three regions and set anew each year, so they are avoided by the weeks (ISO 8601) in which
they usually fall for one of the regions; whoever plans sees each date and can change it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from foundation.core.terms import is_working_day

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MOST_SESSIONS = 20
WEEKENDS = "weekends"


@dataclass(frozen=True)
class SchoolHoliday:
    """A school holiday with the weeks (ISO numbers) that it usually takes in one of the three regions."""

    code: str
    name: str | Promise
    weeks: frozenset[int]


SCHOOL_HOLIDAYS = (
    SchoolHoliday("autumn", gettext_lazy("autumn holiday (weeks 42 and 43)"), frozenset({42, 43})),
    SchoolHoliday("christmas", gettext_lazy("Christmas holiday (week 52 and the one after)"), frozenset({52, 53, 1})),
    SchoolHoliday("spring", gettext_lazy("spring holiday (weeks 7 to 9)"), frozenset({7, 8, 9})),
    SchoolHoliday("may", gettext_lazy("May holiday (weeks 17 and 18)"), frozenset({17, 18})),
    SchoolHoliday("summer", gettext_lazy("summer holiday (weeks 28 to 35)"), frozenset(range(28, 36))),
)
SCHOOL_CODES = tuple(one.code for one in SCHOOL_HOLIDAYS)


@dataclass(frozen=True)
class SessionDay:
    """A day of a series; ``meant`` is the day in the rhythm. ``why``: codes of what it was moved for, in order."""

    day: date
    meant: date
    why: tuple[str, ...] = ()

    @property
    def was_moved(self) -> bool:
        return self.day != self.meant


def days(
    first: date, *, every_weeks: int, times: int, avoid_weekends: bool = True, schools: Collection[str] = SCHOOL_CODES
) -> list[SessionDay]:
    """The days of a series.

    A day in a school holiday goes to the same day of a later week; a weekend or a recognised holiday (Algemene termijnenwet)
    to the next working day. Sessions stay at least half of the rhythm apart, so that two never land on one day behind a
    long holiday.

    Args:
        every_weeks: weeks between two sessions, at least 1.
        times: how many sessions, at least 1.
        schools: codes of ``SCHOOL_HOLIDAYS`` to avoid.

    Raises:
        ValueError: less than a week apart, or less than one session.
    """
    if every_weeks < 1 or times < 1:
        raise ValueError("a series has at least one session, at least a week apart")
    closed = [one for one in SCHOOL_HOLIDAYS if one.code in schools]
    apart = WEEK * -(-every_weeks // 2)
    found: list[SessionDay] = []
    slot: date | None = None
    for number in range(times):
        meant = first + WEEK * every_weeks * number
        slot = meant if slot is None else max(meant, slot + apart)
        slot, day, why = _fitting(slot, closed, avoid_weekends)
        found.append(SessionDay(day, meant, why))
    return found


def _fitting(slot: date, closed: list[SchoolHoliday], avoid_weekends: bool) -> tuple[date, date, tuple[str, ...]]:
    why: dict[str, None] = {}
    while True:
        if (school := _school(slot, closed)) is not None:
            why[school.code] = None
            slot += WEEK
            continue
        day = slot
        while avoid_weekends and not is_working_day(day):
            why[WEEKENDS] = None
            day += DAY
        if (school := _school(day, closed)) is None:
            return slot, day, tuple(why)
        why[school.code] = None
        slot += WEEK


def _school(day: date, closed: list[SchoolHoliday]) -> SchoolHoliday | None:
    week = day.isocalendar().week
    if week == 1 and (day - WEEK).isocalendar().week == 53:
        return None  # the week after 52 was 53
    return next((one for one in closed if week in one.weeks), None)
