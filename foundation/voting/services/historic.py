"""An earlier election from a `.pb` file, with its votes: for showing, testing and demo. Voters on its roll are made up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Municipality
from foundation.voting import papers
from foundation.voting.counting import pabulib
from foundation.voting.enums import BallotState, LimitKind
from foundation.voting.errors import VotingError
from foundation.voting.models import Ballot, BallotSecret
from foundation.voting.services import ballots, freezing, mixing, options
from foundation.voting.services._locks import locked, move, need
from foundation.voting.services.imports import options_from_file


def import_historic(
    *,
    municipality: Municipality,
    file: pabulib.PabulibFile,
    by: User,
    title: str = "",
    question: str = "",
    closes_at: datetime | None = None,
    rule: str | None = None,
    rule_settings: dict[str, Any] | None = None,
) -> Ballot:
    """Make a ballot with the projects and the votes of a file, closed and ready to be counted.

    It never takes votes itself and tells nobody anything. Codes are new, so nobody finds an old vote back.

    Args:
        file: approval or choose-1 votes.
        closes_at: moment of closing, in the past; yesterday when left out.
        rule, rule_settings: how to count; what the file states when left out, else equal shares.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        VotingError: the file holds another kind of votes.
    """
    need("voting.manage_ballots", by, municipality)
    if file.get("vote_type").lower() not in ("approval", "choose-1"):
        raise VotingError(_("Only files with ticks (approval or choose-1) can be counted here for now."))
    stated = pabulib.stated_rule(file)
    if rule is None:
        rule = stated.name if stated else "equal_shares"
        rule_settings = rule_settings or (stated.settings.to_dict() if stated else {})
    new_options, budget_cents = options_from_file(file, municipality)
    closes_at = closes_at or clock.now() - timedelta(days=1)
    limit: dict[str, Any] = {"limit_kind": LimitKind.NONE}
    if file.get("max_length").isdecimal():
        limit = {"limit_kind": LimitKind.NUMBER, "max_choices": int(file.get("max_length"))}
    with transaction.atomic():
        ballot = ballots.create(
            municipality=municipality,
            title=title or file.get("description")[:120] or _("Earlier election"),
            question=question or _("The votes of this election come from the public file."),
            budget_cents=budget_cents,
            rule=rule,
            rule_settings=rule_settings or {},
            opens_at=closes_at - timedelta(days=14),
            closes_at=closes_at,
            by=by,
            **limit,
        )
        options.replace_all(ballot=ballot, options=new_options, by=by)
        ballot = locked(ballot.pk)
        ballot.is_historic = True
        _walk_to_closed(ballot, by=by)
        numbers = {option.reference: option.number for option in ballot.options.all()}
        votes = mixing.fill_box(ballot_id=ballot.pk, papers=_papers(file, numbers))
        _fill_roll(ballot, votes)
        audit.record("voting.historic_imported", ballot, by=by, new={"votes": votes})
    return ballot


def _walk_to_closed(ballot: Ballot, *, by: User) -> None:
    """The states that a live ballot goes through, at the moments of the election."""
    move(ballot, BallotState.ANNOUNCED)
    ballot.announced_at = ballot.opens_at
    ballot.announced_by = by
    ballot.save(update_fields=["state", "announced_at", "announced_by", "is_historic"])
    move(ballot, BallotState.OPEN)
    signing_key = freezing.freeze(ballot)
    BallotSecret.objects.create(
        ballot=ballot,
        roll_key=secrets.token_bytes(32),
        receipt_key=secrets.token_bytes(32),
        signing_key=signing_key,
    )
    ballot.opened_at = ballot.opens_at
    ballot.save(update_fields=["state", "opened_at", "rule_settings", "rules_json", "rules_sha256"])
    move(ballot, BallotState.CLOSED)
    ballot.closed_at = ballot.closes_at
    ballot.save(update_fields=["state", "closed_at"])


def _papers(file: pabulib.PabulibFile, numbers: dict[str, int]) -> Iterator[tuple[str, str, bytes, bytes]]:
    profile = file.profile()
    ids = [option.id for option in profile.options]
    used: set[str] = set()
    for ballot, times in profile.ballots:
        choices = papers.choices_text(numbers[ids[position]] for position in ballot.choices)
        for _again in range(times):
            code, nonce = _new_code(used), secrets.token_bytes(papers.NONCE_BYTES)
            yield code, choices, nonce, papers.commitment(nonce, code, choices)


def _new_code(used: set[str]) -> str:
    while True:
        number = secrets.randbits(5 * papers.CODE_LENGTH)
        code = "".join(papers.CODE_ALPHABET[(number >> (5 * place)) & 31] for place in range(papers.CODE_LENGTH))
        if code not in used:
            used.add(code)
            return code


def _fill_roll(ballot: Ballot, votes: int) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY voting_voterrecord (ballot_id, voter_key, area_id) FROM STDIN") as copy,
    ):
        for _voter in range(votes):
            copy.write_row((ballot.pk, secrets.token_bytes(32), None))
