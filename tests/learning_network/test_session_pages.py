from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.meetings.models import ActionPoint, Attendee, Minutes
from foundation.meetings.times import span_of
from foundation.notifications.models import Message
from learning_network.models import Nudge, Programme, Session, Yield
from learning_network.services import programmes, sessions
from learning_network.services.sessions import Outline
from tests.factories import learning_network as make
from tests.factories.accounts import UserFactory
from tests.learning_network.test_sessions import fill

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
RHYTHM: dict[str, Any] = {
    "first": "2026-10-01",
    "begin": "13:00",
    "end": "17:00",
    "every_weeks": "6",
    "times": "4",
    "avoid": "on",
    "schools": ["autumn", "christmas"],
    "usual": "on",
    "link": "",
}


class Scene:
    """Two municipalities, and who opens the pages."""

    def __init__(self, client: Client) -> None:
        self.client, self.boss = client, make.lead()
        self.programme: Programme = make.running(by=self.boss)
        self.places = [make.enrolment(self.programme) for _ in range(2)]
        self.people = [make.participant(place) for place in self.places]

    def at(self, name: str, *rest: Any) -> str:
        return reverse(f"learning_network:{name}", args=[self.programme.slug, *rest])

    def as_(self, user: User) -> Client:
        self.client.force_login(user, BACKEND)
        return self.client

    def plan(self, day: date = date(2026, 10, 1)) -> Session:
        outline = Outline(span_of(day, time(13), time(17)), host=self.places[0])
        return sessions.plan(programme=self.programme, outlines_=[outline], by=self.boss)[0]


@pytest.fixture
def scene(client: Client, settings: LazySettings) -> Iterator[Scene]:
    settings.TWO_FACTOR_FOR_STAFF = False
    with time_machine.travel(datetime(2026, 9, 1, 9, 0, tzinfo=UTC), tick=False):
        yield Scene(client)


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, as a browser sends them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def test_a_series_is_planned_from_a_rhythm_with_every_date_to_be_changed(scene: Scene) -> None:
    url, client = scene.at("sessions_plan"), scene.as_(scene.boss)
    preview = client.post(url, RHYTHM)
    page = preview.content.decode()
    assert preview.status_code == 200
    assert Session.objects.count() == 0
    for day in ("2026-10-01", "2026-11-12", "2027-01-07", "2027-02-04"):
        assert f'value="{day}"' in page
    assert "kerstvakantie" in page
    fields = hidden(page)
    assert fields["schools"] == ["autumn", "christmas"]
    typed = {
        **{f"{name}_{n}": value for n in range(1, 5) for name, value in (("begin", "13:00"), ("end", "17:00"))},
        "day_1": "2026-10-01",
        "day_2": "2026-11-13",
        "day_3": "2027-01-07",
        "day_4": "",
        "host_1": str(scene.places[0].pk),
        "theme_1": "Loslaten",
        "end_2": "12:00",
        "begin_2": "09:30",
    }
    done = client.post(url, {**fields, **typed, "stap": "data"})
    assert done.status_code == 302, done.content.decode()
    rows = list(Session.objects.with_meeting())
    assert [(one.theme, one.host) for one in rows] == [("Loslaten", scene.places[0]), ("", None), ("", None)]
    assert rows[1].meeting.starts_at == datetime(2026, 11, 13, 8, 30, tzinfo=UTC)
    assert Message.objects.filter(kind="meetings.series_planned").count() == 3
    again = client.post(url, {**fields, **typed, "stap": "data"})  # the same press twice
    assert again.status_code == 200
    assert Session.objects.count() == 3


