"""Whether somebody sees a page of initiatives as every reader does, but for the places of their own (``foundation.core.own``).

Where there is any doubt the answer is no: then the page is drawn for them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.core.database import prepared
from foundation.discussion.queries.alike import alike

if TYPE_CHECKING:
    from foundation.accounts.models import User

_THREAD = "(SELECT thread_id FROM initiatives_conversation WHERE initiative_id = i.id)"
_PLAN = f"""
    SELECT NOT EXISTS (SELECT FROM municipalities_role r WHERE r.municipality_id = m.id AND r.user_id = %(person)s)
    AND NOT EXISTS (SELECT FROM initiatives_teammember r WHERE r.initiative_id = i.id AND r.user_id = %(person)s)
    AND {alike(_THREAD, "%(person)s")}
    FROM initiatives_initiative i JOIN municipalities_municipality m ON m.id = i.municipality_id
    WHERE m.slug = %(municipality)s AND i.slug = %(plan)s
"""  # noqa: S608  (constants only)


def of_plan(user: User, municipality: str, plan: str) -> bool:
    """Of the page of one plan: who is not in its team, has no role in the municipality, and said nothing there."""
    if user.is_superuser:
        return False
    found = prepared(_PLAN, {"person": user.pk, "municipality": municipality, "plan": plan}, may_repeat=True)
    return bool(found and found[0][0])
