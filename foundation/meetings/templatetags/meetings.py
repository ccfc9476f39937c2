"""Addresses of meetings in templates, wherever their series lies; and the part for pages of upper apps."""

from __future__ import annotations

from typing import Any

from django import template

from foundation.core import clock
from foundation.meetings.addresses import address
from foundation.meetings.models import Meeting, Series
from foundation.meetings.queries.lists import next_meetings as lines_of_next

register = template.Library()


@register.simple_tag
def meeting_url(name: str, meeting: Meeting, *args: Any) -> str:
    """The path of a page of a meeting: ``{% meeting_url "minutes" meeting %}``."""
    return address(name, meeting.series, meeting.pk, *args)


@register.simple_tag
def series_url(name: str, series: Series) -> str:
    """The path of a page of a series."""
    return address(name, series, series.pk)


@register.inclusion_tag("meetings/_next.html", takes_context=True)
def next_meetings(context: template.Context, series: Series, limit: int = 3) -> dict[str, Any]:
    """What is to come in a series, on the page of the upper app; nothing for who may not see the series.

    The page's view fetches the series with its ``municipality``.
    """
    user = context["request"].user
    return {
        "series": series,
        "lines": lines_of_next(series, user, clock.now(), limit),
        "sees": user.has_perm("meetings.see_series", series),
        "manages": user.has_perm("meetings.manage_series", series),
    }
