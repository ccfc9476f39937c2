"""The table of states: walked whole, in Python and in the database."""

import pytest
from django.db import DatabaseError, transaction

from foundation.core.states import IllegalMove
from foundation.voting.enums import TRANSITIONS, BallotState
from foundation.voting.models import Ballot
from tests.factories import voting

PAIRS = [(old, new) for old in BallotState for new in BallotState if old != new]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_table_decides_each_move(old: BallotState, new: BallotState) -> None:
    ballot = Ballot(state=old)
    if TRANSITIONS.allows(old, new):
        TRANSITIONS.move(ballot, new)
        assert ballot.state == new
    else:
        with pytest.raises(IllegalMove):
            TRANSITIONS.move(ballot, new)


@pytest.mark.parametrize("new", ["open", "closed", "counted", "certified", "published"])
def test_the_database_refuses_a_jump_from_draft(db: None, new: str) -> None:
    ballot = voting.draft()
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(state=new, rules_sha256="x")
    ballot.refresh_from_db()
    assert ballot.state == "draft"


@pytest.mark.parametrize("back", ["draft", "announced"])
def test_the_database_refuses_the_way_back_from_open(db: None, back: str) -> None:
    ballot = voting.opened()
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(state=back)


@pytest.mark.parametrize("state", [s for s in BallotState if s not in ("draft", "announced", "open", "closed")])
def test_cancelling_is_over_once_counted(state: str) -> None:
    assert not TRANSITIONS.allows(state, "cancelled")
