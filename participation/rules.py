"""Who may do what. Permissions of staff take (user, municipality), those of a process (user, process)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from foundation.municipalities.enums import STAFF_ROLES, RoleKind
from foundation.municipalities.rules import is_administrator, is_council_or_college, is_staff_member, kinds_of
from participation.enums import ProcessRole
from participation.models import Maker

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality
    from participation.models import Process, Proposal


def process_roles(user: User, process: Process) -> frozenset[str]:
    """The roles in the process; asked once per user object and kept on it."""
    if not user.is_authenticated:
        return frozenset()
    kept: dict[int, frozenset[str]] = user.__dict__.setdefault("_process_roles", {})
    if process.pk not in kept:
        kept[process.pk] = frozenset(process.roles.filter(user=user).values_list("role", flat=True))
    return kept[process.pk]


def forget_process_roles(user: User) -> None:
    """Ask anew: the roles of this person have just changed."""
    user.__dict__.pop("_process_roles", None)


def proposals_made(user: User) -> frozenset[int]:
    """The proposals that this person makes; asked once per user object and kept on it."""
    if not user.is_authenticated:
        return frozenset()
    kept: frozenset[int] | None = user.__dict__.get("_proposals_made")
    if kept is None:
        kept = user.__dict__["_proposals_made"] = frozenset(
            Maker.objects.filter(user=user).values_list("proposal_id", flat=True)
        )
    return kept


def forget_makers(user: User) -> None:
    """Ask anew: what this person makes has just changed."""
    user.__dict__.pop("_proposals_made", None)


@rules.predicate
def is_maker(user: User, proposal: Proposal) -> bool:
    return proposal.pk in proposals_made(user)


@rules.predicate
def works_here(user: User, process: Process) -> bool:
    return bool(kinds_of(user, process.municipality) & set(STAFF_ROLES))


@rules.predicate
def is_chair(user: User, process: Process) -> bool:
    return ProcessRole.CHAIR in process_roles(user, process)


@rules.predicate
def is_note_taker(user: User, process: Process) -> bool:
    return ProcessRole.NOTE_TAKER in process_roles(user, process)


@rules.predicate
def has_a_role(user: User, process: Process) -> bool:
    return bool(process_roles(user, process))


@rules.predicate
def is_known(user: User, process: Process) -> bool:
    """Anybody with an account may take part; votes have a roll of their own."""
    return bool(user.is_authenticated and user.is_active)


@rules.predicate
def is_alderman(user: User, municipality: Municipality) -> bool:
    return RoleKind.ALDERMAN in kinds_of(user, municipality)


# Of the municipality: (user, municipality).
rules.add_perm("participation.see_work", is_staff_member)
rules.add_perm("participation.run", is_staff_member)  # make, change and publish processes, check, answer
rules.add_perm("participation.decide", is_staff_member | is_alderman)
rules.add_perm("participation.set_up", is_administrator)  # the choice aid, templates
rules.add_perm("participation.see_figures", is_staff_member | is_council_or_college)
# Of a process: (user, process).
rules.add_perm("participation.take_part", is_known)
rules.add_perm("participation.chair", is_chair | works_here)  # merge problems, set themes, lead groups
rules.add_perm("participation.take_notes", is_note_taker | is_chair | works_here)
rules.add_perm("participation.see_draft", has_a_role | works_here)
# Of a proposal: (user, proposal).
rules.add_perm("participation.make", is_maker)
