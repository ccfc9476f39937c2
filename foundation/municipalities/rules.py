"""Who may do what in a municipality. Each predicate takes (user, municipality)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from foundation.municipalities.enums import STAFF_ROLES, RoleKind

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality


def kinds_of(user: User, municipality: Municipality) -> frozenset[str]:
    """The roles of a user in a municipality; asked once per user object and kept on it."""
    if not user.is_authenticated:
        return frozenset()
    kept: dict[int, frozenset[str]] = user.__dict__.setdefault("_role_kinds", {})
    if municipality.pk not in kept:
        kept[municipality.pk] = frozenset(user.roles.filter(municipality=municipality).values_list("kind", flat=True))
    return kept[municipality.pk]


def known_without_role(user: User, municipality: Municipality) -> None:
    """Somebody has just found out that this user has no role here: don't ask again."""
    if user.is_authenticated:
        user.__dict__.setdefault("_role_kinds", {})[municipality.pk] = frozenset()


@rules.predicate
def is_administrator(user: User, municipality: Municipality) -> bool:
    return RoleKind.ADMINISTRATOR in kinds_of(user, municipality)


@rules.predicate
def is_staff_member(user: User, municipality: Municipality) -> bool:
    return bool(kinds_of(user, municipality) & set(STAFF_ROLES))


@rules.predicate
def is_council_or_college(user: User, municipality: Municipality) -> bool:
    return bool(kinds_of(user, municipality) & {RoleKind.COUNCIL_MEMBER, RoleKind.ALDERMAN})


@rules.predicate
def manages_installation(user: User) -> bool:
    """Who starts municipalities: the superusers of this installation."""
    return bool(user.is_authenticated and user.is_active and user.is_superuser)


rules.add_perm("municipalities.manage", is_administrator)
rules.add_perm("municipalities.manage_installation", manages_installation)
rules.add_perm("municipalities.enter_back_office", is_staff_member)
rules.add_perm("municipalities.confirm_residency", is_staff_member)
# Whoever runs processes and answers residents also writes to them; an ambassador does what a civil servant does.
rules.add_perm("municipalities.send_newsletters", is_staff_member)
rules.add_perm("municipalities.see_figures", is_staff_member | is_council_or_college)
