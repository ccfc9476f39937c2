"""Who may do what with the surveys of a municipality; each predicate takes (user, municipality).

One survey can have more people: its host says who (foundation.surveys.queries.access).
"""

import rules

from foundation.municipalities.enums import RoleKind
from foundation.municipalities.rules import is_administrator, is_staff_member, kinds_of


@rules.predicate
def is_civil_servant(user, municipality) -> bool:  # type: ignore[no-untyped-def]
    return RoleKind.CIVIL_SERVANT in kinds_of(user, municipality)


# Ambassadors see how a survey goes and what came out; making and running it is for civil servants and administrators.
rules.add_perm("surveys.see", is_staff_member)
rules.add_perm("surveys.manage", is_civil_servant | is_administrator)
