"""The table of states: walked whole, in Python, in the database and for each kind of person."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from foundation.accounts.models import User
from foundation.municipalities.enums import RoleKind
from initiatives.enums import ACTIONS, TRANSITIONS, InitiativeState, Mover, TeamRole
from initiatives.errors import WrongMoment
from initiatives.models import Initiative, TeamMember
from initiatives.services import _moves
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, SectorFactory

PEOPLE = ("initiator", "member", "civil_servant", "ambassador", "administrator", "alderman", "council_member")
PEOPLE += ("stranger", "civil_servant_elsewhere")
STAFF = ("civil_servant", "ambassador", "administrator")
DECIDERS = (*STAFF, "alderman")


def person(kind: str, initiative: Initiative) -> User:
    user = UserFactory()
    if kind in ("initiator", "member"):
        TeamMember.objects.create(initiative=initiative, user=user, role=TeamRole(kind))
    elif kind == "civil_servant_elsewhere":
        RoleFactory(municipality=MunicipalityFactory(), user=user, kind=RoleKind.CIVIL_SERVANT)
    elif kind != "stranger":
        sector = SectorFactory(municipality=initiative.municipality) if kind == "ambassador" else None
        RoleFactory(municipality=initiative.municipality, user=user, kind=RoleKind(kind), sector=sector)
    return user


def allowed(action: str, kind: str) -> bool:
    known = ACTIONS[action]
    if Mover.TEAM in known.movers and kind == "initiator":
        return True
    return Mover.MUNICIPALITY in known.movers and kind in (
        DECIDERS if known.permission == "initiatives.decide" else STAFF
    )


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_in_each_state_by_each_kind_of_person(db: None, action: str, kind: str) -> None:
    initiative = initiatives.draft()
    user = person(kind, initiative)
    for state in InitiativeState:
        here = Initiative(pk=initiative.pk, municipality=initiative.municipality, slug="x", title="x", state=state)
        here.refresh_from_db(fields=["version"])
        with transaction.atomic():
            save = transaction.savepoint()
            if not allowed(action, kind):
                with pytest.raises(PermissionDenied):
                    _moves.move(here, action, by=user, reason="Omdat.")
                assert here.state == state
            elif state not in ACTIONS[action].old:
                with pytest.raises(WrongMoment):
                    _moves.move(here, action, by=user, reason="Omdat.")
                assert here.state == state
            else:
                assert TRANSITIONS.allows(state, ACTIONS[action].new)
            transaction.savepoint_rollback(save)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_allowed_action_moves_the_row_and_is_told_in_timeline_and_audit(db: None, action: str) -> None:
    known = ACTIONS[action]
    initiative = initiatives.in_state(known.old[0])
    kind = "initiator" if Mover.TEAM in known.movers else "civil_servant"
    with transaction.atomic():
        fields = {"submitted_at": initiative.created_at} if known.new == InitiativeState.SUBMITTED else {}
        row = _moves.locked(initiative.pk)
        _moves.move(row, action, by=person(kind, initiative), reason="Omdat.", **fields)
    initiative.refresh_from_db()
    assert initiative.state == known.new
    assert initiative.version == 2
    line = initiative.timeline.get()
    assert (line.verb, line.state, line.by_municipality) == (action, known.new, kind == "civil_servant")


PAIRS = [(old, new) for old in InitiativeState for new in InitiativeState if old != new]


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if not TRANSITIONS.allows(*pair)])
def test_the_database_refuses_what_the_table_does_not_know(db: None, old: str, new: str) -> None:
    initiative = initiatives.in_state(old, submitted_at="2026-01-05T10:00:00Z")
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(state=new)
