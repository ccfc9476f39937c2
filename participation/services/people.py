"""Roles in a process, and following it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from participation.enums import ProcessRole
from participation.errors import ParticipationError
from participation.models import Follow, Process, Role
from participation.rules import forget_process_roles
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User


def give_role(*, process: Process, user: User, role: str, by: User, is_public: bool = True) -> Role:
    """Give somebody a role; a second time changes nothing but whether the name is shown.

    Raises:
        PermissionDenied: ``by`` doesn't run processes here.
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        given, new = Role.objects.update_or_create(process=row, user=user, role=role, defaults={"is_public": is_public})
        if new:
            audit.record(
                "participation.role_given",
                row,
                by=by,
                new={"person": str(user), "role": str(ProcessRole(role).label)},
            )
    forget_process_roles(user)
    return given


def take_role(*, role: Role, by: User) -> None:
    """Take a role away.

    Raises:
        ParticipationError: the last coordinator.
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(role.process_id)
        _moves.need("participation.run", by, row.municipality)
        others = row.roles.filter(role=ProcessRole.COORDINATOR).exclude(pk=role.pk)
        if role.role == ProcessRole.COORDINATOR and not others.exists():
            raise ParticipationError(_("A process has at least one coordinator. Give somebody else that role first."))
        audit.record(
            "participation.role_taken",
            row,
            by=by,
            new={"person": str(role.user), "role": str(role.get_role_display())},
        )
        user = role.user
        role.delete()
    forget_process_roles(user)


def follow(*, process: Process, by: User) -> None:
    """Follow a process; following twice is following once."""
    _moves.need("participation.take_part", by, process)
    Follow.objects.get_or_create(process=process, user=by)


def unfollow(*, process: Process, by: User) -> None:
    """Stop following."""
    Follow.objects.filter(process=process, user=by).delete()