def test_going_back_keeps_the_rhythm_and_wrong_dates_are_said(scene: Scene) -> None:
    url, client = scene.at("sessions_plan"), scene.as_(scene.boss)
    fields = hidden(client.post(url, RHYTHM).content.decode())
    back = client.post(url, {**fields, "stap": "terug"}).content.decode()
    assert 'value="2026-10-01"' in back
    assert 'name="every_weeks" value="6"' in back
    wrong = client.post(url, {**fields, "stap": "data", "day_1": "31 februari"})
    assert wrong.status_code == 200
    assert Session.objects.count() == 0
    assert "31 februari" in wrong.content.decode()
    upside_down = client.post(url, {**RHYTHM, "end": "12:00"})
    assert "Het einde" in upside_down.content.decode()


def test_somebody_says_whether_they_come_and_the_lead_asks_the_others(scene: Scene) -> None:
    session = scene.plan()
    client = scene.as_(scene.people[0])
    assert "Kom je?" in client.get(session.get_absolute_url()).content.decode()
    client.post(scene.at("session_reply", session.pk), {"antwoord": "ja"})
    assert Attendee.objects.get(meeting=session.meeting, user=scene.people[0]).state == "going"
    assert client.post(scene.at("session_reply", session.pk), {"antwoord": "graag"}).status_code == 404
    client = scene.as_(scene.boss)
    page = client.get(scene.at("session_staff", session.pk)).content.decode()
    assert page.count('name="gemeente"') == 1
    for _press in range(2):
        client.post(scene.at("session_nudge", session.pk), {"gemeente": str(scene.places[1].pk)})
    assert Nudge.objects.count() == 1
    assert Message.objects.filter(kind="learning_network.nudge").count() == 1
    assert "vandaag gevraagd" in client.get(scene.at("session_staff", session.pk)).content.decode()


def test_one_press_in_the_room_saves_everything_and_a_second_writes_nothing_twice(scene: Scene) -> None:
    session = scene.plan()
    client, url = scene.as_(scene.boss), scene.at("session_room", session.pk)
    fields = hidden(client.get(url).content.decode())
    row = Attendee.objects.get(meeting=session.meeting, user=scene.people[0])
    question = scene.programme.questions.all()[0]
    typed = {
        **fields,
        "aanwezig": [str(row.pk)],
        "gast": "Ans",
        "gast_gemeente": str(scene.places[1].pk),
        "notulen": "We spraken over geld.",
        "opbrengst": "Begin klein",
        "opbrengst_vraag": str(question.pk),
        "opbrengst_gemeente": str(scene.places[0].pk),
        "actie": "Raad bellen",
        "actie_wie": str(scene.people[0].pk),
        "actie_dag": "2026-10-20",
    }
    for _press in range(2):
        assert client.post(url, typed).status_code == 302
    row.refresh_from_db()
    assert row.came
    assert Attendee.objects.filter(meeting=session.meeting, name="Ans").count() == 1
    assert Minutes.objects.get(meeting=session.meeting).text == "We spraken over geld."
    assert [(one.question, one.enrolment) for one in Yield.objects.all()] == [(question, scene.places[0])]
    assert [(one.owner, one.due_on) for one in ActionPoint.objects.all()] == [(scene.people[0], date(2026, 10, 20))]
    page = client.get(url).content.decode()
    assert "Begin klein" in page
    client.post(url, {**hidden(page), "aanwezig": [str(row.pk)], "opbrengst_weg": str(Yield.objects.get().pk)})
    assert not Yield.objects.exists()
    row.refresh_from_db()
    assert row.came


def test_two_laptops_overwrite_nothing_of_each_other(scene: Scene) -> None:
    session = scene.plan()
    client, url = scene.as_(scene.boss), scene.at("session_room", session.pk)
    mine = hidden(client.get(url).content.decode())
    theirs = dict(mine)
    one, other = (Attendee.objects.get(meeting=session.meeting, user=person) for person in scene.people)
    client.post(url, {**theirs, "aanwezig": [str(other.pk)], "notulen": "Van de ander"})
    clash = client.post(url, {**mine, "aanwezig": [str(one.pk)], "notulen": "Van mij", "opbrengst": "Een regel"})
    page = clash.content.decode()
    assert clash.status_code == 200
    assert "Van de ander" in page
    assert "Van mij" in page
    assert Minutes.objects.get().text == "Van de ander"
    assert Yield.objects.count() == 1
    assert {row.came for row in (Attendee.objects.get(pk=one.pk), Attendee.objects.get(pk=other.pk))} == {True}
    again = client.post(url, {**hidden(page), "notulen": "Van ons samen", "aanwezig": [str(one.pk), str(other.pk)]})
    assert again.status_code == 302
    assert Minutes.objects.get().text == "Van ons samen"


