"""What came of a lab: asked 3, 6 and 12 months after it closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from changelab import notifications
from changelab.errors import WrongMoment
from changelab.models import FollowUp, Lab, PlanTask
from changelab.services import _moves
from foundation.core import audit, clock
from foundation.core.terms import same_number

if TYPE_CHECKING:
    from foundation.accounts.models import User

MONTHS = (3, 6, 12)
WRITABLE = frozenset(["spent_cents", "satisfaction", "text"])


def plan_for(lab: Lab, ended_on: date) -> None:
    """Set the days on which a closed lab is asked; those that were answered stay."""
    for months in MONTHS:
        FollowUp.objects.get_or_create(lab=lab, months=months, defaults={"due_on": same_number(ended_on, months)})


def remind_due(*, limit: int = 100) -> int:
    """Ask the leads of labs whose moment has come; each moment once, whatever is killed in between.

    Returns:
        how many moments were told.
    """
    told = 0
    while told < limit:
        with transaction.atomic():
            due = (
                FollowUp.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(due_on__lte=clock.today(), reminded_at=None, answered_at=None)
                .select_related("lab__cohort")
                .first()
            )
            if due is None:
                break
            due.reminded_at = clock.now()
            due.save(update_fields=["reminded_at"])
            notifications.ask_follow_up(due)
            told += 1
    return told


def answer(
    *,
    follow_up: FollowUp,
    by: User,
    taken_back: dict[int, bool] | None = None,
    version: int | None = None,
    **fields: Any,
) -> FollowUp:
    """Say what came of it; it can be changed afterwards.

    Args:
        taken_back: per id of a task of this lab, whether the municipality took it back.
        fields: ``WRITABLE``.

    Raises:
        WrongMoment: its moment has not come.
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a follow-up has no {sorted(unknown)}")
    with transaction.atomic():
        lab = _moves.locked(follow_up.lab_id)
        _moves.need("changelab.work", by, lab)
        row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
        if row.due_on > clock.today():
            raise WrongMoment(_("The moment for this has not come yet."))
        _moves.same_version(row, version)
        for name, value in fields.items():
            setattr(row, name, value)
        row.answered_at, row.answered_by = clock.now(), by
        row.version += 1
        row.full_clean(exclude=["lab", "answered_by"])
        row.save()
        for task in PlanTask.objects.filter(plan__lab=lab, pk__in=list(taken_back or {})):
            wanted = (taken_back or {})[task.pk]
            if wanted != (task.taken_back_on is not None):
                task.taken_back_on = clock.today() if wanted else None
                task.save(update_fields=["taken_back_on"])
        audit.record("changelab.follow_up_answered", row, by=by, new={"months": row.months}, municipality=None)
    return row
