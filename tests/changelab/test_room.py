"""Forty people in a room with a telephone, a personal link and no account; two facilitators who group what they see."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changelab import links
from changelab.enums import LabRole
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Insight, Lab, LabMember, Observation
from changelab.services import journey, labs, members
from foundation.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, lab_member, open_cohort
from tests.factories.learning_network import lead

pytestmark = pytest.mark.django_db


def asked(made: Lab, number: int) -> list[LabMember]:
    """People who got a personal link, and have no account."""
    rows = [
        LabMember(lab=made, email=f"gast{one}@wijk.example", role=LabRole.RESIDENT, invited_at=timezone.now())
        for one in range(number)
    ]
    return LabMember.objects.bulk_create(rows)


def room(member: LabMember) -> str:
    return reverse("changelab:room", args=[links.token_of(member)])


def boss_of(made: Lab) -> User:
    found = LabMember.objects.get(lab=made, role=LabRole.LEAD).user
    assert found is not None
    return found


def send(member: LabMember, text: str, key: uuid.UUID | None = None) -> int:
    return Client().post(room(member), {"text": text, "sent_key": str(key or uuid.uuid4())}).status_code


@pytest.mark.django_db(transaction=True)
def test_forty_people_bring_in_what_they_see_at_the_same_moment() -> None:
    made = lab()
    people = asked(made, 40)

    def bring_in(number: int) -> int:
        try:
            key = uuid.uuid4()
            return max(send(people[number], f"Gezien door {number}", key) for _twice in range(2))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(bring_in, range(40))) == {302}
    rows = Observation.objects.filter(lab=made)
    assert sorted(rows.values_list("text", flat=True)) == sorted(f"Gezien door {number}" for number in range(40))
    assert set(rows.values_list("author", "level")) == {(None, "cohort")}


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_who_group_at_once_lose_nothing() -> None:
    boss = lead()
    made = lab(open_cohort(by=boss))
    rows = [journey.observe(lab=made, by=boss, text=f"Gezien {number}") for number in range(12)]
    piles = [rows[:8], rows[4:]]  # four stand on both screens

    def group(number: int) -> str:
        try:
            client = Client()
            client.force_login((boss, boss_of(made))[number])
            chosen = {"observation": [row.pk for row in piles[number]], "new_insight": f"Inzicht {number}"}
            path = reverse("changelab:group", args=[made.cohort.slug, made.slug])
            return client.post(path, chosen, follow=True).content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(group, range(2)))
    found = {one.text: one.observations.count() for one in Insight.objects.filter(lab=made)}
    assert sum(found.values()) == Observation.objects.filter(lab=made, insight__isnull=False).count() == 12
    assert sorted(found.values()) == [4, 8]


def test_who_is_second_with_everything_hears_so_and_makes_no_empty_insight() -> None:
    made = lab()
    by = boss_of(made)
    rows = [journey.observe(lab=made, by=by, text=f"Gezien {number}") for number in range(2)]
    journey.find_insight(lab=made, by=by, text="Eerste", observations=rows, loose_only=True)
    with pytest.raises(ChangelabError):
        journey.find_insight(lab=made, by=by, text="Tweede", observations=rows, loose_only=True)
    assert list(Insight.objects.values_list("text", flat=True)) == ["Eerste"]


def test_the_page_of_the_room_has_one_field_and_is_ready_for_the_next() -> None:
    [member] = asked(lab(), 1)
    client, path = Client(), room(member)
    html = client.get(path).content.decode()
    assert len(re.findall(r"<textarea", html)) == 1
    assert path in client.get(reverse("changelab:join", args=[links.token_of(member)])).content.decode()
    key = re.search(r'name="sent_key" value="([^"]+)"', html)
    assert key is not None
    again = client.post(path, {"text": "Lege bankjes", "sent_key": key[1]}, follow=True).content.decode()
    assert "Het is binnen" in again
    assert f'value="{key[1]}"' not in again
    empty = client.post(path, {"text": " ", "sent_key": str(uuid.uuid4())})
    assert empty.status_code == 422
    assert Observation.objects.count() == 1


@pytest.mark.parametrize("ending", ["left", "joined", "stopped", "broken"])
def test_a_link_that_ended_brings_nothing_in(ending: str) -> None:
    boss = lead()
    made = lab(open_cohort(by=boss))
    [member] = asked(made, 1)
    path = room(member)
    if ending == "left":
        members.leave(member=member, by=boss)
    elif ending == "joined":
        members.accept(member=member, by=UserFactory())
    elif ending == "stopped":
        labs.stop(lab=made, reason="Wethouder weg.", by=boss)
    else:
        path = path[:-3] + "x/"
    answer = Client().post(path, {"text": "Toch nog", "sent_key": str(uuid.uuid4())})
    assert answer.status_code in (302, 404)
    if ending != "broken":
        with pytest.raises((WrongMoment, ChangelabError)):
            journey.observe_by_link(member=member, text="Toch nog", sent_key=uuid.uuid4())
    assert not Observation.objects.exists()


def test_the_screen_of_the_facilitator_takes_in_what_comes_without_losing_what_is_ticked() -> None:
    made = lab()
    by = boss_of(made)
    client = Client()
    client.force_login(by)
    page = reverse("changelab:journey", args=[made.cohort.slug, made.slug])
    arrivals = re.compile(r'hx-get="([^"]+)" hx-trigger="every 8s" hx-target="#losse-observaties" hx-swap="beforeend"')
    first = arrivals.search(client.get(page).content.decode())
    assert first is not None
    part = {"HX-Request": "true"}
    assert client.get(first[1], headers=part).status_code == 204
    seen = journey.observe(lab=made, by=by, text="Lege bankjes")
    came = client.get(first[1], headers=part).content.decode()
    assert f'id="observatie-{seen.pk}"' in came
    following = arrivals.search(came)
    assert following is not None
    assert client.get(following[1], headers=part).status_code == 204
    assert client.get(first[1])["Location"] == page  # a part is no page
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(first[1]).status_code == 403


def test_four_hundred_observations_cost_the_same_queries_as_one() -> None:
    made = lab()
    by = boss_of(made)
    client = Client()
    client.force_login(by)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("changelab:journey", args=[made.cohort.slug, made.slug])).status_code == 200
        return len(found)

    insight = journey.find_insight(lab=made, by=by, text="Schaduw")
    _many(made, by, 1, None)
    _many(made, by, 1, insight)
    queries()
    few = queries()
    _many(made, by, 200, None)
    _many(made, by, 200, insight)
    assert queries() == few


def _many(made: Lab, by: User, number: int, insight: Any) -> None:
    Observation.objects.bulk_create(
        Observation(lab=made, author=by, text=f"Gezien {one}", insight=insight) for one in range(number)
    )


def test_a_member_with_an_account_brings_in_under_their_own_name() -> None:
    made = lab()
    own = lab_member(made)
    assert journey.observe(lab=made, by=own, text="Lege bankjes").author == own
