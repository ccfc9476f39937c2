"""The public timeline as pages show it; the words are those of ``wording``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from initiatives import wording

if TYPE_CHECKING:
    from initiatives.models import TimelineEntry


@dataclass(frozen=True)
class Line:
    """One line of the timeline as it is shown."""

    at: datetime
    sentence: str
    reason: str
    icon: str
    by_municipality: bool


def line(entry: TimelineEntry) -> Line:
    """The line that an entry gives; an unknown verb is said by the state it led to."""
    return Line(
        at=entry.at,
        sentence=wording.happened(entry.verb, entry.facts) or str(entry.get_state_display()),
        reason=entry.reason,
        icon=wording.icon(entry.verb),
        by_municipality=entry.by_municipality,
    )
