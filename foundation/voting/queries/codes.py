"""Codes for pages: whose code is in this session, the batches with their figures. Never a code, never who used one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, Q

from foundation.voting import codes
from foundation.voting.enums import CodeState
from foundation.voting.models import BallotSecret, CodeBatch, CodeSecret, VoterRecord, VotingCode
from foundation.voting.queries.turnout import SMALLEST_GROUP, turnout

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

STATISTICS_KEPT = 60  # seconds; counting what was used walks all codes of the ballot


def voter_of(ballot: Ballot, fingerprint: bytes) -> codes.CodeVoter | None:
    """Who holds the code with this fingerprint in this ballot; dead codes too, with their state. One query."""
    row = (
        VotingCode.objects.filter(ballot=ballot, fingerprint=fingerprint).values_list("state", "batch__area_id").first()
    )
    return None if row is None else codes.CodeVoter(ballot.pk, fingerprint, area_id=row[1], state=row[0])


def voter_with(ballot: Ballot, code: str) -> codes.CodeVoter | None:
    """Who holds this code (as ``codes.parse`` gives it); None when it is no code of this ballot."""
    secret = CodeSecret.objects.filter(ballot=ballot).first()
    return None if secret is None else voter_of(ballot, codes.fingerprint(bytes(secret.code_key), code))


@dataclass(frozen=True)
class BatchFigures:
    """One batch on the staff page. ``used`` is None where it may not be shown."""

    batch: CodeBatch
    made: int
    blocked: int
    replaced: int
    used: int | None


@dataclass(frozen=True)
class CodeFigures:
    """All batches of a ballot and their sums; ``used`` counts the lines of the roll."""

    batches: list[BatchFigures]
    made: int
    valid: int
    blocked: int
    replaced: int
    used: int


def figures(ballot: Ballot) -> CodeFigures:
    """What was made, died and was used, per batch and in all.

    A batch of which fewer than ten codes were used shows no figure; when that hides one batch only, the next smallest is
    hidden too, since it would follow by subtraction from the sum.
    """
    batches = list(
        CodeBatch.objects.filter(ballot=ballot)
        .select_related("area")
        .annotate(
            made=Count("codes"),
            blocked=Count("codes", filter=Q(codes__state=CodeState.BLOCKED)),
            replaced=Count("codes", filter=Q(codes__state=CodeState.REPLACED)),
        )
        .order_by("number")
    )
    used = used_per_batch(ballot)
    hidden = {pk for pk in (batch.pk for batch in batches) if used.get(pk, 0) < SMALLEST_GROUP}
    if len(hidden) == 1 and len(batches) > 1:
        hidden.add(min((pk for pk in used if pk not in hidden), key=lambda pk: used[pk]))
    rows = [
        BatchFigures(
            batch,
            batch.made,  # type: ignore[attr-defined]
            batch.blocked,  # type: ignore[attr-defined]
            batch.replaced,  # type: ignore[attr-defined]
            None if batch.pk in hidden else used.get(batch.pk, 0),
        )
        for batch in batches
    ]
    made, blocked, replaced = (sum(getattr(row, name) for row in rows) for name in ("made", "blocked", "replaced"))
    return CodeFigures(rows, made, made - blocked - replaced, blocked, replaced, turnout(ballot))


def used_per_batch(ballot: Ballot) -> dict[int, int]:
    """Batch id to the number of its codes on the roll; empty before opening and once the keys are destroyed.

    It is worked out in memory from the keys and kept as sums only, for a minute.
    """
    key = f"voting:codes-used:{ballot.pk}"
    kept = cache.get(key)
    if kept is not None:
        return {int(pk): int(number) for pk, number in kept.items()}
    secret = BallotSecret.objects.filter(ballot=ballot).first()
    if secret is None:
        return {}
    roll_key = bytes(secret.roll_key)
    roll = {bytes(line) for line in VoterRecord.objects.filter(ballot=ballot).values_list("voter_key", flat=True)}
    sums: dict[int, int] = {}
    rows = VotingCode.objects.filter(ballot=ballot).values_list("batch_id", "fingerprint")
    for batch_id, fingerprint in rows.iterator(chunk_size=5000) if roll else ():
        if codes.voter_key(roll_key, bytes(fingerprint)) in roll:
            sums[batch_id] = sums.get(batch_id, 0) + 1
    cache.set(key, sums, STATISTICS_KEPT)
    return sums
