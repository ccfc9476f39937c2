"""Paper of a ballot for pages and for the count: numbers of envelopes and papers, never what stands on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.voting import paper_lines
from foundation.voting.enums import BallotState
from foundation.voting.enums_paper import OPEN_BATCHES, InvalidReason, PaperBatchState
from foundation.voting.models import PaperBatch, PaperDesk, PaperEntry, PaperTally
from foundation.voting.queries.turnout import SMALLEST_GROUP

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

SMALLEST_BATCH = SMALLEST_GROUP  # papers that are typed together: among fewer, a hand or a pen would be recognised


def takes_paper(ballot: Ballot) -> bool:
    """Whether paper counts in this ballot: the setting, and from opening on what the frozen rules say."""
    return bool(ballot.frozen.get("paper", False)) if ballot.frozen else ballot.takes_paper


def all_in(ballot: Ballot) -> bool:
    """Whether the count need not wait for paper: there is none in this ballot, or staff said that all of it is in."""
    return not takes_paper(ballot) or PaperDesk.objects.filter(ballot=ballot, closed_at__isnull=False).exists()


def envelopes(ballot: Ballot) -> int:
    """Envelopes that were let in: each of them is a line in the roll."""
    return PaperTally.objects.filter(ballot=ballot).aggregate(all=Sum("envelopes"))["all"] or 0


def in_batches(ballot: Ballot) -> int:
    """Papers in batches that were not taken back."""
    rows = PaperBatch.objects.filter(ballot=ballot).exclude(state=PaperBatchState.WITHDRAWN)
    return rows.aggregate(all=Sum("size"))["all"] or 0


def accepted(ballot: Ballot) -> int:
    """Papers that lie in the ballot box (or wait in the inlet to be mixed)."""
    rows = PaperBatch.objects.filter(ballot=ballot, state=PaperBatchState.ACCEPTED)
    return rows.aggregate(all=Sum("size"))["all"] or 0


def paper_totals(ballot: Ballot) -> dict[str, Any] | None:
    """The totals of paper as they are published with a counted ballot; None where paper does not count.

    ``envelopes``: let in, each a line of the roll; ``votes``: papers in the box, as many once all paper is in; ``invalid``: those
    among them that count as blank, by reason (x1 to x6); ``set_aside``: envelopes that were not let in.
    Only for what passes the gate: how many papers are invalid is not told before the count.
    """
    if not takes_paper(ballot):
        return None
    invalid: dict[str, int] = {}
    for found in PaperBatch.objects.filter(ballot=ballot, state=PaperBatchState.ACCEPTED).values_list(
        "invalid", flat=True
    ):
        for reason, number in found.items():
            invalid[reason] = invalid.get(reason, 0) + number
    tallies = PaperTally.objects.filter(ballot=ballot).aggregate(all=Sum("envelopes"), aside=Sum("set_aside"))
    return {
        "envelopes": tallies["all"] or 0,
        "votes": accepted(ballot),
        "invalid": dict(sorted(invalid.items())),
        "set_aside": tallies["aside"] or 0,
    }


@dataclass(frozen=True)
class BatchLine:
    """A batch on the staff page: who types it, and what this person may do with it now."""

    batch: PaperBatch
    people: list[str]
    handed_in: int
    action: str  # "enter", "go_on", "settle", "accept" or ""


@dataclass(frozen=True)
class PaperState:
    """Everything on the page of paper of one ballot."""

    envelopes: int
    set_aside: int
    waiting: int
    accepted: int
    batches: list[BatchLine]
    tallies: list[PaperTally]
    closed_at: datetime | None
    closed_by: Any
    takes: bool
    still_open: bool
    lacking: list[str] = field(default_factory=list)


def state_of(ballot: Ballot, user: Any, now: datetime) -> PaperState:
    """How far the paper of a ballot is; a fixed number of queries, however many batches there are."""
    desk = PaperDesk.objects.select_related("closed_by").filter(ballot=ballot).first()
    tallies = list(PaperTally.objects.filter(ballot=ballot).select_related("by").order_by("-envelopes", "pk"))
    batches = list(
        PaperBatch.objects.filter(ballot=ballot).prefetch_related(_entries()).order_by("number").defer("settled")
    )
    let_in = sum(tally.envelopes for tally in tallies)
    size = {batch.pk: batch.size for batch in batches if batch.state != PaperBatchState.WITHDRAWN}
    done = sum(batch.size for batch in batches if batch.state == PaperBatchState.ACCEPTED)
    closed = desk is not None and desk.closed_at is not None
    return PaperState(
        envelopes=let_in,
        set_aside=sum(tally.set_aside for tally in tallies),
        waiting=let_in - sum(size.values()),
        accepted=done,
        batches=[_line(batch, user) for batch in batches],
        tallies=tallies,
        closed_at=desk.closed_at if desk else None,
        closed_by=desk.closed_by if desk else None,
        takes=takes_paper(ballot),
        still_open=takes_paper(ballot)
        and not closed
        and ballot.phase(now) in (BallotState.OPEN, BallotState.CLOSED)
        and bool(ballot.frozen),
        lacking=_lacking(let_in - sum(size.values()), sum(batch.is_open for batch in batches)),
    )


def _entries() -> Prefetch[Any]:
    """Who typed, never what."""
    return Prefetch("entries", PaperEntry.objects.select_related("by").defer("lines").order_by("turn"))


def line_of(batch: PaperBatch, user: Any) -> BatchLine:
    """One batch as on the list; one query more."""
    fetched = PaperBatch.objects.prefetch_related(_entries()).defer("settled").get(pk=batch.pk)
    return _line(fetched, user)


def _line(batch: PaperBatch, user: Any) -> BatchLine:
    entries = list(batch.entries.all())
    own = next((entry for entry in entries if entry.by_id == user.pk), None)
    action = {PaperBatchState.DIFFERENT: "settle", PaperBatchState.AGREED: "accept"}.get(
        PaperBatchState(batch.state), ""
    )
    if batch.state == PaperBatchState.ENTERING:
        if own is not None:
            action = "" if own.handed_in_at else "go_on"
        elif len(entries) < 2:
            action = "enter"
    return BatchLine(
        batch, [str(entry.by or "–") for entry in entries], sum(e.handed_in_at is not None for e in entries), action
    )


def lacking(ballot: Ballot) -> list[str]:
    """What must be done before all paper can be in, a sentence each; empty when nothing."""
    open_ = PaperBatch.objects.filter(ballot=ballot, state__in=OPEN_BATCHES).count()
    return _lacking(envelopes(ballot) - in_batches(ballot), open_)


def _lacking(waiting: int, open_: int) -> list[str]:
    found = []
    if open_:
        text = ngettext("%(n)d pile is not in the ballot box yet.", "%(n)d piles are not in the ballot box yet.", open_)
        found.append(text % {"n": open_})
    if waiting:
        text = ngettext(
            "%(n)d envelope that was let in is not in a pile yet.",
            "%(n)d envelopes that were let in are not in a pile yet.",
            waiting,
        )
        found.append(text % {"n": waiting})
    return found


def differences(batch: PaperBatch) -> list[int]:
    """Numbers of the papers that the two people typed differently."""
    both = [entry.lines for entry in batch.entries.order_by("turn") if entry.handed_in_at]
    if len(both) != 2:
        return []
    return [n for n, (one, other) in enumerate(zip(*both, strict=True), start=1) if one != other]


def both_readings(batch: PaperBatch, numbers: list[int]) -> list[tuple[int, list[tuple[str, str]]]]:
    """Of each of these papers what was typed first and what second: as it is typed, and in words. For who settles them."""
    rules = batch.ballot.frozen
    both = [entry.lines for entry in batch.entries.order_by("turn") if entry.handed_in_at]
    return [
        (
            number,
            [
                (paper_lines.typed_again(rules, lines[number - 1]), paper_lines.in_words(rules, lines[number - 1]))
                for lines in both
            ],
        )
        for number in numbers
    ]


def waits_for_paper(ballots: Iterable[Ballot]) -> dict[int, str]:
    """Ballot id to a sentence, for those closed ballots whose count waits until staff says that all paper is in."""
    closed = {
        ballot.pk: ballot for ballot in ballots if ballot.takes_paper and ballot.state in (BallotState.CLOSED, "open")
    }
    if not closed:
        return {}
    done = set(PaperDesk.objects.filter(ballot__in=closed, closed_at__isnull=False).values_list("ballot_id", flat=True))
    open_ = dict(
        PaperBatch.objects.filter(ballot__in=closed)
        .filter(Q(state__in=OPEN_BATCHES))
        .order_by()
        .values_list("ballot_id")
        .annotate(papers=Sum("size"))
    )
    return {
        pk: _("The count waits for %(n)d papers that are being typed.") % {"n": open_[pk]}
        if open_.get(pk)
        else _("The count waits until you say that all paper is in.")
        for pk in closed
        if pk not in done
    }


def invalid_words(totals: dict[str, Any]) -> list[tuple[str, int]]:
    """Why papers were invalid, in words, and how many."""
    return [(str(InvalidReason(reason).label), number) for reason, number in totals["invalid"].items()]
