"""The people of a lab: asked by mail with a personal link, in when they follow it with an account, out when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from changelab import notifications, visibility
from changelab.enums import LabRole, Presence
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Lab, LabMember, Stakeholder
from changelab.services import _moves
from foundation.core import audit, clock
from foundation.meetings.models import Member as SeriesMember
from foundation.meetings.services import series as series_service

if TYPE_CHECKING:
    from foundation.accounts.models import User


def invite(*, lab: Lab, email: str, role: str, by: User, name: str = "", function: str = "") -> LabMember:
    """Ask somebody into the lab; who left can be asked again.

    Raises:
        ValidationError: no address, or one that is on the list.
        WrongMoment: the lab does not run.
        PermissionDenied
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        _moves.need_running(row)
        there = row.members.filter(email=address).first()
        if there is not None and there.left_at is None:
            raise ValidationError({"email": _("This address is on the list already.")})
        member = there or LabMember(lab=row, email=address)
        member.name, member.role, member.function = name.strip(), role, function.strip()
        member.joined_at = member.left_at = None
        member.invited_at = clock.now()
        member.full_clean(exclude=["lab", "user"], validate_constraints=False)
        member.save()
        audit.record("changelab.member_invited", member, by=by, new={"role": str(LabRole(role).label)})
        notifications.invite(member, by=by)
    return member


def accept(*, member: LabMember, by: User) -> LabMember:
    """Come into the lab by the personal link; once is enough.

    Raises:
        ChangelabError: somebody else used the link.
        WrongMoment: the invitation or the lab has ended.
    """
    with transaction.atomic():
        lab = _moves.locked(member.lab_id)
        row = LabMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
        _moves.need_running(lab)
        if row.left_at is not None:
            raise WrongMoment(_("This invitation is not valid any more."))
        if row.user_id not in (None, by.pk):
            raise ChangelabError(_("Somebody else used this invitation. Ask for one of your own."))
        if row.user_id is None and lab.members.filter(user=by).exists():
            raise ChangelabError(_("You are in this lab already."))
        if row.joined_at is None:
            row.user, row.joined_at = by, clock.now()
            row.save(update_fields=["user", "joined_at"])
            Stakeholder.objects.filter(member=row).update(presence=Presence.IN_ROOM)
            audit.record("changelab.member_joined", row, by=by, new={"role": str(row.get_role_display())})
            if lab.series is not None:
                series_service.add_members(series=lab.series, users=[by], by=None)
    visibility.forget(by)
    return row


def set_role(*, member: LabMember, role: str, by: User) -> LabMember:
    """Give somebody another role; a lab keeps a lead.

    Raises:
        ChangelabError: the last lead.
        WrongMoment: they left, or the lab does not run.
        PermissionDenied
    """
    with transaction.atomic():
        lab = _moves.locked(member.lab_id)
        row = LabMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
        _moves.need("changelab.lead_lab", by, lab)
        _moves.need_running(lab)
        if row.left_at is not None:
            raise WrongMoment(_("This person is not in the lab any more."))
        if row.role == role:
            return row
        if row.role == LabRole.LEAD:
            _need_other_lead(row)
        old, row.role = row.role, role
        row.save(update_fields=["role"])
        audit.record("changelab.member_role", row, by=by, old={"role": old}, new={"role": str(LabRole(role).label)})
    if row.user is not None:
        visibility.forget(row.user)
    return row


def leave(*, member: LabMember, by: User) -> None:
    """End somebody's part: they themselves, or who leads the lab.

    Raises:
        ChangelabError: the last lead.
        PermissionDenied
    """
    with transaction.atomic():
        lab = _moves.locked(member.lab_id)
        row = LabMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
        if row.user_id != by.pk:
            _moves.need("changelab.lead_lab", by, lab)
        if row.left_at is not None:
            return
        if row.role == LabRole.LEAD:
            _need_other_lead(row)
        row.left_at = clock.now()
        row.save(update_fields=["left_at"])
        audit.record("changelab.member_left", row, by=by)
        if lab.series is not None and row.user is not None:
            for place in SeriesMember.objects.filter(series=lab.series, user=row.user):
                series_service.remove_member(member=place, by=None)
    if row.user is not None:
        visibility.forget(row.user)


def _need_other_lead(member: LabMember) -> None:
    others = LabMember.objects.present().filter(lab=member.lab_id, role=LabRole.LEAD).exclude(pk=member.pk)
    if not others.exists():
        raise ChangelabError(_("A lab has at least one lead. Give somebody else that role first."))
