"""Batches of papers: typed twice by two people, settled where they differ, then put into the box like any other vote.

Everything takes the lock of ``envelopes.take`` first, so two clicks or two people never do one thing twice. A process that is killed
leaves nothing half done: each step is one transaction.
"""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from foundation.voting import paper_lines, papers
from foundation.voting.enums import BallotState, TraceOf
from foundation.voting.enums_paper import OPEN_BATCHES, PAPER_TRANSITIONS, PaperBatchState
from foundation.voting.errors import VotingError, WrongMoment
from foundation.voting.models import Ballot, InletVote, PaperBatch, PaperEntry
from foundation.voting.models.paper import LONGEST_LINE, MOST_PAPERS
from foundation.voting.queries import paper as paper_queries
from foundation.voting.services import traces
from foundation.voting.services.envelopes import take


class LinesWrong(VotingError):
    """Some lines can't be read; ``problems`` tells by number of the paper what is wrong."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(_("Some papers can't be read as they are typed. Look at the lines with a remark."))
        self.problems = dict(problems)


# --- Making and taking back -----------------------------------------------------------------------------------------------


def make_batch(*, ballot: Ballot, size: int, by: User) -> PaperBatch:
    """Make a pile of ``size`` envelopes out of those that were let in; their papers are mixed and numbered by hand.

    Raises:
        VotingError: more than were let in, or so few that a hand or a pen would be recognised.
        WrongMoment: see ``envelopes.take``.
    """
    with transaction.atomic():
        ballot, _desk = take(ballot, by=by)
        _check_size(ballot, size)
        last = ballot.paper_batches.aggregate(last=Max("number"))["last"] or 0
        batch = PaperBatch.objects.create(ballot=ballot, number=last + 1, size=size, made_by=by)
        audit.record("voting.paper_batch_made", ballot, by=by, new={"batch": batch.number, "papers": size})
    return batch


def _check_size(ballot: Ballot, size: int) -> None:
    waiting = paper_queries.envelopes(ballot) - paper_queries.in_batches(ballot)
    least = paper_queries.SMALLEST_BATCH
    left = waiting - size
    if not 1 <= size <= MOST_PAPERS:
        raise VotingError(_("A batch has at least 1 and at most 500 papers."))
    if left < 0:
        raise VotingError(
            _("Only %(n)d envelopes that were let in wait for a pile. Let the others in first.") % {"n": waiting}
        )
    if ballot.state == BallotState.OPEN and (size < least or left < least):
        raise VotingError(
            _(
                "While the vote is open a pile has at least %(n)d papers, and at least %(n)d envelopes stay behind: "
                "so the last pile is not too small to be secret."
            )
            % {"n": least}
        )
    if left and (size < least or left < least):
        raise VotingError(
            _("A pile has at least %(n)d papers, also the one that stays behind. Or put all of them in one pile.")
            % {"n": least}
        )


def withdraw(*, batch: PaperBatch, reason: str, by: User) -> PaperBatch:
    """Take a batch back before it is accepted: what was typed is wiped, its envelopes wait for another batch.

    Raises:
        VotingError: no reason was given.
        WrongMoment: it lies in the ballot box.
    """
    _reasoned(reason)
    with transaction.atomic():
        batch = _held(batch, by)
        _move(batch, PaperBatchState.WITHDRAWN)
        _wipe(batch)
        audit.record("voting.paper_withdrawn", batch.ballot, by=by, reason=reason.strip(), new={"batch": batch.number})
    traces.wipe()
    return batch


def start_over(*, batch: PaperBatch, reason: str, by: User, turn: int | None = None) -> PaperBatch:
    """Throw what was typed away, of one turn or of both, so that it is typed anew, perhaps by somebody else.

    Raises:
        VotingError: no reason was given.
        WrongMoment: it lies in the ballot box.
    """
    _reasoned(reason)
    with transaction.atomic():
        batch = _held(batch, by)
        if not batch.is_open:
            raise _wrong(batch)
        if batch.state != PaperBatchState.ENTERING:
            _move(batch, PaperBatchState.ENTERING)
        batch.settled = {}
        batch.save(update_fields=["state", "settled"])
        entries = batch.entries.all() if turn is None else batch.entries.filter(turn=turn)
        entries.delete()
        traces.leave(TraceOf.PAPER)
        audit.record(
            "voting.paper_started_over",
            batch.ballot,
            by=by,
            reason=reason.strip(),
            new={"batch": batch.number, "turn": turn or "1, 2"},
        )
    traces.wipe()
    return batch


# --- Typing ---------------------------------------------------------------------------------------------------------------


def begin_entry(*, batch: PaperBatch, by: User) -> PaperEntry:
    """The draft of ``by`` for this batch: the one that was begun, else a new one where a turn is free.

    Raises:
        WrongMoment: two others type it, or both have.
    """
    with transaction.atomic():
        batch = _held(batch, by)
        own = batch.entries.filter(by=by).first()
        if own is not None:
            return own
        taken = set(batch.entries.values_list("turn", flat=True))
        free = [turn for turn in (1, 2) if turn not in taken]
        if batch.state != PaperBatchState.ENTERING or not free:
            raise WrongMoment(_("Two people type this pile already, or have done so."))
        entry = PaperEntry.objects.create(batch=batch, turn=free[0], by=by)
        audit.record("voting.paper_entry_begun", batch.ballot, by=by, new={"batch": batch.number, "turn": entry.turn})
    return entry


def save_draft(*, batch: PaperBatch, lines: Sequence[str], by: User) -> PaperEntry:
    """Keep what was typed so far, right or wrong.

    Args:
        lines: as typed, the first is paper 1; what is not typed yet is "".

    Raises:
        VotingError: more lines than papers.
        WrongMoment: it is handed in already, or not ours.
    """
    with transaction.atomic():
        return _save(_held(batch, by), lines, by)


def _save(batch: PaperBatch, lines: Sequence[str], by: User) -> PaperEntry:
    entry = batch.entries.select_for_update(of=("self",)).filter(by=by).first()
    if entry is None or batch.state != PaperBatchState.ENTERING:
        raise WrongMoment(_("You are not typing this pile (any more)."))
    if entry.handed_in_at is not None:
        raise WrongMoment(_("You have handed these papers in. They can't be changed any more."))
    if len(lines) > batch.size:
        raise VotingError(_("There are more lines than the %(n)d papers of this pile.") % {"n": batch.size})
    entry.lines = [str(line).strip()[: LONGEST_LINE + 1].replace("\x00", "") for line in lines]
    entry.save(update_fields=["lines"])
    return entry


def hand_in(*, batch: PaperBatch, lines: Sequence[str], by: User) -> PaperBatch:
    """All papers are typed: read them, and when the other has handed in too, compare paper by paper.

    Sending it twice is no harm. The draft is kept also when something is wrong.

    Raises:
        LinesWrong: some lines can't be read, or nothing is typed there.
        VotingError: more lines than papers.
        WrongMoment: not ours to type.
    """
    problems: dict[int, str] = {}
    with transaction.atomic():
        batch = _held(batch, by)
        done = batch.entries.filter(by=by, handed_in_at__isnull=False).exists()
        if done:
            return batch
        entry = _save(batch, lines, by)
        typed = [*entry.lines, *[""] * (batch.size - len(entry.lines))]
        read, problems = paper_lines.read_all(batch.ballot.frozen, typed)
        if not problems:
            entry.lines, entry.handed_in_at = read, clock.now()
            entry.save(update_fields=["lines", "handed_in_at"])
            audit.record("voting.paper_typed", batch.ballot, by=by, new={"batch": batch.number, "turn": entry.turn})
            _compare(batch)
    if problems:  # after the commit: the draft stays
        raise LinesWrong(problems)
    return batch


def _compare(batch: PaperBatch) -> None:
    if batch.entries.filter(handed_in_at__isnull=False).count() < 2:
        return
    found = paper_queries.differences(batch)
    _move(batch, PaperBatchState.DIFFERENT if found else PaperBatchState.AGREED)
    batch.save(update_fields=["state"])
    audit.record("voting.paper_compared", batch.ballot, by=None, new={"batch": batch.number, "differences": len(found)})


def settle(*, batch: PaperBatch, found: Mapping[int, str], why: str, by: User) -> PaperBatch:
    """A third look at the papers that were typed differently: what stands on each of them, and how that was seen.

    Args:
        found: number of the paper to what is on it, as it is typed; all differences, nothing else.
        why: for the audit trail; it tells how, never what.

    Raises:
        LinesWrong: some lines can't be read.
        VotingError: no reason, or other papers than those that differ.
        WrongMoment: there is nothing to settle (any more): somebody else did it.
    """
    _reasoned(why)
    with transaction.atomic():
        batch = _held(batch, by)
        if batch.state != PaperBatchState.DIFFERENT:
            raise WrongMoment(_("There are no differences to settle (any more)."))
        numbers = paper_queries.differences(batch)
        if sorted(found) != numbers:
            raise VotingError(_("Settle exactly the papers that were typed differently."))
        read, problems = paper_lines.read_all(batch.ballot.frozen, [found[number] for number in numbers])
        if problems:
            raise LinesWrong({numbers[place - 1]: text for place, text in problems.items()})
        batch.settled = dict(zip(map(str, numbers), read, strict=True))
        _move(batch, PaperBatchState.AGREED)
        batch.save(update_fields=["state", "settled"])
        audit.record(
            "voting.paper_settled",
            batch.ballot,
            by=by,
            reason=why.strip(),
            new={"batch": batch.number, "papers": ", ".join(map(str, numbers))},
        )
    return batch


# --- Into the box ---------------------------------------------------------------------------------------------------------


def accept(*, batch: PaperBatch, by: User) -> PaperBatch:
    """Put the papers of a batch into the inlet, all or none, and wipe what was typed. A second click finds it done.

    Raises:
        WrongMoment: it is not typed twice, or the differences are not settled.
    """
    with transaction.atomic():
        batch = _held(batch, by)
        if batch.state == PaperBatchState.ACCEPTED:
            return batch
        lines = _agreed_lines(batch)
        found = [paper_lines.paper_of(line) for line in lines]
        InletVote.objects.bulk_create(_votes(batch.ballot, [paper.choices for paper in found]))
        batch.invalid = dict(sorted(Counter(paper.invalid for paper in found if paper.invalid).items()))
        _move(batch, PaperBatchState.ACCEPTED)
        _wipe(batch)
        audit.record("voting.paper_accepted", batch.ballot, by=by, new={"batch": batch.number, "papers": batch.size})
    traces.wipe()
    return batch


def _agreed_lines(batch: PaperBatch) -> list[str]:
    if batch.state != PaperBatchState.AGREED:
        raise _wrong(batch)
    first, second = (entry.lines for entry in batch.entries.order_by("turn"))
    lines = [batch.settled.get(str(number), line) for number, line in enumerate(first, start=1)]
    unsettled = [n for n, (one, two) in enumerate(zip(first, second, strict=True), start=1) if one != two]
    if len(lines) != batch.size or sorted(map(str, unsettled)) != sorted(batch.settled):
        raise WrongMoment(_("What was typed does not fit together. Let this pile be typed anew."))
    return lines


def _votes(ballot: Ballot, choices: Sequence[str]) -> list[InletVote]:
    """Papers like those that are cast online, in the order of their random ids. Nobody keeps the code of a paper."""
    made = []
    for text in choices:
        code = "".join(secrets.choice(papers.CODE_ALPHABET) for _sign in range(papers.CODE_LENGTH))
        nonce = secrets.token_bytes(papers.NONCE_BYTES)
        seal = papers.commitment(nonce, code, text)
        made.append(InletVote(id=uuid.uuid4(), ballot=ballot, code=code, choices=text, nonce=nonce, commitment=seal))
    return sorted(made, key=lambda vote: vote.id)


def wipe_cancelled(*, ballot: Ballot) -> None:
    """Of a cancelled ballot what was typed goes; in the transaction that cancels it, with the ballot locked."""
    for batch in PaperBatch.objects.filter(ballot=ballot, state__in=OPEN_BATCHES):
        _move(batch, PaperBatchState.WITHDRAWN)
        _wipe(batch)


def _wipe(batch: PaperBatch) -> None:
    """Save the batch without what was typed; who typed it stays. After the transaction ``traces.wipe``."""
    batch.settled = {}
    batch.save(update_fields=["state", "settled", "invalid"])
    batch.entries.update(lines=[])
    traces.leave(TraceOf.PAPER)


def _held(batch: PaperBatch, by: User) -> PaperBatch:
    """The batch as it is now, with its ballot, under the lock of its ballot's paper."""
    ballot, _desk = take(batch.ballot, by=by)
    held = PaperBatch.objects.get(pk=batch.pk)
    held.ballot = ballot
    return held


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise VotingError(_("Say why, for the log."))


def _move(batch: PaperBatch, state: PaperBatchState) -> None:
    try:
        PAPER_TRANSITIONS.move(batch, state)
    except IllegalMove as error:
        raise _wrong(batch) from error


def _wrong(batch: PaperBatch) -> WrongMoment:
    return WrongMoment(_("This can't be done now: the pile is “%(state)s”.") % {"state": batch.get_state_display()})
