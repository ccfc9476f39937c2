"""Following with an account and without: nothing without the link, one click to stop, nothing kept that need not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities import personal_data
from foundation.municipalities import queries_follows as reads
from foundation.municipalities.follow_tokens import FollowToken
from foundation.municipalities.models import Area, Follow, Follower, Municipality, NewsTheme
from foundation.municipalities.queries_follows import Wishes
from foundation.municipalities.services import follows
from foundation.notifications.models import Bounce, Message
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


@pytest.fixture
def area(municipality: Municipality) -> Area:
    return NeighbourhoodFactory(municipality=municipality, name="Havenbuurt")


@pytest.fixture
def theme(municipality: Municipality) -> NewsTheme:
    return NewsTheme.objects.create(municipality=municipality, name="Groen")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def pages(municipality: Municipality, name: str, *rest: str) -> str:
    return reverse(f"municipalities:{name}", args=[municipality.slug, *rest])


def test_address_follows_only_after_the_link_and_the_button(
    client: Client, municipality: Municipality, area: Area, theme: NewsTheme
) -> None:
    shown = client.get(pages(municipality, "follow"), {"buurt": area.code})
    assert shown.context["form"].initial["add_area"] == area
    asked = client.post(
        pages(municipality, "follow"), {"email": "Anna@Voorbeeld.example", "add_area": area.pk, "themes": [theme.pk]}
    )
    assert asked.status_code == 200
    assert not Follow.objects.confirmed().exists()
    message = Message.objects.get()
    assert (message.address, message.context["names"]) == ("anna@voorbeeld.example", ["Havenbuurt", "Groen"])
    assert client.get(message.url).status_code == 200
    assert not Follow.objects.confirmed().exists()  # a scanner of mail opens every link
    confirmed = client.post(message.url)
    assert "Havenbuurt" in confirmed.content.decode()
    assert Follow.objects.confirmed().count() == 2
    assert not client.cookies
    assert not confirmed.cookies
    assert client.post(message.url).status_code == 200
    assert Follow.objects.count() == 2


def test_stranger_adds_nothing_to_what_somebody_follows(municipality: Municipality, area: Area) -> None:
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    follower = Follower.objects.get()
    follows.confirm(follower=follower)
    follows.ask_to_follow(municipality=municipality, address="A@b.example", wishes=Wishes(areas={area.pk}))
    assert Follower.objects.count() == 1
    assert reads.wishes_of(follower) == Wishes(municipality=True)


def test_one_mailbox_is_not_filled_through_us(municipality: Municipality, time_machine: Any) -> None:
    time_machine.move_to("2026-03-12T16:30:00Z", tick=False)
    for _time in range(3):
        follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    assert Message.objects.count() == 1
    time_machine.move_to("2026-03-12T17:00:00Z", tick=False)
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    assert Message.objects.count() == 2


def test_nothing_of_another_municipality_and_no_address_that_is_none(municipality: Municipality) -> None:
    other = NeighbourhoodFactory()
    follows.ask_to_follow(
        municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True, areas={other.pk})
    )
    assert [row.area_id for row in Follow.objects.all()] == [None]
    with pytest.raises(ValidationError):
        follows.ask_to_follow(municipality=municipality, address="geen adres", wishes=Wishes(municipality=True))


def test_form_without_a_choice_or_address_says_so(client: Client, municipality: Municipality) -> None:
    refused = client.post(pages(municipality, "follow"), {"email": ""})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"email", "__all__"}


def test_who_never_confirms_is_forgotten_after_a_week(municipality: Municipality, area: Area) -> None:
    follows.ask_to_follow(municipality=municipality, address="nooit@b.example", wishes=Wishes(municipality=True))
    follows.ask_to_follow(municipality=municipality, address="ja@b.example", wishes=Wishes(municipality=True))
    yes = Follower.objects.get(address="ja@b.example")
    follows.confirm(follower=yes)
    follows.ask_to_follow(municipality=municipality, address="ja@b.example", wishes=Wishes(areas={area.pk}))
    soon = timezone.now() + timedelta(days=6, hours=23)
    assert follows.forget_unconfirmed(now=soon) == 0
    assert follows.forget_unconfirmed(now=soon + timedelta(hours=2)) == 2
    assert [follower.address for follower in Follower.objects.all()] == ["ja@b.example"]
    assert not Message.objects.filter(address="nooit@b.example").exists()
    assert reads.wishes_of(yes) == Wishes(municipality=True)


def test_link_of_a_week_ago_confirms_nothing(municipality: Municipality, client: Client, time_machine: Any) -> None:
    time_machine.move_to("2026-03-01T12:00:00Z", tick=False)
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    link = Message.objects.get().url
    time_machine.move_to("2026-03-08T12:00:01Z", tick=False)
    client.post(link)
    assert not Follow.objects.confirmed().exists()
    follows.forget_unconfirmed()
    assert client.get(link).status_code == 404


def test_one_click_of_a_mail_program_stops_everything_at_once(client: Client, municipality: Municipality) -> None:
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    follower = Follower.objects.get()
    follows.confirm(follower=follower)
    url = FollowToken(follower_id=follower.pk).path(municipality)
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(url).status_code == 200
    assert Follower.objects.exists()  # opening it asks first
    for _time in range(2):
        answer = strict.post(url, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
    assert not Follower.objects.exists()
    assert not Message.objects.filter(address="a@b.example").exists()


def test_link_keeps_a_part_and_can_not_add(
    client: Client, municipality: Municipality, area: Area, theme: NewsTheme
) -> None:
    wishes = Wishes(municipality=True, areas={area.pk})
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=wishes)
    follower = Follower.objects.get()
    follows.confirm(follower=follower)
    url = FollowToken(follower_id=follower.pk).path(municipality)
    client.post(url, {"keep": "1", "areas": [area.pk]})
    assert reads.wishes_of(follower) == Wishes(areas={area.pk})
    follows.keep(follower=follower, wishes=Wishes(municipality=True, areas={area.pk}, themes={theme.pk}))
    assert reads.wishes_of(follower) == Wishes(areas={area.pk})
    client.post(url, {"keep": "1"})
    assert not Follower.objects.exists()


@pytest.mark.parametrize("name", ["follow_choices", "follow_confirm"])
def test_changed_link_does_not_exist(client: Client, municipality: Municipality, name: str) -> None:
    token = FollowToken(follower_id=3).text()
    assert client.post(pages(municipality, name, token[:-2] + "xx")).status_code == 404


def test_switch_on_the_page_of_a_neighbourhood(municipality: Municipality, area: Area) -> None:
    user = UserFactory()
    client = signed_in(user)
    page = pages(municipality, "area", area.code)
    assert "Volg Havenbuurt" in client.get(page).content.decode()
    client.post(pages(municipality, "follow_switch"), {"buurt": area.code})
    assert "Je volgt Havenbuurt" in client.get(page).content.decode()
    follower = Follower.objects.get(user=user)
    assert reads.wishes_of(follower) == Wishes(areas={area.pk})
    client.post(pages(municipality, "follow_switch"))
    assert reads.wishes_of(follower) == Wishes(municipality=True, areas={area.pk})
    for code in ("", area.code):
        client.post(pages(municipality, "follow_switch"), {"buurt": code, "doe": "stop"})
    follower.refresh_from_db()
    assert not reads.wishes_of(follower)
    assert follower.stopped_at is not None


def test_reader_sees_a_link_and_gets_no_cookie(client: Client, municipality: Municipality, area: Area) -> None:
    answer = client.get(pages(municipality, "area", area.code))
    assert f"/rivierdam/volgen/?buurt={area.code}" in answer.content.decode()
    assert not answer.cookies
    for name in ("follow_mine", "follow_switch"):
        assert "/account/login/" in client.post(pages(municipality, name)).headers["Location"]


def test_account_chooses_on_one_page(municipality: Municipality, area: Area, theme: NewsTheme) -> None:
    user = UserFactory()
    Bounce.objects.create(address=user.email, times=3)
    client = signed_in(user)
    data = {"whole": "on", "add_area": area.pk, "themes": [theme.pk]}
    client.post(pages(municipality, "follow_mine"), data)
    follower = Follower.objects.get(user=user)
    assert reads.wishes_of(follower) == Wishes(municipality=True, areas={area.pk}, themes={theme.pk})
    assert not Bounce.objects.exists()
    form = client.get(pages(municipality, "follow")).context["form"]
    assert (form.initial["areas"], form.initial["whole"]) == ([area.pk], True)
    client.post(pages(municipality, "follow_mine"), {"areas": [area.pk]})
    assert reads.wishes_of(follower) == Wishes(areas={area.pk})


def test_person_who_stops_also_stops_for_the_address(municipality: Municipality) -> None:
    user = UserFactory()
    follows.ask_to_follow(municipality=municipality, address=user.email, wishes=Wishes(municipality=True))
    follows.confirm(follower=Follower.objects.get())
    assert follows.stop(municipality=municipality, token=FollowToken(user_id=user.pk))
    assert not follows.stop(municipality=municipality, token=FollowToken(user_id=user.pk))
    left = Follower.objects.get()
    assert (left.user, left.stopped_at is not None) == (user, True)


def test_confirming_again_takes_a_bad_address_back(municipality: Municipality) -> None:
    Bounce.objects.create(address="a@b.example", times=5)
    follows.ask_to_follow(municipality=municipality, address="a@b.example", wishes=Wishes(municipality=True))
    follows.confirm(follower=Follower.objects.get())
    assert not Bounce.objects.exists()


def test_personal_data_are_handed_over_and_erased(municipality: Municipality, area: Area) -> None:
    user = UserFactory()
    follows.switch(by=user, municipality=municipality, area=area, on=True)
    follows.ask_to_follow(municipality=municipality, address=user.email, wishes=Wishes(municipality=True))
    told = personal_data.export_follows(user)
    assert sorted(row["wat"] for part in told for row in part["volgt"]) == ["Havenbuurt", "de gemeente"]
    personal_data.erase(user)
    assert not Follower.objects.exists()
