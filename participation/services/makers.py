"""The people who make a proposal together: asking by e-mail, joining, leaving."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications_proposals as notifications
from participation.enums_proposals import STOPPED
from participation.errors import ParticipationError, WrongMoment
from participation.models import Maker, MakerInvitation, Proposal
from participation.rules import forget_makers
from participation.services import _moves, mergers, proposal_threads
from participation.services.proposals import locked

if TYPE_CHECKING:
    from foundation.accounts.models import User

VALID_FOR = timedelta(days=14)
MOST_MAKERS = 20


def hash_of(token: str) -> str:
    """What is kept of the secret (SHA-256; it is long and random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, proposal: Proposal, email: str, by: User) -> MakerInvitation:
    """Ask somebody by e-mail to make it together; asking again sends a new link, and the older one stops working.

    Raises:
        ParticipationError: they make it already, or there are very many makers.
        WrongMoment: it stopped.
        PermissionDenied: only makers ask.
        ValidationError: this is no address.
    """
    row = locked(proposal.pk)
    _moves.need("participation.make", by, row)
    _living(row)
    email = email.strip().lower()
    if row.makers.filter(user__email=email).exists():
        raise ParticipationError(_("%(email)s makes this proposal already.") % {"email": email})
    if row.makers.count() + row.invitations.exclude(email=email).count() >= MOST_MAKERS:
        raise ParticipationError(_("A proposal has at most %(limit)d makers.") % {"limit": MOST_MAKERS})
    token = secrets.token_urlsafe(24)
    now = clock.now()
    invitation, _new = MakerInvitation.objects.update_or_create(
        proposal=row,
        email=email,
        defaults={
            "token_hash": hash_of(token),
            "invited_by": by,
            "created_at": now,
            "expires_at": now + VALID_FOR,
        },
    )
    process = row.process
    url = reverse("participation:proposal_join", args=[process.municipality.slug, process.slug, token])
    notifications.mail_invitation(row, invitation, url=url, who=by.name)
    audit.record("participation.maker_invited", row, by=by, municipality=process.municipality)
    return invitation


def find_invitation(token: str) -> MakerInvitation | None:
    """The invitation that a link leads to, if it still works."""
    return (
        MakerInvitation.objects.select_related("proposal__process__municipality", "invited_by")
        .filter(token_hash=hash_of(token), expires_at__gt=clock.now())
        .first()
    )


@transaction.atomic
def cancel_invitation(*, invitation: MakerInvitation, by: User) -> None:
    """The link stops working.

    Raises:
        PermissionDenied: only makers.
    """
    _moves.need("participation.make", by, invitation.proposal)
    MakerInvitation.objects.filter(pk=invitation.pk).delete()


@transaction.atomic
def join(*, invitation: MakerInvitation, by: User, name_is_public: bool) -> Maker:
    """Take the invitation; the link works once. Who joins is asked about plans to merge too.

    Raises:
        ParticipationError: it was used or taken back in the meantime.
        WrongMoment: the proposal stopped.
    """
    row = locked(invitation.proposal_id)
    if not MakerInvitation.objects.filter(pk=invitation.pk, expires_at__gt=clock.now()).delete()[0]:
        raise ParticipationError(_("This invitation does not work any more. Ask the makers for a new one."))
    _living(row)
    maker, new = Maker.objects.get_or_create(proposal=row, user=by, defaults={"is_public": name_is_public})
    if new:
        forget_makers(by)
        mergers.ask_also(row, by)
        proposal_threads.refresh_hosts(row)
        audit.record("participation.maker_joined", row, by=by, municipality=row.process.municipality)
    return maker


@transaction.atomic
def leave(*, proposal: Proposal, by: User) -> None:
    """Make it no longer.

    Raises:
        ParticipationError: the last maker stays; withdraw the proposal instead.
        PermissionDenied: not a maker.
    """
    row = locked(proposal.pk)
    mine = row.makers.filter(user=by).first()
    if mine is None:
        raise PermissionDenied
    if not row.makers.exclude(pk=mine.pk).exists():
        raise ParticipationError(_("You are the last maker. Ask somebody else first, or withdraw the proposal."))
    mine.delete()
    forget_makers(by)
    if row.author_id == by.pk:
        first = row.makers.first()
        row.author = first.user if first else None
        row.author_is_public = bool(first and first.is_public)
        row.save(update_fields=["author", "author_is_public"])
    mergers.left(row, by)
    proposal_threads.refresh_hosts(row)
    audit.record("participation.maker_left", row, by=by, municipality=row.process.municipality)


def _living(proposal: Proposal) -> None:
    if proposal.state in STOPPED:
        raise WrongMoment(_("This proposal stopped; it stays as it is."))
