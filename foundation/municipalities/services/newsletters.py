"""Newsletters: written, planned, and sent to a list that is frozen in one transaction.

From the frozen list, batches of messages are written into the outbox, each batch with the removal of its rows in one
transaction: whoever is killed, the next worker goes on with the rows that are left. Locks end with the connection of a
dead worker, so no lease is needed. How each e-mail then goes once: docs/decisions/0003-mail-delivery.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.core.clock import now as clock_now
from foundation.municipalities import queries_follows as queries
from foundation.municipalities.enums import NEWSLETTER_TRANSITIONS, NewsletterState
from foundation.municipalities.letters import archive_path
from foundation.municipalities.models import Municipality, Newsletter, NewsletterReceiver, NewsTheme
from foundation.municipalities.notifications import NEWSLETTER, NEWSLETTER_TEST
from foundation.municipalities.services.access import require
from foundation.notifications.compose import one_line
from foundation.notifications.models import Message
from foundation.notifications.services import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PERMISSION = "municipalities.send_newsletters"
BATCH = 500
KEPT = timedelta(days=90)  # how long messages to addresses stay, for mail that comes back late
LONGEST_THEME = 60
_LONGEST_SUBJECT = 120


@transaction.atomic
def create(*, municipality: Municipality, by: User, **fields: Any) -> Newsletter:
    """Begin a newsletter; ``fields`` like ``change``."""
    require(by, PERMISSION, municipality)
    newsletter = Newsletter(municipality=municipality, created_by=by, **fields)
    newsletter.full_clean()
    newsletter.save()
    audit.record("municipalities.newsletter_created", newsletter, by=by, new={"subject": newsletter.subject})
    return newsletter


@transaction.atomic
def change(*, newsletter: Newsletter, by: User, **fields: Any) -> Newsletter:
    """Change the text or the audiences of a draft: subject, intro, blocks, items, audiences, is_public.

    Raises:
        ValidationError: when it is planned or sent, or a text is too long.
    """
    require(by, PERMISSION, newsletter.municipality)
    locked = _draft(newsletter)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.version += 1
    locked.changed_at = clock_now()
    locked.save()
    return locked


@transaction.atomic
def discard(*, newsletter: Newsletter, by: User) -> None:
    """Throw a draft away."""
    require(by, PERMISSION, newsletter.municipality)
    locked = _draft(newsletter)
    audit.record("municipalities.newsletter_discarded", locked, by=by, old={"subject": locked.subject})
    locked.delete()


@transaction.atomic
def send_test(*, newsletter: Newsletter, by: User) -> None:
    """Mail it to oneself, as it stands now."""
    require(by, PERMISSION, newsletter.municipality)
    notify(
        kind=NEWSLETTER_TEST,
        recipients=[by],
        about=newsletter.about,
        moment=clock_now().isoformat(),
        context={**_context(newsletter), "trial": True},
        url=f"/{newsletter.municipality.slug}/beheer/nieuwsbrieven/{newsletter.pk}/",
        municipality=newsletter.municipality,
    )


@transaction.atomic
def schedule(*, newsletter: Newsletter, by: User, at: datetime | None = None) -> Newsletter:
    """Plan a draft for a moment, or for now; the caller asks a worker to begin after the commit.

    Raises:
        ValidationError: when something is missing: a text, an audience, a moment to come.
    """
    require(by, PERMISSION, newsletter.municipality)
    locked = _draft(newsletter)
    now = clock_now()
    if not locked.blocks and not locked.intro and not locked.items:
        raise ValidationError(_("The newsletter has no text yet."))
    if not queries.receivers_of(locked):
        raise ValidationError(_("Nobody would get this newsletter. Choose for whom it is."))
    if at is not None and at < now:
        raise ValidationError({"at": _("Choose a moment that is still to come.")})
    NEWSLETTER_TRANSITIONS.move(locked, NewsletterState.SCHEDULED)
    locked.send_at = at or now
    locked.save(update_fields=["state", "send_at"])
    audit.record(
        "municipalities.newsletter_scheduled",
        locked,
        by=by,
        new={"subject": locked.subject, "send_at": locked.send_at, "audiences": locked.audiences},
    )
    return locked


@transaction.atomic
def cancel(*, newsletter: Newsletter, by: User) -> Newsletter:
    """Take a planned newsletter back: it is a draft again.

    Raises:
        ValidationError: when sending has begun.
    """
    require(by, PERMISSION, newsletter.municipality)
    locked = Newsletter.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=newsletter.pk)
    if locked.state != NewsletterState.SCHEDULED:
        raise ValidationError(
            _("This newsletter is not planned any more: sending has begun, or somebody took it back.")
        )
    NEWSLETTER_TRANSITIONS.move(locked, NewsletterState.DRAFT)
    locked.send_at = None
    locked.save(update_fields=["state", "send_at"])
    audit.record("municipalities.newsletter_cancelled", locked, by=by, new={"subject": locked.subject})
    return locked


def announce(
    *,
    municipality: Municipality,
    source: str,
    subject: str,
    intro: str,
    items: Sequence[Mapping[str, str]],
    audiences: Sequence[str],
) -> Newsletter | None:
    """Plan a newsletter that the portal writes by itself, in the transaction of what it tells of; once per ``source``.

    It goes the way of all newsletters, to addresses without an account only: who has an account gets a message. Until a
    worker begins, staff can take it back like any other.

    Args:
        source: label of the thing, such as "voting.ballot:17"; after a "/" which of its moments.
        items: ``{"title", "text", "url"}``, ``url`` a path.
        audiences: as ``Newsletter.audiences``.

    Returns:
        None when there is one already, or nobody would get it.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a newsletter is announced in the transaction of what it tells of")
    if Newsletter.objects.filter(source=source).exists() or not queries.addresses(municipality, audiences):
        return None
    made = Newsletter(
        municipality=municipality,
        source=source,
        subject=one_line(subject, _LONGEST_SUBJECT),
        intro=intro,
        items=[dict(item) for item in items],
        audiences=list(audiences),
        send_at=clock_now(),
    )
    NEWSLETTER_TRANSITIONS.move(made, NewsletterState.SCHEDULED)
    made.save(force_insert=True)
    return made


