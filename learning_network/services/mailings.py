"""Mailings to members: written, tried, and sent to a list that is frozen in one transaction.

From the frozen list batches of messages are written into the outbox, each batch with the removal of its rows in one
transaction: whoever is killed in between, the next worker goes on with the rows that are left. A message is unique per
person and mailing in the outbox too, so nobody gets it twice (docs/decisions/0003-mail-delivery.md).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from learning_network import notifications_members as notifications
from learning_network.enums import MAILING_TRANSITIONS, MailingState
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Mailing, MailingReceiver
from learning_network.queries.mailings import receivers_of
from learning_network.services import _moves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

BATCH = 500
TASK = "learning_network.tasks.send_mailings"
WRITABLE = frozenset(["subject", "text", "interests"])


def write(
    *,
    by: User,
    mailing: Mailing | None = None,
    municipalities: Iterable[OfficialMunicipality] | None = None,
    programmes: Iterable[Programme] | None = None,
    version: int | None = None,
    **fields: Any,
) -> Mailing:
    """Begin a mailing, or change a draft.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        WrongMoment: it is being sent.
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"write does not know {sorted(unknown)}")
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        row = _draft(mailing) if mailing is not None else Mailing(created_by=by)
        if mailing is not None:
            _moves.same_version(row, version)
            row.version += 1
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.full_clean(exclude=["created_by"])
        row.save()
        if municipalities is not None:
            row.municipalities.set(municipalities)
        if programmes is not None:
            row.programmes.set(programmes)
        audit.record("learning_network.mailing_written", row, by=by)
    return row


def discard(*, mailing: Mailing, by: User) -> None:
    """Throw a draft away.

    Raises:
        WrongMoment, PermissionDenied
    """
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        row = _draft(mailing)
        audit.record("learning_network.mailing_discarded", row, by=by)
        row.delete()


def send_test(*, mailing: Mailing, by: User) -> None:
    """Mail it to oneself, as it stands now."""
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        notifications.send_test(mailing, to=by, moment=clock.now().isoformat())


def send(*, mailing: Mailing, by: User) -> Mailing:
    """Freeze who gets it, and let workers write to them.

    Raises:
        NetworkError: nobody fits.
        WrongMoment: it is being sent already.
        PermissionDenied
    """
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        row = _draft(mailing)
        people = list(receivers_of(row).values_list("pk", flat=True))
        if not people:
            raise NetworkError(_("Nobody would get this mailing. Choose other readers."))
        MailingReceiver.objects.bulk_create(
            [MailingReceiver(mailing=row, user_id=pk) for pk in people], batch_size=2_000
        )
        MAILING_TRANSITIONS.move(row, MailingState.SENDING)
        row.started_at, row.receivers_total = clock.now(), len(people)
        row.version += 1
        row.save(update_fields=["state", "started_at", "receivers_total", "version"])
        audit.record("learning_network.mailing_sent", row, by=by, new={"receivers": len(people)})
        # If the broker is away, beat asks for it within a minute.
        transaction.on_commit(lambda: current_app.send_task(TASK, retry=False, expires=300), robust=True)
    return row


def _draft(mailing: Mailing) -> Mailing:
    row = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
    if row.state != MailingState.DRAFT:
        raise WrongMoment(_("This mailing was sent; its text does not change any more."))
    return row


# --- Called by workers -----------------------------------------------------------------------------------------------


def run_due(*, seconds: float = 50) -> bool:
    """Write what must still be written, and close what is finished; from any number of workers.

    Returns:
        whether there is more to write.
    """
    end = time.monotonic() + seconds
    for pk in list(Mailing.objects.filter(state=MailingState.SENDING).values_list("pk", flat=True)):
        while write_batch(mailing_id=pk):
            if time.monotonic() >= end:
                return True
        finish(mailing_id=pk)
    return False


@transaction.atomic
def write_batch(*, mailing_id: int, size: int = BATCH) -> int:
    """Write to the next receivers and strike them off the list, both or neither. Returns how many."""
    rows = MailingReceiver.objects.filter(mailing_id=mailing_id)
    batch = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:size])
    if not batch:
        return 0
    mailing = Mailing.objects.get(pk=mailing_id)
    notifications.write_to(mailing, User.objects.filter(pk__in=[row.user_id for row in batch]))
    MailingReceiver.objects.filter(pk__in=[row.pk for row in batch]).delete()
    return len(batch)


@transaction.atomic
def finish(*, mailing_id: int) -> bool:
    """Close a mailing that is written to everybody; False when it is not so far."""
    rows = Mailing.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=mailing_id, state=MailingState.SENDING).first()
    if row is None or row.receivers.exists():
        return False
    MAILING_TRANSITIONS.move(row, MailingState.SENT)
    row.finished_at = clock.now()
    row.save(update_fields=["state", "finished_at"])
    return True
