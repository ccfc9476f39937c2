"""Whether the background work lives, in words for staff pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from foundation.core.models import Heartbeat

SILENT_AFTER = timedelta(minutes=2)


def beat(name: str) -> None:
    """Note that the process ``name`` lives now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})


def silent_since(name: str, *, now: datetime | None = None) -> datetime | None:
    """When ``name`` was last heard, if that is longer ago than two minutes; None while all is well.

    A process that was never heard counts as silent since the beginning of time (UTC year 1).
    """
    now = now or timezone.now()
    last = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    if last is None:
        return datetime.min.replace(tzinfo=now.tzinfo)
    return last if now - last > SILENT_AFTER else None
