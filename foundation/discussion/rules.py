"""Who may do what with discussions in a municipality; each predicate takes (user, municipality).

Who may write in one thread depends on the thread: foundation.discussion.queries.access.
"""

import rules

from foundation.municipalities.enums import RoleKind
from foundation.municipalities.rules import is_administrator, kinds_of


@rules.predicate
def is_civil_servant(user, municipality) -> bool:  # type: ignore[no-untyped-def]
    return RoleKind.CIVIL_SERVANT in kinds_of(user, municipality)


rules.add_perm("discussion.moderate", is_civil_servant | is_administrator)
rules.add_perm("discussion.manage_settings", is_administrator)
