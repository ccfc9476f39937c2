"""Lessons of the learning network that begin in a lab: drafts with its words, never shared wider than their source."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from changelab.enums import Level, ObstacleKind
from changelab.errors import WrongMoment
from changelab.models import Harvest, KitchenItem, Lab, LabMember
from changelab.services import harvesting, journey, kitchen, obstacles
from foundation.accounts.models import User
from foundation.notifications.models import Message
from learning_network.enums import Outcome, SharedState, Visibility
from learning_network.models import Lesson
from learning_network.services import circles, practices
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
    for seen in item.observations.all() if make is _insight else ():
        kitchen.share(item=seen, level=Level.EVERYONE, by=own)
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


def shared(made: Lab, own: User, item: KitchenItem, level: str, visibility: str) -> Lesson:
    """A lesson that began with this, shared when the lab shared that so wide."""
    kitchen.share(item=item, level=level, by=own)
    return circles.share(item=harvesting.begin(lab=made, item=item, by=own), visibility=visibility, by=own)


WIDTH = {"withdrawn": -1, "cohort": 0, "lab": 0, "network": 1, "everyone": 2}


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("level", [*Level.values, "withdrawn"])
def test_who_narrows_a_source_takes_back_the_lessons_that_are_wider(
    made: Lab, own: User, level: str, visibility: str
) -> None:
    item = dropped(made, own)
    lesson = shared(made, own, item, Level.EVERYONE, visibility)
    narrow(item, level, own)
    lesson.refresh_from_db()
    fits = WIDTH[visibility] <= WIDTH[level]
    assert lesson.state == (SharedState.SHARED if fits else SharedState.WITHDRAWN)
    assert Lesson.objects.for_everyone().exists() == (fits and visibility == "everyone")
    told = Message.objects.filter(kind="changelab.taken_along").values_list("recipient", flat=True)
    assert sorted(told) == ([] if fits else sorted([own.pk, made.cohort.created_by_id]))


def narrow(item: KitchenItem, level: str, by: User) -> None:
    if level == "withdrawn":
        kitchen.withdraw(item=item, by=by)
    else:
        kitchen.share(item=item, level=level, by=by)


def test_a_lesson_is_taken_back_with_an_observation_whose_words_it_holds(made: Lab, own: User) -> None:
    insight = _insight(made, own)
    [seen] = insight.observations.all()  # type: ignore[attr-defined]
    kitchen.share(item=seen, level=Level.NETWORK, by=own)
    lesson = harvesting.begin(lab=made, item=insight, by=own)
    kitchen.share(item=insight, level=Level.EVERYONE, by=own)
    with pytest.raises(ValidationError):  # the observation is not shared that wide
        circles.share(item=lesson, visibility=Visibility.EVERYONE, by=own)
    circles.share(item=lesson, visibility=Visibility.NETWORK, by=own)
    kitchen.share(item=seen, level=Level.COHORT, by=own)
    lesson.refresh_from_db()
    assert lesson.state == SharedState.WITHDRAWN


def test_it_can_be_shared_again_with_the_readers_that_the_lab_allows(made: Lab, own: User) -> None:
    item = dropped(made, own)
    lesson = shared(made, own, item, Level.EVERYONE, Visibility.EVERYONE)
    kitchen.share(item=item, level=Level.NETWORK, by=own)
    with pytest.raises(ValidationError):
        circles.share(item=lesson, visibility=Visibility.EVERYONE, by=own)
    assert circles.share(item=lesson, visibility=Visibility.NETWORK, by=own).state == SharedState.SHARED


def test_after_a_change_its_author_declares_it_a_text_of_its_own(made: Lab, own: User, boss: User) -> None:
    item = dropped(made, own)
    lesson = shared(made, own, item, Level.EVERYONE, Visibility.EVERYONE)
    kitchen.withdraw(item=item, by=own)
    lesson.refresh_from_db()
    begun = Harvest.objects.get()
    with pytest.raises(WrongMoment):  # it still says what the lab took back
        harvesting.let_go(harvest=begun, by=own)
    practices.change_lesson(lesson=lesson, by=own, title="Begin klein", happened="", learned="Vraag eerst.", advice="")
    with pytest.raises(PermissionDenied):
        harvesting.let_go(harvest=begun, by=boss)
    harvesting.let_go(harvest=begun, by=own)
    assert Message.objects.filter(kind="changelab.let_go", recipient=boss).count() == 1
    lesson.refresh_from_db()
    circles.share(item=lesson, visibility=Visibility.EVERYONE, by=own)
    kitchen.share(item=item, level=Level.NETWORK, by=own)
    kitchen.share(item=item, level=Level.COHORT, by=own)
    lesson.refresh_from_db()
    assert lesson.state == SharedState.SHARED


def test_the_pages_say_what_was_taken_back_and_how_to_go_on(made: Lab, own: User) -> None:
    item = dropped(made, own)
    lesson = shared(made, own, item, Level.EVERYONE, Visibility.EVERYONE)
    client = Client()
    client.force_login(own)
    path = reverse("changelab:share", args=[made.cohort.slug, made.slug, "prototype", item.pk])
    assert "met meer mensen gedeeld" in client.post(path, {"level": "cohort"}, follow=True).content.decode()
    lesson.refresh_from_db()
    loose = reverse("changelab:let_go", args=[Harvest.objects.get().pk])
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "deelt waar deze les mee begon" in page
    assert loose not in page
    practices.change_lesson(lesson=lesson, by=own, title="Begin klein", happened="", learned="Vraag eerst.", advice="")
    assert loose in client.get(lesson.get_absolute_url()).content.decode()
    assert client.get(loose).status_code == 200
    client.post(loose)
    assert Harvest.objects.get().loose_by == own
    stranger = Client()
    stranger.force_login(lab_member(made))
    assert stranger.get(loose).status_code in (403, 404)
