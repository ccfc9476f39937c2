"""A programme of ten municipalities over seven months, on a moved clock, through the pages that people use.

The clock is moved to each day on which something happens; what beat does is called as beat does it. One session is moved,
one municipality stops, one joins later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings import tasks as meeting_tasks
from foundation.meetings.addresses import address
from foundation.meetings.calendar import files_of_message
from foundation.meetings.models import Attendee
from foundation.municipalities.models import OfficialMunicipality
from foundation.notifications.models import Message
from learning_network import links, tasks
from learning_network.enums import ProgrammeState, Stage
from learning_network.models import Enrolment, Participant, Programme, Session, Yield
from learning_network.queries import sessions as queries
from learning_network.services import participants
from tests.factories import learning_network as make
from tests.factories.accounts import UserFactory
from tests.learning_network import exchange_steps

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
START = datetime(2026, 9, 1, 9, 0, tzinfo=clock.AMSTERDAM)
NAMES = (
    "Aalburg",
    "Bergen",
    "Culemborg",
    "Diemen",
    "Elburg",
    "Franeker",
    "Geertruidenberg",
    "Harlingen",
    "IJlst",
    "Kampen",
)


class Journey:
    """Everybody in it, and the clock."""

    def __init__(self, client: Client, travel: time_machine.Traveller) -> None:
        self.client, self.travel = client, travel
        self.boss = make.lead(name="Programmaleider")
        self.towns: list[OfficialMunicipality] = [make.OfficialFactory(name=name) for name in NAMES]
        self.people: dict[str, list[User]] = {}
        self.programme: Programme = Programme()

    def at(self, name: str, *rest: Any) -> str:
        return reverse(f"learning_network:{name}", args=[self.programme.slug, *rest])

    def as_(self, user: User) -> Client:
        self.client.force_login(User.objects.get(pk=user.pk), BACKEND)
        return self.client

    def on(self, day: date, hour: int = 10) -> None:
        """Some day at this Dutch hour, with what beat does on the way."""
        self.travel.move_to(datetime.combine(day, time(hour), tzinfo=clock.AMSTERDAM))
        tasks.nudge_municipalities()
        meeting_tasks.send_reminders()

    def sees(self, user: User | None, page: str, *words: str) -> str:
        client = self.as_(user) if user is not None else Client()
        answer = client.get(page)
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
        text = re.sub(r"\s+", " ", answer.content.decode())
        for word in words:
            assert word in text, f"{word!r} does not stand on {page}"
        return text

    def does(self, user: User, page: str, at: str = "", **data: Any) -> str:
        """Send a form of a page with its hidden fields; the page it leads to.

        Args:
            at: the page that shows the form, where that is another one.
        """
        shown = self.as_(user).get(at or page)
        fields = hidden(shown.content.decode()) if shown.status_code == 200 else {}
        answer = self.client.post(page, {**fields, **data})
        assert answer.status_code == 302, f"{page}: {answer.status_code} {_errors(answer)}"
        return str(answer["Location"])

    def card(self, town: str) -> Enrolment:
        return Enrolment.objects.select_related("municipality").get(programme=self.programme, municipality__name=town)

    def stage(self, stage: str, *towns: str, reason: str = "") -> None:
        """Move cards on the board."""
        cards = [f"{card.pk}:{card.version}" for card in map(self.card, towns)]
        data = {"kaart": cards, "stage": stage, **({"reason": reason} if reason else {})}
        answer = self.as_(self.boss).post(self.at("board_move"), data)
        assert answer.status_code == 302, _errors(answer)
        assert {self.card(town).stage for town in towns} == {stage}

    def joins(self, town: str, count: int = 2) -> None:
        """People of a municipality are asked by mail, follow their link and accept the ground rules."""
        for number in range(count):
            user = UserFactory()
            asked = participants.invite(
                enrolment=self.card(town), email=user.email, by=self.people.get(town, [self.boss])[0]
            )
            assert Message.objects.filter(address=user.email, kind="learning_network.invited").count() == 1
            page = links.address_of(asked)
            self.sees(None, page, self.programme.title)
            self.does(user, page, accept="on", function=f"Adviseur {number}")
            self.people.setdefault(town, []).append(user)

    def sessions(self) -> list[Session]:
        return list(Session.objects.filter(programme=self.programme).with_meeting())

    def told(self, kind: str, **fields: Any) -> Counter[int]:
        """Person -> how many messages of a kind."""
        rows = Message.objects.filter(kind=kind, **fields).values_list("recipient_id", flat=True)
        return Counter(pk for pk in rows if pk is not None)

    def everybody(self) -> set[int]:
        present = Participant.objects.present().filter(enrolment__programme=self.programme)
        return set(present.values_list("user_id", flat=True)) | {self.boss.pk}


def hidden(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def _errors(answer: Any) -> str:
    errors = re.findall(r'class="[^"]*(?:error|invalid)[^"]*"[^>]*>(.*?)</', answer.content.decode(), re.DOTALL)
    return " | ".join(" ".join(error.split()) for error in errors)[:600]


@pytest.fixture
def journey(client: Client, settings: LazySettings) -> Iterator[Journey]:
    settings.TWO_FACTOR_FOR_STAFF = False
    with time_machine.travel(START, tick=True) as travel:
        yield Journey(client, travel)


def test_ten_municipalities_learn_together_for_seven_months(journey: Journey) -> None:
    _prepared(journey)
    _recruited(journey)
    _planned(journey)
    _first_session(journey)
    _moved(journey)
    _one_stops_and_one_joins(journey)
    _second_session(journey)
    _last_sessions(journey)
    exchange_steps.practices_are_written_and_compared(journey)
    exchange_steps.a_lesson_went_wrong_and_is_found(journey)
    exchange_steps.advice_is_asked_given_and_used(journey)
    exchange_steps.red_threads_are_published(journey)
    _harvested(journey)
    exchange_steps.municipalities_say_what_they_will_do(journey)


def _prepared(journey: Journey) -> None:
    """From the template to a programme that runs."""
    away = journey.does(
        journey.boss, reverse("learning_network:new"), title="Burgers aan het stuur", starts_on="2026-09-01"
    )
    journey.programme = Programme.objects.get()
    assert journey.programme.slug in away
    journey.does(
        journey.boss,
        journey.at("plan"),
        title="Burgers aan het stuur",
        summary="Tien gemeenten leren loslaten.",
        purpose="Taken en budgetten overdragen aan bewoners.",
        places="10",
        fee_cents="4500",
        fee_text="",
    )
    assert Client().get(journey.programme.get_absolute_url()).status_code == 404  # still in preparation
    journey.does(journey.boss, journey.at("life"), what="begin")
    journey.programme.refresh_from_db()
    assert journey.programme.state == ProgrammeState.RUNNING
    journey.sees(None, journey.programme.get_absolute_url(), "Burgers aan het stuur")


def _recruited(journey: Journey) -> None:
    """Nine municipalities come over the stages of the board into the programme; one goes on talking."""
    codes = [town.pk for town in journey.towns]
    journey.does(journey.boss, journey.at("board_add"), gemeente=codes)
    journey.stage(Stage.IN_TALKS, *NAMES)
    journey.on(date(2026, 9, 14))
    journey.stage(Stage.NEARLY_AGREED, *NAMES[:9])
    journey.on(date(2026, 9, 21))
    journey.stage(Stage.COMMITTED, *NAMES[:9])
    for town in NAMES[:9]:
        journey.joins(town)
    assert {journey.card(town).stage for town in NAMES[:9]} == {Stage.TAKING_PART}
    journey.sees(journey.boss, journey.at("board"), *NAMES)


def _planned(journey: Journey) -> None:
    """Four sessions in one go, each held by another municipality; everybody gets one message with four calendar files."""
    url = journey.at("sessions_plan")
    rhythm: dict[str, Any] = {
        "first": "2026-10-08",
        "begin": "13:00",
        "end": "17:00",
        "every_weeks": "7",
        "times": "4",
        "avoid": "on",
        "schools": ["autumn", "christmas", "spring", "may", "summer"],
        "usual": "on",
    }
    preview = journey.as_(journey.boss).post(url, rhythm)
    fields = hidden(preview.content.decode())
    days = re.findall(r'name="day_\d+" value="([^"]+)"', preview.content.decode())
    assert days == ["2026-10-08", "2026-11-26", "2027-01-14", "2027-03-11"]  # past the spring holiday
    data: dict[str, Any] = {**fields, "stap": "data"}
    for number, (day, town) in enumerate(zip(days, NAMES, strict=False), start=1):
        data |= {
            f"day_{number}": day,
            f"begin_{number}": "13:00",
            f"end_{number}": "17:00",
            f"host_{number}": str(journey.card(town).pk),
            f"theme_{number}": ("Welke taken?", "Wat staat in de weg?", "Steun in huis", "Wat levert het op?")[
                number - 1
            ],
        }
    answer = journey.client.post(url, data)
    assert answer.status_code == 302, _errors(answer)
    planned = journey.sessions()
    assert [one.host.municipality.name for one in planned if one.host] == list(NAMES[:4])
    assert journey.told("meetings.series_planned") == Counter(dict.fromkeys(journey.everybody(), 1))
    someone = journey.people["Diemen"][0]
    letter = Message.objects.get(kind="meetings.series_planned", recipient=someone)
    assert len(list(files_of_message(letter))) == 4
    journey.sees(someone, journey.programme.get_absolute_url(), "Sessie 1: Welke taken?")


def _first_session(journey: Journey) -> None:
    """People answer, municipalities without anybody are asked once by the clock, the room is run on a laptop."""
    first = journey.sessions()[0]
    for town in NAMES[:7]:
        for user in journey.people[town]:
            journey.does(user, journey.at("session_reply", first.pk), first.get_absolute_url(), antwoord="ja")
    journey.on(date(2026, 9, 29), hour=14)
    journey.on(date(2026, 9, 30))
    asked = {user.pk for town in NAMES[7:9] for user in journey.people[town]}
    assert journey.told("learning_network.nudge") == Counter(dict.fromkeys(asked, 1))
    journey.does(
        journey.people["IJlst"][0], journey.at("session_reply", first.pk), first.get_absolute_url(), antwoord="ja"
    )
    journey.on(date(2026, 10, 8), hour=14)
    _in_the_room(journey, first, NAMES[:7], {"Aalburg": "Begin bij het groen"})


def _in_the_room(journey: Journey, session: Session, towns: tuple[str, ...], brought: dict[str, str]) -> None:
    """Tick who is there, write minutes, yields and an action point, and publish the minutes."""
    there = {user.pk for town in towns for user in journey.people[town]}
    rows = session.meeting.attendees.filter(user__in=there)
    url = journey.at("session_room", session.pk)
    question = journey.programme.questions.all()[0]
    for town, text in brought.items():
        journey.does(
            journey.boss,
            url,
            aanwezig=[str(row.pk) for row in rows],
            notulen=f"Verslag van de sessie in {town}.",
            opbrengst=text,
            opbrengst_vraag=str(question.pk),
            opbrengst_gemeente=str(journey.card(town).pk),
            actie=f"{town} deelt de afspraken",
            actie_wie=str(journey.people[town][0].pk),
        )
    journey.does(journey.boss, url, aanwezig=[str(row.pk) for row in rows], notulen="Verslag.", doe="gehouden")
    journey.does(journey.boss, address("minutes_publish", session.meeting.series, session.meeting_id), url)


def _moved(journey: Journey) -> None:
    """The second session moves by a week: everybody is told once, calendars keep their event."""
    journey.on(date(2026, 10, 20))
    second = journey.sessions()[1]
    before = second.meeting.sequence
    uid = second.meeting.parts.get().uid
    page = address("move", second.meeting.series, second.meeting_id)
    journey.does(journey.boss, page, day_0="2026-12-03", begin_0="13:00", end_0="17:00", reason="De zaal is dubbel")
    assert journey.told("meetings.moved") == Counter(dict.fromkeys(journey.everybody(), 1))
    second = journey.sessions()[1]
    assert second.meeting.sequence == before + 1
    assert second.meeting.parts.get().uid == uid
    journey.sees(
        journey.people["Bergen"][0], second.get_absolute_url(), "Sessie 2", "3 december 2026", "De zaal is dubbel"
    )


def _one_stops_and_one_joins(journey: Journey) -> None:
    """One municipality stops and gets nothing any more; one comes in and gets the sessions that are left."""
    journey.on(date(2026, 11, 2))
    gone = journey.people["Bergen"]
    journey.stage(Stage.STOPPED, "Bergen", reason="Geen geld meer")
    first, *others = journey.sessions()
    for session in others:
        assert not session.meeting.attendees.on_the_list().filter(user__in=gone).exists()
    assert first.meeting.attendees.filter(user__in=gone, came=True).count() == 2
    assert journey.as_(gone[0]).get(others[0].get_absolute_url()).status_code == 403
    # It was to hold the second session: another municipality takes that over, and everybody hears where it is.
    second = others[0]
    staff = journey.at("session_staff", second.pk)
    journey.sees(journey.boss, staff, "Bergen doet niet meer mee")
    journey.does(
        journey.boss,
        journey.at("session_change", second.pk),
        host=str(journey.card("Elburg").pk),
        theme=second.theme,
        place="Bergen",
        chair=journey.boss.email,
        note_taker="",
        purpose="",
        link="",
    )
    assert "Bergen doet niet meer mee" not in journey.sees(journey.boss, staff, "Elburg")
    assert journey.told("meetings.changed") == Counter(dict.fromkeys(journey.everybody(), 1))
    journey.on(date(2026, 11, 9))
    journey.stage(Stage.NEARLY_AGREED, "Kampen")
    journey.stage(Stage.COMMITTED, "Kampen")
    journey.joins("Kampen")
    new = journey.people["Kampen"][0]
    assert set(Attendee.objects.filter(user=new).values_list("meeting_id", flat=True)) == {
        session.meeting_id for session in others
    }
    [letter] = Message.objects.filter(recipient=new, kind="meetings.series_planned")
    assert len(list(files_of_message(letter))) == 3


def _second_session(journey: Journey) -> None:
    second = journey.sessions()[1]
    for town in ("Culemborg", "Kampen"):
        journey.does(
            journey.people[town][0], journey.at("session_reply", second.pk), second.get_absolute_url(), antwoord="ja"
        )
    journey.on(date(2026, 11, 24), hour=14)
    journey.on(date(2026, 11, 24), hour=16)
    asked = journey.told("learning_network.nudge", about__startswith=f"learning_network.session:{second.pk}:")
    assert set(asked.values()) == {1}
    assert not {user.pk for town in ("Bergen", "Culemborg", "Kampen") for user in journey.people[town]} & set(asked)
    journey.on(date(2026, 12, 3), hour=14)
    _in_the_room(journey, second, ("Culemborg", "Diemen", "Kampen"), {"Kampen": "De jurist erbij vanaf dag één"})


def _last_sessions(journey: Journey) -> None:
    for place, day in ((2, date(2027, 1, 14)), (3, date(2027, 3, 11))):
        journey.on(day, hour=14)
        _in_the_room(journey, journey.sessions()[place], NAMES[2:8], {"Diemen": f"Opbrengst van {day:%d-%m}"})
    rows = queries.rows_of(journey.programme, journey.boss, clock.now())
    assert [row.number for row in rows] == [1, 2, 3, 4]
    found = queries.attendance(journey.programme, rows, clock.now() + timedelta(days=1))
    cells = {line.enrolment.municipality.name: line.cells for line in found.lines}
    assert cells["Bergen"] == [2, None, None, None]
    assert cells["Kampen"] == [None, 2, 0, 0]
    assert cells["Diemen"] == [2, 2, 2, 2]
    assert cells["IJlst"] == [0, 0, 0, 0]


def _harvested(journey: Journey) -> None:
    """What it brought stands on the pages; nobody heard twice of one thing; the programme is closed."""
    journey.on(date(2027, 3, 25))
    assert Yield.objects.filter(session__programme=journey.programme).count() == 4
    journey.sees(
        journey.people["Kampen"][0],
        journey.at("sessions"),
        "Begin bij het groen",
        "De jurist erbij vanaf dag één",
        "Diemen",
    )
    journey.sees(journey.boss, journey.at("sessions_staff"), "Sessie 4", "1 van 1", "4 van 4")
    series = journey.sessions()[0].meeting.series
    journey.sees(journey.people["Elburg"][0], address("series_minutes", series, series.pk), "Verslag.")
    journey.does(journey.boss, journey.at("life"), what="finish")
    journey.programme.refresh_from_db()
    assert journey.programme.state == ProgrammeState.FINISHED
    journey.sees(journey.people["Elburg"][0], journey.at("sessions"), "Sessie 4")
    twice = Counter(
        Message.objects.filter(recipient__isnull=False).values_list("recipient_id", "kind", "about", "moment")
    )
    assert max(twice.values()) == 1
