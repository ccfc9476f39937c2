"""Signed links in newsletters: no log-in needed, no address in them, and they never end (RFC 8058 programs post there)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from foundation.municipalities.models import Municipality

_signer = signing.Signer(salt="foundation.municipalities.follows", sep="~")


class BadToken(Exception):
    """Not one of our tokens, or a changed one."""


@dataclass(frozen=True)
class FollowToken:
    """Whose choices a link is about: a follower without an account, or a person. ``newsletter_id``: the one it stood in."""

    follower_id: int | None = None
    user_id: int | None = None
    newsletter_id: int | None = None

    def text(self) -> str:
        return _signer.sign_object({"f": self.follower_id, "u": self.user_id, "n": self.newsletter_id})

    def url(self, municipality: Municipality, page: str = "follow_choices") -> str:
        """The whole address of the page ``municipalities:follow_choices`` or ``follow_confirm``."""
        return settings.SITE_URL + self.path(municipality, page)

    def path(self, municipality: Municipality, page: str = "follow_choices") -> str:
        return reverse(f"municipalities:{page}", args=[municipality.slug, self.text()])


def read(token: str) -> FollowToken:
    """What a link says.

    Raises:
        BadToken: when we did not make it.
    """
    try:
        values: dict[str, Any] = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    return FollowToken(follower_id=values["f"], user_id=values["u"], newsletter_id=values["n"])
