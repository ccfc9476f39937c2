"""The meetings of a process: those of the process as a whole, and for the report those of its groups too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.wording import short_day, whole
from foundation.meetings.enums import MeetingState, MinutesState
from foundation.meetings.models import Meeting, Series
from participation.models import Group, Process, ProcessSeries
from participation.queries.report_text import in_words

MOST = 200


def series_of(process: Process) -> Series | None:
    """The series of the process as a whole; None where nothing was ever planned."""
    there = ProcessSeries.objects.select_related("series__municipality").filter(process=process).first()
    return there.series if there is not None else None


def held(process: Process) -> list[Meeting]:
    """The meetings that were held, of the process and of its groups, the first in front. Two queries."""
    own = ProcessSeries.objects.filter(process=process).values("series")
    of_groups = Group.objects.filter(process=process, series__isnull=False).order_by().values("series")
    rows = Meeting.objects.public().filter(series__in=own.union(of_groups), ends_at__lte=clock.now())
    rows = rows.exclude(state=MeetingState.CANCELLED).select_related("minutes").prefetch_related("decisions")
    return list(rows.order_by("starts_at", "pk")[:MOST])


def chapter(process: Process) -> dict[str, Any] | None:
    """For the final report: the meetings held, and what was decided in them according to published minutes."""
    found = held(process)
    if not found:
        return None
    head = [_("When"), _("Meeting"), _("Where"), _("Signed up")]
    rows = [[short_day(one.starts_at), one.title, one.place or "–", whole(one.going_count)] for one in found]
    blocks: list[dict[str, Any]] = [
        {"kind": "table", "caption": _("The meetings that were held"), "head": head, "rows": rows}
    ]
    for one in found:
        minutes = getattr(one, "minutes", None)
        decided = [row.text for row in one.decisions.all()]
        if not decided or minutes is None or minutes.state != MinutesState.PUBLISHED:
            continue
        heading = _("Decided on %(day)s: %(title)s") % {"day": short_day(one.starts_at), "title": one.title}
        blocks += [{"kind": "heading", "level": 3, "text": heading}, {"kind": "list", "items": decided}]
    sentence = ngettext("%(n)s meeting was held.", "%(n)s meetings were held.", len(found)) % {
        "n": in_words(len(found))
    }
    return {"title": _("Meetings"), "blocks": blocks, "sentence": sentence}
