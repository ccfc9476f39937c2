"""Who may do what. Staff permissions take (user, municipality); those of the team take (user, initiative)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from foundation.accounts import second_factor
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.rules import is_administrator, is_council_or_college, is_staff_member, kinds_of
from initiatives.enums import TeamRole

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality
    from initiatives.models import Initiative


def team_role(user: User, initiative: Initiative) -> str:
    """The role in the team, empty for who is not in it; asked once per user object and kept on it."""
    if not user.is_authenticated:
        return ""
    kept: dict[int, str] = user.__dict__.setdefault("_team_roles", {})
    if initiative.pk not in kept:
        kept[initiative.pk] = initiative.team.filter(user=user).values_list("role", flat=True).first() or ""
    return kept[initiative.pk]


def forget_team_role(user: User) -> None:
    """Ask anew: the teams of this person have just changed."""
    user.__dict__.pop("_team_roles", None)


@rules.predicate
def is_in_team(user: User, initiative: Initiative) -> bool:
    return bool(team_role(user, initiative))


@rules.predicate
def is_initiator(user: User, initiative: Initiative) -> bool:
    return team_role(user, initiative) == TeamRole.INITIATOR


@rules.predicate
def is_alderman(user: User, municipality: Municipality) -> bool:
    return RoleKind.ALDERMAN in kinds_of(user, municipality)


@rules.predicate
def has_second_key(user: User) -> bool:
    return not second_factor.missing(user)


# Of the team: (user, initiative).
rules.add_perm("initiatives.edit", is_in_team)
rules.add_perm("initiatives.speak_for", is_initiator)  # hand in, withdraw, change the team
# Of the municipality: (user, municipality).
rules.add_perm("initiatives.see_work", is_staff_member)
# What staff reads on pages that are not behind the door of the back office: letters, agreements, closed documents.
rules.add_perm("initiatives.read_inside", is_staff_member & has_second_key)
rules.add_perm("initiatives.handle", is_staff_member)
# Aldermen read what the town hall says among itself, and answer what is laid before them; council members don't.
rules.add_perm("initiatives.talk_inside", is_staff_member | is_alderman)
rules.add_perm("initiatives.decide", is_staff_member | is_alderman)
rules.add_perm("initiatives.set_up", is_administrator)
rules.add_perm("initiatives.see_figures", is_staff_member | is_council_or_college)
