"""Who may manage and see a survey or a questionnaire: of a municipality, or of the installation (municipality None)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.surveys import hosts

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality
    from foundation.surveys.models import Survey


def may_manage_here(user: User, municipality: Municipality | None) -> bool:
    """Whether this person makes surveys here; without a municipality: of the whole installation."""
    if municipality is None:
        return bool(user.has_perm("municipalities.manage_installation"))
    return bool(user.has_perm("surveys.manage", municipality))


def may_see_here(user: User, municipality: Municipality | None) -> bool:
    """Whether this person sees all surveys here."""
    if municipality is None:
        return bool(user.has_perm("municipalities.manage_installation"))
    return bool(user.has_perm("surveys.see", municipality))


def may_manage(user: User, survey: Survey) -> bool:
    """Whether this person changes and runs this survey."""
    if not user.is_authenticated or not user.is_active:
        return False
    return may_manage_here(user, survey.municipality) or hosts.of(survey).may_manage(user, survey)


def may_see(user: User, survey: Survey) -> bool:
    """Whether this person sees counts, and results once there are any."""
    if not user.is_authenticated or not user.is_active:
        return False
    return may_see_here(user, survey.municipality) or may_manage(user, survey) or hosts.of(survey).may_see(user, survey)
