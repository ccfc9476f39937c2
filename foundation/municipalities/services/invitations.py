"""Asking people by e-mail to take a role. The secret stands in the mail only; the database keeps its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.enums import InvitationState, RoleKind
from foundation.municipalities.models import Invitation, Municipality, Role, Sector
from foundation.municipalities.notifications import INVITATION
from foundation.municipalities.services.access import require
from foundation.municipalities.services.people import check_sector, grant
from foundation.notifications.services import mail_to

if TYPE_CHECKING:
    from foundation.accounts.models import User

VALID_FOR = timedelta(days=14)


def hash_of(token: str) -> str:
    """What is kept of the secret of an invitation (SHA-256; the secret is long and random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_token(token: str) -> Invitation | None:
    """The invitation that a link leads to, whatever its state."""
    return (
        Invitation.objects.select_related("municipality", "sector", "invited_by")
        .filter(token_hash=hash_of(token))
        .first()
    )


@transaction.atomic
def invite(
    *, municipality: Municipality, email: str, kind: RoleKind | str, by: User, sector: Sector | None = None
) -> Invitation:
    """Ask somebody to take a role; an invitation that ran out is renewed.

    Raises:
        ValidationError: per field: has the role already, was invited already, or the sector has an ambassador.
    """
    require(by, "municipalities.manage", municipality)
    email = email.strip().lower()
    check_sector(municipality, kind, sector)
    if Role.objects.for_municipality(municipality).filter(user__email=email, kind=kind).exists():
        raise ValidationError({"email": _("%(email)s has this role already.") % {"email": email}})
    now = clock.now()
    waiting = Invitation.objects.for_municipality(municipality).waiting().select_for_update(of=("self",))
    if kind == RoleKind.AMBASSADOR:
        rival = next(
            (i for i in waiting.filter(kind=kind, sector=sector).exclude(email=email) if i.expires_at > now), None
        )
        if rival is not None:
            raise ValidationError(
                {
                    "sector": _("%(email)s was invited for this sector already. Withdraw that invitation first.")
                    % {"email": rival.email}
                }
            )
    there = waiting.filter(email=email, kind=kind).first()
    if there is not None:
        if there.state(now) == InvitationState.SENT:
            raise ValidationError({"email": _("%(email)s was invited already.") % {"email": email}})
        there.sector = sector
        return _send(there, by=by, verb="municipalities.invitation_renewed")
    invitation = Invitation(municipality=municipality, email=email, kind=kind, sector=sector, invited_by=by)
    return _send(invitation, by=by, verb="municipalities.invitation_sent")


@transaction.atomic
def invite_several(
    *, municipality: Municipality, emails: Iterable[str], kind: RoleKind | str, by: User
) -> list[Invitation]:
    """Several people for one kind of role, all or none.

    Raises:
        ValidationError: with one message per address that can't be invited.
    """
    wanted = list(dict.fromkeys(e.strip().lower() for e in emails))
    if len(wanted) == 1:
        return [invite(municipality=municipality, email=wanted[0], kind=kind, by=by)]
    made, errors = [], []
    for email in wanted:
        try:
            made.append(invite(municipality=municipality, email=email, kind=kind, by=by))
        except ValidationError as error:
            errors += error.messages
    if errors:
        transaction.set_rollback(True)
        raise ValidationError({"emails": errors})
    return made


@transaction.atomic
def resend(*, invitation: Invitation, by: User) -> Invitation:
    """Send it anew with a new secret and a new term; the link in the older mail stops working.

    Raises:
        ValidationError: when it was accepted or withdrawn.
    """
    require(by, "municipalities.manage", invitation.municipality)
    return _send(_waiting(invitation), by=by, verb="municipalities.invitation_renewed")


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """The link stops working; whoever opens it reads why.

    Raises:
        ValidationError: when it was accepted already.
    """
    require(by, "municipalities.manage", invitation.municipality)
    locked = _waiting(invitation)
    locked.withdrawn_at = clock.now()
    locked.save(update_fields=["withdrawn_at"])
    audit.record("municipalities.invitation_withdrawn", locked, by=by, old={"kind": locked.kind})
    return locked


@transaction.atomic
def accept(*, invitation: Invitation, by: User, other_address: bool = False) -> Role:
    """Take the role that one was invited for.

    Args:
        other_address: the person has said that they want it on this account although the mail went to another address.

    Raises:
        ValidationError: when the invitation can't be used (any more), or the address differs without confirmation.
    """
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("municipality", "sector")
        .get(pk=invitation.pk)
    )
    now = clock.now()
    if locked.accepted_at and locked.accepted_by_id == by.pk:  # a double click
        return Role.objects.get(municipality=locked.municipality, user=by, kind=locked.kind)
    state = locked.state(now)
    if state != InvitationState.SENT:
        raise ValidationError(_("This invitation can't be used any more."), code=str(state))
    if locked.email != by.email and not other_address:
        raise ValidationError(
            _("The invitation was sent to another address. Confirm that you take it on with this account."),
            code="other_address",
        )
    role = grant(municipality=locked.municipality, user=by, kind=locked.kind, sector=locked.sector, by=by)
    locked.accepted_at, locked.accepted_by = now, by
    locked.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        "municipalities.invitation_accepted",
        locked,
        by=by,
        new={"kind": locked.kind, "other_address": locked.email != by.email},
    )
    return role


def _waiting(invitation: Invitation) -> Invitation:
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("municipality", "sector")
        .get(pk=invitation.pk)
    )
    if locked.accepted_at or locked.withdrawn_at:
        raise ValidationError(_("This invitation can't be used any more."), code=str(locked.state(clock.now())))
    return locked


def _send(invitation: Invitation, *, by: User, verb: str) -> Invitation:
    now = clock.now()
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_of(token)
    invitation.invited_by = by
    invitation.sent_at, invitation.expires_at = now, now + VALID_FOR
    invitation.save()
    mail_to(
        address=invitation.email,
        kind=INVITATION,
        about=f"municipalities.invitation:{invitation.pk}",
        moment=f"sent-{now.isoformat()}",
        context={
            "municipality": invitation.municipality.name,
            "role": str(invitation.get_kind_display()),
            "sector": invitation.sector.name if invitation.sector else "",
            "invited_by": str(by),
            "expires_at": invitation.expires_at,
        },
        url=reverse("municipalities_installation:accept_invitation", args=[token]),
        municipality=invitation.municipality,
    )
    audit.record(verb, invitation, by=by, new={"kind": str(invitation.kind)})
    return invitation
