"""A lab: what it is about, its movement through the U, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from changelab import notifications
from changelab.enums import LAB_TRANSITIONS, TAKES_APPLICATIONS, ApplicationState, LabState, Movement
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Lab
from changelab.services import _moves, follow_ups
from foundation.core import audit, clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foundation.accounts.models import User
    from foundation.municipalities.models import Area

WRITABLE = frozenset(["title", "summary", "question", "tasks_text", "area_text"])


def change(
    *, lab: Lab, by: User, version: int | None = None, areas: Sequence[Area] | None = None, **fields: Any
) -> Lab:
    """Change what a lab is about and where.

    Args:
        areas: neighbourhoods of its municipality in this installation; None leaves them.

    Raises:
        Stale, WrongMoment, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        _moves.need_running(row)
        _moves.same_version(row, version)
        if areas is not None and any(area.municipality_id != row.tenant_id for area in areas):
            raise ValidationError({"areas": _("Choose neighbourhoods of this municipality.")})
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.version += 1
        row.full_clean(exclude=["cohort", "application", "municipality", "tenant", "series"])
        row.save()
        if areas is not None:
            row.areas.set(areas)
        audit.record("changelab.lab_changed", row, by=by)
    return row


def move_to(*, lab: Lab, movement: str, by: User, version: int | None = None) -> Lab:
    """Go to another movement of the U, forward or back: labs do go back.

    Raises:
        WrongMoment: it is there already, or the lab does not run.
    """
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        _moves.need_running(row)
        _moves.same_version(row, version)
        if movement not in Movement.values:
            raise ChangelabError(_("Choose one of the three movements."))
        if row.movement == movement:
            raise WrongMoment(_("The lab is in this movement already."))
        old, row.movement = row.movement, movement
        row.movement_since = row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["movement", "movement_since", "changed_at", "version"])
        audit.record(
            "changelab.movement",
            row,
            by=by,
            old={"movement": old},
            new={"movement": str(Movement(movement).label), "on": clock.today().isoformat()},
        )
    return row


def finish(*, lab: Lab, by: User) -> Lab:
    """The lab is done; its follow-up begins."""
    return _move(lab, LabState.FINISHED, "lab_finished", by=by, ended_at=clock.now())


def stop(*, lab: Lab, reason: str, by: User) -> Lab:
    """Stop halfway, with the reason: others learn from it too.

    Raises:
        ChangelabError: no reason.
    """
    if not reason.strip():
        raise ChangelabError(_("Say why the lab stops: others learn from it."))
    return _move(lab, LabState.STOPPED, "lab_stopped", by=by, reason=reason.strip(), ended_at=clock.now())


def reopen(*, lab: Lab, reason: str, by: User) -> Lab:
    """Take a lab up again."""
    return _move(lab, LabState.RUNNING, "lab_reopened", by=by, reason=reason.strip(), ended_at=None)


def _move(lab: Lab, state: str, verb: str, *, by: User, reason: str = "", **fields: Any) -> Lab:
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        old = _moves.set_state(row, LAB_TRANSITIONS, state)
        row.state_reason = reason
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["state", "state_reason", "changed_at", "version", *fields])
        audit.record(f"changelab.{verb}", row, by=by, reason=reason, old={"state": old}, new={"state": state})
        if state == LabState.FINISHED:
            follow_ups.plan_for(row, clock.today())
        elif state == LabState.STOPPED and row.cohort.state in TAKES_APPLICATIONS:
            waiting = row.cohort.applications.filter(state=ApplicationState.WAITING)
            first = waiting.select_related("enrolment__municipality").order_by("line_number").first()
            notifications.tell_place_free(row, first)
    return row
