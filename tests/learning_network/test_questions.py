"""Answers to learning questions: they grow over sessions, with their versions and a summary."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from learning_network import personal_data
from learning_network.enums import Visibility
from learning_network.errors import Stale
from learning_network.models import Answer, LearningQuestion, Programme
from learning_network.services import answers, circles
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, member, participant, running
from tests.factories.learning_sharing import answer, lesson, place
from tests.factories.meetings import meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


class World:
    def __init__(self) -> None:
        self.boss: User = lead()
        self.programme: Programme = running(by=self.boss)
        enrolled = enrolment(self.programme)
        self.town = enrolled.municipality
        self.author: User = participant(enrolled)
        self.question: LearningQuestion = self.programme.questions.get(number=1)
        self.url = reverse("learning_network:question", args=[self.programme.slug, 1])

    def read(self, user: User | None) -> str:
        client = Client()
        if user is not None:
            client.force_login(user)
        found = client.get(self.url)
        assert found.status_code == 200
        return found.content.decode()


@pytest.fixture
def world() -> World:
    return World()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_answer_grows_over_the_pages_and_what_it_said_before_is_kept(world: World) -> None:
    url = reverse("learning_network:question_answer", args=[world.programme.slug, 1])
    where = f"{world.programme.pk}:{world.town.pk}"
    sent = {"where": where, "text": "Het groen in de wijk.", "visibility": "lab"}
    assert as_(world.author).post(url, sent).status_code == 302
    row = Answer.objects.get()
    assert "Het groen in de wijk." in world.read(world.boss)
    assert "Het groen in de wijk." not in world.read(member())
    edit = reverse("learning_network:answer_edit", args=[row.pk])
    grown = {"text": "Het groen en de speeltuin.", "visibility": "everyone", "version": row.version}
    assert as_(world.author).post(edit, grown).status_code == 302
    assert "Het groen en de speeltuin." in world.read(None)
    history = reverse("learning_network:answer_history", args=[row.pk])
    assert "Het groen in de wijk." in as_(world.author).get(history).content.decode()
    assert list(row.versions.values_list("number", flat=True)) == [1, 2]
    stale = as_(world.author).post(edit, {**grown, "text": "Van een collega", "version": 1})
    assert "Het groen en de speeltuin." in stale.content.decode()
    as_(world.author).post(reverse("learning_network:answer_take_back", args=[row.pk]))
    assert "speeltuin" not in world.read(world.boss)
    assert Client().get(history).status_code == 404


def test_only_people_of_the_programme_answer_and_only_who_facilitates_summarises(world: World) -> None:
    for user in (member(), lead(), UserFactory()):
        with pytest.raises(PermissionDenied):
            answers.answer(question=world.question, text="X", by=user, municipality=world.town)
        with pytest.raises(PermissionDenied):
            answers.summarise(question=world.question, text="X", by=user)
        url = reverse("learning_network:question_answer", args=[world.programme.slug, 1])
        assert as_(user).get(url).status_code == 403
    with pytest.raises(PermissionDenied):
        answers.summarise(question=world.question, text="X", by=world.author)
    strange = running(title="Elders").questions.get(number=1)
    with pytest.raises(PermissionDenied):
        answers.answer(question=strange, text="X", by=world.author, municipality=world.town)


def test_a_summary_has_versions_and_is_never_overwritten_unseen(world: World) -> None:
    url = reverse("learning_network:question_summarise", args=[world.programme.slug, 1])
    client = as_(world.boss)
    assert client.post(url, {"text": "Eerst dit.", "visibility": "lab", "version": "0"}).status_code == 302
    row = Answer.objects.get(is_summary=True)
    assert client.post(url, {"text": "Toen dat.", "visibility": "network", "version": row.version}).status_code == 302
    with pytest.raises(Stale):
        answers.summarise(question=world.question, text="Overschreven", by=world.boss, version=1)
    assert "Toen dat." in world.read(member())
    assert "Toen dat." not in world.read(None)
    assert row.versions.count() == 2
    assert Answer.objects.count() == 1


def test_a_session_of_another_programme_is_refused(world: World) -> None:
    with pytest.raises(ValidationError):
        answers.answer(
            question=world.question,
            text="X",
            by=world.author,
            municipality=world.town,
            meeting=meeting(),
        )


def test_the_page_costs_the_same_queries_for_one_answer_and_for_many(world: World) -> None:
    def asked() -> int:
        client = as_(world.author)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(world.url).status_code == 200
        return len(seen)

    def more() -> None:
        town = enrolment(world.programme)
        where = place(world.programme, town.municipality, participant(town))
        answer(where, question=world.question)
        lesson(where).questions.add(world.question)

    more()
    asked()
    first = asked()
    for _number in range(3):
        more()
    assert asked() == first


def test_what_was_typed_stays_text(world: World) -> None:
    row = answers.answer(
        question=world.question,
        text="<script>alert(1)</script> 🌳",
        by=world.author,
        municipality=world.town,
        visibility=Visibility.EVERYONE,
    )
    shown = world.read(None)
    assert "<script>alert(1)" not in shown
    assert "🌳" in shown
    circles.set_visibility(item=row, visibility=Visibility.LAB, by=world.author)
    assert "🌳" not in world.read(None)


def test_what_an_answer_said_before_is_in_the_export_and_loses_its_name_when_somebody_is_erased(world: World) -> None:
    row = answers.answer(question=world.question, text="Eerst dit", by=world.author, municipality=world.town)
    answers.change(answer=row, text="Toen dat", by=world.author, meeting=None, visibility=Visibility.LAB)
    assert [one["antwoord"] for one in personal_data.export(world.author)["eerdere antwoorden"]] == [
        "Eerst dit",
        "Toen dat",
    ]
    personal_data.erase(world.author)
    assert not row.versions.filter(by__isnull=False).exists()
    assert "Toen dat" in world.read(world.boss)
