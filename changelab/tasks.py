"""Background work of Changelabs: one service call."""

from __future__ import annotations

from celery import shared_task

from changelab.services import follow_ups


@shared_task
def remind_of_follow_ups() -> int:
    """Ask labs that closed some months ago what came of it."""
    return follow_ups.remind_due()
