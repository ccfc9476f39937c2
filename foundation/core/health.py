"""Whether the background work lives, in words for staff pages.

Three signs, each at least twice a minute: ``worker`` by the worker's own process, ``beat`` by Celery's clock, and ``tasks`` by a
task that went all the way from the clock over the broker to a worker. So it can be said which of them fell silent.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.models import Heartbeat
from foundation.core.wording import near

log = logging.getLogger(__name__)
PARTS = ("worker", "beat", "tasks")
SILENT_AFTER = timedelta(seconds=90)  # three signs missed; so it is said within two minutes
SIGN_EVERY = 20  # seconds
_last_sign: dict[str, float] = {}


@dataclass(frozen=True)
class Trouble:
    """Something of the background work that stands still; ``since`` is None where it was never seen."""

    code: str
    title: str
    text: str
    since: datetime | None


def beat(name: str) -> None:
    """Note that the process ``name`` lives now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})


def sign_of_life(name: str) -> None:
    """``beat`` for a long-lived process outside any task: at most every 20 seconds, and it never raises.

    The connection is closed afterwards: children that the process forks must not share it.
    """
    now = time.monotonic()
    if now - _last_sign.get(name, -SIGN_EVERY) < SIGN_EVERY:
        return
    _last_sign[name] = now
    try:
        beat(name)
    except (DatabaseError, InterfaceError, OSError) as error:
        log.warning("the sign of life of %s was not written: %s", name, error.__class__.__name__)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def silent_since(name: str, *, now: datetime | None = None) -> datetime | None:
    """When ``name`` was last heard, if that is longer ago than ``SILENT_AFTER``; None while all is well.

    A process that was never heard counts as silent since the beginning of time (UTC year 1).
    """
    now = now or timezone.now()
    last = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    if last is None:
        return datetime.min.replace(tzinfo=now.tzinfo)
    return last if now - last > SILENT_AFTER else None


def troubles(now: datetime) -> list[Trouble]:
    """What of the background work stands still, for staff; empty while all is well. One query."""
    seen = dict(Heartbeat.objects.filter(name__in=PARTS).values_list("name", "beat_at"))
    silent = {name for name in PARTS if name not in seen or now - seen[name] > SILENT_AFTER}
    if {"worker", "beat"} <= silent:
        return [
            _trouble(
                "background",
                _("The background work stands still"),
                _(
                    "The worker and the clock are silent %(when)s. Votes are still accepted and safe, but nothing opens or "
                    "closes by itself, nothing is counted and no mail goes out. Tell the people who run this installation."
                ),
                max((seen[name] for name in ("worker", "beat") if name in seen), default=None),
            )
        ]
    if "worker" in silent:
        return [
            _trouble(
                "worker",
                _("The background work stands still"),
                _(
                    "The worker is silent %(when)s. Votes are still accepted and safe, but nothing is counted and no mail "
                    "goes out until it runs again. Tell the people who run this installation."
                ),
                seen.get("worker"),
            )
        ]
    if "beat" in silent:
        return [
            _trouble(
                "beat",
                _("The clock of the background work stands still"),
                _(
                    "The clock (beat) is silent %(when)s. Votes are still accepted and safe, but nothing closes, is counted "
                    "or is reminded of by itself until it runs again. Tell the people who run this installation."
                ),
                seen.get("beat"),
            )
        ]
    if "tasks" in silent:
        return [
            _trouble(
                "tasks",
                _("The background work does not keep up"),
                _(
                    "Worker and clock live, but no task got through %(when)s: the worker is too busy or the queue is out of "
                    "order. Counting, letters and mail wait. Tell the people who run this installation."
                ),
                seen.get("tasks"),
            )
        ]
    return []


def _trouble(code: str, title: str, text: str, since: datetime | None) -> Trouble:
    when = _("and was never heard") if since is None else _("since %(when)s") % {"when": near(since)}
    return Trouble(code, title, text % {"when": when}, since)
