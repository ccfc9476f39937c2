"""Lessons of the learning network that begin in a lab: drafts with its words, never shared wider than their source."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from changelab.enums import Level, ObstacleKind
from changelab.models import Harvest, KitchenItem, Lab, LabMember
from changelab.services import harvesting, journey, kitchen, obstacles
from foundation.accounts.models import User
from learning_network.enums import Outcome, SharedState, Visibility
from learning_network.models import Lesson
from learning_network.services import circles
from tests.factories.changelab import lab, lab_member, open_cohort
from tests.factories.learning_network import lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Lab:
    return lab(open_cohort(by=lead()))


@pytest.fixture
def boss(made: Lab) -> User:
    assert made.cohort.created_by is not None
    return made.cohort.created_by


@pytest.fixture
def own(made: Lab) -> User:
    """Who leads the lab, and takes part for its municipality."""
    found = LabMember.objects.get(lab=made, role="lead").user
    assert found is not None
    return found


def dropped(made: Lab, by: User) -> Any:
    item = journey.try_something(lab=made, by=by, title="Eén sleutel", hypothesis="Meer bezoek", next_try="Twee")
    item = journey.move_prototype(prototype=item, state="trying", by=by)
    return journey.move_prototype(prototype=item, state="dropped", learned="Niemand kwam", by=by)


def test_a_lesson_begins_with_the_words_of_the_prototype(made: Lab, own: User) -> None:
    lesson = harvesting.begin(lab=made, item=dropped(made, own), by=own)
    assert (lesson.title, lesson.learned, lesson.advice) == ("Eén sleutel", "Niemand kwam", "Twee")
    assert (lesson.outcome, lesson.state, lesson.visibility) == (Outcome.FAILURE, SharedState.DRAFT, Visibility.LAB)
    assert (lesson.author, lesson.programme, lesson.municipality) == (own, made.cohort.programme, made.municipality)


def test_the_lead_of_the_programme_writes_for_the_programme(made: Lab, boss: User) -> None:
    lesson = harvesting.begin(lab=made, by=boss)
    assert (lesson.title, lesson.municipality) == (made.title, None)


def test_pressing_twice_goes_on_with_the_same_draft(made: Lab, own: User) -> None:
    item = dropped(made, own)
    assert harvesting.begin(lab=made, item=item, by=own) == harvesting.begin(lab=made, item=item, by=own)
    assert Harvest.objects.count() == 1


def _insight(made: Lab, by: User) -> KitchenItem:
    seen = journey.observe(lab=made, by=by, text="Lege bankjes")
    return journey.find_insight(lab=made, by=by, text="Mensen missen schaduw", observations=[seen])


def _obstacle(made: Lab, by: User) -> KitchenItem:
    return obstacles.add(lab=made, by=by, kind=ObstacleKind.LEGAL, title="Contract", way_out="Eruit kopen")


@pytest.mark.parametrize("make", [dropped, _insight, _obstacle])
@pytest.mark.parametrize("level", [*Level.values, "withdrawn"])
@pytest.mark.parametrize("visibility", Visibility.values)
def test_a_lesson_is_never_shared_wider_than_its_source(
    made: Lab, own: User, make: Any, level: str, visibility: str
) -> None:
    item = make(made, own)
    lesson = harvesting.begin(lab=made, item=item, by=own)
    if level == "withdrawn":
        kitchen.withdraw(item=item, by=own)
    else:
        kitchen.share(item=item, level=level, by=own)
    width = {"lab": 0, "cohort": 0, "network": 1, "everyone": 2, "withdrawn": -1}
    if width[visibility] <= width[level]:
        assert circles.share(item=lesson, visibility=visibility, by=own).visibility == visibility
    else:
        with pytest.raises(ValidationError):
            circles.share(item=lesson, visibility=visibility, by=own)


def test_a_resident_of_the_lab_begins_no_lesson_in_the_name_of_the_municipality(made: Lab) -> None:
    with pytest.raises(PermissionDenied):
        harvesting.begin(lab=made, by=lab_member(made))


def test_one_press_on_the_journey_opens_the_draft(made: Lab, own: User) -> None:
    item = dropped(made, own)
    client = Client()
    client.force_login(own)
    path = reverse("changelab:harvest", args=[made.cohort.slug, made.slug, "prototype", item.pk])
    assert path in client.get(reverse("changelab:journey", args=[made.cohort.slug, made.slug])).content.decode()
    answer = client.post(path, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0] == reverse("learning_network:lesson_edit", args=[Lesson.objects.get().pk])
    assert "Niemand kwam" in answer.content.decode()


def test_who_takes_a_source_back_hears_which_lessons_are_still_shared(made: Lab, own: User) -> None:
    item = dropped(made, own)
    kitchen.share(item=item, level=Level.NETWORK, by=own)
    lesson = harvesting.begin(lab=made, item=item, by=own)
    assert harvesting.too_wide(item) == []
    circles.share(item=lesson, visibility=Visibility.NETWORK, by=own)
    assert harvesting.too_wide(item) == []
    client = Client()
    client.force_login(own)
    path = reverse("changelab:share", args=[made.cohort.slug, made.slug, "prototype", item.pk])
    for level in ("cohort", "withdrawn"):
        assert "is nog breder gedeeld" in client.post(path, {"level": level}, follow=True).content.decode()
