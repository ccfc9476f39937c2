"""Reminding those who may vote and did not. Who they are is worked out inside the task and kept nowhere.

Each planned moment is sent once: one transaction takes the reminder's row (``skip_locked``), writes the messages, which are
unique per person and moment, and settles it. A killed worker leaves nothing behind, and the next minute does it again.
The row of the ballot is not locked: casting goes on meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.voting import notifications
from foundation.voting.enums import BallotState, Electorate, ReminderState
from foundation.voting.errors import VotingError, WrongMoment
from foundation.voting.models import Ballot, Reminder
from foundation.voting.models.reminder import APART
from foundation.voting.services._locks import locked, need

MOST = 5
DEFAULT_BEFORE_CLOSING = timedelta(days=2)
DEFAULT_FROM = timedelta(days=3)  # a shorter vote gets no reminder by itself
_NEARLY_A_DAY = timedelta(hours=20)  # a reminder that was late must not be followed too soon by the next


def plan(*, ballot: Ballot, due_at: datetime, by: User) -> Reminder:
    """Plan a reminder at this moment.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        VotingError: the voters are known by codes only, the moment lies outside the vote or within a day of another one,
            or there are enough reminders.
        WrongMoment: the vote is over.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    now = clock.now()
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if ballot.state not in (BallotState.DRAFT, BallotState.ANNOUNCED, BallotState.OPEN):
            raise WrongMoment(_("The vote is over: nobody can be reminded any more."))
        if ballot.electorate == Electorate.CODES:
            raise VotingError(cant_remind())
        if due_at <= now:
            raise VotingError(_("This moment lies in the past."))
        if (ballot.opens_at and due_at < ballot.opens_at) or (ballot.closes_at and due_at >= ballot.closes_at):
            raise VotingError(
                _("A reminder goes out while the vote is open. Choose a moment between opening and closing.")
            )
        standing = list(ballot.reminders.filter(state__in=[ReminderState.PLANNED, ReminderState.SENT]))
        if any(abs(other.due_at - due_at) < APART for other in standing):
            raise VotingError(_("There is a reminder within a day of this moment. Leave at least a day between them."))
        if len(standing) >= MOST:
            raise VotingError(_("A vote has at most %(most)d reminders.") % {"most": MOST})
        made = Reminder.objects.create(ballot=ballot, due_at=due_at, made_by=by)
        audit.record("voting.reminder_planned", ballot, by=by, new={"due_at": due_at})
    return made


def withdraw(*, reminder: Reminder, by: User) -> None:
    """Take a planned reminder away.

    Raises:
        WrongMoment: it was sent or settled already.
    """
    need("voting.manage_ballots", by, reminder.ballot.municipality)
    with transaction.atomic():
        held = Reminder.objects.select_for_update(of=("self",)).select_related("ballot").get(pk=reminder.pk)
        if held.state != ReminderState.PLANNED:
            raise WrongMoment(_("This reminder has been sent or taken away already."))
        _settle(held, ReminderState.WITHDRAWN, clock.now())
        audit.record("voting.reminder_withdrawn", held.ballot, by=by, old={"due_at": held.due_at})


def withdraw_outside(ballot: Ballot, *, now: datetime) -> int:
    """Take away what was planned outside the (changed) times of the ballot; in the caller's transaction."""
    gone = 0
    for reminder in ballot.reminders.filter(state=ReminderState.PLANNED):
        inside = (not ballot.opens_at or reminder.due_at >= ballot.opens_at) and (
            not ballot.closes_at or reminder.due_at < ballot.closes_at
        )
        if not inside:
            _settle(reminder, ReminderState.WITHDRAWN, now)
            gone += 1
    return gone


def plan_default(*, now: datetime) -> int:
    """Give each open vote of more than three days, for which nobody planned anything, a reminder two days before closing.

    What staff took away counts as planned: it does not come back.
    """
    made = 0
    rows = Ballot.objects.filter(
        state=BallotState.OPEN, reminded_at=None, is_historic=False, reminders=None, closes_at__gt=now
    ).exclude(electorate=Electorate.CODES)
    for pk, opens_at, closes_at in rows.values_list("pk", "opens_at", "closes_at"):
        due_at = max(now, closes_at - DEFAULT_BEFORE_CLOSING) if closes_at else now
        if not opens_at or not closes_at or closes_at - opens_at <= DEFAULT_FROM:
            continue
        with transaction.atomic():
            # Two workers at once: the second waits for the row and finds the first's reminder.
            Ballot.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            if not Reminder.objects.filter(ballot_id=pk).exists():
                Reminder.objects.create(ballot_id=pk, due_at=due_at)
                made += 1
    return made


def due(now: datetime) -> list[int]:
    """Ids of reminders whose moment has come, the newest moment of a ballot first: an older one is passed over then."""
    return list(Reminder.objects.due(now).order_by("-due_at").values_list("pk", flat=True))


def send(*, reminder_id: int, now: datetime) -> int | None:
    """Write the messages of one reminder; how many, or None when another worker has it or it is settled.

    0 also where it was passed over: the vote is not open, or another reminder went out less than a day ago.
    """
    with transaction.atomic():
        reminder = (
            Reminder.objects.select_for_update(of=("self",), skip_locked=True)
            .due(now)  # type: ignore[attr-defined]
            .select_related("ballot__municipality")
            .filter(pk=reminder_id)
            .first()
        )
        if reminder is None:
            return None
        ballot: Ballot = reminder.ballot
        if ballot.state == BallotState.ANNOUNCED and ballot.takes_votes(now):
            return None  # it opens first; the next minute comes back
        recent = Reminder.objects.filter(
            ballot=ballot, state=ReminderState.SENT, settled_at__gt=now - _NEARLY_A_DAY
        ).exists()
        if not ballot.takes_votes(now) or recent:
            _settle(reminder, ReminderState.SKIPPED, now)
            return 0
        told = notifications.tell_closing_soon(ballot, f"reminder-{reminder.pk}")
        # An exact or small number would tell something about who voted.
        reminder.told_about = told // 10 * 10 or None
        _settle(reminder, ReminderState.SENT, now)
        audit.record("voting.reminder_sent", ballot, by=None, new={"about": reminder.told_about})
        return told


def cant_remind() -> str:
    """Why nobody can be reminded in a vote with codes."""
    return _(
        "This vote is with codes by letter. Nobody knows whose code was used, so nobody can be reminded: not by e-mail and "
        "not by letter. Tell everybody once more that the vote is open, in the local paper for example."
    )


def _settle(reminder: Reminder, state: ReminderState, now: datetime) -> None:
    reminder.state, reminder.settled_at = state, now
    reminder.save(update_fields=["state", "settled_at", "told_about"])
