"""Emptying the inlet into the ballot box, so that nothing ties a vote to its line in the roll.

Rows written in one transaction carry the same ``xmin`` and lie beside each other. The move gives all votes of a batch
one ``xmin`` of their own and the order of their random ids; what is left in the inlet's pages goes by rewriting these.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from foundation.voting.enums import TraceOf
from foundation.voting.models import InletVote
from foundation.voting.models.box import EMPTYING
from foundation.voting.services import public_log, traces

ENOUGH = 20  # votes that wait before the regular emptying takes a batch: a batch of one would hide nobody
LOCK = 0x5B05  # "stembus": class of our advisory locks


def empty_inlet(*, ballot_id: int, at_least: int = ENOUGH) -> int:
    """Move all votes that wait for this ballot into the box, if there are at least ``at_least``; returns how many.

    Two processes never take the same batch: the second waits and finds the rest. Call it outside a transaction, else
    the emptied pages can't be rewritten (then the next call, or beat, does it).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, ballot_id])
        waiting = InletVote.objects.filter(ballot_id=ballot_id).count()
        if not waiting or waiting < at_least:
            return 0
        cursor.execute("SELECT set_config(%s, 'on', true)", [EMPTYING])
        cursor.execute(
            """
            WITH batch AS (
                DELETE FROM voting_inletvote WHERE ballot_id = %s
                RETURNING id, ballot_id, code, choices, nonce, commitment
            )
            INSERT INTO voting_vote (id, ballot_id, code, choices, nonce, commitment)
            SELECT id, ballot_id, code, choices, nonce, commitment FROM batch ORDER BY id
            RETURNING commitment
            """,
            [ballot_id],
        )
        commitments = [row[0] for row in cursor.fetchall()]
        changed = _mix_replaced(cursor, ballot_id)
        cursor.execute("SELECT set_config(%s, 'off', true)", [EMPTYING])
        public_log.append(ballot_id=ballot_id, commitments=[*commitments, *_not_logged(cursor, ballot_id, changed)])
        traces.leave(TraceOf.INLET, *([TraceOf.BOX] if changed else []))
    traces.wipe()
    return len(commitments)


def _mix_replaced(cursor: Any, ballot_id: int) -> list[bytes]:
    """Write the lines of votes that were replaced since the last batch anew: all with the ``xmin`` of this batch, sorted by
    their random codes, so that they tell nothing of when and in which order. Returns their commitments."""
    cursor.execute(
        """
        WITH batch AS (
            DELETE FROM voting_replacedvote WHERE ballot_id = %s AND NOT is_mixed RETURNING ballot_id, code, commitment
        )
        INSERT INTO voting_replacedvote (ballot_id, code, commitment, is_mixed)
        SELECT ballot_id, code, commitment, true FROM batch ORDER BY code
        RETURNING commitment
        """,
        [ballot_id],
    )
    return [bytes(row[0]) for row in cursor.fetchall()]


def _not_logged(cursor: Any, ballot_id: int, commitments: list[bytes]) -> list[bytes]:
    """Those of votes that were replaced while they waited. They enter the log too: every receipt that was ever given
    can be found in it, and the log tells nobody whether a vote was replaced before or after it was mixed."""
    if not commitments:
        return []
    cursor.execute(
        "SELECT commitment FROM voting_logentry WHERE ballot_id = %s AND commitment = ANY(%s)", [ballot_id, commitments]
    )
    logged = {bytes(row[0]) for row in cursor.fetchall()}
    return [commitment for commitment in commitments if commitment not in logged]


def fill_box(*, ballot_id: int, papers: Iterable[tuple[str, str, bytes, bytes]]) -> int:
    """Put ready papers (code, choices, nonce, commitment) of an earlier election into the box by COPY; returns how many.

    Only for ballots marked historic; call it in a transaction.
    """
    commitments = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [EMPTYING])
        statement = "COPY voting_vote (id, ballot_id, code, choices, nonce, commitment) FROM STDIN"
        with cursor.copy(statement) as copy:
            for code, choices, nonce, commitment in papers:
                copy.write_row((uuid.uuid4(), ballot_id, code, choices, nonce, commitment))
                commitments.append(commitment)
        cursor.execute("SELECT set_config(%s, 'off', true)", [EMPTYING])
    public_log.append(ballot_id=ballot_id, commitments=commitments)
    return len(commitments)
