"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import register_eraser, register_exporter, register_obstacle
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Follower, Invitation, NewsletterReceiver, Residency, Role

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


def export_follows(user: User) -> list[dict[str, Any]]:
    """What this person follows, also what was asked for at their address without the account."""
    mine = Q(user=user) | Q(user=None, address=user.email.lower())
    found = (
        Follower.objects.filter(mine).select_related("municipality").prefetch_related("follows__area", "follows__theme")
    )
    return [
        {
            "gemeente": follower.municipality.name,
            "volgt": [
                {"wat": str(row.area or row.theme or "de gemeente"), "bevestigd": row.confirmed_at}
                for row in follower.follows.all()
            ],
            "gestopt": follower.stopped_at,
        }
        for follower in found
    ]


def erase(user: User) -> None:
    """Residencies, roles and what they follow go; invitations to their address too, and those they accepted lose the address."""
    Residency.objects.filter(user=user).delete()
    Follower.objects.filter(Q(user=user) | Q(user=None, address=user.email.lower())).delete()
    NewsletterReceiver.objects.filter(user=user).delete()
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
    register_exporter("volgt", export_follows)
    register_eraser(
        erase,
        erases=gettext_lazy("Where you live, your roles in municipalities and what you follow there."),
        keeps=gettext_lazy("That a role was given and ended, in the log of the municipality, which nobody can change."),
    )
    register_obstacle(last_administrator_of)