def take_back(*, source: str) -> bool:
    """Throw away what ``announce`` planned, if no worker has begun with it; in the caller's transaction."""
    rows = Newsletter.objects.filter(source=source, state__in=[NewsletterState.SCHEDULED, NewsletterState.DRAFT])
    found = rows.select_for_update(of=("self",)).first()  # behind a worker that begins with it just now
    if found is not None:
        found.delete()
    return found is not None


@transaction.atomic
def set_themes(*, municipality: Municipality, names: Iterable[StrOrPromise], by: User) -> None:
    """The themes that people can follow. One that is not among them is not offered any more; it keeps its followers.

    Raises:
        ValidationError: for a name that is too long.
    """
    require(by, PERMISSION, municipality)
    wanted = {name.casefold(): name for raw in names if (name := " ".join(str(raw).split()))}
    for name in wanted.values():
        if len(name) > LONGEST_THEME:
            raise ValidationError({"names": _("“%(name)s” is too long.") % {"name": name[:40] + "…"}})
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    for theme in NewsTheme.objects.filter(municipality=municipality):
        spelled = wanted.pop(theme.name.casefold(), "")
        theme.is_offered = bool(spelled)
        theme.name = spelled or theme.name
        theme.save(update_fields=["is_offered", "name"])
    NewsTheme.objects.bulk_create([NewsTheme(municipality=municipality, name=name) for name in wanted.values()])
    now = sorted(queries.themes_of(municipality).values_list("name", flat=True))
    audit.record("municipalities.themes_set", municipality, by=by, municipality=municipality, new={"names": now})


# --- Sending: called by workers --------------------------------------------------------------------------------------


def run_due(*, seconds: float = 50) -> bool:
    """Begin what is due, write what must still be written, and close what is finished; from any number of workers.

    Returns:
        whether there is more to write.
    """
    end = time.monotonic() + seconds
    for pk in list(Newsletter.objects.to_start(clock_now()).values_list("pk", flat=True)):
        freeze(newsletter_id=pk)
    for pk in list(Newsletter.objects.filter(state=NewsletterState.SENDING).values_list("pk", flat=True)):
        while write_batch(newsletter_id=pk):
            if time.monotonic() >= end:
                return True
        finish(newsletter_id=pk)
    return False


