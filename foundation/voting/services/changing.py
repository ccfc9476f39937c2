"""Changing a vote until closing: the receipt finds the old one, which makes place for the new one.

The roll is neither written nor told: it says that somebody voted, and goes on saying just that. So there is nothing here that
ties a line of the roll to a vote; the statement that casts a vote leaves more behind than this does. Whoever lost the receipt
can't change anything, for nobody, the municipality included, can find their vote.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.voting import paper_types, papers
from foundation.voting.codes import CodeVoter
from foundation.voting.errors import AlreadyChanged, BallotClosed, InvalidChoice, NotEligible, WrongReceipt
from foundation.voting.models import Ballot, BallotSecret, ReplacedVote
from foundation.voting.paper_types import Choice
from foundation.voting.queries import eligibility
from foundation.voting.queries.public_log import clean_code
from foundation.voting.services.casting import MAX_TOKEN, Receipt, check_choices

# Inlet first: mixing moves papers from there to the box. Who waits for a paper that mixing has in its hands finds it gone
# from the inlet, and in the box after that.
_TABLES = ("voting_inletvote", "voting_vote")


def change(
    *,
    ballot: Ballot,
    by: User | CodeVoter,
    receipt_code: str,
    choices: Choice,
    form_token: str,
    browser_random: str = "",
    now: datetime,
) -> Receipt:
    """Replace the vote of this receipt by a new one with a receipt of its own, both or neither.

    Args:
        ballot: open, allowing change, with its ``secret`` at hand.
        by: somebody who voted in this ballot: an account, or the holder of a code. Whether the vote is *theirs* nobody can
            tell; that they hold its receipt says so.
        receipt_code: of the vote that goes, as it was typed.
        choices, form_token, browser_random, now: as for ``casting.cast``.

    Raises:
        InvalidChoice: the choice is not allowed, or the form is not one of ours.
        NotEligible: this person may not vote here, or has not voted yet.
        WrongReceipt: no vote has this code.
        AlreadyChanged: that vote was replaced before, perhaps a moment ago in another window.
        BallotClosed: the ballot takes no votes now, or allows no change.
    """
    secret = _secret(ballot)
    if not ballot.allow_change or not ballot.takes_votes(now) or secret is None:
        raise BallotClosed(_("Votes can't be changed any more. The vote that you sent before stands."))
    if not 16 <= len(form_token) <= MAX_TOKEN or len(browser_random) > MAX_TOKEN:
        raise InvalidChoice(_("Something went wrong with the form. Check your choice and send it again."))
    person = eligibility.check_person(ballot, by, now)
    if not person.may_vote:
        raise NotEligible(person.text)
    if not eligibility.has_voted(ballot, by):
        raise NotEligible(_("You have not voted yet, so there is nothing to change."))
    if found := check_choices(ballot, choices):
        raise InvalidChoice(" ".join(found))
    code = papers.receipt_code(bytes(secret.receipt_key), eligibility.key_of(secret, by), form_token, browser_random)
    text = paper_types.of(ballot.frozen).text(choices)
    nonce = secrets.token_bytes(papers.NONCE_BYTES)
    new = {
        "ballot": ballot.pk,
        "code": code,
        "choices": text,
        "nonce": nonce,
        "commitment": papers.commitment(nonce, code, text),
    }
    return _replace(clean_code(receipt_code), new)


def _replace(old_code: str, new: dict[str, Any]) -> Receipt:
    """One transaction: the line of the replaced vote, the old paper out, the new paper into the inlet."""
    with transaction.atomic(), connection.cursor() as cursor:
        # As in casting: closing waits for changes under way, and later ones see the closed state.
        cursor.execute(
            "SELECT 1 FROM voting_ballot WHERE id = %(ballot)s AND state = 'open' AND allow_change FOR SHARE", new
        )
        if cursor.fetchone() is None:
            raise BallotClosed(_("The vote has just closed. Your change has not been counted: your first vote stands."))
        table, seal = _find(cursor, new["ballot"], old_code)
        there, there_seal = _find(cursor, new["ballot"], new["code"])
        if there:  # this form was sent before, perhaps twice at once
            return Receipt(new["code"], there_seal, repeated=True)
        if not table:
            raise _not_found(new["ballot"], old_code)
        if ReplacedVote.objects.filter(ballot=new["ballot"], code=new["code"]).exists():
            raise AlreadyChanged(_changed_before())  # an old form, sent again after a later change
        values = {**new, "old_code": old_code, "old_seal": seal}
        cursor.execute(
            "INSERT INTO voting_replacedvote (ballot_id, code, commitment, is_mixed)"
            " VALUES (%(ballot)s, %(old_code)s, %(old_seal)s, false)",
            values,
        )
        # A constant name of a table; the trigger asks for the line above.
        cursor.execute(f"DELETE FROM {table} WHERE ballot_id = %(ballot)s AND code = %(old_code)s", values)  # noqa: S608
        cursor.execute(
            "INSERT INTO voting_inletvote (id, ballot_id, code, choices, nonce, commitment) VALUES"
            " (gen_random_uuid(), %(ballot)s, %(code)s, %(choices)s, %(nonce)s, %(commitment)s)",
            values,
        )
    return Receipt(new["code"], new["commitment"])


def _find(cursor: Any, ballot_id: int, code: str) -> tuple[str, bytes]:
    """In which table the paper with this code lies, locked, and its commitment; ("", b"") when in none."""
    for table in _TABLES if code else ():
        cursor.execute(
            f"SELECT commitment FROM {table} WHERE ballot_id = %s AND code = %s FOR UPDATE",  # noqa: S608
            [ballot_id, code],
        )
        if row := cursor.fetchone():
            return table, bytes(row[0])
    return "", b""


def _not_found(ballot_id: int, code: str) -> WrongReceipt | AlreadyChanged:
    if code and ReplacedVote.objects.filter(ballot=ballot_id, code=code).exists():
        return AlreadyChanged(_changed_before())
    return WrongReceipt(
        _("There is no vote with this code. Nothing was changed: the vote that you sent before stands.")
    )


def _changed_before() -> str:
    return _(
        "The vote with this code was changed already. Perhaps you did that in another window. "
        "That change stands; with the newest code you can change it again."
    )


def _secret(ballot: Ballot) -> BallotSecret | None:
    try:
        return ballot.secret
    except BallotSecret.DoesNotExist:
        return None
