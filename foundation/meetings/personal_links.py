"""Links that let somebody without an account answer an invitation and read their calendar: unguessable, and signed.

The database keeps only the key; without the secret of the installation no link can be made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from foundation.meetings.models import Attendee, FeedKey

_attendees = signing.Signer(salt="foundation.meetings.attendee", sep="~")
_feeds = signing.Signer(salt="foundation.meetings.feed", sep="~")


class BadLink(Exception):
    """Not one of our links, or a changed one."""


def token_of(attendee: Attendee) -> str:
    return _attendees.sign(attendee.key.hex)


def address_of(attendee: Attendee) -> str:
    """The page where this person answers, without logging in."""
    return reverse("meetings_installation:invitation", args=[token_of(attendee)])


def read_attendee(token: str) -> UUID:
    """The key of an attendee.

    Raises:
        BadLink: we did not make it.
    """
    return _read(_attendees, token)


def feed_token(key: FeedKey) -> str:
    return _feeds.sign(key.key.hex)


def read_feed(token: str) -> UUID:
    """The key of a feed.

    Raises:
        BadLink: we did not make it.
    """
    return _read(_feeds, token)


def _read(signer: signing.Signer, token: str) -> UUID:
    try:
        return UUID(signer.unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
