"""The initiatives and unsent plans of one person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from initiatives.models import Draft, Initiative

if TYPE_CHECKING:
    from foundation.accounts.models import User

SHOWN = 20


def initiatives_of(user: User) -> list[Initiative]:
    """Those in whose team this person is, the last changed first."""
    rows = Initiative.objects.filter(team__user=user).select_related("municipality")
    return list(rows.defer("search", "story", "with_whom", "asks_text").order_by("-changed_at", "-pk")[:SHOWN])


def drafts_of(user: User, now: datetime) -> list[Draft]:
    """The plans that this person began and did not send yet."""
    rows = Draft.objects.filter(owner=user, initiative=None, expires_at__gt=now).select_related("municipality")
    return list(rows[:SHOWN])
