"""Finding, locking, guarding and moving an initiative; shared by the services of this app. The only road for ``state``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from foundation.core import audit, clock, guards
from foundation.core.states import IllegalMove
from initiatives import notifications
from initiatives.enums import ACTIONS, TRANSITIONS, InitiativeState, Mover
from initiatives.errors import Stale, WrongMoment
from initiatives.models import Initiative, TimelineEntry

SAME_CHANGE = timedelta(hours=1)
need = guards.need


def locked(initiative_id: int) -> Initiative:
    """The initiative with its row locked until the end of the transaction."""
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("municipality")
    found: Initiative = rows.get(pk=initiative_id)
    return found


def may(action: str, user: Any, initiative: Initiative) -> bool:
    """Whether this person may take this action, whatever the state is."""
    known = ACTIONS[action]
    if Mover.TEAM in known.movers and user.has_perm("initiatives.speak_for", initiative):
        return True
    return Mover.MUNICIPALITY in known.movers and user.has_perm(known.permission, initiative.municipality)


def same_version(row: guards.Versioned | None, version: int | None, *, strict: bool = False) -> None:
    """Refuse a change made on an older text; see ``guards.same_version``."""
    guards.same_version(row, version, Stale, strict=strict)


def move(
    initiative: Initiative,
    action: str,
    *,
    by: Any,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    **fields: Any,
) -> TimelineEntry:
    """Take one action: state, version, timeline and audit. The row must be locked, in the caller's transaction.

    Args:
        action: a key of ``ACTIONS``.
        by: who takes it; None for the clock.
        reason: why, in words that the public may read.
        facts: what the timeline tells more, such as ``{"until": "2026-03-12"}``; public too.
        fields: other columns that change with it.

    Raises:
        PermissionDenied: ``by`` may not take this action.
        WrongMoment: the state does not allow it; somebody may have been first.
    """
    known = ACTIONS[action]
    if by is None or not may(action, by, initiative):
        guards.refuse()
    # ACTIONS is finer than the table: two actions may lead from different states to one.
    if initiative.state not in known.old:
        raise WrongMoment(
            _("This can't be done now: the initiative is “%(state)s”.") % {"state": initiative.get_state_display()}
        )
    try:
        old = TRANSITIONS.move(initiative, known.new)
    except IllegalMove as error:  # pragma: no cover - the table follows from ACTIONS
        raise WrongMoment(str(error)) from error
    now = clock.now()
    for name, value in fields.items():
        setattr(initiative, name, value)
    initiative.changed_at = now
    initiative.version += 1
    initiative.save(update_fields=["state", "changed_at", "version", *fields])
    by_municipality = not by.has_perm("initiatives.edit", initiative)
    entry = TimelineEntry.objects.create(
        initiative=initiative,
        at=now,
        verb=action,
        state=initiative.state,
        by_municipality=by_municipality,
        reason=reason,
        facts=facts or {},
    )
    audit.record(
        f"initiatives.{action}",
        initiative,
        by=by,
        municipality=initiative.municipality,
        reason=reason,
        old={"state": old},
        new={"state": initiative.state},
    )
    notifications.tell_followers(initiative, entry)
    return entry


def note(
    initiative: Initiative, verb: str, *, by_municipality: bool, reason: str = "", facts: dict[str, Any] | None = None
) -> TimelineEntry:
    """A line of the public timeline that changes no state."""
    return TimelineEntry.objects.create(
        initiative=initiative, verb=verb, by_municipality=by_municipality, reason=reason, facts=facts or {}
    )


def note_change(initiative: Initiative) -> None:
    """Say that the team changed its text; within the hour after such a line that is one change, not a page full of them."""
    last = initiative.timeline.order_by("-at", "-pk").first()
    if last is None or last.verb != "changed" or clock.now() - last.at > SAME_CHANGE:
        note(initiative, "changed", by_municipality=False)


def is_over(initiative: Initiative) -> bool:
    """Whether nothing follows any more."""
    return TRANSITIONS.is_final(initiative.state) or initiative.state == InitiativeState.REFUSED
