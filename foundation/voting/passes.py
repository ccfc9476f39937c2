"""Voting passes (*stempassen*): what was found about a voter on the page before sending, so that it need not be found again.

The page "check and send" looks at account, residency and rules anyway. What it found is kept for a quarter of an hour in
Redis, beside the session and under its key: which rows were judged, and in which version. When the vote comes in, the
statement that casts it asks whether these are still the rows (``services.quick_casting``). So the rules are asked once, by
the usual code, and an account that was blocked, a new password, another address or another role in between makes the pass worthless.

A pass is not a right: without it, or with one that fits no more, the usual way decides.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.utils.crypto import constant_time_compare, salted_hmac
from redis import RedisError

from foundation.accounts.models import User
from foundation.voting.queries import door, eligibility

KEPT_SECONDS = 15 * 60


@dataclass(frozen=True)
class Pass:
    """Who was found eligible: the account and the residency with their versions (``door.AtTheDoor.person_version``),
    where the vote counts, how many messages the header showed, and the proof in the session that was looked at."""

    user_id: int
    user_version: str
    residency_id: int
    residency_version: str
    area_id: int | None
    unread: int
    proof: str


def key(session_key: str, ballot_id: int) -> str:
    """Where the pass of this session for this ballot is kept. With another SECRET_KEY no session is valid, and no pass."""
    return f"{prefix()}{ballot_id}:{session_key}"


def prefix() -> str:
    """The beginning of every ``key``."""
    return f"stempas:{_installation(str(settings.SECRET_KEY))}:"


def read(kept: Any) -> Pass | None:
    """The pass of what was kept, None when there is none."""
    return Pass(*kept) if kept is not None else None


def write(found: Pass) -> tuple[Any, ...]:
    return astuple(found)


def issue(session: SessionBase, ballot_slug: str, municipality_slug: str, now: datetime) -> Pass | None:
    """Keep a pass for the account of this session, if it may vote and has no role here. Returns it."""
    user_id = str(session.get(SESSION_KEY, ""))
    if session.session_key is None or not user_id.isdecimal():
        return None
    found = door.look(municipality_slug, ballot_slug, int(user_id), now)
    if found is None or not isinstance(found.user, User) or not is_theirs(session, found.user):
        return None
    made = judge(found, session[HASH_SESSION_KEY], now)
    if made is not None:
        try:
            caches[settings.SESSION_CACHE_ALIAS].set(
                key(session.session_key, found.ballot.pk), write(made), KEPT_SECONDS
            )
        except (RedisError, OSError):
            return None
    return made


def judge(found: door.AtTheDoor, proof: str, now: datetime) -> Pass | None:
    """The pass of somebody who stands at the door, None when they may not vote or have a role here."""
    user = found.user
    if any(getattr(user, "_role_kinds", {}).values()):
        return None
    person = eligibility.check_person(found.ballot, user, now)
    if not person.may_vote or user.pk is None:
        return None
    return Pass(user.pk, *found.person_version, area_id=person.area_id, unread=found.unread, proof=proof)


def is_theirs(session: SessionBase, user: User) -> bool:
    """Whether Django would take this session for this account (``django.contrib.auth.get_user``)."""
    user.backend = session.get(BACKEND_SESSION_KEY, "")
    return (
        user.backend in settings.AUTHENTICATION_BACKENDS
        and user.is_active
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )


@lru_cache(maxsize=4)
def _installation(secret_key: str) -> str:
    return salted_hmac("foundation.voting.passes", "", secret=secret_key, algorithm="sha256").hexdigest()[:16]
