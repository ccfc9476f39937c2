"""Bringing e-mails from the outbox to the mail server. docs/decisions/0003-mail-delivery.md tells what is promised."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error, OperationalError, connection, transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import Exact
from django.utils import translation

from foundation.accounts.models import User
from foundation.core import audit
from foundation.core.clock import now as clock_now
from foundation.notifications import compose, kinds, queries
from foundation.notifications.enums import DELIVERY, Channel, DeliveryState
from foundation.notifications.models import Delivery, Message
from foundation.notifications.services.bounces import note_address
from foundation.notifications.services.messages import wake_worker
from foundation.notifications.services.wishes import Wishes
from foundation.notifications.transport import (
    AddressRefused,
    Refused,
    Transport,
    TryLater,
    Unreachable,
    final_reply_seconds,
)

logger = logging.getLogger(__name__)

# After each failed try the next pause; after the last one we give up: about a day.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
UNREACHABLE_PAUSE = timedelta(minutes=1)
UNREACHABLE_LIMIT = timedelta(days=5)  # a server that is down over a long weekend loses nothing
BROKEN_IN_A_ROW = 3  # connections that broke; then the server is ill, and the run ends
BATCH = 25  # claimed at once; what a dead worker had claimed waits until its lease ends
BOTH_LANES = (False, True)  # is_bulk: what goes to very many comes last
SLOW_KEY, ALONE_KEY, BULK_KEY = "notifications:slow", "notifications:alone", "notifications:bulk"


# In the WHERE of a statement that is its own transaction: its commit does not wait for the disk (PostgreSQL, "Asynchronous
# Commit"). True once evaluated, and over with the transaction.
_UNWAITED = Exact(
    Func(Value("synchronous_commit"), Value("off"), Value(True), function="set_config", output_field=TextField()),
    Value("off"),
)


class ClaimLost(Exception):
    """Another worker has taken over; whatever we know is old."""


@dataclass(frozen=True)
class Report:
    """What a run did; ``more``: it ended with work left because its time was up."""

    sent: int = 0
    later: int = 0
    given_up: int = 0
    suppressed: int = 0
    more: bool = False


def lease() -> timedelta:
    """How long a worker may hold a claim before another takes over; too short costs work, never a double."""
    return timedelta(seconds=int(getattr(settings, "OUTBOX_LEASE_SECONDS", 120)))


def deliver_due(*, seconds: float = 50, bulk: bool | None = None) -> Report:
    """Send what is due, one after the other over one connection, until nothing is left or the time is up.

    Any number of workers may run this at once: each e-mail is claimed by one (``skip_locked``), a batch at a time, and the
    claim is checked again right before the e-mail can become accepted.

    Args:
        seconds: when to stop taking new ones; the one under way is finished.
        bulk: only what goes to very many (True), only the rest (False), or the rest first and then that (None).
    """
    # A mail server that hangs must not hold all workers: while it is slow, one run at a time.
    alone = bool(cache.get(SLOW_KEY))
    if alone and not cache.add(ALONE_KEY, 1, 180):
        return Report()
    try:
        return _run(time.monotonic() + seconds, BOTH_LANES if bulk is None else (bulk,))
    finally:
        if alone:
            cache.delete(ALONE_KEY)


def deliver_bulk(*, seconds: float = 20) -> Report:
    """Send what goes to very many, in a short run and one run at a time: a newsletter must not hold all workers.

    The lock in the cache is politeness, not safety: without it, or when it outlives a killed worker, claims still hold.
    """
    if not cache.add(BULK_KEY, 1, int(seconds) + 20):
        return Report()
    try:
        return deliver_due(seconds=seconds, bulk=True)
    finally:
        cache.delete(BULK_KEY)


def _run(end: float, lanes: tuple[bool, ...]) -> Report:
    _find_abandoned()
    report, broken = Report(), 0
    with Transport() as transport:
        while time.monotonic() < end:
            # Where the server is so slow that the lease would run out, the rest goes back in time.
            until = min(end, time.monotonic() + lease().total_seconds() / 2)
            batch = _claim(lanes)
            if not batch:
                return report
            try:
                wishes = Wishes(batch)
                while batch:
                    delivery = batch.pop(0)
                    try:
                        state = _deliver(delivery, transport, wishes)
                    except ClaimLost:
                        logger.warning("delivery %s was taken over by another worker", delivery.pk)
                        state = None
                    except Unreachable as error:
                        logger.warning("the mail server can't be reached: %s", error)
                        cache.set(SLOW_KEY, 1, 300)
                        return report
                    if state is not None:
                        report = _counted(report, state)
                        broken = 0 if transport.alive else broken + 1
                        if transport.slow:
                            cache.set(SLOW_KEY, 1, 300)
                    if broken >= BROKEN_IN_A_ROW:
                        return report
                    if time.monotonic() >= until:
                        break
            finally:
                _put_back(batch)
    return replace(report, more=True)


def resend(*, delivery: Delivery, by: User | None, reason: str = "") -> None:
    """Send again what was given up or is uncertain, because somebody looked into it.

    Raises:
        IllegalMove: in any other state.
    """
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        old = DELIVERY.move(locked, DeliveryState.WAITING)
        now = clock_now()
        locked.next_try_at, locked.due_at, locked.attempts = now, now, 0
        locked.claim = locked.claimed_until = locked.settled_at = locked.bounced_at = None
        locked.save()
        audit.record(
            "notifications.delivery_resent",
            locked,
            by=by,
            reason=reason,
            old={"state": old},
            new={"state": locked.state},
        )
        wake_worker(bulk=locked.is_bulk)


def settle(*, delivery: Delivery, by: User | None, reason: str = "") -> None:
    """Note that nothing more needs to be done about a given up or uncertain e-mail; it leaves the list of stuck ones."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.state not in {DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN}:
            raise ValueError(f"a delivery that is {locked.state} settles itself")
        locked.settled_at = clock_now()
        locked.save(update_fields=["settled_at"])
        audit.record("notifications.delivery_settled", locked, by=by, reason=reason, old={"state": locked.state})


