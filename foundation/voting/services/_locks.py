"""Finding, locking and guarding a ballot; shared by the services of this app."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.core.states import IllegalMove
from foundation.municipalities.models import Municipality
from foundation.voting.enums import TRANSITIONS, BallotState
from foundation.voting.errors import WrongMoment
from foundation.voting.models import Ballot


def locked(ballot_id: int) -> Ballot:
    """The ballot with its row locked until the end of the transaction."""
    return Ballot.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=ballot_id)


def claimed(ballot_id: int, *states: BallotState) -> Ballot | None:
    """Like ``locked``, but None when another worker has it or the ballot is not in one of ``states`` (any more)."""
    return (
        Ballot.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("municipality")
        .filter(pk=ballot_id, state__in=states)
        .first()
    )


def need(permission: str, by: Any, municipality: Municipality) -> None:
    """Refuse who may not do this.

    Raises:
        PermissionDenied: ``by`` lacks the permission in this municipality.
    """
    if by is None or not by.has_perm(permission, municipality):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))


def move(ballot: Ballot, state: BallotState) -> str:
    """Set the state (not saved); return the old one.

    Raises:
        WrongMoment: the table of states does not allow it, in words for people.
    """
    try:
        return TRANSITIONS.move(ballot, state)
    except IllegalMove as error:
        raise WrongMoment(
            _("This can't be done now: the ballot is “%(state)s”.") % {"state": ballot.get_state_display()}
        ) from error
