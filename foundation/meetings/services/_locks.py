"""Finding, locking and guarding; shared by the services of this app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foundation.core import clock, guards
from foundation.core.states import IllegalMove
from foundation.meetings.enums import TRANSITIONS
from foundation.meetings.errors import ChangedMeanwhile, WrongMoment
from foundation.meetings.models import Meeting

need = guards.need


def locked(meeting_id: int) -> Meeting:
    """The meeting with its row locked until the end of the transaction: one change, one sign-up at a time."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("series__municipality", "chair", "note_taker")
    found: Meeting = rows.get(pk=meeting_id)
    return found


def same_version(row: Any, version: int | None) -> None:
    """Refuse a change made on an older text; None where no text is overwritten.

    Raises:
        ChangedMeanwhile: somebody saved in between.
    """
    if version is not None and version != row.version:
        raise ChangedMeanwhile


def standing(meeting: Meeting) -> None:
    """Refuse what makes no sense for a meeting that was held or cancelled.

    Raises:
        WrongMoment: it is over, or cancelled.
    """
    if not meeting.is_standing:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})


def move_state(meeting: Meeting, new: str) -> str:
    """Set the state (not saved); returns the old one.

    Raises:
        WrongMoment: the table does not allow it.
    """
    try:
        return TRANSITIONS.move(meeting, new)
    except IllegalMove as error:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()}) from error


def save(meeting: Meeting, *fields: str, calendar: bool = False) -> None:
    """Save these columns and the version; ``calendar``: people's calendars must know, so SEQUENCE grows.

    Never the whole row: ``going_count`` is the database's own.
    """
    meeting.version += 1
    meeting.changed_at = clock.now()
    if calendar:
        meeting.sequence += 1
    meeting.save(update_fields=["version", "changed_at", "sequence", *fields])
