"""The people who carry an initiative: asking by e-mail, joining, changing, leaving."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.notifications.services import mail_to
from initiatives import notifications
from initiatives.enums import TeamRole
from initiatives.errors import InitiativeError
from initiatives.models import Initiative, TeamInvitation, TeamMember
from initiatives.rules import forget_team_role
from initiatives.services import _moves, conversation
from initiatives.services.drafts import hash_of

if TYPE_CHECKING:
    from foundation.accounts.models import User

VALID_FOR = timedelta(days=14)
MOST_IN_TEAM = 40


@transaction.atomic
def invite(*, initiative: Initiative, email: str, role: str, by: User) -> TeamInvitation:
    """Ask somebody by e-mail to join; asking again sends a new link, and the older one stops working.

    Raises:
        InitiativeError: they are in the team already, or the team is full.
        PermissionDenied: only initiators ask.
        ValidationError: this is no address.
    """
    row = _moves.locked(initiative.pk)
    _moves.need("initiatives.speak_for", by, row)
    email = email.strip().lower()
    if row.team.filter(user__email=email).exists():
        raise InitiativeError(_("%(email)s is in the team already.") % {"email": email})
    if row.team.count() + row.invitations.exclude(email=email).count() >= MOST_IN_TEAM:
        raise InitiativeError(_("A team has at most %(limit)d people.") % {"limit": MOST_IN_TEAM})
    token = secrets.token_urlsafe(24)
    now = clock.now()
    invitation, _new = TeamInvitation.objects.update_or_create(
        initiative=row,
        email=email,
        defaults={
            "role": TeamRole(role),
            "token_hash": hash_of(token),
            "invited_by": by,
            "created_at": now,
            "expires_at": now + VALID_FOR,
        },
    )
    mail_to(
        address=email,
        kind=notifications.TEAM_INVITATION,
        about=notifications.about(row),
        moment=f"invited-{invitation.token_hash[:12]}",
        context={"title": row.title, "who": by.name, "until": invitation.expires_at},
        url=reverse("initiatives:join", args=[row.municipality.slug, token]),
        municipality=row.municipality,
    )
    audit.record("initiatives.invite", row, by=by, new={"role": str(role)})
    return invitation


def find_invitation(token: str) -> TeamInvitation | None:
    """The invitation that a link leads to, if it still works."""
    return (
        TeamInvitation.objects.select_related("initiative__municipality", "invited_by")
        .filter(token_hash=hash_of(token), expires_at__gt=clock.now())
        .first()
    )


@transaction.atomic
def cancel_invitation(*, invitation: TeamInvitation, by: User) -> None:
    """The link stops working.

    Raises:
        PermissionDenied: only initiators.
    """
    _moves.need("initiatives.speak_for", by, invitation.initiative)
    TeamInvitation.objects.filter(pk=invitation.pk).delete()


@transaction.atomic
def join(*, invitation: TeamInvitation, by: User, name_is_public: bool) -> TeamMember:
    """Take the invitation; the link works once.

    Raises:
        InitiativeError: it was used or withdrawn in the meantime.
    """
    row = _moves.locked(invitation.initiative_id)
    if not TeamInvitation.objects.filter(pk=invitation.pk, expires_at__gt=clock.now()).delete()[0]:
        raise InitiativeError(_("This invitation does not work any more. Ask the team for a new one."))
    member, new = TeamMember.objects.get_or_create(
        initiative=row, user=by, defaults={"role": invitation.role, "is_public": name_is_public}
    )
    if new:
        forget_team_role(by)
        conversation.refresh_hosts(row)
        audit.record("initiatives.join", row, by=by, new={"role": str(member.role)})
    return member


@transaction.atomic
def change_member(
    *,
    member: TeamMember,
    by: User,
    role: str | None = None,
    task: str | None = None,
    is_public: bool | None = None,
) -> TeamMember:
    """Another role (by an initiator), or another task; whether a name is shown is for the person alone.

    Raises:
        InitiativeError: the last initiator can't step down.
        PermissionDenied: not theirs to change.
    """
    row = _moves.locked(member.initiative_id)
    _moves.need("initiatives.edit", by, row)
    member = TeamMember.objects.get(pk=member.pk)
    own = member.user_id == by.pk
    if not own and not by.has_perm("initiatives.speak_for", row):
        raise PermissionDenied(_("Only initiators change what others do."))
    if role is not None and role != member.role:
        _moves.need("initiatives.speak_for", by, row)
        if role != TeamRole.INITIATOR:
            _not_the_last(row, member)
        member.role = TeamRole(role)
    if task is not None:
        member.task = task
    if is_public is not None and own:
        member.is_public = is_public
    member.full_clean()
    member.save()
    forget_team_role(by)
    conversation.refresh_hosts(row)
    audit.record("initiatives.member_changed", row, by=by, new={"role": str(member.role)})
    return member


@transaction.atomic
def leave(*, member: TeamMember, by: User) -> None:
    """Leave the team, or be taken out by an initiator.

    Raises:
        InitiativeError: the last initiator stays; withdraw the plan, or make somebody else initiator first.
        PermissionDenied: not theirs to do.
    """
    row = _moves.locked(member.initiative_id)
    if member.user_id != by.pk:
        _moves.need("initiatives.speak_for", by, row)
    _not_the_last(row, member)
    if TeamMember.objects.filter(pk=member.pk).delete()[0]:
        forget_team_role(by)
        conversation.refresh_hosts(row)
        audit.record("initiatives.leave", row, by=by)


def _not_the_last(initiative: Initiative, member: TeamMember) -> None:
    others = initiative.team.filter(role=TeamRole.INITIATOR).exclude(pk=member.pk)
    if member.role == TeamRole.INITIATOR and not others.exists():
        raise InitiativeError(
            _("You are the last initiator. Make somebody else initiator first, or withdraw the plan.")
        )
