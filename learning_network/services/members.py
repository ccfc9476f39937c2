"""Members of the network: their own page, invitations, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import notifications_members as notifications
from learning_network import visibility
from learning_network.enums import QuestionTheme
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Member, MemberInvitation
from learning_network.services import _moves, network

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality

WRITABLE = frozenset(["function", "interests", "about", "is_listed", "wants_mailings"])


def change_page(*, by: User, **fields: Any) -> Member:
    """Change one's own page in the network; who has none yet (a lead) gets one.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change_page does not know {sorted(unknown)}")
    _moves.need("learning_network.read_network", by, None)
    with transaction.atomic():
        Member.objects.get_or_create(user=by, defaults={"welcomed_at": clock.now()})
        row = Member.objects.select_for_update(of=("self",)).get(user=by)
        if set(fields.get("interests", [])) - set(QuestionTheme.values):
            raise ValidationError({"interests": _("Choose from the list.")})
        for name, value in fields.items():
            setattr(row, name, value)
        row.left_at = None
        row.full_clean(exclude=["user", "municipality"])
        row.save(update_fields=[*fields, "left_at"])
    visibility.forget(by)
    return row


def leave(*, by: User) -> None:
    """Leave the network. What was shared stays; nothing more comes.

    Raises:
        NetworkError: still in a programme, or runs one.
    """
    network.need_no_programme(by)
    if visibility.circle(by):
        raise NetworkError(_("You take part in a programme. Leave that first."))
    with transaction.atomic():
        row = Member.objects.select_for_update(of=("self",)).filter(user=by).first()
        if row is not None and row.left_at is None:
            row.left_at = clock.now()
            row.save(update_fields=["left_at"])
            audit.record("learning_network.member_left", row, by=by)
    visibility.forget(by)


def welcome(*, by: User) -> None:
    """Remember that a new member saw the page for newcomers; asking again changes nothing."""
    Member.objects.current().filter(user=by, welcomed_at__isnull=True).update(welcomed_at=clock.now())


def invite(
    *, email: str, by: User, name: str = "", function: str = "", municipality: OfficialMunicipality | None = None
) -> MemberInvitation:
    """Ask somebody into the network by e-mail, with a personal link. Asking again sends a new link.

    Raises:
        ValidationError: no address, or that of a member.
        PermissionDenied: ``by`` does not keep the network.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    _moves.need("learning_network.keep_network", by, None)
    if Member.objects.current().filter(user__email__iexact=address).exists():
        raise ValidationError({"email": _("This person is a member already.")})
    with transaction.atomic():
        row = (
            MemberInvitation.objects.select_for_update(of=("self",))
            .filter(email__iexact=address, accepted_at__isnull=True)
            .first()
        ) or MemberInvitation(email=address)
        row.name, row.function = name.strip() or row.name, function.strip() or row.function
        row.municipality, row.invited_by, row.invited_at = municipality or row.municipality, by, clock.now()
        row.save()
        audit.record("learning_network.member_invited", row, by=by)
        notifications.invite(row, by=by)
    return row


def withdraw_invitation(*, invitation: MemberInvitation, by: User) -> None:
    """Take an invitation back; its link works no more.

    Raises:
        PermissionDenied
    """
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        row = MemberInvitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
        if row is not None and row.accepted_at is None:
            audit.record("learning_network.member_invitation_withdrawn", row, by=by)
            row.delete()


def accept(*, invitation: MemberInvitation, by: User) -> Member:
    """Become a member: the person behind the link says yes.

    Raises:
        WrongMoment: it was used or taken back.
    """
    with transaction.atomic():
        row = MemberInvitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
        if row is None or row.accepted_at is not None:
            raise WrongMoment(_("This invitation is not valid any more."))
        row.accepted_at, row.user = clock.now(), by
        row.save(update_fields=["accepted_at", "user"])
        member, new = Member.objects.get_or_create(
            user=by, defaults={"municipality": row.municipality, "function": row.function}
        )
        if not new and member.left_at is not None:
            member.left_at, member.welcomed_at = None, None
            member.municipality = row.municipality or member.municipality
            member.save(update_fields=["left_at", "welcomed_at", "municipality"])
        audit.record("learning_network.member_joined", member, by=by)
    visibility.forget(by)
    return member
