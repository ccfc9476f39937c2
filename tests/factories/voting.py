"""Ballots in every state, made through the services so that they are as real ones are."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Area, Municipality
from foundation.voting.codes import CodeVoter
from foundation.voting.models import Ballot
from foundation.voting.services import ballots, casting, changing, counting, options, publishing
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    civil_servant,
)

EURO = 100
PROJECTS = (("Bankjes in het park", 3_000 * EURO), ("Moestuin", 5_000 * EURO), ("Speeltoestel", 8_000 * EURO))


# What a ballot of each type needs, for ``draft(**PAPERS["ranking"])``: one rule, no money.
_CHOOSING: dict[str, Any] = {"budget_cents": None, "limit_kind": "none"}
PAPERS: dict[str, dict[str, Any]] = {
    "single": {**_CHOOSING, "type": "single", "rule": "plurality"},
    "approval": {**_CHOOSING, "type": "approval", "rule": "most_votes"},
    "points": {
        **_CHOOSING,
        "type": "points",
        "rule": "points_sum",
        "points_total": 10,
        "points_each": 6,
        "rule_settings": {"per_ballot": 10, "per_option": 6},
    },
    "ranking": {**_CHOOSING, "type": "ranking", "rule": "instant_runoff"},
    "scale": {**_CHOOSING, "type": "scale", "rule": "median_grade", "scale": ["oneens", "neutraal", "eens"]},
}


def draft(
    municipality: Municipality | None = None,
    *,
    by: User | None = None,
    projects: Sequence[tuple[str, int]] = PROJECTS,
    areas: Iterable[Area] = (),
    **fields: Any,
) -> Ballot:
    """A complete draft: three projects, 10,000 euros, opens in an hour, closes in a week."""
    municipality = municipality or MunicipalityFactory()
    by = by or civil_servant(municipality)
    now = clock.now()
    values: dict[str, Any] = {
        "title": "Buurtbudget",
        "question": "Waar besteden we het geld aan?",
        "budget_cents": 10_000 * EURO,
        "opens_at": now + timedelta(hours=1),
        "closes_at": now + timedelta(days=7),
        **fields,
    }
    ballot = ballots.create(municipality=municipality, by=by, **values)
    options.replace_all(ballot=ballot, options=[options.NewOption(title, cost) for title, cost in projects], by=by)
    return ballots.change(ballot=ballot, by=by, areas=list(areas))


def announced(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    ballot = draft(municipality, **fields)
    return ballots.announce(ballot=ballot, by=ballot.created_by)


def opened(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    """Open now."""
    ballot = announced(municipality, **fields)
    return ballots.open_now(ballot=ballot, by=ballot.announced_by)


def resident(municipality: Municipality, neighbourhood: Area | None = None, **fields: Any) -> User:
    """Somebody who lives in this municipality, in a new neighbourhood when none is given."""
    neighbourhood = neighbourhood or NeighbourhoodFactory(municipality=municipality)
    return ResidencyFactory(neighbourhood=neighbourhood, **fields).user


def vote(
    ballot: Ballot, *choices: Any, by: User | None = None, now: datetime | None = None, mail: bool = False
) -> casting.Receipt:
    """A vote of ``by``, else of a new resident: option numbers, or one mapping for points and grades."""
    return casting.cast(
        ballot=Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk),
        by=by or resident(ballot.municipality),
        choices=choices[0] if choices and isinstance(choices[0], dict) else choices,
        form_token=secrets.token_urlsafe(24),
        now=now or clock.now(),
        mail=mail,
    )


def change(ballot: Ballot, code: str, *choices: Any, by: User | CodeVoter) -> casting.Receipt:
    """The vote of this receipt changed into another one."""
    return changing.change(
        ballot=Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk),
        by=by,
        receipt_code=code,
        choices=choices[0] if choices and isinstance(choices[0], dict) else choices,
        form_token=secrets.token_urlsafe(24),
        now=clock.now(),
    )


def close(ballot: Ballot) -> Ballot:
    """Closed by the clock: its end is moved behind us by asking with a later now."""
    assert ballot.closes_at is not None
    ballots.advance(ballot_id=ballot.pk, now=ballot.closes_at + timedelta(seconds=10))
    ballot.refresh_from_db()
    return ballot


def counted(
    municipality: Municipality | None = None, votes: Sequence[Sequence[Any]] = ((1, 2), (1,), (3,)), **fields: Any
) -> Ballot:
    """Counted after these votes; its closing time still lies in the future of the real clock."""
    ballot = opened(municipality, **fields)
    for choices in votes:
        vote(ballot, *choices)
    close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    return ballot


def certified(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    ballot = counted(municipality, **fields)
    return publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))


def published(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    ballot = certified(municipality, **fields)
    return publishing.publish(ballot=ballot, by=ballot.created_by)


def finished(ballot: Ballot) -> Ballot:
    """An open ballot closed, counted, certified and published."""
    close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    ballot = publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))
    return publishing.publish(ballot=ballot, by=ballot.created_by)


def stranger() -> User:
    """Somebody with an account who lives nowhere here."""
    return UserFactory()
