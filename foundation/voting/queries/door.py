"""Everything that casting asks of the database about this voter and this ballot, in one statement.

The usual path asks municipality, user, ballot, residency, roles and messages one after the other, which costs more than the
vote itself. This asks them together and hands out the same model instances, so that everything after it (permissions,
eligibility, casting) is the usual code. Where anything is unusual (no such ballot, not open, nobody logged in) it gives None
and the usual path decides: the door never refuses and never lets in.

Ballot and municipality hardly change while a vote is open, so each process keeps them, parsed rules included, and the
statement says whether what it keeps is still the row: ``xmin`` and ``ctid`` change with every change of a row. Keys of a
ballot are not kept: destroyed is destroyed at once.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from foundation.accounts.models import User
from foundation.core.database import prepared
from foundation.municipalities.models import Area, Municipality, Residency, Role
from foundation.notifications.models import Message
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.models import Ballot, BallotSecret

M = TypeVar("M", bound=models.Model)
MOST_KEPT = 64
_AREA = ("id", "parent_id", "name")
_kept: OrderedDict[int, tuple[Any, Ballot]] = OrderedDict()


@dataclass(frozen=True)
class AtTheDoor:
    """``user`` has residency and roles at hand; ``unread`` is the number of messages that the header shows;
    ``version`` names the ballot and the municipality as they are now, ``keys_version`` the keys of the ballot and
    ``person_version`` the account (its ``xmin``) and the residency (its id, 0 for none, and its ``xmin``)."""

    municipality: Municipality
    ballot: Ballot
    user: User | AnonymousUser
    unread: int
    version: tuple[object, ...]
    keys_version: str
    person_version: tuple[str, int, str]


def look(municipality_slug: str, ballot_slug: str, user_id: int | None, now: datetime) -> AtTheDoor | None:
    """The ballot and this account (None: the holder of a code), or None where the usual path must decide (not open, not public, no such thing)."""
    rows = prepared(
        _statement(), {"town": municipality_slug, "slug": ballot_slug, "user": user_id, "now": now}, may_repeat=True
    )
    if len(rows) != 1:
        return None
    row = rows[0]
    ballot_id, version, row = row[0], row[1:6], row[6:]
    ballot = _ballot(ballot_id, version)
    if ballot is None or not ballot.takes_votes(now) or ballot.state != BallotState.OPEN:
        return None
    (roll_key, receipt_key, keys_version, kinds, unread, user_version, residency_version), row = row[:7], row[7:]
    secret = BallotSecret(ballot_id=ballot_id, roll_key=roll_key, receipt_key=receipt_key)
    secret._state.adding = False
    ballot._state.fields_cache["secret"] = secret
    user, row = _instance(User, row)
    if user_id is None and ballot.electorate == Electorate.CODES:
        nobody = ("", 0, "")
        return AtTheDoor(ballot.municipality, ballot, AnonymousUser(), 0, (ballot_id, *version), keys_version, nobody)
    if user is None:
        return None
    residency, row = _instance(Residency, row)
    place = Area.from_db("default", _AREA, row) if row[0] is not None else None
    if residency is not None:
        residency._state.fields_cache["neighbourhood"] = place
    user.__dict__["_residencies"] = {ballot.municipality_id: residency}
    user.__dict__["_role_kinds"] = {ballot.municipality_id: frozenset(kinds)}
    person = (user_version, 0 if residency is None else residency.pk, residency_version or "")
    return AtTheDoor(ballot.municipality, ballot, user, unread, (ballot_id, *version), keys_version, person)


def _ballot(ballot_id: int, version: tuple[Any, ...]) -> Ballot | None:
    """A ballot of one's own with its municipality, from what is kept when that is still the row."""
    kept = _kept.get(ballot_id)
    if kept is None or kept[0] != version:
        found = Ballot.objects.select_related("municipality").filter(pk=ballot_id).first()
        if found is None:
            return None
        _ = found.frozen  # parsed once, and only read after that
        kept = _kept[ballot_id] = (version, found)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    ballot = _copy(kept[1])
    ballot._state.fields_cache["municipality"] = _copy(kept[1].municipality)
    return ballot


def _copy(instance: M) -> M:
    """Another instance with the same values: what a request changes on it stays with that request."""
    again = instance.__class__.__new__(instance.__class__)
    again.__dict__.update(instance.__dict__)
    again._state = models.base.ModelState()
    again._state.db, again._state.adding = instance._state.db, False
    return again


def _instance(model: type[M], row: tuple[Any, ...]) -> tuple[M | None, tuple[Any, ...]]:
    names = _names(model)
    values, rest = row[: len(names)], row[len(names) :]
    return (None if values[0] is None else model.from_db("default", names, values)), rest


@cache
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def _statement() -> str:
    tables = {
        model.__name__: model._meta.db_table for model in (Ballot, BallotSecret, Municipality, Role, Message, Residency)
    }
    people = ", ".join(f'u."{name}"' for name in _names(User))
    living = ", ".join(f'r."{name}"' for name in _names(Residency))
    # Constants only: names of tables and columns.
    return f"""
        SELECT b.id, b.xmin::text, b.ctid::text, m.id, m.xmin::text, m.ctid::text,
               s.roll_key, s.receipt_key, s.xmin::text,
               ARRAY(SELECT kind::text FROM {tables["Role"]} WHERE municipality_id = m.id AND user_id = u.id),
               (SELECT count(*) FROM {tables["Message"]}
                WHERE recipient_id = u.id AND read_at IS NULL AND due_at <= %(now)s),
               u.xmin::text, r.xmin::text,
               {people}, {living}, a.id, a.parent_id, a.name
        FROM {tables["Municipality"]} m
        JOIN {tables["Ballot"]} b ON b.municipality_id = m.id AND b.slug = %(slug)s
        JOIN {tables["BallotSecret"]} s ON s.ballot_id = b.id
        LEFT JOIN {User._meta.db_table} u ON u.id = %(user)s::bigint
        LEFT JOIN {tables["Residency"]} r ON r.user_id = u.id AND r.municipality_id = m.id
        LEFT JOIN {Area._meta.db_table} a ON a.id = r.neighbourhood_id
        WHERE m.slug = %(town)s AND m.published_at IS NOT NULL AND b.state = 'open'
    """  # noqa: S608