def _counted(report: Report, state: str) -> Report:
    match state:
        case DeliveryState.SENT:
            return replace(report, sent=report.sent + 1)
        case DeliveryState.WAITING:
            return replace(report, later=report.later + 1)
        case DeliveryState.GIVEN_UP:
            return replace(report, given_up=report.given_up + 1)
    return replace(report, suppressed=report.suppressed + 1)


def _find_abandoned() -> None:
    """A worker that died while the server was answering: nobody knows whether the e-mail was accepted.

    Not sent again by itself, since once too often is what we promise not to do; staff see it and decide.
    """
    now = clock_now()
    found = Delivery.objects.abandoned_at_handover(now).update(state=DeliveryState.UNCERTAIN, last_error="")
    if found:
        logger.warning("%d e-mails are uncertain: a worker died while they were being handed over", found)


def _claim(lanes: tuple[bool, ...] = BOTH_LANES) -> list[Delivery]:
    """Take e-mails that are due, of the first lane that has any; their rows say so before a word to the mail server."""
    now = clock_now()
    with transaction.atomic():
        batch: list[Delivery] = next(filter(None, (_next(now, bulk=bulk) for bulk in lanes)), [])
        claim = uuid.uuid4()
        for delivery in batch:
            DELIVERY.move(delivery, DeliveryState.SENDING)
            delivery.claim, delivery.claimed_until = claim, now + lease()
            delivery.attempts += 1
        if batch:
            Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch]).update(
                state=DeliveryState.SENDING, claim=claim, claimed_until=now + lease(), attempts=F("attempts") + 1
            )
    return batch


def _put_back(batch: Sequence[Delivery]) -> None:
    """What was claimed and not begun waits again, at once and without a try counted."""
    if not batch:
        return
    mine = Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in batch], claim=batch[0].claim, state=DeliveryState.SENDING
    )
    with suppress(Error):  # the database is away: they wait until the lease ends
        mine.update(state=DeliveryState.WAITING, claim=None, claimed_until=None, attempts=F("attempts") - 1)


def _next(now: datetime, *, bulk: bool) -> list[Delivery]:
    """What waits longest, else what a dead worker left; two questions, so that each is answered by its own small index.

    Of what was left one at a time: if an e-mail kills its worker, the others of its batch must not die with it again.
    """
    lane = Delivery.objects.in_lane(bulk=bulk).select_for_update(skip_locked=True, of=("self",))
    lane = lane.select_related("message__recipient", *([] if bulk else ["digest__recipient"]))
    return list(lane.waiting(now).order_by("is_bulk", "next_try_at", "pk")[:BATCH]) or list(
        lane.orphaned(now).order_by("claimed_until")[:1]
    )


def _deliver(delivery: Delivery, transport: Transport, wishes: Wishes) -> str:
    """Bring one claimed e-mail to an end or to its next try; returns the state it is left in."""
    if not _wanted(delivery, wishes):
        return _advance(delivery, DeliveryState.SUPPRESSED, settled_at=clock_now())
    try:
        with translation.override(wishes.language(delivery)):
            mail = compose.email(delivery)
        transport.send(mail, hand_over=partial(_hand_over, delivery))
    except ClaimLost:
        raise
    except Unreachable as error:
        _postpone_all(delivery, str(error))
        raise
    except AddressRefused as error:
        return _bounced(delivery, str(error))
    except Refused as error:
        return _give_up(delivery, str(error))
    except TryLater as error:
        return _try_later(delivery, str(error))
    except (OperationalError, SystemError, MemoryError):
        raise
    except Exception as error:
        # A mistake of ours in one message must not stop the others; it is tried again after it may have been mended.
        logger.exception("delivery %s can't be written", delivery.pk)
        return _try_later(delivery, f"{type(error).__name__}: {error}")
    return _note_sent(delivery)


