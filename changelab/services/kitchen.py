"""How wide a lab shares what it made: wider, narrower, taken back; each step in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from changelab.enums import Level
from changelab.models import KitchenItem, ShareLog
from changelab.services import _moves, harvesting
from foundation.core import audit, clock

if TYPE_CHECKING:
    from foundation.accounts.models import User

WITHDRAWN = "withdrawn"


def share(*, item: KitchenItem, level: str, by: User) -> KitchenItem:
    """Choose who may read it, from now on. Sharing the same way again changes nothing.

    Lessons that began with it and are read by more people are taken back with it (``harvesting.take_along``).

    Raises:
        PermissionDenied: ``by`` does not lead the lab.
    """
    return _set(item, Level(level), by=by)


def withdraw(*, item: KitchenItem, by: User) -> KitchenItem:
    """Take it back: only the lab itself reads it, wherever it stood.

    Raises:
        PermissionDenied
    """
    return _set(item, None, by=by)


def _set(item: KitchenItem, level: Level | None, *, by: User) -> KitchenItem:
    with transaction.atomic():
        lab = _moves.locked(item.lab_id)
        _moves.need("changelab.lead_lab", by, lab)
        harvesting.lock_lessons(item)
        row: KitchenItem = type(item)._default_manager.select_for_update(of=("self",)).get(pk=item.pk)
        old = WITHDRAWN if row.withdrawn_at is not None else str(row.level)
        new = WITHDRAWN if level is None else str(level)
        if old == new:
            return row
        if level is None:
            row.withdrawn_at = clock.now()
        else:
            row.level, row.withdrawn_at = level, None
        row.save(update_fields=["level", "withdrawn_at"])
        ShareLog.objects.create(
            lab=lab,
            by=by,
            at=clock.now(),
            kind=row._meta.model_name or "",
            item_id=row.pk,
            label=str(row)[:200],
            old=old,
            new=new,
        )
        audit.record("changelab.shared", row, by=by, old={"level": old}, new={"level": new})
        harvesting.take_along(row, by=by)
    return row
