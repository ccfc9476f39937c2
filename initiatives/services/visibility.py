"""Taking an initiative off the site, and putting it back; always with a reason that its team reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from initiatives import notifications
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Initiative
from initiatives.services import _moves, conversation

if TYPE_CHECKING:
    from foundation.accounts.models import User


def hide(*, initiative: Initiative, reason: str, by: User, version: int | None = None) -> Initiative:
    """Take it off the site: page, lists, search, feed and questions. The term to decide goes on.

    Args:
        reason: why, in words for the team; part of the public timeline once it is back.

    Raises:
        InitiativeError: no reason.
        WrongMoment: it was never on the site, or is off already.
        PermissionDenied, Stale
    """
    return _turn(initiative, reason, by, version, shown=False)


def show(*, initiative: Initiative, reason: str, by: User, version: int | None = None) -> Initiative:
    """Put it back on the site as it was.

    Raises:
        InitiativeError: no reason.
        WrongMoment: it is on the site.
        PermissionDenied, Stale
    """
    return _turn(initiative, reason, by, version, shown=True)


def _turn(initiative: Initiative, reason: str, by: User, version: int | None, *, shown: bool) -> Initiative:
    _moves.need("initiatives.handle", by, initiative.municipality)
    if not reason.strip():
        raise InitiativeError(_("Write down why. The team reads it."))
    with transaction.atomic():
        row = _moves.locked(initiative.pk)
        _moves.same_version(row, version)
        if row.submitted_at is None or row.is_public is shown:
            raise WrongMoment(_("This is done already: somebody was first."))
        now = clock.now()
        row.hidden_at = None if shown else now
        row.changed_at = now
        row.version += 1
        row.save(update_fields=["hidden_at", "changed_at", "version"])
        verb = "shown" if shown else "hidden"
        entry = _moves.note(row, verb, by_municipality=True, reason=reason.strip())
        audit.record(f"initiatives.{verb}", row, by=by, reason=reason.strip())
        conversation.set_public(row, by=by, public=shown)
        notifications.tell_team(row, entry, by=by)
    return row
