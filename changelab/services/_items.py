"""Writing what a lab makes: one way for everything that counts its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from changelab.models import KitchenItem, Lab
from changelab.services import _moves
from foundation.core import audit, clock

if TYPE_CHECKING:
    from foundation.accounts.models import User


def add(item: KitchenItem, *, by: User) -> Any:
    """Bring something new into a running lab; the others of the cohort read it at once.

    Raises:
        WrongMoment: the lab does not run.
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        lab = _moves.locked(item.lab_id)
        _moves.need("changelab.work", by, lab)
        _moves.need_running(lab)
        item.author = by
        item.full_clean(exclude=["lab", "author"])
        item.save()
        audit.record("changelab.item_added", item, by=by, new={"kind": str(item._meta.verbose_name)})
    return item


def change(item: KitchenItem, *, by: User, version: int | None, writable: frozenset[str], **fields: Any) -> Any:
    """Change what a lab made.

    Raises:
        Stale: somebody saved in between; nothing was overwritten.
        WrongMoment, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - writable:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = locked(item, by=by)
        _moves.same_version(row, version)
        for name, value in fields.items():
            setattr(row, name, value)
        row.version += 1
        row.changed_at = clock.now()
        row.full_clean(exclude=["lab", "author"])
        row.save()
        audit.record("changelab.item_changed", row, by=by, new={"kind": str(row._meta.verbose_name)})
    return row


def locked(item: KitchenItem, *, by: User, permission: str = "changelab.work") -> Any:
    """The row locked, in a lab that runs and in which ``by`` may do this."""
    lab: Lab = _moves.locked(item.lab_id)
    _moves.need(permission, by, lab)
    _moves.need_running(lab)
    row = type(item)._default_manager.select_for_update(of=("self",)).get(pk=item.pk)
    row.lab = lab
    return row