PAGES = (
    ("sessions", False, {"lead", "facilitator", "participant"}),
    ("session", True, {"lead", "facilitator", "participant"}),
    ("session_room", True, {"lead", "facilitator"}),
    ("sessions_staff", False, {"lead", "facilitator"}),
    ("sessions_plan", False, {"lead", "facilitator"}),
    ("session_new", False, {"lead", "facilitator"}),
    ("session_staff", True, {"lead", "facilitator"}),
    ("session_change", True, {"lead", "facilitator"}),
)


def test_who_opens_which_page(scene: Scene) -> None:
    session = scene.plan()
    facilitator = UserFactory()
    programmes.give_role(programme=scene.programme, user=facilitator, kind="facilitator", by=scene.boss)
    people = {
        "lead": scene.boss,
        "facilitator": facilitator,
        "participant": scene.people[0],
        "member": make.member(),
        "other lead": make.lead(),
    }
    for name, user in people.items():
        client = scene.as_(User.objects.get(pk=user.pk))
        for page, takes_session, may in PAGES:
            answer = client.get(scene.at(page, *([session.pk] if takes_session else [])))
            assert answer.status_code == (200 if name in may else 403), f"{name} on {page}: {answer.status_code}"
    other = make.running(by=scene.boss)
    scene.as_(scene.boss)
    wrong = reverse("learning_network:session_staff", args=[other.slug, session.pk])
    assert scene.client.get(wrong).status_code == 404


@pytest.mark.parametrize("page", ["sessions", "session", "session_room", "sessions_staff", "session_staff", "lead"])
def test_pages_ask_as_much_of_the_database_with_many_municipalities_and_people(scene: Scene, page: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            arguments = [session.pk] if page in ("session", "session_room", "session_staff") else []
            assert scene.client.get(scene.at(page, *arguments)).status_code == 200
        return len(caught)

    session = scene.plan()
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        scene.as_(scene.boss)
        asked()
        before = asked()
        fill(scene.programme, 10, 30)
        with time_machine.travel(datetime(2026, 9, 2, tzinfo=UTC), tick=False):
            scene.plan(date(2026, 11, 12))
            scene.plan(date(2026, 12, 3))
        assert asked() == before


def test_who_runs_a_programme_proves_who_they_are_twice_before_managing_its_meetings(
    scene: Scene, settings: LazySettings
) -> None:
    session = scene.plan()
    series = session.meeting.series
    manage = reverse("meetings_installation:manage_series", args=[series.pk])
    assert scene.as_(scene.boss).get(manage).status_code == 200
    settings.TWO_FACTOR_FOR_STAFF = True
    asked = scene.as_(scene.boss).get(manage)
    assert asked.status_code == 302
    assert reverse("accounts:two_factor_needed") in asked.headers["Location"]


def test_a_sign_that_the_database_cannot_keep_does_not_lose_what_was_typed(scene: Scene) -> None:
    session = scene.plan()
    client, url = scene.as_(scene.boss), scene.at("session_room", session.pk)
    fields = hidden(client.get(url).content.decode())
    client.post(url, {**fields, "notulen": "Een\x00 zin.", "actie": "Bel\x00 de school"})
    assert Minutes.objects.get().text == "Een zin."
    assert ActionPoint.objects.get().text == "Bel de school"
