"""Casting together: the votes of several voters with a voting pass or a code, in one statement and one transaction.

The rules are those of ``services.casting``: the same papers, keys, codes and commitments, the same lock and the same two
inserts. What is looked up there one after the other stands here as conditions on the same statement. A vote for which one
does not hold is left out, without harm to the others, and its caller goes the usual way, which also says why.

Why together: most of what a vote costs the database is not the vote but the statement, the transaction, the lock on the
ballot and the trip (decision 0009).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.accounts.models import User
from foundation.core.database import LeanStatement, array, numbers
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


@dataclass(frozen=True)
class ReadyVote:
    """A vote that waits for the others of its transaction. ``by``: a pass, or the fingerprint of a code."""

    by: Pass | bytes
    voter: bytes
    code: str
    choices: str
    nonce: bytes
    commitment: bytes

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.code, self.commitment)


def fits(ballot: Ballot) -> bool:
    """Whether votes of this ballot may be cast here at all."""
    return ballot.electorate in KNOWN_ELECTORATES


# One statement is one transaction. What ``services.casting`` says about its locks holds here too. Besides:
# - lines enter the roll in the order of their keys, everywhere, so that two statements never wait for each other;
# - a code that somebody is just blocking or replacing is passed over instead of waited for, while others' votes hang on it;
# - papers go into the inlet in the order of their random codes: within a transaction nothing ties them to the roll;
# - each voter stands in ``given`` once (``cast`` sees to it), or one line in the roll would bring two papers with it.
_CAST = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM {{given}}
    ), taking AS MATERIALIZED (
        SELECT id FROM voting_ballot
        WHERE id = %(ballot)s AND state = 'open' AND xmin = %(ballot_version)s
          AND EXISTS (SELECT FROM {Municipality._meta.db_table} m
                      WHERE m.id = %(municipality)s AND m.xmin = %(municipality_version)s)
          AND EXISTS (SELECT FROM {BallotSecret._meta.db_table} s
                      WHERE s.ballot_id = %(ballot)s AND s.xmin = %(keys_version)s)
        FOR SHARE
    ), {{allowed}}, roll AS (
        INSERT INTO voting_voterrecord (ballot_id, voter_key, area_id)
        SELECT %(ballot)s, voter, area FROM allowed ORDER BY voter
        ON CONFLICT (ballot_id, voter_key) DO NOTHING
        RETURNING voter_key
    )
    INSERT INTO voting_inletvote (id, ballot_id, code, choices, nonce, commitment)
    SELECT gen_random_uuid(), %(ballot)s, code, choices, nonce, commitment
    FROM given JOIN roll ON voter_key = voter
    ORDER BY code
    RETURNING code
"""  # noqa: S608
_PAPER = "%(voter)s, %(code)s, %(choices)s, %(nonce)s, %(commitment)s"
# The rows that were judged are still those rows. Without a residency both sides are null.
_PASSES = f"""allowed AS MATERIALIZED (
        SELECT voter, area FROM given, taking
        WHERE (SELECT u.xmin FROM {User._meta.db_table} u WHERE u.id = person) = person_version
          AND (SELECT r.xmin FROM {Residency._meta.db_table} r WHERE r.id = residency)
              IS NOT DISTINCT FROM residency_version
          AND NOT EXISTS (SELECT FROM {Role._meta.db_table} role
                          WHERE role.user_id = person AND role.municipality_id = %(municipality)s)
          AND (SELECT count(*) FROM {Message._meta.db_table} message
               WHERE message.recipient_id = person AND message.read_at IS NULL AND message.due_at <= %(now)s) = unread
    )"""  # noqa: S608
# Where the vote counts stands with the batch of the code.
_CODES = """allowed AS MATERIALIZED (
        SELECT given.voter, batch.area_id AS area
        FROM taking, given
        JOIN voting_votingcode living ON living.ballot_id = %(ballot)s AND living.fingerprint = given.fingerprint
        JOIN voting_codebatch batch ON batch.id = living.batch_id
        WHERE living.state = 'active'
        FOR SHARE OF living SKIP LOCKED
    )"""
