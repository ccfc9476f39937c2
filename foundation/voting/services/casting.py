"""Casting a vote: one statement, one transaction, no link between who and what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.database import prepared
from foundation.voting import notifications, paper_types, papers
from foundation.voting.codes import CodeVoter
from foundation.voting.enums import CodeState
from foundation.voting.errors import AlreadyVoted, BallotClosed, InvalidChoice, NotEligible
from foundation.voting.models import Ballot, BallotSecret, VotingCode
from foundation.voting.paper_types import Choice
from foundation.voting.queries import eligibility

MAX_TOKEN = 128

# One statement is one transaction and one round trip. FOR SHARE makes closing wait for casts that are under way and
# lets casts pass each other; the roll's primary key lets a voter in once; the vote follows only where the roll took
# the line. The roll line and the vote share nothing but this statement, and the mixing wipes that out.
_CAST = """
    WITH taking AS MATERIALIZED (
        SELECT id FROM voting_ballot WHERE id = %(ballot)s AND state = 'open' FOR SHARE
    ), roll AS (
        INSERT INTO voting_voterrecord (ballot_id, voter_key, area_id)
        SELECT id, %(voter)s, %(area)s::bigint FROM taking
        ON CONFLICT (ballot_id, voter_key) DO NOTHING
        RETURNING ballot_id
    )
    INSERT INTO voting_inletvote (id, ballot_id, code, choices, nonce, commitment)
    SELECT gen_random_uuid(), ballot_id, %(code)s, %(choices)s, %(nonce)s, %(commitment)s FROM roll
    RETURNING 1
"""
# With a code: it must be alive, and whoever blocks or replaces it waits for the casts under way that hold its row.
_CAST_WITH_CODE = _CAST.replace(
    "WITH taking",
    """WITH alive AS MATERIALIZED (
        SELECT id FROM voting_votingcode
        WHERE ballot_id = %(ballot)s AND fingerprint = %(fingerprint)s AND state = 'active' FOR SHARE
    ), taking""",
).replace("AND state = 'open' FOR SHARE", "AND state = 'open' AND EXISTS (SELECT 1 FROM alive) FOR SHARE")
_FIND = """
    SELECT commitment FROM voting_inletvote WHERE ballot_id = %(ballot)s AND code = %(code)s
    UNION ALL
    SELECT commitment FROM voting_vote WHERE ballot_id = %(ballot)s AND code = %(code)s
"""


@dataclass(frozen=True)
class Receipt:
    """What the voter keeps. ``repeated``: this form had been received before; nothing was added."""

    code: str
    commitment: bytes
    repeated: bool = False

    @property
    def readable(self) -> str:
        return papers.readable_code(self.code)


def check_choices(ballot: Ballot, choice: Choice) -> list[str]:
    """What is wrong with this choice on this (frozen) ballot, a sentence each; empty when it may be cast.

    Args:
        choice: what fits the type of the ballot (see ``paper_types``); an empty one is a blank vote and always allowed.
    """
    return [problem.text for problem in paper_types.of(ballot.frozen).check(ballot.frozen, choice)]


def cast(
    *,
    ballot: Ballot,
    by: User | CodeVoter,
    choices: Choice,
    form_token: str,
    browser_random: str = "",
    now: datetime,
    mail: bool = False,
) -> Receipt:
    """Put a vote in the inlet and a line in the roll, both or neither.

    Args:
        ballot: open, with its ``secret`` at hand (``queries.ballots.for_casting`` fetches both at once).
        by: who votes: an account, or the holder of a code.
        choices: option numbers, or what fits the type of the ballot (``paper_types``); none is a blank vote.
        form_token: the random text of the form that was sent; sending the same form twice gives the same receipt.
        browser_random: randomness that the browser added, "" without JavaScript.
        now: when the request arrived; a vote that arrived before closing time counts.
        mail: send a message *that* a vote was received; to accounts only.

    Raises:
        InvalidChoice: the choice is not allowed, or the form is not one of ours.
        NotEligible: this person may not vote in this ballot.
        AlreadyVoted: this person voted before, with another form.
        BallotClosed: the ballot takes no votes now.
    """
    secret = _secret(ballot)
    if not ballot.takes_votes(now) or secret is None:
        raise BallotClosed(_("The vote is not open. Your vote has not been counted."))
    if not 16 <= len(form_token) <= MAX_TOKEN or len(browser_random) > MAX_TOKEN:
        raise InvalidChoice(_("Something went wrong with the form. Check your choice and send it again."))
    person = eligibility.check_person(ballot, by, now)
    if not person.may_vote:
        raise NotEligible(person.text)
    if found := check_choices(ballot, choices):
        raise InvalidChoice(" ".join(found))
    voter = eligibility.key_of(secret, by)
    code = papers.receipt_code(bytes(secret.receipt_key), voter, form_token, browser_random)
    text = paper_types.of(ballot.frozen).text(choices)
    nonce = secrets.token_bytes(papers.NONCE_BYTES)
    seal = papers.commitment(nonce, code, text)
    values: dict[str, Any] = {
        "ballot": ballot.pk,
        "voter": voter,
        "area": person.area_id,
        "code": code,
        "choices": text,
        "nonce": nonce,
        "commitment": seal,
    }
    if isinstance(by, CodeVoter):
        values["fingerprint"] = by.fingerprint
    if mail and isinstance(by, User):
        with transaction.atomic():
            taken = _insert(values)
            if taken:
                notifications.tell_received(ballot, by)
    else:
        taken = _insert(values)
    if taken:
        return Receipt(code, seal)
    return _answer_again(ballot, values)


def _insert(values: dict[str, Any]) -> bool:
    return bool(prepared(_CAST_WITH_CODE if "fingerprint" in values else _CAST, values))


def _answer_again(ballot: Ballot, values: dict[str, Any]) -> Receipt:
    """Nothing was added: the same form came before, the voter voted before, or the ballot has just closed."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        found = cursor.fetchone()
    if found is not None:
        return Receipt(str(values["code"]), bytes(found[0]), repeated=True)
    if ballot.allow_change and ballot.replaced_votes.filter(code=values["code"]).exists():
        raise AlreadyVoted(_("You sent this form before, and changed your vote after that. The newest vote stands."))
    if ballot.voter_records.filter(voter_key=values["voter"]).exists():
        if "fingerprint" in values:
            raise AlreadyVoted(_("Somebody has voted with this code already. One vote counts for each code."))
        raise AlreadyVoted(_("You have voted already. One vote per person counts; your first vote stands."))
    if "fingerprint" in values and not _alive(values):
        raise NotEligible(eligibility.dead_code())
    raise BallotClosed(_("The vote has just closed. Your vote has not been counted."))


def _alive(values: dict[str, Any]) -> bool:
    live = VotingCode.objects.filter(ballot=values["ballot"], fingerprint=values["fingerprint"], state=CodeState.ACTIVE)
    return live.exists()


def _secret(ballot: Ballot) -> BallotSecret | None:
    try:
        return ballot.secret
    except BallotSecret.DoesNotExist:
        return None
