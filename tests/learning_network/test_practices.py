"""Practices and lessons: written as a draft, shared, narrowed, taken back, found, compared."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import Credit, Outcome, SharedState, Visibility
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Enrolment, Lesson, Practice, Programme
from learning_network.services import circles, practices
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, member, participant, running
from tests.factories.learning_sharing import lesson, place, practice
from tests.factories.participation import running as running_process

pytestmark = pytest.mark.django_db
XSS = "<script>alert(1)</script>"


class World:
    """A programme with a municipality in it, its author, a colleague, and somebody of another municipality."""

    def __init__(self) -> None:
        self.boss: User = lead()
        self.programme: Programme = running(by=self.boss)
        self.enrolled: Enrolment = enrolment(self.programme)
        self.town: OfficialMunicipality = self.enrolled.municipality
        self.author: User = participant(self.enrolled)
        self.colleague: User = participant(self.enrolled)
        self.other: User = participant(enrolment(self.programme))
        self.place = place(self.programme, self.town, self.author)


@pytest.fixture
def world() -> World:
    return World()


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page(user: User | None, name: str, *args: Any, **asked: Any) -> str:
    answer = as_(user).get(reverse(f"learning_network:{name}", args=args), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_practice_goes_from_draft_to_everyone_over_the_pages_and_back_again(world: World) -> None:
    client = as_(world.author)
    form = client.get(reverse("learning_network:practice_new"))
    assert form.status_code == 200
    sent = {
        "where": f"{world.programme.pk}:{world.town.pk}",
        "title": "Bewoners beheren het park",
        "theme": "tasks",
        "present_cost_cents": "120.000",
        "saving_cents": "4500,50",
        "obstacles": "Niemand durfde te tekenen.",
        "credit": "both",
    }
    answer = client.post(reverse("learning_network:practice_new"), sent)
    made = Practice.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert (made.state, made.present_cost_cents, made.saving_cents) == (SharedState.DRAFT, 12_000_000, 450_050)
    assert "Niemand durfde" in page(world.author, "practice", made.pk)
    assert as_(world.other).get(made.get_absolute_url()).status_code == 404
    share = reverse("learning_network:share", args=["praktijken", made.pk])
    assert "2 people" not in client.get(share).content.decode()
    asked = client.post(share, {"visibility": "everyone", "version": made.version})
    assert "Iedereen" in asked.content.decode()
    assert "sure" in asked.content.decode()
    made.refresh_from_db()
    assert made.state == SharedState.DRAFT
    client.post(share, {"visibility": "everyone", "version": made.version, "sure": "ja"})
    assert "Niemand durfde" in page(None, "practice", made.pk)
    assert str(world.author) in page(None, "practice", made.pk)
    made.refresh_from_db()
    client.post(share, {"visibility": "lab", "version": made.version})  # narrower: at once
    assert as_(None).get(made.get_absolute_url()).status_code == 404
    assert "Niemand durfde" in page(world.other, "practice", made.pk)
    client.post(reverse("learning_network:take_back", args=["praktijken", made.pk]))
    assert as_(world.other).get(made.get_absolute_url()).status_code == 404
    assert "teruggenomen" in page(world.colleague, "practice", made.pk)


def test_two_editors_overwrite_nothing(world: World) -> None:
    row = practice(world.place)
    edit = reverse("learning_network:practice_edit", args=[row.pk])
    sent = {"title": "Van de collega", "theme": "tasks", "credit": "place", "version": row.version}
    assert as_(world.colleague).post(edit, sent).status_code == 302
    answer = as_(world.author).post(edit, {**sent, "title": "Van de schrijver"})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Van de collega" in shown
    assert "Van de schrijver" in shown
    row.refresh_from_db()
    assert row.title == "Van de collega"
    with pytest.raises(Stale):
        practices.change(practice=row, by=world.author, version=1, title="X")


def test_only_its_own_people_write_share_and_take_back(world: World) -> None:
    row = practice(world.place)
    stranger, runner = member(), world.boss
    for user in (world.other, stranger, runner, UserFactory()):
        with pytest.raises(PermissionDenied):
            practices.change(practice=row, by=user, title="Gekaapt")
        with pytest.raises(PermissionDenied):
            circles.take_back(item=row, by=user)
        with pytest.raises(PermissionDenied):
            circles.set_visibility(item=row, visibility=Visibility.LAB, by=user)
        with pytest.raises(PermissionDenied):
            practices.begin(by=user, programme=world.programme, municipality=world.town, title="Namens een ander")
    for name, args in (
        ("practice_edit", [row.pk]),
        ("share", ["praktijken", row.pk]),
        ("take_back", ["praktijken", row.pk]),
        ("take_away", ["praktijken", row.pk]),
    ):
        assert as_(world.other).get(reverse(f"learning_network:{name}", args=args)).status_code == 403
        assert as_(None).get(reverse(f"learning_network:{name}", args=args)).status_code == 302
    assert as_(UserFactory()).get(reverse("learning_network:practice_new")).status_code == 403


def test_a_lead_takes_away_with_a_reason_and_only_the_lead_gives_back(world: World) -> None:
    row = practice(world.place)
    with pytest.raises(NetworkError):
        circles.take_away(item=row, reason=" ", by=world.boss)
    with pytest.raises(PermissionDenied):
        circles.take_away(item=row, reason="Namen", by=world.other)
    circles.take_away(item=row, reason="Er staan namen in.", by=world.boss)
    assert as_(None).get(row.get_absolute_url()).status_code == 404
    assert as_(world.colleague).get(row.get_absolute_url()).status_code == 404
    assert "van de pagina’s gehaald" in page(world.author, "practice", row.pk)
    row.refresh_from_db()
    circles.take_back(item=row, by=world.author)
    with pytest.raises(NetworkError):
        circles.share(item=row, visibility=Visibility.EVERYONE, by=world.author)
    circles.give_back(item=row, by=world.boss)
    circles.share(item=row, visibility=Visibility.EVERYONE, by=world.author)
    assert page(None, "practice", row.pk)


def test_a_draft_is_thrown_away_and_what_was_shared_is_not(world: World) -> None:
    draft, shared = practice(world.place, state=SharedState.DRAFT), practice(world.place)
    with pytest.raises(WrongMoment):
        circles.throw_away(item=shared, by=world.author)
    as_(world.author).post(reverse("learning_network:take_back", args=["praktijken", draft.pk]))
    assert list(Practice.objects.all()) == [shared]


def test_outside_a_programme_a_text_is_never_for_one_programme_only() -> None:
    somebody = member(municipality=enrolment(running()).municipality)
    row = practices.begin(
        by=somebody, programme=None, municipality=somebody.network_member.municipality, title="Eigen werk"
    )
    with pytest.raises(ValidationError):
        circles.share(item=row, visibility=Visibility.LAB, by=somebody)
    shown = as_(somebody).get(reverse("learning_network:share", args=["praktijken", row.pk])).content.decode()
    assert 'value="lab"' not in shown
    circles.share(item=row, visibility=Visibility.NETWORK, by=somebody)


def test_what_went_wrong_stands_beside_who_did_it_before_and_is_found_by_stem(world: World) -> None:
    park = practice(world.place, title="Bewoners beheren parken", summary="Groen in eigen hand.")
    lesson(world.place, practice=park, title="Vraag eerst de verzekering")
    lesson(world.place, practice=park, title="Alleen voor ons", visibility=Visibility.LAB)
    lesson(world.place, practice=park, title="Goed gegaan", outcome=Outcome.SUCCESS)
    practice(world.place, title="Geheel wat anders", handed_over="", result="", again="", obstacles="", summary="")
    shown = page(None, "practices", zoek="park")
    assert "Bewoners beheren <mark>parken</mark>" in shown
    assert "Geheel wat anders" not in shown
    assert "Vraag eerst de verzekering" in shown
    assert shown.index("Vraag eerst") < shown.index("Goed gegaan")
    assert "Alleen voor ons" not in shown
    assert "Alleen voor ons" in page(world.other, "practices", zoek="park")
    assert "Vraag eerst de <mark>verzekering</mark>" in page(None, "lessons", zoek="verzekeringen", soort="failure")
    assert "Vraag eerst" not in page(None, "lessons", soort="success")
    assert "Goed gegaan" in page(None, "lessons", soort="success", thema="other", gemeente=world.town.pk)
    assert "Probeer een ander woord" in page(None, "practices", zoek="onvindbaar")


def test_who_wants_no_names_is_not_found_by_the_name_of_the_municipality(world: World) -> None:
    practice(world.place, credit=Credit.NOBODY, title="Zonder naam")
    named = practice(world.place, credit=Credit.BOTH, title="Met naam")
    assert world.town.name in page(None, "practice", named.pk)
    shown = page(None, "practices", gemeente=world.town.pk)
    assert "Met naam" in shown
    assert "Zonder naam" not in shown
    assert "Zonder naam" not in page(None, "practices", zoek=world.town.name)
    alone = Practice.objects.get(title="Zonder naam")
    text = page(None, "practice", alone.pk)
    assert world.town.name not in text
    assert str(world.author) not in text


def test_what_somebody_typed_never_becomes_html_and_emoji_and_long_texts_stay_whole(world: World) -> None:
    long = "🌳 " + "é" * 4_990
    row = practice(world.place, title=f"Park {XSS}", summary=f"park \ue000{XSS}\ue001", about=XSS, result=long)
    lesson(world.place, practice=row, title=f"Les {XSS}", learned=f"<img src=x onerror=alert(2)> {long[:4_000]}")
    for user in (None, world.author):
        for shown in (
            page(user, "practice", row.pk),
            page(user, "practices", zoek="park"),
            page(user, "practices"),
            page(user, "lessons"),
            page(user, "compare", p=[row.pk, practice(world.place, title=XSS).pk]),
        ):
            assert XSS not in shown
            assert "onerror" not in shown or "&lt;img" in shown
    assert "é" * 4_990 in page(None, "practice", row.pk)
    sent = {"title": "Te lang", "theme": "tasks", "credit": "place", "version": row.version, "about": "x" * 5_001}
    assert as_(world.author).post(reverse("learning_network:practice_edit", args=[row.pk]), sent).status_code == 200
    row.refresh_from_db()
    assert row.title != "Te lang"
    feed = as_(None).get(reverse("learning_network:news")).content.decode()
    assert XSS not in feed


def test_links_lead_to_public_pages_only(world: World) -> None:
    public, hidden = initiatives.submitted(title="Openbaar plan"), initiatives.draft(title="Klad van een plan")
    process = running_process(public.municipality, title="Samen aan het park")
    row = practice(world.place, initiative=hidden, process=process)
    shown = page(None, "practice", row.pk)
    assert "Klad van een plan" not in shown
    assert "Samen aan het park" in shown
    sent = {"title": row.title, "theme": "tasks", "credit": "place", "version": row.version}
    edit = reverse("learning_network:practice_edit", args=[row.pk])
    refused = as_(world.author).post(edit, {**sent, "initiative": hidden.get_absolute_url()})
    assert refused.status_code == 200
    taken = as_(world.author).post(edit, {**sent, "initiative": f"https://aanzet.example{public.get_absolute_url()}"})
    assert taken.status_code == 302
    assert "Openbaar plan" in page(None, "practice", row.pk)


def test_a_lesson_links_only_to_questions_of_its_own_programme_and_practices_its_author_reads(world: World) -> None:
    strange = running(title="Ander programma")
    own, other = world.programme.questions.first(), strange.questions.first()
    assert own is not None
    assert other is not None
    closed = practice(place(strange, None, None), visibility=Visibility.LAB)
    with pytest.raises(ValidationError):
        practices.begin_lesson(
            by=world.author, programme=world.programme, municipality=world.town, title="Les", practice=closed
        )
    made = practices.begin_lesson(
        by=world.author, programme=world.programme, municipality=world.town, title="Les", questions=[own, other]
    )
    assert list(made.questions.all()) == [own]
    practices.change_lesson(lesson=made, by=world.colleague, questions=[], learned="Toch wat geleerd")
    assert not made.questions.exists()


def test_practices_stand_side_by_side_with_differences_in_words(world: World) -> None:
    cheap = practice(world.place, title="Goedkoop", present_cost_cents=100_000, result="")
    dear = practice(world.place, title="Duur", present_cost_cents=900_000, result="Alleen hier een resultaat")
    hidden = practice(world.place, title="Alleen voor ons", visibility=Visibility.LAB)
    shown = page(None, "compare", p=[cheap.pk, dear.pk, hidden.pk])
    assert "hoogste" in shown
    assert "laagste" in shown
    assert "alleen hier" in shown
    assert "Alleen voor ons" not in shown
    assert "1 praktijk" in shown
    only = page(None, "compare", p=[cheap.pk, dear.pk], op=["resultaat"], alleen="verschillen")
    assert "Alleen hier een resultaat" in only
    assert "hoogste" not in only
    assert "Kies twee tot zes praktijken" in page(None, "compare", p=[cheap.pk])
    many = [practice(world.place, title=f"Nummer {n}").pk for n in range(8)]
    assert "Nummer 5" in page(None, "compare", p=many)
    assert "Nummer 6" not in page(None, "compare", p=many)
    assert page(None, "compare", p=["x", "-1", "99999999999999999999", "0"])


@pytest.mark.parametrize("name", ["practices", "lessons", "programme", "compare"])
def test_lists_cost_the_same_queries_for_one_row_and_for_many(world: World, name: str) -> None:
    args = [world.programme.slug] if name == "programme" else []
    rows = [practice(world.place) for _number in range(2)]

    def asked() -> int:
        client = as_(world.author)
        wanted = {"p": [row.pk for row in rows], "zoek": "kinderboerderij verzekering OR les"}
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse(f"learning_network:{name}", args=args), wanted).status_code == 200
        return len(seen)

    lesson(world.place, practice=rows[0])
    asked()  # what is kept between requests is there now
    first = asked()
    for number in range(3):
        more = enrolment(world.programme)
        rows.append(practice(place(world.programme, more.municipality, participant(more)), title=f"Nog een {number}"))
        lesson(place(world.programme, more.municipality, None), practice=rows[-1])
    assert asked() == first


def test_an_erased_author_leaves_the_text_and_takes_the_name_along(world: World) -> None:
    from learning_network import personal_data

    row = practice(world.place, credit=Credit.BOTH)
    told = personal_data.export(world.author)
    assert any(row.title in str(texts) for texts in told.values())
    personal_data.erase(world.author)
    shown = page(None, "practice", row.pk)
    assert str(world.author) not in shown
    assert world.town.name in shown
    assert Lesson.objects.count() == 0
