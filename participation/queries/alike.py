"""Whether somebody sees a page of a process as every reader does, but for the places of their own (``foundation.core.own``).

Where there is any doubt the answer is no: then the page is drawn for them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.core.database import prepared
from foundation.discussion.queries.alike import alike

if TYPE_CHECKING:
    from foundation.accounts.models import User

_NO_ROLE = """
    NOT EXISTS (SELECT FROM municipalities_role r WHERE r.municipality_id = m.id AND r.user_id = %(person)s)
    AND NOT EXISTS (SELECT FROM participation_role r WHERE r.process_id = p.id AND r.user_id = %(person)s)
"""
_IN = """
    FROM participation_process p JOIN municipalities_municipality m ON m.id = p.municipality_id
    WHERE m.slug = %(municipality)s AND p.slug = %(process)s
"""
# Who sits in a working group may write; what a survey says depends on who may answer it.
_PROCESS = f"""
    SELECT {_NO_ROLE}
    AND NOT EXISTS (SELECT FROM participation_seat s JOIN participation_group g ON g.id = s.group_id
        WHERE g.process_id = p.id AND s.user_id = %(person)s)
    AND NOT EXISTS (SELECT FROM participation_processsurvey s WHERE s.process_id = p.id) {_IN}
"""  # noqa: S608  (constants only)
_THREAD = "(SELECT thread_id FROM participation_proposal WHERE id = %(proposal)s)"
_PROPOSAL = f"""
    SELECT {_NO_ROLE}
    AND NOT EXISTS (SELECT FROM participation_maker k WHERE k.proposal_id = %(proposal)s AND k.user_id = %(person)s)
    AND {alike(_THREAD, "%(person)s")} {_IN}
"""  # noqa: S608


def of_process(user: User, municipality: str, process: str) -> bool:
    """Of the page of a process, those of its phases, and its problems: who has no role in it or in the municipality."""
    return _asked(_PROCESS, user, municipality=municipality, process=process)


def of_proposal(user: User, municipality: str, process: str, pk: str) -> bool:
    """Of one proposal: who does not make it and said nothing there either."""
    return _asked(_PROPOSAL, user, municipality=municipality, process=process, proposal=int(pk))


def _asked(question: str, user: User, **values: str | int) -> bool:
    if user.is_superuser:
        return False
    found = prepared(question, {"person": user.pk, **values}, may_repeat=True)
    return bool(found and found[0][0])
