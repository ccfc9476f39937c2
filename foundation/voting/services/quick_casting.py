"""Casting with a voting pass: the statement of ``services.casting``, which also asks whether the pass still holds.

The rules are those of ``services.casting``: the same papers, keys, codes and commitments, the same lock and the same two
inserts. What is looked up there one after the other stands here as conditions on the same statement. Where one does not hold
nothing is added, and the caller goes the usual way, which also says why.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from foundation.accounts.models import User
from foundation.core.database import LeanStatement
from foundation.municipalities.models import Municipality, Residency, Role
from foundation.notifications.models import Message
from foundation.voting import codes, paper_types, papers
from foundation.voting.enums import Electorate
from foundation.voting.models import Ballot, BallotSecret
from foundation.voting.paper_types import Choice
from foundation.voting.passes import Pass
from foundation.voting.services import casting
from foundation.voting.services.casting import Receipt

# Electorates whose rules a pass or a code carries whole. Others, and those that are yet to be made, go the usual way.
KNOWN_ELECTORATES = frozenset({Electorate.RESIDENTS, Electorate.ANYONE, Electorate.CODES})


@dataclass(frozen=True)
class OpenBallot:
    """A ballot that takes votes, as this process knows it: with its keys, and the versions (``xmin``) of their rows."""

    ballot: Ballot
    roll_key: bytes
    receipt_key: bytes
    ballot_version: str
    municipality_version: str
    keys_version: str


def fits(ballot: Ballot) -> bool:
    """Whether votes of this ballot may be cast here at all."""
    return ballot.electorate in KNOWN_ELECTORATES


_SAME_ROWS = f"""state = 'open' AND xmin = %(ballot_version)s
          AND EXISTS (SELECT FROM {Municipality._meta.db_table} m
                      WHERE m.id = %(municipality)s AND m.xmin = %(municipality_version)s)
          AND EXISTS (SELECT FROM {BallotSecret._meta.db_table} s
                      WHERE s.ballot_id = %(ballot)s AND s.xmin = %(keys_version)s)"""  # noqa: S608
_SAME_PERSON = f"""
          AND EXISTS (SELECT FROM {User._meta.db_table} u WHERE u.id = %(user)s AND u.xmin = %(user_version)s)
          AND (%(residency)s = 0 OR EXISTS (SELECT FROM {Residency._meta.db_table} r
                                            WHERE r.id = %(residency)s AND r.xmin = %(residency_version)s))
          AND NOT EXISTS (SELECT FROM {Role._meta.db_table}
                          WHERE user_id = %(user)s AND municipality_id = %(municipality)s)
          AND (SELECT count(*) FROM {Message._meta.db_table}
               WHERE recipient_id = %(user)s AND read_at IS NULL AND due_at <= %(now)s) = %(unread)s"""  # noqa: S608
_ALWAYS = {
    "ballot": "bigint",
    "voter": "bytea",
    "code": "text",
    "choices": "text",
    "nonce": "bytea",
    "commitment": "bytea",
    "ballot_version": "xid",
    "municipality": "bigint",
    "municipality_version": "xid",
    "keys_version": "xid",
}
_WITH_PASS = LeanStatement(
    casting._CAST.replace("state = 'open'", _SAME_ROWS + _SAME_PERSON).replace("%(area)s::bigint", "%(area)s"),
    {
        **_ALWAYS,
        "area": "bigint",
        "user": "bigint",
        "user_version": "xid",
        "residency": "bigint",
        "residency_version": "xid",
        "now": "timestamptz",
        "unread": "bigint",
    },
)
# Where the vote counts stands with the batch of the code, which is read in the statement itself.
_AREA_OF_CODE = """(SELECT batch.area_id FROM voting_votingcode code JOIN voting_codebatch batch ON batch.id = code.batch_id
                WHERE code.ballot_id = %(ballot)s AND code.fingerprint = %(fingerprint)s)"""
_WITH_CODE = LeanStatement(
    casting._CAST_WITH_CODE.replace("state = 'open'", _SAME_ROWS).replace("%(area)s::bigint", _AREA_OF_CODE),
    {**_ALWAYS, "fingerprint": "bytea"},
)


def cast(
    *, box: OpenBallot, by: Pass | bytes, choices: Choice, form_token: str, browser_random: str, now: datetime
) -> Receipt | None:
    """Put a vote in the inlet and a line in the roll, both or neither; None when it must go the usual way.

    Args:
        by: the pass of an account, or the fingerprint of a voting code.
        now: when the request arrived.
        choices, form_token, browser_random: as in ``services.casting.cast``.

    Raises:
        NotAnswered: the database gave no answer. The usual way finds out whether the vote is there: the same form gives
            the same receipt.
    """
    ballot = box.ballot
    if not (16 <= len(form_token) <= casting.MAX_TOKEN and len(browser_random) <= casting.MAX_TOKEN):
        return None
    if not fits(ballot) or not ballot.takes_votes(now) or casting.check_choices(ballot, choices):
        return None
    by_code = isinstance(by, bytes)
    if by_code != (ballot.electorate == Electorate.CODES):
        return None
    voter = codes.voter_key(box.roll_key, by) if isinstance(by, bytes) else papers.voter_key(box.roll_key, by.user_id)
    code = papers.receipt_code(box.receipt_key, voter, form_token, browser_random)
    text = paper_types.of(ballot.frozen).text(choices)
    nonce = secrets.token_bytes(papers.NONCE_BYTES)
    seal = papers.commitment(nonce, code, text)
    always = [
        _number(ballot.pk),
        voter,
        code.encode(),
        text.encode(),
        nonce,
        seal,
        box.ballot_version.encode(),
        _number(ballot.municipality_id),
        box.municipality_version.encode(),
        box.keys_version.encode(),
    ]
    if isinstance(by, bytes):
        taken = _WITH_CODE.rows([*always, by])
    else:
        person = [
            None if by.area_id is None else _number(by.area_id),
            _number(by.user_id),
            by.user_version.encode(),
            _number(by.residency_id),
            by.residency_version.encode() or None,
            now.isoformat().encode(),
            _number(by.unread),
        ]
        taken = _WITH_PASS.rows([*always, *person])
    return Receipt(code, seal) if taken else None


def _number(value: int) -> bytes:
    return b"%d" % value
