"""Finding, locking, guarding and moving; shared by the services of this app. The only road for ``state`` and ``stage``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foundation.core import audit, clock, guards
from foundation.core.states import IllegalMove
from learning_network.enums import PROGRAMME_TRANSITIONS, ProgrammeState
from learning_network.errors import Stale, WrongMoment
from learning_network.models import Enrolment, Programme

need = guards.need


def same_version(row: guards.Versioned, version: int | None) -> None:
    """Refuse a change made on an older text; see ``guards.same_version``."""
    guards.same_version(row, version, Stale)


def locked(programme_id: int) -> Programme:
    """The programme with its row locked until the end of the transaction."""
    return Programme.objects.select_for_update(of=("self",)).select_related("series").get(pk=programme_id)


def locked_enrolment(enrolment_id: int) -> Enrolment:
    """The municipality in a programme, with its row locked until the end of the transaction."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("programme__series", "municipality")
    return rows.get(pk=enrolment_id)


def need_running(programme: Programme) -> None:
    """Refuse what is done only while a programme runs.

    Raises:
        WrongMoment
    """
    if programme.state != ProgrammeState.RUNNING:
        raise WrongMoment(
            _("This can't be done now: the programme is “%(state)s”.") % {"state": programme.get_state_display()}
        )


def move(programme: Programme, verb: str, new: str, *, by: Any, reason: str = "", **fields: Any) -> Programme:
    """Change the state of a locked programme, with its audit row.

    Raises:
        WrongMoment: the table of states does not allow it; somebody may have been first.
    """
    try:
        old = PROGRAMME_TRANSITIONS.move(programme, new)
    except IllegalMove as error:
        raise WrongMoment(
            _("This can't be done now: the programme is “%(state)s”.") % {"state": programme.get_state_display()}
        ) from error
    for name, value in fields.items():
        setattr(programme, name, value)
    programme.changed_at = clock.now()
    programme.version += 1
    programme.save(update_fields=["state", "changed_at", "version", *fields])
    audit.record(f"learning_network.{verb}", programme, by=by, reason=reason, old={"state": old}, new={"state": new})
    return programme
