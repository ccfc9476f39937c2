"""Legal terms: by which day a municipality must decide, and a resident may object.

Pure Python, no Django. Sources: Algemene wet bestuursrecht (Awb) and Algemene termijnenwet (ATW). How days are counted:

- The day of the event (receipt, notice) does not count, unless the law says that a term begins on that day (Awb 3:16).
  Eight weeks after a Wednesday is a Wednesday.
- A term that ends on a Saturday, Sunday or recognised holiday runs on to the next working day (ATW 1). A by-law's terms
  are no terms "set in a law" in the strict sense; they follow by convention, and ``moves=False`` switches that off.
- Where the law leaves room, the earlier day is chosen: a municipality that follows it is never late.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

import holidays

DAY = timedelta(days=1)
NONE: frozenset[date] = frozenset()


# --- Working days (ATW) ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=200)
def recognised_holidays(year: int) -> frozenset[date]:
    """The recognised holidays of a year (ATW 3, first and second paragraph).

    New Year's day, Easter Monday, Whit Monday, both Christmas days, Ascension day, the day on which the King's birthday is
    celebrated (27 April, the 26th when that is a Sunday), 5 May in every year (also when employers don't give it), and Good
    Friday, which is equated with them. Easter and Whit Sunday are Sundays anyway.
    """
    return frozenset(holidays.country_holidays("NL", years=year, categories=("public", "optional")))


def is_working_day(day: date, equated: Collection[date] = NONE) -> bool:
    """Whether a day is no Saturday, Sunday or recognised holiday.

    Args:
        equated: days that the government equated with holidays for this purpose (ATW 3, third paragraph), such as a bridging
            day between two holidays; announced in the Staatscourant.
    """
    return day.weekday() < 5 and day not in recognised_holidays(day.year) and day not in equated


@dataclass(frozen=True)
class Length:
    """How long a term is, in the unit in which the law or by-law describes it: that decides whether ATW applies."""

    days: int = 0
    weeks: int = 0
    months: int = 0
    years: int = 0

    def __post_init__(self) -> None:
        given = [value for value in (self.days, self.weeks, self.months, self.years) if value]
        if len(given) != 1 or given[0] < 1:
            raise ValueError("a term is described in days, weeks, months or years: one of them, at least 1")

    @property
    def within_termijnenwet(self) -> bool:
        """Not for more than 90 days, twelve weeks or three months, nor for years (ATW 4 under a)."""
        return 0 < self.days <= 90 or 0 < self.weeks <= 12 or 0 < self.months <= 3

    def after(self, day: date) -> date:
        """The last day of a term that begins the day after ``day``, before any move.

        A term of months ends on the same number of the month, or on the month's last day when there is no such number.
        """
        if self.days or self.weeks:
            return day + timedelta(days=self.days + 7 * self.weeks)
        return same_number(day, self.months + 12 * self.years)


def same_number(day: date, months: int) -> date:
    """The same number so many months later (or earlier, below 0), or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(event: date, length: Length, equated: Collection[date] = NONE) -> date:
    """The last day of a term that begins the day after ``event``, moved off days on which nobody works (ATW 1, 2 and 4)."""
    return moved(event + DAY, length.after(event), length, equated)


def moved(first: date, last: date, length: Length, equated: Collection[date] = NONE) -> date:
    """The day to which a term from ``first`` to ``last`` (both counted) is prolonged.

    - ATW 1: a term that ends on a Saturday, Sunday or recognised holiday runs to the next day that is none of these.
    - ATW 2: a term of at least three days holds at least two such days, if need be by prolonging it.
    - ATW 4: not for terms of more than 90 days, twelve weeks or three months, or of years.
    """
    if not length.within_termijnenwet:
        return last
    while not is_working_day(last, equated):
        last += DAY
    if (length.days or 7) < 3:  # weeks and months are always longer
        return last
    while _working_days(first, last, at_most=2, equated=equated) < 2:
        last += DAY
    return last


def _working_days(first: date, last: date, *, at_most: int, equated: Collection[date]) -> int:
    found = 0
    day = first
    while day <= last and found < at_most:
        found += is_working_day(day, equated)
        day += DAY
    return found


# --- A term for a decision --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suspension:
    """Days on which the term for a decision stands still (Awb 4:15).

    ``first`` is the first day that does not count, ``until`` the first day that counts again; None while it lasts.
    """

    first: date
    until: date | None = None
    article: str = "Awb 4:15"
    reason: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.first:
            raise ValueError("a suspension ends after it began")

    @classmethod
    def for_additions(cls, asked: date, completed: date | None = None, reason: str = "") -> Suspension:
        """The applicant is asked to complete the application (Awb 4:15, first paragraph under a, with 4:5).

        Args:
            asked: the day of the request; the term stands still from the day after.
            completed: the day on which the additions came in, or the last day of the time given for it when nothing came:
                the term stands still *until* that day, which counts again. None while waiting.

        Raises:
            ValueError: completed before it was asked.
        """
        if completed is not None and completed < asked:
            raise ValueError("additions come after they were asked for")
        until = None if completed is None else max(completed, asked + DAY)
        return cls(asked + DAY, until, "Awb 4:15 lid 1 onder a", reason)

    @classmethod
    def by_consent(cls, first: date, last: date, reason: str = "") -> Suspension:
        """The applicant agreed in writing to a delay from ``first`` to ``last``, both counted (Awb 4:15 lid 2 onder a)."""
        return cls(first, last + DAY, "Awb 4:15 lid 2 onder a", reason)

    @classmethod
    def by_applicant(cls, first: date, last: date | None = None, reason: str = "") -> Suspension:
        """Delay that is the applicant's doing, both days counted (Awb 4:15 lid 2 onder b). ``last`` None while it lasts."""
        return cls(first, None if last is None else last + DAY, "Awb 4:15 lid 2 onder b", reason)

    @classmethod
    def by_force_majeure(cls, first: date, last: date | None = None, reason: str = "") -> Suspension:
        """The authority can't decide by force majeure, both days counted (Awb 4:15 lid 2 onder c)."""
        return cls(first, None if last is None else last + DAY, "Awb 4:15 lid 2 onder c", reason)

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Extension:
    """More time, told to the applicant within the term, with the new term (Awb 4:14); a by-law may set its maximum.

    ``told`` is the day of that message. Counted on from the last day of the term before it was moved off a weekend: the
    earlier of two possible readings.
    """

    told: date
    length: Length
    reason: str = ""
    article: str = "Awb 4:14"


@dataclass(frozen=True)
class Event:
    """A step in the life of a term. ``what``: received, suspended, resumed, extended. ``due``: the last day as known then."""

    day: date
    what: str
    article: str
    due: date | None
    reason: str = ""


@dataclass(frozen=True)
class Term:
    """The term within which to decide on an application, with all that happened to it.

    Attributes:
        start: the day of receipt; the term begins the day after.
        weeks: from the by-law, else eight (Awb 4:13).
        suspensions: in any order; days on which several run count once.
        extensions: in the order in which they were told.
        equated: see ``is_working_day``.
        moves: whether the last day moves off weekends and holidays.
        article: where ``weeks`` comes from.

    Raises:
        ValueError: no weeks; an extension told after the term had ended.
    """

    start: date
    weeks: int = 8
    suspensions: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()
    equated: frozenset[date] = field(default=NONE)
    moves: bool = True
    article: str = "Awb 4:13"

    def __post_init__(self) -> None:
        if self.weeks < 1:
            raise ValueError("a term has at least one week")
        for index, extension in enumerate(self.extensions):
            due = replace(self, extensions=self.extensions[:index]).due
            if due is not None and extension.told > due:
                raise ValueError(f"an extension must be told within the term, which ended on {due} (Awb 4:14)")

    @property
    def due(self) -> date | None:
        """The last day to decide on; None while a suspension lasts whose end is not known."""
        last = self._raw_end()
        if last is None or not self.moves:
            return last
        governing = self.extensions[-1].length if self.extensions else Length(weeks=self.weeks)
        return moved(self.start + DAY, last, governing, self.equated)

    def due_if_resumed(self, day: date) -> date:
        """The last day if suspensions that still last would end on ``day``."""
        closed = tuple(
            replace(pause, until=max(day, pause.first)) if pause.until is None else pause for pause in self.suspensions
        )
        due = replace(self, suspensions=closed).due
        if due is None:
            raise AssertionError("every suspension was closed")
        return due

    def days_left(self, today: date) -> int:
        """Days from ``today`` until the last day: 0 on that day, below 0 when late.

        During a suspension it stands still, apart from the weekends that the last day would move off.
        """
        return (self.due_if_resumed(today) - today).days

    def is_suspended(self, today: date) -> bool:
        """Whether the term stands still on a day within it."""
        last = self._raw_end()
        return (last is None or today <= last) and any(pause.covers(today) for pause in self.suspensions)

    def is_late(self, today: date) -> bool:
        return self.days_left(today) < 0

    @property
    def history(self) -> list[Event]:
        """What happened, in order; each step with the last day as it was known then."""
        steps: list[tuple[date, int, str, str, str]] = [(self.start, 0, "received", self.article, "")]
        for pause in self.suspensions:
            steps.append((pause.first, 2, "suspended", pause.article, pause.reason))
            if pause.until is not None:
                steps.append((pause.until, 3, "resumed", pause.article, pause.reason))
        steps += [(extra.told, 1, "extended", extra.article, extra.reason) for extra in self.extensions]
        return [
            Event(day, what, article, self._known_on(day, rank).due, reason)
            for day, rank, what, article, reason in sorted(steps)
        ]

    def _known_on(self, day: date, rank: int) -> Term:
        """The term as it stood on a day, after the steps of that day up to ``rank`` (the order within one day)."""
        pauses = [
            pause if pause.until is not None and (pause.until, 3) <= (day, rank) else replace(pause, until=None)
            for pause in self.suspensions
            if (pause.first, 2) <= (day, rank)
        ]
        extensions = tuple(extra for extra in self.extensions if (extra.told, 1) <= (day, rank))
        return replace(self, suspensions=tuple(pauses), extensions=extensions)

    def _lengths(self) -> Iterator[Length]:
        yield Length(weeks=self.weeks)
        for extension in self.extensions:
            yield extension.length

    def _raw_end(self) -> date | None:
        """The last day before it moves: the days of the term counted out, leaving suspended ones out."""
        # Months and years have no fixed number of days: each length is laid from where the one before would have ended.
        plain = self.start
        for length in self._lengths():
            plain = length.after(plain)
        left = (plain - self.start).days
        open_from = min((pause.first for pause in self.suspensions if pause.until is None), default=None)
        for step in count(1):
            day = self.start + step * DAY
            if open_from is not None and day >= open_from:
                return None
            if not any(pause.covers(day) for pause in self.suspensions):
                left -= 1
                if left == 0:
                    return day
        raise AssertionError("a term ends")


# --- Terms with a name -------------------------------------------------------------------------------------------------


def decision_deadline(
    received: date,
    *,
    weeks: int = 8,
    suspensions: tuple[Suspension, ...] = (),
    extensions: tuple[Extension, ...] = (),
    equated: frozenset[date] = NONE,
    moves: bool = True,
) -> date:
    """The last day to decide on an application (Awb 4:13): ``weeks`` of the by-law, else eight after receipt.

    Raises:
        ValueError: a suspension has no end yet, so that there is no last day.
    """
    due = Term(received, weeks, suspensions, extensions, equated, moves).due
    if due is None:
        raise ValueError("the term stands still: there is no last day yet (Awb 4:15)")
    return due


def dismissal_deadline(completed_or_expired: date, *, equated: Collection[date] = NONE) -> date:
    """The last day to tell that an incomplete application is not treated (Awb 4:5, fourth paragraph): four weeks after it was
    completed or the time for that ran out."""
    return last_day(completed_or_expired, Length(weeks=4), equated)


def objection_deadline(notified: date, *, equated: Collection[date] = NONE) -> date:
    """The last day to object to a decision (Awb 6:7 and 6:8): six weeks, beginning the day after the decision was made known
    in the prescribed way."""
    return last_day(notified, Length(weeks=6), equated)


def objection_decision_deadline(
    objection_ended: date, *, committee: bool = False, adjourned: bool = False, equated: Collection[date] = NONE
) -> date:
    """The last day to decide on an objection (Awb 7:10).

    Args:
        objection_ended: the last day of the term to object (``objection_deadline``), whenever the objection came in.
        committee: an advisory committee was set up (Awb 7:13): twelve weeks instead of six.
        adjourned: put off by at most six weeks (third paragraph).
    """
    length = Length(weeks=12 if committee else 6)
    if not adjourned:
        return last_day(objection_ended, length, equated)
    return last_day(length.after(objection_ended), Length(weeks=6), equated)


def views_deadline(deposited: date, *, weeks: int = 6, equated: Collection[date] = NONE) -> date:
    """The last day to give views on a draft decision (Awb 3:16): six weeks, or longer by law, beginning *on* the day on which
    the draft is laid open. From a Thursday it runs to a Wednesday."""
    length = Length(weeks=weeks)
    return moved(deposited, length.after(deposited - DAY), length, equated)


def latest_day_before(event: date, length: Length) -> date:
    """The last day that lies a whole term before an event, such as "at least eight weeks before the council meets".

    Terms that are counted back don't move off weekends and holidays (ATW 1, second paragraph).
    """
    if length.months or length.years:
        return same_number(event, -length.months - 12 * length.years)
    return event - timedelta(days=length.days + 7 * length.weeks)
