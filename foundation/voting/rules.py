"""Who may do what with ballots; each predicate takes (user, municipality)."""

import rules

from foundation.municipalities.enums import RoleKind
from foundation.municipalities.rules import is_administrator, is_staff_member, kinds_of


@rules.predicate
def is_civil_servant(user, municipality) -> bool:  # type: ignore[no-untyped-def]
    return RoleKind.CIVIL_SERVANT in kinds_of(user, municipality)


# Ambassadors see how a ballot goes; making, running and certifying are for civil servants and administrators.
rules.add_perm("voting.see_ballots", is_staff_member)
rules.add_perm("voting.manage_ballots", is_civil_servant | is_administrator)
rules.add_perm("voting.certify", is_civil_servant | is_administrator)
rules.add_perm("voting.enter_paper", is_civil_servant | is_administrator)
