"""Signed links to unsubscribe without logging in. They don't end: a mail of two years ago must still work.

For a person the token holds their number, for an address without an account the message that it got: an address does
not belong in a web address, which ends up in logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from foundation.notifications.kinds import Topic
    from foundation.notifications.models import Message

_signer = signing.Signer(salt="foundation.notifications.unsubscribe", sep="~")
EVERYTHING = "*"


@dataclass(frozen=True)
class Unsubscribe:
    """What a token asks: no more e-mail about ``topic`` (``*`` for the daily overview) to this user or to the address
    of this message."""

    topic: str
    user_id: int | None = None
    message_id: str | None = None


class BadToken(Exception):
    """Not one of our tokens, or a changed one."""


def make(wish: Unsubscribe) -> str:
    """The token of a wish, safe in a web address."""
    return _signer.sign_object({"t": wish.topic, "u": wish.user_id, "m": wish.message_id})


def read(token: str) -> Unsubscribe:
    """The wish of a token.

    Raises:
        BadToken: when we did not make it.
    """
    try:
        values: dict[str, Any] = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    return Unsubscribe(topic=values["t"], user_id=values["u"], message_id=values["m"])


def _url(wish: Unsubscribe) -> str:
    return settings.SITE_URL + reverse("notifications:unsubscribe", args=[make(wish)])


def unsubscribe_url(message: Message, topic: Topic) -> str:
    """The link in the e-mail of a message."""
    if message.recipient_id is not None:
        return _url(Unsubscribe(topic=topic.code, user_id=message.recipient_id))
    return _url(Unsubscribe(topic=topic.code, message_id=str(message.pk)))


def digest_unsubscribe_url(user_id: int) -> str:
    """The link in the daily overview."""
    return _url(Unsubscribe(topic=EVERYTHING, user_id=user_id))
