"""Writing messages into the outbox, and reading them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.core.clock import now as clock_now
from foundation.notifications import compose, queries
from foundation.notifications.enums import Channel
from foundation.notifications.kinds import Kind
from foundation.notifications.models import Delivery, Message

if TYPE_CHECKING:
    from foundation.accounts.models import User

DELIVER_TASK = "foundation.notifications.tasks.deliver_due"
BULK_TASK = "foundation.notifications.tasks.deliver_bulk"
BATCH = 1000


class _Municipality(Protocol):
    """What is kept of a municipality: a label, for it stands on the floor above."""

    pk: Any
    name: Any


def notify(
    *,
    kind: Kind,
    recipients: Iterable[User],
    about: str,
    moment: str,
    context: Mapping[str, Any],
    url: str = "",
    municipality: _Municipality | None = None,
    due_at: datetime | None = None,
    addresses: Iterable[str] = (),
) -> int:
    """Write a message to each of these people, in the transaction of what it tells of; it is delivered after commit.

    Whoever had a message of this kind about this thing and moment gets no second one, whichever process asks.

    Args:
        kind: as declared in an app's ``notifications.py``.
        recipients: people with an account; those erased or not active are passed over.
        about: the thing, such as ``voting.ballot:17``.
        moment: which of its moments, such as ``opened`` or ``reminder-2026-03-12``.
        context: what subject and body need; JSON, moments and days.
        url: path in this portal where the message leads to.
        municipality: whose message it is.
        due_at: shown and sent from then (a planned reminder); now when left out.
        addresses: also these people without an account, who have confirmed their address (see ``mail_to`` for one).

    Returns:
        how many messages are new.

    Raises:
        RuntimeError: outside a transaction.
        ValueError: when the context lacks a name of the subject, or the url leads elsewhere.
    """
    people = {user.pk: user for user in recipients if user.is_active and user.erased_at is None}
    blank = _blank(kind, about, moment, context, url, municipality, due_at)
    chosen = queries.channels(people, kind.topic)
    wanted = {pk: queries.channel_for(kind, chosen[pk]) for pk in people}
    messages = [Message(recipient_id=pk, in_digest=wanted[pk] == Channel.DIGEST, **blank) for pk in people]
    messages += [Message(address=address, **blank) for address in dict.fromkeys(a.strip().lower() for a in addresses)]
    new = _insert(messages)
    at_once = Channel.AT_ONCE
    _plan([m for m in new if m.recipient_id is None or wanted[m.recipient_id] == at_once], bulk=kind.bulk)
    keys = [queries.unread_key(message.recipient_id) for message in new if message.recipient_id]
    transaction.on_commit(lambda: cache.delete_many(keys), robust=True)
    return len(new)


def mail_to(
    *,
    address: str,
    kind: Kind,
    about: str,
    moment: str,
    context: Mapping[str, Any],
    url: str = "",
    municipality: _Municipality | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Write an e-mail to an address without an account, such as an invitation; further like ``notify``.

    Returns:
        whether it is new and wanted: an address that signed off from the topic gets nothing.

    Raises:
        ValidationError: when the address is not one.
        RuntimeError, ValueError: like ``notify``.
    """
    address = address.strip().lower()
    validate_email(address)
    blank = _blank(kind, about, moment, context, url, municipality, due_at)
    if kind.switchable and queries.has_opted_out(address, kind.topic):
        return False
    new = _insert([Message(address=address, **blank)])
    _plan(new, bulk=kind.bulk)
    return bool(new)


def withdraw(*, kind: Kind, about: str, moment: str | None = None) -> int:
    """Take back planned messages that are not due yet, such as reminders of a meeting that was moved.

    Returns:
        how many were taken back.
    """
    planned = Message.objects.filter(kind=kind.code, about=about, due_at__gt=clock_now())
    if moment is not None:
        planned = planned.filter(moment=moment)
    return planned.delete()[1].get("notifications.Message", 0)


def forget(*, kinds: Iterable[Kind], about: str) -> int:
    """Delete messages of these kinds about a thing, read or not, sent or not.

    For what must not be kept: who got "your vote was received" tells who voted. A kind that was forgotten can be written
    again, so forget only when the thing is over.

    Returns:
        how many messages were deleted.
    """
    codes = [kind.code for kind in kinds]
    return Message.objects.filter(kind__in=codes, about=about).delete()[1].get("notifications.Message", 0)


def mark_read(*, message: Message, by: User) -> None:
    """Remember that its recipient has read this message; reading it again changes nothing."""
    if message.recipient_id != by.pk:
        raise ValueError("only the recipient reads a message")
    if Message.objects.filter(pk=message.pk, read_at=None).update(read_at=clock_now()):
        transaction.on_commit(lambda: cache.delete(queries.unread_key(by.pk)), robust=True)


def mark_all_read(*, by: User) -> int:
    """Mark everything that this person can see now as read; returns how many that were."""
    now = clock_now()
    count = Message.objects.visible_to(by, now).unread().update(read_at=now)
    transaction.on_commit(lambda: cache.delete(queries.unread_key(by.pk)), robust=True)
    return count


def wake_worker(*, bulk: bool = False) -> None:
    """After commit, ask a worker to deliver now. If the broker is away, beat does so within a minute."""
    name = BULK_TASK if bulk else DELIVER_TASK
    # By name: services don't know their tasks. No retry: a page must not wait for a broker that is away.
    transaction.on_commit(lambda: current_app.send_task(name, retry=False, expires=300), robust=True)


def _blank(
    kind: Kind,
    about: str,
    moment: str,
    context: Mapping[str, Any],
    url: str,
    municipality: _Municipality | None,
    due_at: datetime | None,
) -> dict[str, Any]:
    """The fields that all copies of a message share."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("messages are written in the transaction of what they tell of")
    if url and not _leads_here(url):
        raise ValueError(f"a message leads to a page of this portal, not to {url!r}")
    with translation.override(settings.LANGUAGE_CODE):
        subject = compose.subject_of(kind, context)
    now = clock_now()
    return {
        "kind": kind.code,
        "about": about,
        "moment": moment,
        "subject": subject,
        "context": dict(context),
        "url": url,
        "municipality_id": municipality.pk if municipality is not None else None,
        "municipality_name": str(municipality.name) if municipality is not None else "",
        "due_at": due_at or now,
        "created_at": now,
    }


def _leads_here(url: str) -> bool:
    """Whether it is a page of this portal; "//elsewhere" and "javascript:" are not."""
    host = settings.SITE_URL.partition("//")[2]
    return url.startswith(("/", f"{settings.SITE_URL}/")) and url_has_allowed_host_and_scheme(url, {host})


def _insert(messages: list[Message]) -> list[Message]:
    """Insert what is not there yet; a double is dropped by the unique constraint, also one of another transaction."""
    Message.objects.bulk_create(messages, batch_size=BATCH, ignore_conflicts=True)
    # The ids are ours: those found are the ones that this call has inserted.
    inserted = set(Message.objects.filter(pk__in=[m.pk for m in messages]).values_list("pk", flat=True))
    return [message for message in messages if message.pk in inserted]


def _plan(messages: list[Message], *, bulk: bool) -> None:
    if not messages:
        return
    Delivery.objects.bulk_create(
        [Delivery(message=m, due_at=m.due_at, next_try_at=m.due_at, is_bulk=bulk) for m in messages],
        batch_size=BATCH,
    )
    wake_worker(bulk=bulk)
