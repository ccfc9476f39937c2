"""The search of a municipality finds what others share with everyone, and of the rest what its reader may read."""

from __future__ import annotations

import pytest
from django.test import Client

from changelab.services import journey, kitchen
from foundation.municipalities.models import Municipality
from learning_network.models import Lesson
from learning_network.services import circles
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, open_cohort
from tests.factories.learning_network import OfficialFactory, lead, member, running
from tests.factories.learning_sharing import lesson, place
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/rivierdam/zoeken/?q=kruiwagen"


@pytest.fixture
def rivierdam() -> Municipality:
    return MunicipalityFactory(slug="rivierdam")


def page(user: object = None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)  # type: ignore[arg-type]
    return client.get(ADDRESS).content.decode()


def written(visibility: str) -> Lesson:
    where = place(running(), OfficialFactory(), UserFactory())
    return lesson(where, visibility=visibility, title="De kruiwagen bleef staan", outcome="failure")


@pytest.mark.parametrize(("visibility", "strangers", "members"), [("network", False, True), ("everyone", True, True)])
def test_a_lesson_is_found_by_who_may_read_it(
    rivierdam: Municipality, visibility: str, strangers: bool, members: bool
) -> None:
    row = written(visibility)
    for reader, may in ((None, strangers), (UserFactory(), strangers), (member(), members)):
        html = page(reader)
        assert (row.get_absolute_url() in html) == may
        assert ("dit ging mis" in html.lower()) == may


def test_what_is_taken_back_is_gone_from_the_search_at_once(rivierdam: Municipality) -> None:
    row = written("everyone")
    assert row.get_absolute_url() in page()
    assert row.author is not None
    circles.take_back(item=row, by=row.author)
    assert row.get_absolute_url() not in page()


def test_a_prototype_that_a_lab_shares_with_everyone_is_found(rivierdam: Municipality) -> None:
    boss = lead()
    made = lab(open_cohort(by=boss))
    item = journey.try_something(lab=made, by=boss, title="Een kruiwagen per straat", hypothesis="Het lukt")
    kitchen.share(item=item, level="everyone", by=boss)
    assert item.title in page()
    kitchen.withdraw(item=item, by=boss)
    assert item.title not in page()
