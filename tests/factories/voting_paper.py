"""Votes on paper: envelopes let in, piles typed twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from foundation.voting.models import Ballot, PaperBatch
from foundation.voting.services import envelopes, paper
from tests.factories import voting
from tests.factories.municipalities import civil_servant


def token() -> str:
    return secrets.token_urlsafe(24)


def takes_paper(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    """An open ballot in which votes on paper count."""
    return voting.opened(municipality, takes_paper=True, **{"limit_kind": "none", **fields})


def person(ballot: Ballot, by: User, name: str, **fields: Any) -> envelopes.Answer:
    """An envelope of somebody without an account."""
    values: dict[str, Any] = {
        "born": date(1950, 5, 4),
        "postcode": "3311 AB",
        "house_number": "12",
        "area": None,
        "form_token": token(),
        **fields,
    }
    return envelopes.let_in_person(ballot=ballot, by=by, first_name=name, **values)


def let_in(ballot: Ballot, number: int, by: User | None = None) -> None:
    """So many envelopes of different people without an account."""
    by = by or civil_servant(ballot.municipality)
    for _envelope in range(number):
        assert person(ballot, by, f"Bewoner {secrets.token_hex(6)}").admitted


def pile(ballot: Ballot, size: int, by: User | None = None) -> PaperBatch:
    """A closed ballot's pile; its envelopes are let in here."""
    by = by or civil_servant(ballot.municipality)
    let_in(ballot, size, by)
    return paper.make_batch(ballot=ballot, size=size, by=by)


def type_by(batch: PaperBatch, by: User, lines: Sequence[str]) -> PaperBatch:
    """One person types the whole pile."""
    paper.begin_entry(batch=batch, by=by)
    return paper.hand_in(batch=batch, lines=lines, by=by)


def two(ballot: Ballot) -> tuple[User, User]:
    """Two members of staff."""
    return civil_servant(ballot.municipality), civil_servant(ballot.municipality)


def accepted(ballot: Ballot, lines: Sequence[str]) -> PaperBatch:
    """A pile with these lines in the ballot box; the ballot must be closed."""
    one, other = two(ballot)
    batch = pile(ballot, len(lines), one)
    for by in (one, other):
        type_by(batch, by, lines)
    return paper.accept(batch=batch, by=one)
