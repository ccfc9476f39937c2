"""The one way to ask what time it is in the Netherlands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, aware, in UTC. Ask once per decision and pass it on."""
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """The calendar day in Amsterdam."""
    return (at or now()).astimezone(AMSTERDAM).date()
