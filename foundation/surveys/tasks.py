"""What the clock does with surveys. Ids in, one service call; every task may run twice or be killed."""

from __future__ import annotations

import time

from celery import shared_task

from foundation.core import clock
from foundation.surveys.services import box, invitations

_SECONDS = 45  # the next run of beat goes on


@shared_task
def count_closed() -> None:
    """Every minute: count what has closed."""
    now = clock.now()
    for pk in box.due(now):
        box.count(survey_id=pk, now=now)


@shared_task
def send_mailings() -> None:
    """Every minute: write invitations and reminders whose moment has come, batch by batch."""
    now = clock.now()
    end = time.monotonic() + _SECONDS
    for pk in invitations.due(now):
        while invitations.send_batch(mailing_id=pk, now=now):
            if time.monotonic() > end:
                return


@shared_task
def forget_old_drafts() -> None:
    """Every night: drafts that nobody came back for go."""
    box.forget_old_drafts(today=clock.today())