_ALWAYS = {
    "ballot": "bigint",
    "municipality": "bigint",
    "ballot_version": "xid",
    "municipality_version": "xid",
    "keys_version": "xid",
    "voter": "bytea[]",
    "code": "text[]",
    "choices": "text[]",
    "nonce": "bytea[]",
    "commitment": "bytea[]",
}
_WITH_PASS = LeanStatement(
    _CAST.format(
        given=f"""unnest({_PAPER}, %(person)s, %(person_version)s, %(residency)s, %(residency_version)s, %(area)s, %(unread)s)
        AS given (voter, code, choices, nonce, commitment, person, person_version, residency, residency_version, area, unread)""",
        allowed=_PASSES,
    ),
    {
        **_ALWAYS,
        "person": "bigint[]",
        "person_version": "xid[]",
        "residency": "bigint[]",
        "residency_version": "xid[]",
        "area": "bigint[]",
        "unread": "bigint[]",
        "now": "timestamptz",
    },
)
_WITH_CODE = LeanStatement(
    _CAST.format(
        given=f"""unnest({_PAPER}, %(fingerprint)s) AS given (voter, code, choices, nonce, commitment, fingerprint)""",
        allowed=_CODES,
    ),
    {**_ALWAYS, "fingerprint": "bytea[]"},
)


def ready(
    *, box: OpenBallot, by: Pass | bytes, choices: Choice, form_token: str, browser_random: str, now: datetime
) -> ReadyVote | None:
    """A vote as it will be kept; None when it must go the usual way.

    Args:
        by: the pass of an account, or the fingerprint of a voting code.
        now: when the request arrived.
        choices, form_token, browser_random: as in ``services.casting.cast``.
    """
    ballot = box.ballot
    if not (16 <= len(form_token) <= casting.MAX_TOKEN and len(browser_random) <= casting.MAX_TOKEN):
        return None
    if not fits(ballot) or not ballot.takes_votes(now) or casting.check_choices(ballot, choices):
        return None
    if isinstance(by, bytes) != (ballot.electorate == Electorate.CODES):
        return None
    voter = codes.voter_key(box.roll_key, by) if isinstance(by, bytes) else papers.voter_key(box.roll_key, by.user_id)
    code = papers.receipt_code(box.receipt_key, voter, form_token, browser_random)
    text = paper_types.of(ballot.frozen).text(choices)
    nonce = secrets.token_bytes(papers.NONCE_BYTES)
    return ReadyVote(by, voter, code, text, nonce, papers.commitment(nonce, code, text))


def cast(*, box: OpenBallot, votes: Sequence[ReadyVote], now: datetime) -> list[bool]:
    """Put votes in the inlet and a line for each in the roll: all in one transaction, each both or neither.

    Args:
        votes: all with a pass, or all with a code. Of one voter only the first is taken.
        now: when the last of them arrived; what is due until then counts as an unread message.

    Returns of each vote whether it was taken. The transaction is then on disk.

    Raises:
        NotAnswered: the database gave no answer. The usual way finds out whether a vote is there: the same form gives
            the same receipt.
    """
    first = {vote.voter: vote for vote in reversed(votes)}
    rows = [first[voter] for voter in sorted(first)]
    values: list[bytes | None] = [
        b"%d" % box.ballot.pk,
        b"%d" % box.ballot.municipality_id,
        box.ballot_version.encode(),
        box.municipality_version.encode(),
        box.keys_version.encode(),
        array("bytea[]", [row.voter for row in rows]),
        array("text[]", [row.code.encode() for row in rows]),
        array("text[]", [row.choices.encode() for row in rows]),
        array("bytea[]", [row.nonce for row in rows]),
        array("bytea[]", [row.commitment for row in rows]),
    ]
    found = [row.by for row in rows if isinstance(row.by, Pass)]
    if not found:
        fingerprints = [row.by for row in rows if isinstance(row.by, bytes)]
        taken = _WITH_CODE.column([*values, array("bytea[]", fingerprints)])
    else:
        person = [
            numbers("bigint[]", [by.user_id for by in found]),
            numbers("xid[]", [int(by.user_version) for by in found]),
            numbers("bigint[]", [by.residency_id for by in found]),
            numbers("xid[]", [int(by.residency_version) if by.residency_version else None for by in found]),
            numbers("bigint[]", [by.area_id for by in found]),
            numbers("bigint[]", [by.unread for by in found]),
        ]
        taken = _WITH_PASS.column([*values, *person, now.isoformat().encode()])
    return [first[vote.voter] is vote and vote.code.encode() in taken for vote in votes]
