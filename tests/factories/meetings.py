"""Series, meetings and people on their lists, made through the services so that they are as real ones are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.models import Attendee, Meeting, Series
from foundation.meetings.services import invitations, meetings, registration
from foundation.meetings.services import series as series_service
from foundation.meetings.times import Span, span_of
from foundation.municipalities.models import Municipality
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory


def series(municipality: Municipality | None = None, **fields: Any) -> Series:
    """A public series of a municipality of its own."""
    fields = {"title": "Buurt aan tafel", "by": None, **fields}
    return series_service.create_series(municipality=municipality or MunicipalityFactory(), **fields)


def national(**fields: Any) -> Series:
    """A series that belongs to no municipality."""
    return series_service.create_series(municipality=None, **{"title": "Leerkring", "by": None, **fields})


def evening(days: int = 14, begin: time = time(19, 30), end: time = time(21, 30), **fields: Any) -> Span:
    """An evening so many days from now."""
    return span_of(clock.today() + timedelta(days=days), begin, end, **fields)


def on(day: date, begin: str = "19:30", end: str = "21:30") -> Span:
    """A stretch of time on a day, as Dutch clocks show it."""
    return span_of(day, time.fromisoformat(begin), time.fromisoformat(end))


def meeting(of: Series | None = None, *spans: Span, **facts: Any) -> Meeting:
    """An evening in two weeks, at a place."""
    of = of or series(is_single=True)
    return meetings.plan(series=of, spans=spans or [evening()], by=None, **{"place": "Buurthuis De Kade", **facts})


def going(to: Meeting, user: User | None = None, **fields: Any) -> Attendee:
    """Somebody who signed up (and has a place, or waits when it is full)."""
    return registration.sign_up(meeting=to, by=user or UserFactory(), **fields)


def invited(to: Meeting, user: User | None = None) -> Attendee:
    """Somebody with an account who was invited."""
    user = user or UserFactory()
    invitations.invite(meeting=to, by=None, users=[user])
    return to.attendees.get(user=user)


def invited_address(to: Meeting, email: str = "ria@example.nl", name: str = "Ria") -> Attendee:
    """Somebody without an account who was invited."""
    invitations.invite(meeting=to, by=None, addresses=[(name, email)])
    return to.attendees.get(email=email)


def moment(text: str) -> datetime:
    """A moment as Dutch clocks show it: "2026-03-12 19:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)
