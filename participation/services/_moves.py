"""Finding, locking, guarding and moving a process; shared by the services of this app. The only road for ``state``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foundation.core import audit, clock, guards
from foundation.core.states import IllegalMove
from participation import notifications
from participation.enums import TRANSITIONS
from participation.errors import Stale, WrongMoment
from participation.models import Phase, Process, ProcessEvent

need = guards.need


def locked(process_id: int) -> Process:
    """The process with its row locked until the end of the transaction."""
    rows = Process.objects.select_for_update(of=("self",)).select_related("municipality")
    found: Process = rows.get(pk=process_id)
    return found


def same_version(row: guards.Versioned | None, version: int | None, *, strict: bool = False) -> None:
    """Refuse a change made on an older text; see ``guards.same_version``."""
    guards.same_version(row, version, Stale, strict=strict)


def need_open(phase: Phase) -> None:
    """Refuse what may only be done while a phase is open.

    Raises:
        WrongMoment: the process does not run, or the clock is outside the phase.
    """
    if phase.process.state != "published":
        raise WrongMoment(_("This process does not run now."))
    moment = phase.moment(clock.now())
    if moment == "upcoming":
        raise WrongMoment(_("“%(phase)s” has not begun yet.") % {"phase": phase.title})
    if moment == "over":
        raise WrongMoment(_("“%(phase)s” is over: nothing can be added any more.") % {"phase": phase.title})


def note(process: Process, verb: str, *, reason: str = "", facts: dict[str, Any] | None = None) -> ProcessEvent:
    """A line of the public timeline."""
    return ProcessEvent.objects.create(process=process, at=clock.now(), verb=verb, reason=reason, facts=facts or {})


def move(process: Process, verb: str, new: str, *, by: Any, reason: str = "", **fields: Any) -> ProcessEvent:
    """Change the state of a locked process: state, version, timeline, audit, and word to its followers.

    Raises:
        WrongMoment: the table of states does not allow it; somebody may have been first.
    """
    try:
        old = TRANSITIONS.move(process, new)
    except IllegalMove as error:
        raise WrongMoment(
            _("This can't be done now: the process is “%(state)s”.") % {"state": process.get_state_display()}
        ) from error
    for name, value in fields.items():
        setattr(process, name, value)
    process.changed_at = clock.now()
    process.version += 1
    process.save(update_fields=["state", "changed_at", "version", *fields])
    event = note(process, verb, reason=reason)
    audit.record(
        f"participation.{verb}", process, by=by, reason=reason, old={"state": old}, new={"state": process.state}
    )
    notifications.tell_followers(process, event, by=by)
    return event
