"""What the clock does with ballots. Ids in, one service call; every task may run twice or be killed."""

from __future__ import annotations

import logging

from celery import shared_task

from foundation.core import clock
from foundation.voting.enums import BallotState
from foundation.voting.errors import BoxMismatch
from foundation.voting.models import Ballot, CodeBatch, InletVote
from foundation.voting.services import ballots, codes, counting, hours, mixing, reminders, traces

log = logging.getLogger(__name__)


@shared_task
def close_due_ballots() -> None:
    """Every minute: open and close what is due, count what is closed, remind where closing is near."""
    now = clock.now()
    for pk in Ballot.objects.due(now).values_list("pk", flat=True):
        ballots.advance(ballot_id=pk, now=now)
        count_ballot(pk)
    reminders.plan_default(now=now)
    for pk in reminders.due(now):
        reminders.send(reminder_id=pk, now=now)


@shared_task
def count_ballot(ballot_id: int) -> None:
    """Count one ballot if it is closed and nobody else is counting it."""
    try:
        counting.count_ballot(ballot_id=ballot_id)
    except BoxMismatch:
        log.error("ballot %s waits for people: roll and box do not agree", ballot_id)


@shared_task
def empty_inlets() -> None:
    """Every five minutes: mix the waiting votes of every ballot that has enough of them, and wipe what was not wiped yet."""
    for pk in InletVote.objects.order_by().values_list("ballot_id", flat=True).distinct():
        mixing.empty_inlet(ballot_id=pk)
    traces.wipe()


@shared_task
def sign_hours() -> None:
    """Every hour: sign what the public log of each open ballot is, and mail it to its observers."""
    now = clock.now()
    for pk in Ballot.objects.filter(state=BallotState.OPEN, is_historic=False).values_list("pk", flat=True):
        hours.sign_hour(ballot_id=pk, now=now)


@shared_task
def make_letters(batch_id: int) -> None:
    """Make the letters of one batch; a second worker with the same task leaves it alone."""
    codes.make_letters(batch_id=batch_id)


@shared_task
def take_over_letters() -> None:
    """Every minute: go on with batches whose worker was killed, or whose task never arrived."""
    for pk in list(CodeBatch.objects.to_be_taken(clock.now()).values_list("pk", flat=True)):
        codes.make_letters(batch_id=pk)


@shared_task
def destroy_old_letters() -> None:
    """Every hour: letters that are kept too long go, and so do files that a killed worker left."""
    codes.destroy_old()
