"""What a person gets of initiatives in their export, and what is left when they go."""

from __future__ import annotations

import pytest

from foundation.accounts.personal_data import obstacles
from initiatives.enums import InitiativeState
from initiatives.models import Draft, Initiative, Support, TeamMember
from initiatives.personal_data import erase, export
from initiatives.services import drafts, support
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import TeamMemberFactory, draft, in_state, submitted

pytestmark = pytest.mark.django_db


def test_export_holds_teams_support_follows_and_unsent_plans() -> None:
    user, liked = UserFactory(), submitted(title="Zwembad")
    submitted(by=user, title="Moestuin")
    support.support(initiative=liked, by=user)
    support.follow(initiative=liked, by=user)
    plan, _token = drafts.begin(municipality=liked.municipality, kind="care", by=user)
    drafts.save(draft=plan, by=user, values={"title": "Geheim plan"})
    found = export(user)
    assert [row["initiatief"] for row in found["teams"]] == ["Moestuin"]
    assert [row["initiatief"] for row in found["steun"]] == ["Zwembad"]
    assert [row["initiatief"] for row in found["gevolgd"]] == ["Zwembad"]
    assert found["nog_niet_verstuurd"][0]["ingevuld"]["title"] == "Geheim plan"


def test_erasing_takes_the_person_out_and_the_numbers_follow() -> None:
    user, liked = UserFactory(), submitted()
    own = submitted(by=user)
    TeamMemberFactory(initiative=own)
    unsent = draft(by=user)
    support.support(initiative=liked, by=user)
    drafts.begin(municipality=liked.municipality, kind="care", by=user)
    erase(user)
    liked.refresh_from_db()
    assert liked.supporters_total == 0
    assert Initiative.objects.filter(pk=own.pk).exists()
    assert not Initiative.objects.filter(pk=unsent.pk).exists()
    assert not TeamMember.objects.filter(user=user).exists()
    assert not Draft.objects.exists()
    assert not Support.objects.exists()


@pytest.mark.parametrize(("state", "held"), [(InitiativeState.IN_EXECUTION, True), (InitiativeState.REFUSED, False)])
def test_the_last_initiator_of_a_plan_that_goes_on_can_not_go_yet(state: str, held: bool) -> None:
    user = UserFactory()
    in_state(state, by=user, title="Moestuin")
    assert any("Moestuin" in reason for reason in obstacles(user)) is held
