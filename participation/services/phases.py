"""The phases of a process: setting them, moving their dates, and telling who follows it when one opens or ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications
from participation.enums import ProcessState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Phase, Process
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["kind", "title", "intro", "outcome", "opens_at", "closes_at"])
MOST = 20
ENDS_SOON = timedelta(days=2)
# A phase that opened longer ago than this is not told of any more: the news would be old.
TOLD_WITHIN = timedelta(days=2)


def add(*, process: Process, by: User, **fields: Any) -> Phase:
    """A phase more, at the end.

    Args:
        fields: of ``WRITABLE``; times in UTC.

    Raises:
        ValidationError, ParticipationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _changeable(process, by)
        last = row.phases.order_by("-number").first()
        if row.phases.count() >= MOST:
            raise ParticipationError(_("A process has at most %(most)s phases.") % {"most": MOST})
        phase = Phase(process=row, number=last.number + 1 if last else 1, **_known(fields))
        phase.full_clean()
        phase.save()
        _said(row, by, verb="phases_set")
    return phase


def change(*, phase: Phase, by: User, version: int | None = None, reason: str = "", **fields: Any) -> Phase:
    """Change a phase. Moved dates of a published process are told to its followers, once.

    Args:
        version: that of the process when the form was opened.
        reason: why dates move; asked for once the process is published.
        fields: of ``WRITABLE``.

    Raises:
        ParticipationError: dates of a published process move without a reason; the kind of a phase that began changes.
        Stale, WrongMoment, PermissionDenied, ValidationError
    """
    with transaction.atomic():
        row = _changeable(phase.process, by)
        _moves.same_version(row, version)
        there = row.phases.select_for_update().get(pk=phase.pk)
        old = (there.opens_at, there.closes_at)
        begun = row.is_public and there.opens_at <= clock.now()
        if begun and fields.get("kind", there.kind) != there.kind:
            raise ParticipationError(_("This phase has begun: what it is can't change any more."))
        for name, value in _known(fields).items():
            setattr(there, name, value)
        there.full_clean()
        there.save()
        if row.is_public and (there.opens_at, there.closes_at) != old:
            if not reason.strip():
                raise ParticipationError(_("Say why the dates move; followers get to read it."))
            facts = {"phase": there.title, "opens_at": there.opens_at, "closes_at": there.closes_at}
            event = _moves.note(row, "dates_moved", reason=reason.strip(), facts=_plain(facts))
            notifications.tell_followers(row, event, by=by)
            _said(row, by, verb="dates_moved", reason=reason.strip())
        else:
            _said(row, by, verb="phases_set")
    return there


def remove(*, phase: Phase, by: User, version: int | None = None) -> None:
    """Take a phase away that has not begun.

    Raises:
        WrongMoment: it has begun, and people may have done something in it.
        ParticipationError: something hangs on it already.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _changeable(phase.process, by)
        _moves.same_version(row, version)
        there = row.phases.get(pk=phase.pk)
        if row.is_public and there.opens_at <= clock.now():
            raise WrongMoment(_("This phase has begun; it can't be taken away."))
        there.delete()
        _renumber(row, list(row.phases.all()))
        _said(row, by, verb="phases_set")


def put(*, phase: Phase, by: User, up: bool) -> None:
    """Move a phase one place up or down.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _changeable(phase.process, by)
        order = list(row.phases.all())
        place = next(n for n, other in enumerate(order) if other.pk == phase.pk)
        other = place - 1 if up else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
            _renumber(row, order)
            _said(row, by, verb="phases_set")


def tell_due(now: datetime | None = None) -> int:
    """Tell followers which phases have just opened and which end soon. For beat; each is told once.

    Returns:
        The number of messages written.
    """
    now = now or clock.now()
    told = 0
    running = Phase.objects.filter(process__state=ProcessState.PUBLISHED).select_related("process__municipality")
    for phase in running.filter(opens_at__lte=now, opens_at__gt=now - TOLD_WITHIN, closes_at__gt=now):
        with transaction.atomic():
            told += notifications.tell_phase(notifications.PHASE_OPENED, phase)
    # Only phases long enough to be forgotten meanwhile.
    soon = running.filter(closes_at__gt=now, closes_at__lte=now + ENDS_SOON, opens_at__lte=now - ENDS_SOON)
    for phase in soon:
        with transaction.atomic():
            told += notifications.tell_phase(notifications.PHASE_ENDS, phase)
    return told


def copy_to(process: Process, originals: Sequence[Phase], starts_on: date) -> None:
    """Give ``process`` the phases of another one, moved as a whole so that the first opens on ``starts_on``."""
    if not originals:
        return
    first = min(timezone.localtime(phase.opens_at) for phase in originals)

    def moved(at: datetime) -> datetime:
        # In days of Amsterdam, so that nine o'clock stays nine o'clock over a change of the clock.
        local = timezone.localtime(at)
        day = starts_on + (local.date() - first.date())
        return timezone.make_aware(datetime.combine(day, local.time()))

    Phase.objects.bulk_create(
        Phase(
            process=process,
            number=number,
            kind=phase.kind,
            title=phase.title,
            intro=phase.intro,
            outcome=phase.outcome,
            opens_at=moved(phase.opens_at),
            closes_at=moved(phase.closes_at),
        )
        for number, phase in enumerate(originals, start=1)
    )


def in_two_weeks() -> date:
    return clock.today() + timedelta(weeks=2)


def _changeable(process: Process, by: User) -> Process:
    row = _moves.locked(process.pk)
    _moves.need("participation.run", by, row.municipality)
    if row.state in (ProcessState.FINISHED, ProcessState.STOPPED):
        raise WrongMoment(_("This process is over; its phases stay as they were."))
    return row


def _renumber(process: Process, order: list[Phase]) -> None:
    for number, phase in enumerate(order, start=1):
        if phase.number != number:
            Phase.objects.filter(pk=phase.pk).update(number=number)


def _said(process: Process, by: User, *, verb: str, reason: str = "") -> None:
    process.version += 1
    process.changed_at = clock.now()
    process.save(update_fields=["version", "changed_at"])
    audit.record(f"participation.{verb}", process, by=by, reason=reason)


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a phase does not hold {sorted(unknown)}")
    return fields


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
