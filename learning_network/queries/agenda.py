"""The agenda of the network: meetings of the programmes that somebody belongs to, and open meetings of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from foundation.meetings.models import Meeting, Series
from foundation.meetings.queries import lists
from learning_network import network_host, visibility
from learning_network.models import Programme

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


def meetings_of(user: Any, now: datetime, *, past: bool = False) -> QuerySet[Meeting]:
    """What is to come (or was), the nearest first."""
    labs = Programme.objects.filter(pk__in=visibility.labs_of(user), series__isnull=False)
    rows = Meeting.objects.past(now) if past else Meeting.objects.upcoming(now)
    rows = rows.filter(Q(series__host=network_host.KEY) | Q(series__in=labs.values("series")))
    return lists.fetched(rows)


def series_of_network() -> Series | None:
    """The series of the open meetings of the network, where somebody began it."""
    return Series.objects.select_related("municipality").filter(host=network_host.KEY).order_by("pk").first()
