from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.core import clock
from learning_network import search
from learning_network.enums import SharedState, Visibility
from learning_network.models import AdviceRequest, Member, Tool
from learning_network.services import advice
from tests.factories import learning_sharing as sharing
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db
PEOPLE = ("stranger", "resident", "member", "elsewhere", "inside", "lead")
# Visibility -> who finds it.
FINDS = {
    Visibility.LAB: {"inside", "lead"},
    Visibility.NETWORK: {"member", "elsewhere", "inside", "lead"},
    Visibility.EVERYONE: set(PEOPLE),
}


def codes(user: Any, text: str) -> set[str]:
    return {group.kind.code for group in search.everywhere(user, text)}


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_finds_exactly_what_they_may_read(visibility: str, who: str) -> None:
    boss = lead()
    programme = running(by=boss)
    asker = participant(enrolment(programme))
    people: dict[str, Any] = {
        "stranger": AnonymousUser(),
        "resident": UserFactory(),
        "member": member(),
        "elsewhere": participant(enrolment(running())),
        "inside": participant(enrolment(programme)),
        "lead": boss,
    }
    town = asker.participations.get().enrolment.municipality
    row = AdviceRequest.objects.create(
        title="Zonneweide", situation="x", wants="y", until=clock.today() + timedelta(days=9), programme=programme,
        municipality=town, author=asker, visibility=visibility, state=SharedState.SHARED, shared_at=clock.now(),
    )  # fmt: skip
    row.advices.create(author=boss, text="Begin met een zonneweide van de buurt.")
    Tool.objects.create(
        title="Zonneweide plannen", summary="x", situation="y", steps="z", programme=programme, author=asker,
        visibility=visibility, state=SharedState.SHARED, shared_at=clock.now(),
    )  # fmt: skip
    wanted = {"vragen", "adviezen", "ehbo"} if who in FINDS[Visibility(visibility)] else set()
    assert codes(people[who], "zonneweide") == wanted
    for state in ({"state": SharedState.DRAFT}, {"state": SharedState.SHARED, "hidden_at": clock.now()}):
        type(row).objects.filter(pk=row.pk).update(**state)
        finds_still = who == "lead" and "hidden_at" in state
        assert ("vragen" in codes(people[who], "zonneweide")) == finds_still


def test_members_are_found_by_members_only_and_only_who_is_listed() -> None:
    member(user=UserFactory(name="Wilhelmina Buitenbos"), about="Weet alles van energiecoöperaties")
    shy = member(user=UserFactory(name="Cornelis Buitenbos"), is_listed=False)
    found = search.everywhere(member(), "Buitenbos")
    assert [hit.title for hit in found[0].hits] == ["Wilhelmina Buitenbos"]
    assert codes(member(), "energiecoöperaties") == {"leden"}
    assert codes(UserFactory(), "Buitenbos") == set()
    assert Member.objects.get(user=shy).is_listed is False


def test_words_are_marked_and_what_people_typed_is_escaped() -> None:
    user = member(municipality=OfficialFactory())
    town = Member.objects.get(user=user).municipality
    advice.ask(
        by=user,
        municipality=town,
        title="Buurtbudget",
        situation="<script>alert(1)</script> Het buurtbudget is klein.",
        wants="Hoe groot?",
        until=clock.today() + timedelta(days=5),
        visibility=Visibility.NETWORK,
    )
    [group] = search.everywhere(user, "buurtbudget")
    [hit] = group.hits
    assert "<mark>" in hit.piece
    assert "<script>" not in hit.piece


def test_search_costs_one_query_for_each_kind_however_much_is_found(client: Client) -> None:
    user = member(municipality=OfficialFactory())
    Member.objects.filter(user=user).update(welcomed_at=clock.now())
    client.force_login(user)
    town = Member.objects.get(user=user).municipality

    def asked(number: int) -> None:
        for _one in range(number):
            advice.ask(
                by=user, municipality=town, title="Tuin", situation="Tuin", wants="Tuin",
                until=clock.today() + timedelta(days=5), visibility=Visibility.NETWORK,
            )  # fmt: skip

    def cost(**more: str) -> int:
        with CaptureQueriesContext(connection) as spent:
            page = client.get(reverse("learning_network:search"), {"zoek": "tuin", **more})
            assert page.status_code == 200
        return len(spent)

    asked(1)
    cost()
    one, one_kind = cost(), cost(soort="vragen")
    asked(7)
    assert (cost(), cost(soort="vragen")) == (one, one_kind)


def test_the_page_of_search_sets_no_cookie_and_takes_any_text(client: Client) -> None:
    for text in ("", "a & | ! ( :*", "\x00", "'", "zoek " * 60):
        page = client.get(reverse("learning_network:search"), {"zoek": text})
        assert page.status_code == 200
        assert not page.cookies


def test_a_lesson_says_that_it_went_wrong_and_names_nobody_who_wants_no_names() -> None:
    town = OfficialFactory(name="Zeldzaamstad")
    where = sharing.place(running(), town, UserFactory(name="Geheime Schrijver"))
    sharing.lesson(where, title="De zonneweide bleef leeg", outcome="failure", credit="nobody")
    html = Client().get(reverse("learning_network:search"), {"zoek": "zonneweide"}).content.decode()
    assert "dit ging mis" in html.lower()
    assert "Zeldzaamstad" not in html
    assert "Geheime Schrijver" not in html


def test_home_and_programme_have_one_field_that_searches_everything() -> None:
    programme = running()
    for url in (reverse("learning_network:home"), programme.get_absolute_url()):
        html = Client().get(url).content.decode()
        assert f'action="{reverse("learning_network:search")}"' in html
