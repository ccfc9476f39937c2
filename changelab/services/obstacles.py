"""Obstacles on the way of a hand-over, with their history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from changelab.enums import OBSTACLE_OPEN, ObstacleState
from changelab.errors import ChangelabError
from changelab.models import Lab, Obstacle, ObstacleEvent
from changelab.services import _items, _moves
from foundation.core import audit, clock

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["kind", "title", "text", "owner", "way_out", "due_on"])


def add(*, lab: Lab, by: User, **fields: Any) -> Obstacle:
    """Name an obstacle.

    Raises:
        ValidationError: the owner is of another lab.
        WrongMoment, PermissionDenied
    """
    _owner_fits(lab, fields)
    with transaction.atomic():
        made: Obstacle = _items.add(Obstacle(lab=lab, **fields), by=by)
        ObstacleEvent.objects.create(obstacle=made, by=by, at=clock.now(), state=made.state)
    return made


def change(*, obstacle: Obstacle, by: User, version: int | None = None, **fields: Any) -> Obstacle:
    """Change what it is, who looks for a way out, or the way out itself."""
    _owner_fits(obstacle.lab, fields)
    changed: Obstacle = _items.change(obstacle, by=by, version=version, writable=WRITABLE, **fields)
    return changed


def move(*, obstacle: Obstacle, state: str, note: str, by: User, version: int | None = None) -> Obstacle:
    """Say how it stands; closing it says how it was solved, or why the lab lives with it.

    Raises:
        ChangelabError: no note where one is needed, or an unknown state.
        Stale, WrongMoment, PermissionDenied
    """
    if state not in ObstacleState.values:
        raise ChangelabError(_("Choose how it stands."))
    if state not in OBSTACLE_OPEN and not note.strip():
        raise ChangelabError(_("Say how it was solved, or why you live with it."))
    with transaction.atomic():
        row: Obstacle = _items.locked(obstacle, by=by)
        _moves.same_version(row, version)
        old, row.state = row.state, state
        row.version += 1
        row.changed_at = clock.now()
        row.save(update_fields=["state", "version", "changed_at"])
        ObstacleEvent.objects.create(obstacle=row, by=by, at=clock.now(), state=state, note=note.strip())
        audit.record(
            "changelab.obstacle_moved", row, by=by, reason=note.strip(), old={"state": old}, new={"state": state}
        )
    return row


def _owner_fits(lab: Lab, fields: dict[str, Any]) -> None:
    owner = fields.get("owner")
    if owner is not None and owner.lab_id != lab.pk:
        raise ValidationError({"owner": _("Choose somebody of this lab.")})
