"""Writing the public log: a batch of commitments and a signed head; and signing what a count found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from foundation.core import clock
from foundation.voting import public_log
from foundation.voting.counting.canonical import canonical_json
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot, BallotSecret, LogHead


def append(*, ballot_id: int, commitments: Iterable[bytes]) -> LogHead | None:
    """Append a batch, sorted, and sign a new head; in the transaction (and under the lock) that empties the inlet.

    Returns None for a ballot that keeps no log (it was opened before there was one) or was cancelled (its key is gone).

    Raises:
        RuntimeError: the key of the ballot is gone, so no vote may come in any more.
    """
    ballot = Ballot.objects.get(pk=ballot_id)
    if "log" not in ballot.frozen or ballot.state == BallotState.CANCELLED:
        return None
    batch = sorted(bytes(commitment) for commitment in commitments)
    last = LogHead.objects.filter(ballot_id=ballot_id).order_by("-number").first()
    before = public_log.Frontier.from_bytes(last.size, bytes(last.frontier)) if last else public_log.Frontier()
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY voting_logentry (ballot_id, position, commitment) FROM STDIN") as copy,
    ):
        for position, commitment in enumerate(batch, start=before.size):
            copy.write_row((ballot_id, position, commitment))
    return _sign_head(ballot, before.extended(batch), last)


def _sign_head(ballot: Ballot, frontier: public_log.Frontier, last: LogHead | None) -> LogHead:
    head = LogHead(
        ballot=ballot,
        number=last.number + 1 if last else 1,
        size=frontier.size,
        root=frontier.root(),
        day=clock.today(),
        previous=last.name if last else public_log.NOTHING_BEFORE,
        frontier=frontier.to_bytes(),
    )
    message = public_log.head_message(
        rules_sha256=ballot.rules_sha256,
        number=head.number,
        size=head.size,
        root=head.root,
        day=head.day,
        previous=head.previous,
    )
    signature = public_log.sign(key_of(ballot.pk), message)
    head.signature = signature.hex()
    head.name = public_log.head_hash(message, signature)
    head.save(force_insert=True)
    return head


def sign_result(ballot: Ballot, totals: dict[str, Any]) -> tuple[str, str]:
    """The statement of a count (canonical JSON of ``totals``, the rules and the last head) and its signature.

    Both are empty for a ballot that keeps no log.
    """
    if "log" not in ballot.frozen:
        return "", ""
    last = LogHead.objects.filter(ballot=ballot).order_by("-number").first()
    statement = canonical_json(
        {
            **totals,
            "rules_sha256": ballot.rules_sha256,
            "heads": last.number if last else 0,
            "last_head": last.name if last else public_log.NOTHING_BEFORE,
        }
    )
    return statement, public_log.sign(key_of(ballot.pk), public_log.result_message(statement)).hex()


def key_of(ballot_id: int) -> bytes:
    """The private key that signs for this ballot.

    Raises:
        RuntimeError: it was destroyed.
    """
    key = BallotSecret.objects.filter(ballot_id=ballot_id).values_list("signing_key", flat=True).first()
    if not key:
        raise RuntimeError(f"the signing key of ballot {ballot_id} is gone")
    return bytes(key)
