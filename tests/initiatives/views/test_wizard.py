"""The wizard: nothing typed is lost, one plan comes out of it, and nobody needs an account before sending."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from PIL import Image

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.maps import projection_of
from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.queries import neighbourhoods_of
from foundation.notifications.models import Message
from initiatives.enums import InitiativeState
from initiatives.models import Draft, DraftPicture, Initiative
from initiatives.services import drafts
from initiatives.views._drafts import MAP_WIDTH
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, square
from tests.initiatives.services.test_page import photo

pytestmark = pytest.mark.django_db
WHAT = {"title": "Moestuin achter de school", "summary": "Samen groente telen.", "story": "Wij **willen** dit."}


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def areas(municipality: Municipality) -> list[Area]:
    return [
        NeighbourhoodFactory(municipality=municipality, geometry=square(4.6 + place / 100, 51.8), name=name)
        for place, name in enumerate(["West", "Oost"])
    ]


def begin(client: Client, municipality: Municipality, kind: str = "neighbourhood") -> str:
    """Start; the address of the first page."""
    answer = client.post(reverse("initiatives:new", args=[municipality.slug]), {"kind": kind})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def at(first: str, step: str) -> str:
    return first.replace("/plan/", f"/{step}/")


def fill(client: Client, first: str, **plek: Any) -> str:
    """All four pages; the address of the last one."""
    client.post(first, WHAT)
    client.post(at(first, "plek"), plek)
    client.post(at(first, "samen"), {"with_whom": "Zes buren"})
    answer = client.post(at(first, "vraag"), {"asks": ["money", "space"], "asks_text": "Vijfhonderd euro"})
    assert answer["Location"] == at(first, "fotos")
    answer = client.post(at(first, "fotos"))
    assert answer["Location"] == at(first, "controleren")
    return at(first, "controleren")


def log_in(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_looking_at_the_start_sets_no_cookie(client: Client, municipality: Municipality) -> None:
    assert client.get(reverse("initiatives:new", args=[municipality.slug])).status_code == 200
    first = begin(client, municipality)
    assert not client.cookies
    assert client.get(first).status_code == 200


def test_plan_without_account_is_finished_on_another_device_and_sent_after_logging_in(
    client: Client, municipality: Municipality, areas: list[Area]
) -> None:
    check = fill(client, begin(client, municipality), neighbourhood=areas[1].code, place="Hoek Dijkstraat")
    assert client.post(check)["Location"].startswith(
        f"{settings.LOGIN_URL}?next=/{municipality.slug}/initiatieven/nieuw/"
    )
    other, user = Client(), UserFactory()
    log_in(other, user)
    page = other.get(check)
    assert page["Cache-Control"].startswith("max-age=0")
    assert page["Referrer-Policy"] == "same-origin"  # no other site learns the secret in the address
    assert "Hoek Dijkstraat" in page.content.decode()
    answer = other.post(check, {"show_name": "on"})
    initiative = Initiative.objects.get()
    assert answer["Location"] == initiative.get_absolute_url()
    assert (initiative.state, initiative.neighbourhood, initiative.asks) == (
        InitiativeState.SUBMITTED,
        areas[1],
        ["money", "space"],
    )
    assert initiative.due_on is not None
    assert initiative.conversation.thread.url == initiative.get_absolute_url()
    assert initiative.team.get().user == user
    # The button once more, the back button, and the link of before: one initiative.
    assert other.post(check, {"show_name": "on"})["Location"] == initiative.get_absolute_url()
    assert client.get(at(check, "plan"))["Location"] == initiative.get_absolute_url()
    assert Initiative.objects.count() == 1
    assert Draft.objects.get().data == {}


def test_sending_twice_by_the_service_makes_one(municipality: Municipality) -> None:
    user = UserFactory()
    draft, _token = drafts.begin(municipality=municipality, kind="energy", by=user)
    fields = {**WHAT, "asks": []}
    first = drafts.send(draft=draft, by=user, fields=fields, name_is_public=False)
    assert drafts.send(draft=draft, by=user, fields=fields, name_is_public=False) == first
    assert first.team.get().is_public is False


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_make_one(municipality: Municipality) -> None:
    user = UserFactory()
    draft, _token = drafts.begin(municipality=municipality, kind="care", by=user)

    def press(_number: int) -> int:
        try:
            sent = drafts.send(draft=draft, by=user, fields={**WHAT, "asks": []}, name_is_public=True)
            return int(sent.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=6) as pool:
        made = set(pool.map(press, range(6)))
    assert len(made) == 1
    assert Initiative.objects.count() == 1


def test_wrong_answers_are_kept_and_told_on_the_last_page(client: Client, municipality: Municipality) -> None:
    first = begin(client, municipality)
    wrong = client.post(first, {**WHAT, "title": "", "summary": "x" * 301})
    assert wrong.status_code == 200
    assert client.get(first).context["form"]["summary"].value() == "x" * 301
    client.post(at(first, "vraag"), {"starts_on": "2027-05-01", "ends_on": "2027-04-01"})
    log_in(client, UserFactory())
    page = client.get(at(first, "controleren"))
    assert [problem["url"].rpartition("/")[2] for problem in page.context["problems"]] == [
        "#id_title",
        "#id_summary",
        "#id_ends_on",
    ]
    assert client.post(at(first, "controleren"), {}).status_code == 200
    assert not Initiative.objects.exists()


def test_click_on_the_map_gives_neighbourhood_and_point_and_keeps_what_was_typed(
    client: Client, municipality: Municipality, areas: list[Area]
) -> None:
    first = begin(client, municipality)
    x, y = projection_of(list(neighbourhoods_of(municipality)), MAP_WIDTH).pixel(4.613, 51.803)
    page = client.post(at(first, "plek"), {"plek.x": round(x), "plek.y": round(y), "place": "Bij de brug"})
    assert page.context["form"]["neighbourhood"].value() == areas[1].code
    data = Draft.objects.get().data
    assert (data["lon"], data["lat"]) == (pytest.approx(4.613, abs=1e-4), pytest.approx(51.803, abs=1e-4))
    assert data["place"] == "Bij de brug"
    assert (
        b"<circle"
        in client.get(
            reverse("initiatives:place_picture", args=[municipality.slug]), {"lon": data["lon"], "lat": data["lat"]}
        ).content
    )
    # Another neighbourhood from the list: the point of before does not lie there.
    client.post(at(first, "plek"), {"neighbourhood": areas[0].code})
    assert Draft.objects.get().data["lon"] is None
    # Enter in a text field presses the map at its corner, which is no click.
    assert client.post(at(first, "plek"), {"plek.x": "0", "plek.y": "0"}).status_code == 302


def test_later_mails_the_link_that_leads_back(client: Client, municipality: Municipality) -> None:
    first = begin(client, municipality)
    later = client.post(first, {**WHAT, "story": "", "later": "1"})["Location"]
    assert client.get(later).context["link"] in client.get(later).content.decode()
    client.post(later, {"email": "bewoner@example.nl"})
    message = Message.objects.get()
    token = message.url.split("/")[-2]
    draft = Draft.objects.get()
    assert token not in str(draft.__dict__)
    assert draft.token_hash == drafts.hash_of(token)
    assert "bewoner@example.nl" not in str(draft.data)
    assert Client().get(message.url)["Location"] == first  # the story is still missing


def test_owner_finds_a_draft_without_its_link_and_others_do_not(municipality: Municipality) -> None:
    owner, stranger = Client(), Client()
    user = UserFactory()
    log_in(owner, user)
    log_in(stranger, UserFactory())
    begin(owner, municipality)
    draft = Draft.objects.get()
    url = reverse("initiatives:draft", args=[municipality.slug, draft.pk])
    assert owner.get(url).status_code == 302
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 404
    elsewhere = MunicipalityFactory()
    assert owner.get(reverse("initiatives:draft", args=[elsewhere.slug, draft.pk])).status_code == 404


def test_drafts_go_after_their_time(municipality: Municipality) -> None:
    draft, token = drafts.begin(municipality=municipality, kind="care", by=None)
    drafts.mail_link(draft=draft, token=token, address="a@example.nl")
    with time_machine.travel(clock.now() + drafts.KEPT_FOR - timedelta(minutes=1)):
        assert drafts.purge() == 0
    with time_machine.travel(clock.now() + drafts.KEPT_FOR + timedelta(minutes=1)):
        assert drafts.purge() == 1
    assert not Draft.objects.exists()
    assert not Message.objects.exists()


def test_throwing_away_deletes(client: Client, municipality: Municipality) -> None:
    first = begin(client, municipality)
    assert client.post(at(first, "weggooien")).status_code == 200
    assert not Draft.objects.exists()
    assert client.get(first).status_code == 404


def stored(name: str) -> bool:
    return default_storage.exists(name)


def test_pictures_are_kept_with_the_draft_and_stand_on_the_page_once_it_is_sent(
    client: Client, municipality: Municipality
) -> None:
    first = begin(client, municipality)
    check = fill(client, first)
    fotos = at(first, "fotos")
    assert Image.open(photo()).getexif().get_ifd(0x8825)
    assert client.post(fotos, {"image": photo(), "alt": "Het veldje", "erbij": "1"})["Location"] == fotos
    # Who goes on with a picture chosen does not lose it; on another device it is there too.
    assert client.post(fotos, {"image": photo(colour="red"), "alt": "De school"})["Location"] == check
    other = Client()
    shown = other.get(check).content.decode()
    one, two = DraftPicture.objects.all()
    for row in (one, two):
        address = reverse("initiatives:draft_picture", args=[municipality.slug, first.split("/")[-3], row.pk])
        assert address in shown
        answer = other.get(address)
        image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
        assert not image.getexif()
        assert "no-store" in answer["Cache-Control"]
    assert not other.cookies.get("sessionid")
    user = UserFactory()
    log_in(other, user)
    other.post(check, {"show_name": "on"})
    initiative = Initiative.objects.get()
    assert [(row.image.name, row.alt) for row in initiative.pictures.all()] == [
        (one.image.name, "Het veldje"),
        (two.image.name, "De school"),
    ]
    assert (initiative.picture, initiative.picture_alt) == (one.image.name, "Het veldje")
    assert stored(one.image.name)
    assert not DraftPicture.objects.exists()


def test_pictures_go_away_with_the_draft_and_nobody_else_sees_them(
    client: Client, municipality: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    names = []
    for _number in range(3):
        first = begin(client, municipality)
        client.post(at(first, "fotos"), {"image": photo(), "alt": "Het veldje", "erbij": "1"})
        names.append(DraftPicture.objects.latest("pk").image.name)
    removed, discarded, _expired = DraftPicture.objects.order_by("pk")
    key = first.split("/")[-3]
    strange = reverse("initiatives:draft_picture", args=[municipality.slug, key, removed.pk])
    assert client.get(strange).status_code == 404, "of another draft"
    with django_capture_on_commit_callbacks(execute=True):
        drafts.remove_picture(draft=removed.draft, number=removed.pk)
        drafts.discard(draft=discarded.draft)
    assert [stored(name) for name in names] == [False, False, True]
    with time_machine.travel(clock.now() + timedelta(days=61)), django_capture_on_commit_callbacks(execute=True):
        drafts.purge()
    assert not stored(names[2])


def test_a_picture_that_is_none_or_not_described_is_told_beside_the_field(
    client: Client, municipality: Municipality
) -> None:
    fotos = at(begin(client, municipality), "fotos")
    no_picture = SimpleUploadedFile("tuin.jpg", b"<?php", "image/jpeg")
    for data, field in (
        ({"image": no_picture, "alt": "Het veldje"}, "image"),
        ({"image": photo(), "alt": " "}, "alt"),
        ({"alt": "Het veldje"}, "image"),
        ({"erbij": "1"}, "image"),
    ):
        assert field in client.post(fotos, data).context["form"].errors
    for _number in range(drafts.MOST_PICTURES):
        client.post(fotos, {"image": photo(), "alt": "Het veldje", "erbij": "1"})
    answer = client.post(fotos, {"image": photo(), "alt": "Een te veel", "erbij": "1"})
    assert answer.context["form"].errors
    assert DraftPicture.objects.count() == drafts.MOST_PICTURES
