"""The gate: whether any output may tell what was voted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from foundation.voting.enums import BallotState

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def results_visible(ballot: Ballot, user: Any, now: datetime) -> bool:
    """Whether this person may see choices or totals of this ballot now.

    Every page, download, export and staff screen that shows a choice, a number of votes per option or an outcome asks
    this function and nothing else. Before closing the answer is no for everybody, whatever the state in the row says.
    Between count and publication only those who may certify see the result: they have to judge it.
    """
    if ballot.closes_at is None or now < ballot.closes_at:
        return False
    if ballot.state == BallotState.PUBLISHED:
        return True
    if ballot.state in (BallotState.COUNTED, BallotState.CERTIFIED):
        return bool(user is not None and user.is_authenticated and user.has_perm("voting.certify", ballot.municipality))
    return False
