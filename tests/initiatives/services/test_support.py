"""Support counts once per person, also under many clicks at the same moment, and the number always agrees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from initiatives.enums import InitiativeState
from initiatives.errors import WrongMoment
from initiatives.models import Initiative, Support
from initiatives.services import support
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import draft, in_state, submitted

CLICKS = 50


@pytest.mark.django_db
def test_supporting_changing_the_name_and_taking_back() -> None:
    initiative, user = submitted(), UserFactory()
    assert support.support(initiative=initiative, by=user) is True
    assert support.support(initiative=initiative, by=user, show_name=True) is False
    assert Support.objects.get().is_public
    initiative.refresh_from_db()
    assert initiative.supporters_total == 1
    assert support.take_back(initiative=initiative, by=user) is True
    assert support.take_back(initiative=initiative, by=user) is False
    initiative.refresh_from_db()
    assert initiative.supporters_total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("state", [InitiativeState.REFUSED, InitiativeState.WITHDRAWN])
def test_a_plan_that_stopped_takes_no_support(state: str) -> None:
    with pytest.raises(WrongMoment):
        support.support(initiative=in_state(state), by=UserFactory())


@pytest.mark.django_db
def test_a_draft_is_not_supported_or_followed() -> None:
    initiative = draft()
    with pytest.raises(WrongMoment):
        support.support(initiative=initiative, by=UserFactory())
    with pytest.raises(WrongMoment):
        support.follow(initiative=initiative, by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_fifty_clicks_of_one_person_and_one_of_others_at_the_same_moment() -> None:
    initiative, user = submitted(), UserFactory()
    others = [UserFactory() for _number in range(5)]

    def click(number: int) -> None:
        try:
            support.support(initiative=initiative, by=others[number // 10] if number % 10 == 0 else user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(click, range(CLICKS)))
    assert Support.objects.filter(initiative=initiative).count() == 6
    assert Initiative.objects.get(pk=initiative.pk).supporters_total == 6
