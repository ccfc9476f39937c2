"""Who holds a part of the problem, and whether they are in the room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from changelab.enums import LabRole, Presence, StakeholderKind
from changelab.models import Lab, LabMember, Stakeholder
from changelab.services import _items, _moves, members

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["name", "kind", "role", "interest", "influence", "holds", "presence"])
ROLE_OF = {
    StakeholderKind.ALDERMAN: LabRole.ALDERMAN,
    StakeholderKind.CIVIL_SERVANT: LabRole.CIVIL_SERVANT,
    StakeholderKind.INSTITUTION: LabRole.INSTITUTION,
    StakeholderKind.DECIDING: LabRole.STAKEHOLDER,
    StakeholderKind.RESIDENT: LabRole.RESIDENT,
}


def add(*, lab: Lab, by: User, **fields: Any) -> Stakeholder:
    """Put somebody on the map.

    Raises:
        WrongMoment, ValidationError, PermissionDenied
    """
    made: Stakeholder = _items.add(Stakeholder(lab=lab, **fields), by=by)
    return made


def change(*, stakeholder: Stakeholder, by: User, version: int | None = None, **fields: Any) -> Stakeholder:
    """Change what stands on the map.

    Raises:
        Stale, WrongMoment, ValidationError, PermissionDenied
    """
    changed: Stakeholder = _items.change(stakeholder, by=by, version=version, writable=WRITABLE, **fields)
    return changed


def invite(*, stakeholder: Stakeholder, email: str, name: str, by: User) -> LabMember:
    """Ask somebody into the room for this stakeholder, by a personal link; no account is needed to read it.

    Raises:
        ValidationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row: Stakeholder = _items.locked(stakeholder, by=by, permission="changelab.lead_lab")
        asked = members.invite(
            lab=row.lab, email=email, name=name, role=ROLE_OF[StakeholderKind(row.kind)], function=row.name, by=by
        )
        row.member = asked
        row.presence = Presence.ASKED
        row.version += 1
        row.save(update_fields=["member", "presence", "version"])
    return asked


def remove(*, stakeholder: Stakeholder, by: User) -> None:
    """Take somebody off the map."""
    with transaction.atomic():
        row: Stakeholder = _items.locked(stakeholder, by=by, permission="changelab.lead_lab")
        _moves.audit_removed(row, by=by)
        row.delete()
