"""Followers of an initiative as an audience of newsletters."""

from __future__ import annotations

import pytest

from foundation.municipalities.queries_follows import audience_groups, receivers
from initiatives import audiences
from initiatives.models import Follow
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import draft, submitted
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db


def test_followers_of_a_public_initiative_of_this_municipality() -> None:
    plan = submitted()
    municipality, user = plan.municipality, UserFactory()
    hidden = draft(municipality)
    for initiative in (plan, hidden):
        Follow.objects.get_or_create(initiative=initiative, user=user)
    shown = {choice.value: choice.followers for choice in audiences.choices(municipality)}
    assert shown == {str(plan.pk): plan.follows.count()}
    assert "initiative" in [group.code for group in audience_groups(municipality)]
    assert user.email in receivers(municipality, [f"initiative:{plan.pk}"])
    assert not receivers(MunicipalityFactory(), [f"initiative:{plan.pk}"])
