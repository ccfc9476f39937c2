"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import register_eraser, register_exporter, register_obstacle
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Invitation, Residency, Role

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export_residencies(user: User) -> list[dict[str, Any]]:
    return [
        {
            "gemeente": residency.municipality.name,
            "buurt": residency.neighbourhood.name if residency.neighbourhood else None,
            "buurtcode": residency.neighbourhood.code if residency.neighbourhood else None,
            "zekerheid": residency.get_assurance_display(),
            "geboortejaar": residency.birth_year,
            "sinds": residency.since,
        }
        for residency in Residency.objects.filter(user=user).select_related("municipality", "neighbourhood")
    ]


def export_roles(user: User) -> list[dict[str, Any]]:
    return [
        {
            "gemeente": role.municipality.name,
            "rol": role.get_kind_display(),
            "sector": role.sector.name if role.sector else None,
            "sinds": role.since,
        }
        for role in Role.objects.filter(user=user).select_related("municipality", "sector")
    ]


def erase(user: User) -> None:
    """Residencies and roles go; invitations to their address too, and those they accepted lose the address."""
    Residency.objects.filter(user=user).delete()
    Role.objects.filter(user=user).delete()
    Invitation.objects.filter(email=user.email).delete()
    for invitation in Invitation.objects.filter(accepted_by=user):
        invitation.email = f"erased-{invitation.pk}@invalid.example"
        invitation.save(update_fields=["email"])


def last_administrator_of(user: User) -> list[str]:
    """A municipality must keep somebody who can manage it."""
    own = Role.objects.administrators().filter(user=user).select_related("municipality")
    return [
        _("You are the last administrator of %(name)s. Appoint another one first.") % {"name": role.municipality.name}
        for role in own
        if not Role.objects.for_municipality(role.municipality)
        .filter(kind=RoleKind.ADMINISTRATOR)
        .exclude(user=user)
        .exists()
    ]


def register() -> None:
    register_exporter("woonplaats", export_residencies)
    register_exporter("rollen", export_roles)
    register_eraser(
        erase,
        erases=gettext_lazy("Where you live and your roles in municipalities."),
        keeps=gettext_lazy("That a role was given and ended, in the log of the municipality, which nobody can change."),
    )
    register_obstacle(last_administrator_of)
