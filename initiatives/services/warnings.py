"""Warnings before a term runs out, to the right people, each once; called by beat."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from foundation.core import clock
from initiatives import notifications
from initiatives.enums import InitiativeState
from initiatives.models import Initiative

DAYS_BEFORE = (14, 7, 1)  # before the last day to decide
ANSWER_DAYS = 5  # before the last day for additions
LOOK_BACK = timedelta(days=14)  # what became late longer ago was told then


def warn(*, today: date | None = None) -> int:
    """Write every warning that this day asks for; what was written before is not written again.

    Returns:
        how many messages are new.
    """
    today = today or clock.today()
    told = 0
    deciding = Initiative.objects.filter(state__in=[InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT])
    near = deciding.filter(due_on__range=(today - LOOK_BACK, today + timedelta(days=max(DAYS_BEFORE))))
    waiting = Initiative.objects.filter(
        state=InitiativeState.INCOMPLETE,
        answer_by__range=(today - LOOK_BACK, today + timedelta(days=ANSWER_DAYS)),
    )
    for pk in [*near.order_by("due_on").values_list("pk", flat=True), *waiting.values_list("pk", flat=True)]:
        with transaction.atomic():
            told += _warn_of(pk, today)
    return told


def _warn_of(pk: int, today: date) -> int:
    """Look again with the row locked: it may have been decided a moment ago."""
    row = (
        Initiative.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("municipality", "handler", "sector")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return 0
    if row.state == InitiativeState.INCOMPLETE and row.answer_by is not None:
        if today > row.answer_by:
            return notifications.tell_additions_over(row, until=row.answer_by)
        return notifications.remind_team(row, until=row.answer_by)
    if row.state not in (InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT) or row.due_on is None:
        return 0
    left = (row.due_on - today).days
    if left < 0:
        return notifications.tell_term_ended(row, due=row.due_on)
    # The nearest threshold only: a worker that was away for a week says it once, not three times.
    days = min((days for days in DAYS_BEFORE if left <= days), default=None)
    return notifications.warn_of_term(row, due=row.due_on, days=days) if days is not None else 0
