"""The daily overview: at most one e-mail a day per person, nothing when there is nothing."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from foundation.core.clock import AMSTERDAM
from foundation.core.clock import now as clock_now
from foundation.notifications import kinds, queries
from foundation.notifications.enums import Channel
from foundation.notifications.models import Delivery, Digest, Message
from foundation.notifications.services.messages import wake_worker


def digest_hour() -> int:
    """From which hour in Amsterdam the overview of the day goes out."""
    return int(getattr(settings, "DIGEST_HOUR", 17))


def send_digests(*, now: datetime | None = None) -> int:
    """Make the overview of today for everybody who has something in it, once the hour has come in Amsterdam.

    Run it as often as you like, in as many workers as you like: the day of a person is a row with a unique constraint.

    Returns:
        how many overviews were made.
    """
    now = now or clock_now()
    local = now.astimezone(AMSTERDAM)
    if local.hour < digest_hour():
        return 0
    day = local.date()
    waiting = (
        Message.objects.awaiting_digest(now)
        .exclude(recipient__in=Digest.objects.filter(day=day).values("recipient"))
        .values_list("recipient", flat=True)
        .distinct()
    )
    made = 0
    for user_id in list(waiting):
        with transaction.atomic():
            made += _make(user_id, day=day, now=now)
    return made


def _make(user_id: int, *, day: date, now: datetime) -> bool:
    """The overview of one person; another worker that makes it too waits here for us, and then finds it."""
    digest, new = Digest.objects.get_or_create(recipient_id=user_id, day=day, defaults={"created_at": now})
    if not new:
        return False
    waiting = Message.objects.awaiting_digest(now).filter(recipient=user_id)
    # What they have read in the portal, or switched off since, they need not be told again.
    waiting.exclude(read_at=None).update(in_digest=False)
    for code in list(waiting.order_by().values_list("kind", flat=True).distinct()):
        kind = kinds.find(code)
        if kind is None or queries.channels([user_id], kind.topic)[user_id] == Channel.NONE:
            waiting.filter(kind=code).update(in_digest=False)
    if not waiting.update(digest=digest):
        digest.delete()
        return False
    Delivery.objects.create(digest=digest, due_at=now, next_try_at=now)
    wake_worker()
    return True
