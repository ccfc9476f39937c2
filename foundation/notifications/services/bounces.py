"""Addresses whose mail comes back: said by the mail server while we talk, or later by an e-mail of its own (a DSN)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from django.db import transaction
from django.db.models import F

from foundation.core.clock import now as clock_now
from foundation.notifications import compose
from foundation.notifications.dsn import NotADsn, read
from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Bounce, Delivery


class Noted(Enum):
    """What an e-mail that came in turned out to be."""

    BOUNCE = "bounce"  # noted on the delivery and its address
    REFUSED = "refused"  # noted on the delivery; its text or sender was refused, the address may be fine
    KNOWN = "known"  # noted before
    NOT_FINAL = "not final"  # a delay, or "delivered"
    NOT_OURS = "not ours"  # of no e-mail that we sent
    NO_DSN = "no dsn"  # an answer of a person, an out-of-office


def note_address(address: str, words: str, now: datetime) -> None:
    """Count one e-mail to this address that came back for good."""
    row, _new = Bounce.objects.get_or_create(address=address.lower())
    Bounce.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now, words=compose.one_line(words, 300))


def note_dsn(*, source: bytes) -> Noted:
    """Note what a delivery status notification (RFC 3464) says.

    Whose e-mail came back is known by the Message-ID of the original, which only its receiver and the servers between know;
    the address in the notification is not believed, for a forwarding server names another one.

    Args:
        source: the whole e-mail as it came in.
    """
    try:
        report = read(source)
    except NotADsn:
        return Noted.NO_DSN
    if not report.is_final:
        return Noted.NOT_FINAL
    if report.delivery_id is None:
        return Noted.NOT_OURS
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("message__recipient", "digest__recipient")
            .filter(pk=report.delivery_id, state__in=[DeliveryState.SENT, DeliveryState.UNCERTAIN])
            .first()
        )
        if delivery is None:
            return Noted.NOT_OURS
        if delivery.bounced_at is not None:
            return Noted.KNOWN
        delivery.bounced_at, delivery.last_error = clock_now(), compose.one_line(report.words, 300)
        delivery.save(update_fields=["bounced_at", "last_error"])
        if not report.is_about_address:
            return Noted.REFUSED
        note_address(delivery.address, report.words, delivery.bounced_at)
    return Noted.BOUNCE


def forget_bounces(*, address: str) -> None:
    """The owner has shown that mail arrives (a confirmation link was opened): it counts from nought again."""
    Bounce.objects.filter(address=address.strip().lower()).delete()
