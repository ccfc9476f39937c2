"""The secret of somebody's own calendar feed."""

from __future__ import annotations

import uuid

from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.models import FeedKey


@transaction.atomic
def renew(*, by: User) -> FeedKey:
    """A new address for one's feed; the old one, wherever it went, shows nothing any more."""
    key, _made = FeedKey.objects.update_or_create(user=by, defaults={"key": uuid.uuid4(), "made_at": clock.now()})
    return key


@transaction.atomic
def revoke(*, by: User) -> None:
    """No feed any more."""
    FeedKey.objects.filter(user=by).delete()
