"""Programme leads and members of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from learning_network import visibility
from learning_network.errors import NetworkError
from learning_network.models import NetworkLead, ProgrammeRole
from learning_network.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User


def appoint_lead(*, user: User, by: User | None) -> NetworkLead:
    """Let somebody start programmes. ``by`` None: the installation itself (demo, tests).

    Raises:
        PermissionDenied: ``by`` does not manage the installation.
    """
    if by is not None:
        _moves.need("learning_network.appoint_leads", by, None)
    with transaction.atomic():
        lead, new = NetworkLead.objects.get_or_create(user=user)
        if new:
            audit.record("learning_network.lead_appointed", lead, by=by, new={"person": str(user)})
    visibility.forget(user)
    return lead


def end_lead(*, lead: NetworkLead, by: User) -> None:
    """Somebody starts no programmes any more; those they lead they go on leading.

    Raises:
        PermissionDenied
    """
    _moves.need("learning_network.appoint_leads", by, None)
    with transaction.atomic():
        audit.record("learning_network.lead_ended", lead, by=by, new={"person": str(lead.user)})
        user = lead.user
        lead.delete()
    visibility.forget(user)


def need_no_programme(user: User) -> None:
    """Who leads or facilitates a programme stays in the network.

    Raises:
        NetworkError
    """
    if ProgrammeRole.objects.filter(user=user).exists():
        raise NetworkError(_("You lead or facilitate a programme. Hand that over first."))