@transaction.atomic
def freeze(*, newsletter_id: int) -> int | None:
    """Write down who gets a newsletter that is due, all of them or none. None when another worker does, or did it."""
    now = clock_now()
    due = Newsletter.objects.to_start(now).select_for_update(of=("self",), skip_locked=True)
    newsletter = due.select_related("municipality").filter(pk=newsletter_id).first()
    if newsletter is None:
        return None
    found = queries.receivers_of(newsletter)
    NewsletterReceiver.objects.bulk_create(
        [NewsletterReceiver(newsletter=newsletter, user_id=pk, address=address) for address, pk in found.items()],
        batch_size=2000,
    )
    NEWSLETTER_TRANSITIONS.move(newsletter, NewsletterState.SENDING)
    newsletter.started_at, newsletter.receivers_total = now, len(found)
    newsletter.save(update_fields=["state", "started_at", "receivers_total"])
    audit.record(
        "municipalities.newsletter_started",
        newsletter,
        by=None,
        new={"subject": newsletter.subject, "receivers": len(found)},
    )
    return len(found)


@transaction.atomic
def write_batch(*, newsletter_id: int, size: int = BATCH) -> int:
    """Write the messages of the next receivers and strike them off the list, both or neither. Returns how many."""
    rows = NewsletterReceiver.objects.filter(newsletter_id=newsletter_id)
    batch: Sequence[NewsletterReceiver] = list(
        rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:size]
    )
    if not batch:
        return 0
    newsletter = Newsletter.objects.select_related("municipality").get(pk=newsletter_id)
    notify(
        kind=NEWSLETTER,
        recipients=User.objects.filter(pk__in=[row.user_id for row in batch if row.user_id]),
        addresses=[row.address for row in batch if row.user_id is None],
        about=newsletter.about,
        moment="sent",
        context=_context(newsletter),
        url=archive_path(newsletter),
        municipality=newsletter.municipality,
    )
    NewsletterReceiver.objects.filter(pk__in=[row.pk for row in batch]).delete()
    return len(batch)


@transaction.atomic
def finish(*, newsletter_id: int) -> bool:
    """Close a newsletter of which nothing waits any more; False when it is not so far."""
    rows = Newsletter.objects.select_for_update(of=("self",), skip_locked=True).select_related("municipality")
    newsletter = rows.filter(pk=newsletter_id, state=NewsletterState.SENDING).first()
    if newsletter is None or newsletter.receivers.exists():
        return False
    told = queries.sending_of(newsletter)
    if told.done < told.written:
        return False
    NEWSLETTER_TRANSITIONS.move(newsletter, NewsletterState.SENT)
    newsletter.finished_at = clock_now()
    newsletter.save(update_fields=["state", "finished_at"])
    audit.record(
        "municipalities.newsletter_sent",
        newsletter,
        by=None,
        new={"subject": newsletter.subject, "sent": told.sent, "bounced": told.bounced},
    )
    return True


def forget_old(*, now: datetime | None = None) -> int:
    """Keep of newsletters of three months ago the numbers, and forget to which addresses they went. Returns how many."""
    count = 0
    for newsletter in queries.may_forget(now or clock_now(), KEPT):
        with transaction.atomic():
            newsletter.outcome = queries.sending_of(newsletter).as_json()
            newsletter.save(update_fields=["outcome"])
            Message.objects.filter(kind=NEWSLETTER.code, about=newsletter.about, recipient=None).delete()
            count += 1
    return count


def _context(newsletter: Newsletter) -> dict[str, Any]:
    return {
        "newsletter": newsletter.pk,
        "version": newsletter.version,
        "subject": newsletter.subject,
        "intro": newsletter.intro,
    }


def _draft(newsletter: Newsletter) -> Newsletter:
    """The row, locked, if it is a draft.

    Raises:
        ValidationError: when it is planned or sent.
    """
    locked = Newsletter.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=newsletter.pk)
    if not locked.is_draft:
        raise ValidationError(_("This newsletter is planned or sent; its text does not change any more."))
    return locked