def _wanted(delivery: Delivery, wishes: Wishes) -> bool:
    """Whether it still should go out: people leave, switch topics off, or choose the overview instead."""
    message = delivery.message
    recipient = delivery.recipient
    if recipient is not None and not (recipient.is_active and recipient.erased_at is None and recipient.email):
        return False
    if delivery.digest is not None:
        return delivery.digest.messages.exists()
    assert message is not None
    kind = kinds.find(message.kind)
    if kind is None:
        return False
    if kind.wanted is not None and not kind.wanted(message):
        return False
    if recipient is None:
        if kind.wanted is not None:
            return True  # it keeps its own list of who wants what
        return not (kind.switchable and (kind.topic, message.address) in wishes.opted_out)
    chosen = queries.channel_for(kind, wishes.channels[kind.topic, recipient.pk])
    if chosen == Channel.DIGEST:
        Message.objects.filter(pk=message.pk, digest=None).update(in_digest=True)
    return chosen == Channel.AT_ONCE


def _advance(delivery: Delivery, state: DeliveryState, **fields: Any) -> str:
    """Move on, if the claim is still ours; committed on its own.

    Raises:
        ClaimLost: when another worker took over, or the recipient was erased meanwhile.
    """
    old = DELIVERY.move(delivery, state)
    if state != DeliveryState.HANDING_OVER:
        fields |= {"claim": None, "claimed_until": None}
    # Who took long to hand over was called uncertain meanwhile; the answer has come after all.
    states = [old, DeliveryState.UNCERTAIN] if old == DeliveryState.HANDING_OVER else [old]
    mine = Delivery.objects.filter(pk=delivery.pk, state__in=states, claim=delivery.claim)
    if state == DeliveryState.SENT:
        mine = mine.filter(_UNWAITED)
    if not mine.update(state=state, **fields):
        raise ClaimLost
    return state


def _hand_over(delivery: Delivery) -> None:
    _advance(
        delivery,
        DeliveryState.HANDING_OVER,
        claimed_until=clock_now() + timedelta(seconds=final_reply_seconds() + 60),
    )


def _note_sent(delivery: Delivery) -> str:
    """The server has accepted it: this must be noted, so a database that hiccups is asked again.

    Not waited for until it is on the disk: a machine that falls down loses the note and not the hand-over before it, so the
    e-mail is then uncertain, and never sent again. Half of the waiting for the disk is saved.
    """
    if not connection.in_atomic_block:
        for pause in (0.5, 2, 5):
            try:
                return _advance(delivery, DeliveryState.SENT, settled_at=clock_now(), last_error="")
            except OperationalError:
                connection.close()
                time.sleep(pause)
                delivery.state = DeliveryState.HANDING_OVER
    return _advance(delivery, DeliveryState.SENT, settled_at=clock_now(), last_error="")


def _give_up(delivery: Delivery, error: str, **fields: Any) -> str:
    logger.warning("delivery %s is given up after %d tries", delivery.pk, delivery.attempts)
    return _advance(delivery, DeliveryState.GIVEN_UP, last_error=compose.one_line(error, 300), **fields)


def _bounced(delivery: Delivery, error: str) -> str:
    """The address is no good: noted on it. One of very many is no case for staff: its newsletter counts it."""
    now = clock_now()
    with transaction.atomic():
        note_address(delivery.address, error, now)
        if not delivery.is_bulk:
            return _give_up(delivery, error, bounced_at=now)
        return _give_up(delivery, error, bounced_at=now, settled_at=now)


def _try_later(delivery: Delivery, error: str) -> str:
    if delivery.attempts > len(PAUSES):
        return _give_up(delivery, error)
    return _advance(
        delivery,
        DeliveryState.WAITING,
        next_try_at=clock_now() + PAUSES[delivery.attempts - 1],
        last_error=compose.one_line(error, 300),
    )


def _postpone_all(delivery: Delivery, error: str) -> str:
    """The server is away: no fault of this e-mail, so the try does not count."""
    now = clock_now()
    if delivery.due_at < now - UNREACHABLE_LIMIT:
        return _give_up(delivery, error)
    return _advance(
        delivery,
        DeliveryState.WAITING,
        next_try_at=now + UNREACHABLE_PAUSE,
        attempts=delivery.attempts - 1,
        last_error=compose.one_line(error, 300),
    )
