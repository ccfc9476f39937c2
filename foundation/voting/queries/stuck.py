"""What waits longer than it should: opening, closing, counting, reminders, letters. In words, for Vandaag and the staff page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from foundation.core.wording import near, whole
from foundation.voting.enums import BallotState, BatchState
from foundation.voting.models import Ballot, CodeBatch, PaperDesk, Reminder
from foundation.voting.queries.readiness import problems

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality

LATE = timedelta(seconds=100)  # what happens each minute should have happened; so it is said within two minutes


@dataclass(frozen=True)
class Stuck:
    """One thing of one ballot. ``code``: "opening", "closing", "count", "reminder" or "letters"; ``batch`` its number or 0."""

    ballot: Ballot
    code: str
    title: str
    text: str
    batch: int = 0


def progress_key(ballot_id: int) -> str:
    """Where the counting keeps how far it is."""
    return f"voting:counting:{ballot_id}"


def stuck_of(municipality: Municipality, now: datetime) -> list[Stuck]:
    """Everything of this municipality that stands still, in the order of a ballot's life."""
    late = now - LATE
    rows = list(
        Ballot.objects.for_municipality(municipality)
        .filter(_late_states(late) | _with_late_parts(late))
        .distinct()
        .select_related("municipality")
        .defer("rules_json")
        .order_by("closes_at", "pk")
    )
    return stuck_among(rows, now)


def stuck_among(ballots: Sequence[Ballot], now: datetime) -> list[Stuck]:
    """What of these ballots stands still."""
    late, ids = now - LATE, [ballot.pk for ballot in ballots]
    if not ids:
        return []
    by_id = {ballot.pk: ballot for ballot in ballots}
    all_in = set(PaperDesk.objects.filter(ballot_id__in=ids, closed_at__lte=late).values_list("ballot_id", flat=True))
    waiting = {ballot.pk for ballot in ballots if ballot.takes_paper} - all_in
    found = [line for ballot in ballots if (line := _of_state(ballot, now, late, ballot.pk in waiting))]
    for reminder in Reminder.objects.due(late).filter(ballot_id__in=ids, ballot__state=BallotState.OPEN):
        text = _("The reminder of %(when)s has not gone out yet. It goes as soon as the background work runs again.")
        found.append(
            Stuck(by_id[reminder.ballot_id], "reminder", _("Reminder is stuck"), text % {"when": near(reminder.due_at)})
        )
    for batch in CodeBatch.objects.filter(_late_letters(late), ballot_id__in=ids).order_by("ballot_id", "number"):
        found.append(_of_letters(by_id[batch.ballot_id], batch))
    return found


def _late_states(late: datetime) -> Q:
    return (
        Q(state=BallotState.ANNOUNCED, opens_at__lte=late)
        | Q(state=BallotState.OPEN, closes_at__lte=late)
        | Q(state=BallotState.CLOSED, closed_at__lte=late)
    )


def _with_late_parts(late: datetime) -> Q:
    return Q(pk__in=Reminder.objects.due(late).filter(ballot__state=BallotState.OPEN).values("ballot_id")) | Q(
        pk__in=CodeBatch.objects.filter(_late_letters(late)).values("ballot_id")
    )


def _late_letters(late: datetime) -> Q:
    """Batches that failed or fell silent; one that waits only while no other is being made."""
    busy = CodeBatch.objects.filter(state=BatchState.MAKING, heartbeat_at__gt=late)
    return (
        Q(state=BatchState.FAILED)
        | Q(state=BatchState.MAKING, heartbeat_at__lte=late)
        | Q(~Exists(busy), state=BatchState.WAITING, created_at__lte=late)
    )


def _of_state(ballot: Ballot, now: datetime, late: datetime, waits_for_paper: bool) -> Stuck | None:
    if ballot.state == BallotState.ANNOUNCED and ballot.opens_at and ballot.opens_at <= late:
        missing = " ".join(problems(ballot, now, opening=True))
        text = _("It should have opened %(when)s.") % {"when": near(ballot.opens_at)}
        more = missing or _("It opens as soon as the background work runs again, or when somebody visits its page.")
        return Stuck(ballot, "opening", _("Did not open"), f"{text} {more}")
    if ballot.state == BallotState.OPEN and ballot.closes_at and ballot.closes_at <= late:
        text = _("It takes no votes since %(when)s, but it has not been closed and counted yet.")
        return Stuck(ballot, "closing", _("Was not closed"), text % {"when": near(ballot.closes_at)})
    if ballot.state == BallotState.CLOSED and ballot.closed_at and ballot.closed_at <= late and not waits_for_paper:
        progress = cache.get(progress_key(ballot.pk)) or {}
        if progress.get("phase") == "failed":
            text = _(
                "The votes can't be counted: %(problem)s Nothing is lost. Ask your technical administrator to look at it."
            )
            return Stuck(ballot, "count", _("Count is stuck"), text % {"problem": progress.get("problem", "")})
        text = _("Closed %(when)s and still not counted.")
        return Stuck(ballot, "count", _("Count is stuck"), text % {"when": near(ballot.closed_at)})
    return None


def _of_letters(ballot: Ballot, batch: CodeBatch) -> Stuck:
    about = {"batch": str(batch), "done": whole(batch.done), "size": whole(batch.size)}
    if batch.state == BatchState.FAILED:
        text = _("Making the letters of %(batch)s stopped: %(done)s of %(size)s are ready. Try it again.")
    elif batch.state == BatchState.MAKING:
        text = _("The letters of %(batch)s make no progress: %(done)s of %(size)s are ready.")
    else:
        text = _("The letters of %(batch)s still wait for their turn.")
    return Stuck(ballot, "letters", _("Letters are stuck"), text % about, batch.number)
