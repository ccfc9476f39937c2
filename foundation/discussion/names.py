"""Names of people under their texts. Never (a part of) an e-mail address, unlike ``str(user)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST_MENTIONS = 10


def shown_name(user: User | None) -> str:
    """The name that everybody reads; somebody without a name, or whose account is gone, has none."""
    if user is None or user.erased_at is not None:
        return _("Somebody without an account")
    return user.name or _("Somebody without a name")


def mentioned(text: str, participants: Iterable[User]) -> list[User]:
    """Who of ``participants`` is named with @ in ``text``: by the whole name, capitals ignored, the longest first.

    Two people with one name are both meant. At most ``MOST_MENTIONS``: more is not addressing but shouting.
    """
    by_name: dict[str, list[User]] = {}
    for user in participants:
        if user.name.strip():
            by_name.setdefault(user.name.strip().casefold(), []).append(user)
    names = sorted(by_name, key=len, reverse=True)
    found: dict[int, User] = {}
    for place, part in enumerate(text.casefold().split("@")):
        if place == 0:
            continue
        name = next((name for name in names if _begins_with(part, name)), None)
        for user in by_name.get(name or "", []):
            found.setdefault(user.pk, user)
    return list(found.values())[:MOST_MENTIONS]


def _begins_with(text: str, name: str) -> bool:
    return text.startswith(name) and not (len(text) > len(name) and text[len(name)].isalnum())
