"""Background work of processes: ids in, one service call."""

from __future__ import annotations

from celery import shared_task

from participation.services import phases, votes


@shared_task
def tell_phases() -> int:
    """Tell followers of phases that opened or end soon."""
    return phases.tell_due()


@shared_task
def note_results() -> int:
    """Write the published results of votes on the proposals."""
    return votes.note_due()
