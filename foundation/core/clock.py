"""The one way to ask what time it is in the Netherlands."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, aware, in UTC. Ask once per decision and pass it on."""
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """The calendar day in Amsterdam."""
    return (at or now()).astimezone(AMSTERDAM).date()


def at_midnight(at: datetime) -> bool:
    """Whether a day begins at this moment, in Amsterdam: what ends then, ends with the day before, to people."""
    return at.astimezone(AMSTERDAM).time() == time()
