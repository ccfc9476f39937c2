"""Threads: opened, changed and closed by the upper app whose page they stand under, which has checked who may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from foundation.core import audit, clock
from foundation.discussion.enums import Audience, HostRole, ThreadKind, Writers
from foundation.discussion.models import Thread, ThreadHost
from foundation.discussion.services._locks import locked_thread

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

CHANGEABLE = ("title", "url", "audience", "writers")


@transaction.atomic
def open_thread(
    *,
    municipality: Municipality,
    title: str,
    by: User | None,
    url: str = "",
    kind: str = ThreadKind.COMMENTS,
    audience: str = Audience.EVERYBODY,
    writers: str = Writers.ACCOUNTS,
    hosts: Iterable[tuple[User, str]] = (),
) -> Thread:
    """Open a discussion under something of an upper app.

    Args:
        title: what it is about, as it stands on the stand-alone page and in messages.
        url: path of the page that it stands under, such as ``/waterstad/initiatieven/moestuin/``; "" for none.
        kind: comments, questions (replies of hosts and staff are marked as answer) or for_against.
        audience: who may read; ``nobody`` for a page that is not published yet.
        writers: everybody with an account, or residents only (staff and hosts always may).
        hosts: who belongs to the page, with their role: (user, HostRole).
        by: None for the clock.

    Raises:
        ValidationError: an address outside this portal, a title that is too long.
    """
    thread = Thread(
        municipality=municipality, title=title[:200], url=url, kind=kind, audience=audience, writers=writers
    )
    thread.full_clean()
    thread.save(force_insert=True)
    _write_hosts(thread, hosts)
    audit.record("discussion.thread_opened", thread, by=by, new={"kind": str(kind), "audience": str(audience)})
    return thread


@transaction.atomic
def change_thread(*, thread: Thread, by: User | None, **fields: str) -> Thread:
    """Change what the owner app says of its thread: any of ``CHANGEABLE``.

    Raises:
        ValidationError: as ``open_thread``.
    """
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"change_thread does not know {sorted(unknown)}")
    thread = locked_thread(thread.pk)
    old = {name: str(getattr(thread, name)) for name in fields}
    for name, value in fields.items():
        setattr(thread, name, value[:200] if name == "title" else value)
    new = {name: str(getattr(thread, name)) for name in fields}
    if new == old:
        return thread
    thread.full_clean()
    thread.revision += 1
    thread.save(update_fields=[*fields, "revision"])
    audit.record("discussion.thread_changed", thread, by=by, old=old, new=new)
    return thread


@transaction.atomic
def close_thread(*, thread: Thread, by: User | None) -> Thread:
    """Nobody writes any more; everybody can still read. Closing a closed thread does nothing."""
    thread = locked_thread(thread.pk)
    if thread.closed_at is None:
        thread.closed_at = clock.now()
        thread.revision += 1
        thread.save(update_fields=["closed_at", "revision"])
        audit.record("discussion.thread_closed", thread, by=by)
    return thread


@transaction.atomic
def reopen_thread(*, thread: Thread, by: User | None) -> Thread:
    """Writing is possible again."""
    thread = locked_thread(thread.pk)
    if thread.closed_at is not None:
        thread.closed_at = None
        thread.revision += 1
        thread.save(update_fields=["closed_at", "revision"])
        audit.record("discussion.thread_reopened", thread, by=by)
    return thread


@transaction.atomic
def set_hosts(*, thread: Thread, hosts: Iterable[tuple[User, str]]) -> None:
    """Who belongs to the page now, with their role; called by the owner app whenever its team changes."""
    thread = locked_thread(thread.pk)
    _write_hosts(thread, hosts)
    thread.revision += 1
    thread.save(update_fields=["revision"])


def _write_hosts(thread: Thread, hosts: Iterable[tuple[User, str]]) -> None:
    wanted = {user.pk: HostRole(role) for user, role in hosts}
    ThreadHost.objects.filter(thread=thread).exclude(user_id__in=wanted).delete()
    ThreadHost.objects.bulk_create(
        [ThreadHost(thread=thread, user_id=user_id, role=role) for user_id, role in wanted.items()],
        update_conflicts=True,
        unique_fields=["thread", "user"],
        update_fields=["role"],
    )
