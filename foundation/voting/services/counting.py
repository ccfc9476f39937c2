"""Closing's second half: mixing the last votes, checking the box, counting it once.

Counting holds the row of the ballot from claim to result in one transaction. A worker that is killed leaves nothing
behind: its lock goes with its connection and the next worker begins anew, with the same outcome. A second worker finds
the row locked and goes away; one that comes later finds the count.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from foundation.core import audit, clock
from foundation.voting import counting, notifications, paper_types, papers
from foundation.voting.enums import BallotState
from foundation.voting.errors import BoxMismatch
from foundation.voting.models import Ballot, Count, Result, VoterRecord
from foundation.voting.queries import bundle, exports
from foundation.voting.queries import paper as paper_queries
from foundation.voting.queries.options import counting_option
from foundation.voting.queries.roll_totals import roll_totals
from foundation.voting.queries.staff import progress_key
from foundation.voting.queries.turnout import publishable_turnout
from foundation.voting.services import mixing, public_log
from foundation.voting.services._locks import claimed, move

log = logging.getLogger(__name__)
PROGRESS_SECONDS = 3600
_STEP = 5000


@dataclass(frozen=True)
class Box:
    """The checked content of a box: equal papers merged, and the hash of the whole."""

    ballots: dict[str, int]
    votes: int
    hash: str


def count_ballot(*, ballot_id: int, now: datetime | None = None) -> Count | None:
    """Count a closed ballot, unless somebody else is doing it or did it; call it outside a transaction.

    Returns the count (also one that stood already), or None when there is nothing to count yet, when paper may still come
    in (until staff says that all of it is in), or when another worker has it.

    Raises:
        BoxMismatch: roll and box do not agree or a vote was changed; nothing is counted and staff is told.
    """
    closed = Ballot.objects.filter(pk=ballot_id, state=BallotState.CLOSED).first()
    if closed is not None:
        if not paper_queries.all_in(closed):
            return None  # the last votes wait too, so that the log does not tell paper from the rest
        mixing.empty_inlet(ballot_id=ballot_id, at_least=1)
    try:
        with transaction.atomic():
            ballot = claimed(ballot_id, BallotState.CLOSED)
            if ballot is None:
                return Count.objects.filter(ballot_id=ballot_id).order_by("-finished_at").first()
            return _count(ballot, now or clock.now())
    except BoxMismatch as error:
        tell_progress(ballot_id, "failed", 0, 0, problem=str(error))
        log.error("ballot %s can't be counted: %s", ballot_id, error)
        raise


def _count(ballot: Ballot, now: datetime) -> Count:
    box = read_box(ballot)
    rules = ballot.frozen["rule"]
    settings = counting.make_settings(
        rules["name"], {**rules["settings"], "lot_seed": final_seed(rules["settings"]["lot_seed"], box.hash)}
    )
    tell_progress(ballot.pk, "counting", box.votes, box.votes)
    outcome = counting.count(profile_of(ballot, box.ballots), rules["name"], settings)
    made = Count.objects.create(
        ballot=ballot,
        box_hash=box.hash,
        rules_sha256=ballot.rules_sha256,
        rule=rules["name"],
        settings=settings.to_dict(),
        code_version=counting.COUNTING_VERSION,
        finished_at=now,
    )
    turnout = publishable_turnout(ballot)
    paper = paper_queries.paper_totals(ballot)
    statement, signature = public_log.sign_result(
        ballot,
        {
            "box_hash": box.hash,
            "outcome_sha256": outcome.sha256(),
            "votes": box.votes,
            **_replaced(ballot),
            "hours_sha256": hashlib.sha256(bundle.hours_json(ballot).encode()).hexdigest(),
            "blank": outcome.blank,
            "voters_per_area": turnout,
            "roll": roll_totals(ballot),
            **({"paper": paper} if paper else {}),
        },
    )
    Result.objects.create(
        count=made,
        outcome=outcome.to_dict(),
        outcome_sha256=outcome.sha256(),
        cast=outcome.cast,
        blank=outcome.blank,
        turnout=turnout,
        statement=statement,
        statement_signature=signature,
    )
    move(ballot, BallotState.COUNTED)
    ballot.counted_at = now
    ballot.save(update_fields=["state", "counted_at"])
    audit.record("voting.ballot_counted", ballot, by=None, new={"box_hash": box.hash, "votes": box.votes})
    notifications.tell_counted(ballot)
    notifications.tell_observers_last(ballot)
    tell_progress(ballot.pk, "done", box.votes, box.votes)
    return made


def _replaced(ballot: Ballot) -> dict[str, Any]:
    """How many votes were replaced, and the hash of their lines: the codes in those are bound by nothing else."""
    lines = exports.replaced_lines(ballot)
    text = "".join(f"{line}\n" for line in lines)
    return {"replaced": len(lines), "replaced_sha256": hashlib.sha256(text.encode()).hexdigest()}


def final_seed(seed: str, box_hash: str) -> str:
    """The seed of the draw: the published one and the root of the box, so that nobody could choose it beforehand."""
    return f"{seed}:{box_hash}"


def profile_of(ballot: Ballot, ballots: dict[str, int]) -> counting.Profile:
    """The election to count, from the frozen rules and merged papers (choices text to number of times)."""
    options = [counting_option(option) for option in ballot.frozen["options"]]
    return paper_types.of(ballot.frozen).profile(ballot.frozen, options, ballots)


def read_box(ballot: Ballot) -> Box:
    """Read every vote of the box, and check that each still opens its commitment and that roll and box agree.

    Raises:
        BoxMismatch: otherwise.
    """
    total = VoterRecord.objects.filter(ballot=ballot).count()
    rules = ballot.frozen
    if ballot.is_historic:  # what an earlier election allowed is its own affair
        rules = {**rules, "limit": {"kind": "none", "max_choices": None}}
    ballots: dict[str, int] = {}
    commitments: list[bytes] = []
    for code, choices, nonce, commitment in _papers(ballot.pk):
        if papers.commitment(bytes(nonce), code, choices) != bytes(commitment):
            raise BoxMismatch(f"The vote with code {code} is not what it was when it was cast.")
        if choices not in ballots and (problem := _misfit(rules, choices)):
            raise BoxMismatch(f"The vote with code {code} does not fit the ballot: {problem}")
        ballots[choices] = ballots.get(choices, 0) + 1
        commitments.append(bytes(commitment))
        if len(commitments) % _STEP == 0:
            tell_progress(ballot.pk, "reading", len(commitments), total)
    if len(commitments) != total:
        raise BoxMismatch(f"The roll has {total} voters, but the box has {len(commitments)} votes.")
    return Box(ballots, len(commitments), papers.box_hash(commitments))


def _misfit(rules: dict[str, Any], choices: str) -> str:
    """Why this text can't be a paper of the ballot, "" when it can: what casting checked holds in the box too."""
    paper = paper_types.of(rules)
    try:
        found = paper.check(rules, paper.parse(choices))
    except ValueError as error:
        return str(error)
    return found[0].text if found else ""


def _papers(ballot_id: int) -> Iterator[tuple[str, str, bytes, bytes]]:
    """All papers of a box sorted by code, in portions (a server-side cursor: 90,000 rows never stand in memory)."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT code, choices, nonce, commitment FROM voting_vote WHERE ballot_id = %s ORDER BY code", [ballot_id]
        )
        while rows := cursor.fetchmany(_STEP):
            yield from rows


def tell_progress(ballot_id: int, phase: str, done: int, total: int, problem: str = "") -> None:
    """Say on the staff page how far the count is. Only for the eye, so it may be lost: it lives in the cache."""
    try:
        cache.set(
            progress_key(ballot_id),
            {"phase": phase, "done": done, "total": total, "problem": problem, "at": clock.now().isoformat()},
            PROGRESS_SECONDS,
        )
    except Exception as error:
        log.warning("progress of a count was not kept: %s", error.__class__.__name__)
