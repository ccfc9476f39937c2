"""Roles: given by appointing or by an accepted invitation, ended by an administrator or by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Municipality, Role, Sector
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User


def check_sector(municipality: Municipality, kind: str, sector: Sector | None) -> None:
    """An ambassador has a sector of this municipality, and is its only one.

    Raises:
        ValidationError: per field.
    """
    if sector is not None and sector.municipality_id != municipality.pk:
        raise ValidationError({"sector": _("Choose a sector of this municipality.")})
    if kind != RoleKind.AMBASSADOR:
        return
    if sector is None:
        raise ValidationError({"sector": _("An ambassador belongs to a sector: choose one.")})
    if Role.objects.filter(municipality=municipality, kind=kind, sector=sector).exists():
        raise ValidationError({"sector": _("This sector already has an ambassador.")})


@transaction.atomic
def appoint(
    *, municipality: Municipality, user: User, kind: RoleKind, by: User | None, sector: Sector | None = None
) -> Role:
    """Give somebody with an account a role at once; who has the role already keeps it as it is.

    Raises:
        ValidationError: when the sector is missing, elsewhere, or has an ambassador.
    """
    require(by, "municipalities.manage", municipality)
    return grant(municipality=municipality, user=user, kind=kind, sector=sector, by=by)


def grant(
    *, municipality: Municipality, user: User, kind: RoleKind | str, sector: Sector | None, by: User | None
) -> Role:
    """Write the role; the caller has checked who asks. Must run inside a transaction."""
    there = Role.objects.filter(municipality=municipality, user=user, kind=kind).first()
    if there is not None:
        return there
    check_sector(municipality, kind, sector)
    role = Role(municipality=municipality, user=user, kind=kind, sector=sector)
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError:  # two ambassadors accepted at the same moment
        raise ValidationError({"sector": _("This sector already has an ambassador.")}) from None
    user.__dict__.pop("_role_kinds", None)
    audit.record(
        "municipalities.role_given",
        role,
        by=by,
        new={"person": str(user), "kind": str(kind), "sector": sector.name if sector else ""},
    )
    return role


@transaction.atomic
def end_role(*, role: Role, by: User, reason: str = "") -> None:
    """Take a role away. Who has it may lay it down; the last administrator stays.

    Raises:
        ValidationError: for the last administrator.
    """
    own = role.user_id == by.pk
    if not own:
        require(by, "municipalities.manage", role.municipality)
    # Two administrators who remove each other at the same moment: the second waits here and then finds one left.
    Municipality.objects.select_for_update(of=("self",)).get(pk=role.municipality_id)
    if not Role.objects.filter(pk=role.pk).exists():
        return
    if role.kind == RoleKind.ADMINISTRATOR:
        others = Role.objects.for_municipality(role.municipality).administrators().exclude(pk=role.pk)
        if not others.exists():
            raise ValidationError(
                _(
                    "This is the last administrator. Appoint another one first: somebody must be able to manage the municipality."
                )
            )
    audit.record(
        "municipalities.role_ended",
        role,
        by=by,
        reason=reason.strip(),
        old={"person": str(role.user), "kind": role.kind, "sector": role.sector.name if role.sector else ""},
    )
    role.user.__dict__.pop("_role_kinds", None)
    role.delete()
