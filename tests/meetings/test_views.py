"""The pages: who may open which, what they do, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from foundation.meetings import hosts, personal_links
from foundation.meetings.addresses import address
from foundation.meetings.enums import Visibility
from foundation.meetings.models import Attendee, Meeting, Series
from foundation.meetings.services import meetings, minutes, registration
from foundation.meetings.services import series as series_service
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _single_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def at(name: str, of: Meeting | Series, *args: Any) -> str:
    series = of.series if isinstance(of, Meeting) else of
    return address(name, series, of.pk, *args)


def as_(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


PUBLIC = ("detail", "file", "sign_up_other")
LEAD = ("agenda",)
CHECK_IN = ("attendance", "attendance_print", "minutes", "minutes_pdf")
WRITE = ("minutes_write",)
OFFICE = ("manage", "change", "move", "cancel", "invite")


class TestWhoOpensWhat:
    """A hidden meeting without published minutes: person x page."""

    @pytest.fixture
    def people(self) -> dict[str, Any]:
        series = make.series(visibility=Visibility.INVITED)
        elsewhere = MunicipalityFactory()
        chair, notes, guest = (UserFactory() for _ in range(3))
        meeting = make.meeting(series, chair=chair, note_taker=notes)
        make.invited(meeting, guest)
        removed = make.invited(meeting).user
        registration.remove(attendee=meeting.attendees.get(user=removed), by=None)
        return {
            "meeting": meeting,
            "anonymous": None,
            "stranger": UserFactory(),
            "removed": removed,
            "elsewhere": civil_servant(elsewhere),
            "guest": guest,
            "chair": chair,
            "notes": notes,
            "clerk": civil_servant(series.municipality),
            "boss": administrator(series.municipality),
        }

    def test_matrix(self, people: dict[str, Any]) -> None:
        may = {
            "anonymous": (),
            "stranger": (),
            "removed": (),
            "elsewhere": (),
            "guest": PUBLIC,
            "chair": (*PUBLIC, *LEAD, *CHECK_IN),
            "notes": (*PUBLIC, *CHECK_IN, *WRITE),
            "clerk": (*PUBLIC, *LEAD, *CHECK_IN, *WRITE, *OFFICE),
            "boss": (*PUBLIC, *LEAD, *CHECK_IN, *WRITE, *OFFICE),
        }
        meeting = people["meeting"]
        wrong = []
        for person, allowed in may.items():
            client = as_(people[person])
            for page in (*PUBLIC, *LEAD, *CHECK_IN, *WRITE, *OFFICE):
                status = client.get(at(page, meeting)).status_code
                knows = bool(allowed)
                if page in allowed:
                    expected: tuple[int, ...] = (200,)
                elif person == "anonymous":
                    expected = (302, 404)
                else:
                    expected = (403, 404) if knows else (404,)
                if status not in expected:
                    wrong.append(f"{person} {page}: {status}, not {expected}")
        assert wrong == []

    def test_posts_change_nothing_for_who_may_not(self, people: dict[str, Any]) -> None:
        meeting = people["meeting"]
        before = (meeting.version, Attendee.objects.filter(meeting=meeting).count())
        for person in ("anonymous", "stranger", "removed", "elsewhere"):
            client = as_(people[person])
            for page in (
                *PUBLIC,
                *LEAD,
                *CHECK_IN,
                *WRITE,
                *OFFICE,
                "sign_up",
                "withdraw",
                "held",
                "minutes_publish",
                "action_point",
            ):
                assert client.post(at(page, meeting), {"reason": "x", "needs": ""}).status_code in (302, 404, 405)
        meeting.refresh_from_db()
        assert (meeting.version, Attendee.objects.filter(meeting=meeting).count(), meeting.state) == (
            *before,
            "planned",
        )

    def test_a_meeting_is_not_there_under_another_municipality_nor_under_the_installation(
        self, people: dict[str, Any]
    ) -> None:
        meeting = people["meeting"]
        other = MunicipalityFactory()
        client = as_(people["clerk"])
        assert client.get(f"/{other.slug}/bijeenkomsten/{meeting.pk}/").status_code == 404
        assert client.get(f"/{other.slug}/beheer/bijeenkomsten/{meeting.pk}/").status_code == 404
        assert client.get(f"/agenda/bijeenkomsten/{meeting.pk}/").status_code == 404


class TestSeriesOfAnUpperApp:
    """A series that belongs to no municipality, with the rules of a host."""

    @pytest.fixture
    def lead(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        lead = UserFactory()
        host = hosts.Host(
            "test.programme",
            may_manage=lambda user, series: user == lead,
            may_see=lambda user, series: user.email.startswith("leer"),
            candidates=lambda series: [lead],
        )
        monkeypatch.setitem(hosts._hosts, host.key, host)
        return lead

    def test_its_lead_plans_moves_and_invites_and_strangers_know_nothing(self, lead: Any) -> None:
        series = make.national(host="test.programme", visibility=Visibility.INVITED, host_title="Burgers aan het stuur")
        meeting = make.meeting(series)
        assert meeting.get_absolute_url() == f"/agenda/bijeenkomsten/{meeting.pk}/"
        for page in (*PUBLIC, *LEAD, *CHECK_IN, *WRITE, *OFFICE):
            assert as_(lead).get(at(page, meeting)).status_code == 200, page
            assert as_(UserFactory()).get(at(page, meeting)).status_code == 404, page
        assert as_(UserFactory(email="leer@example.nl")).get(at("detail", meeting)).status_code == 200
        for page in ("manage_series", "change_series", "plan_one", "plan_many", "members"):
            assert as_(lead).get(at(page, series)).status_code == 200, page
            assert as_(UserFactory()).get(at(page, series)).status_code == 404, page
        answer = as_(lead).post(at("invite", meeting), {"doe": "kandidaten"})
        assert answer.status_code == 302
        assert meeting.attendees.get().user == lead


def test_a_resident_signs_up_gives_the_place_back_and_signs_somebody_else_up() -> None:
    meeting = make.meeting()
    user = UserFactory()
    client = as_(user)
    assert "Meld me aan" in client.get(meeting.get_absolute_url()).content.decode()
    page = client.post(at("sign_up", meeting), {"needs": "Plek voor een rolstoel"}, follow=True).content.decode()
    assert "Je hebt een plaats" in page
    client.post(at("sign_up_other", meeting), {"name": "<b>Oma</b>", "email": "", "consents": "on", "needs": ""})
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Oma&lt;/b&gt;" in page
    assert "<b>Oma" not in page
    client.post(at("withdraw", meeting))
    assert [row.state for row in meeting.attendees.order_by("pk")] == ["declined", "going"]
    client.post(at("withdraw", meeting), {"wie": meeting.attendees.get(brought_by=user).pk})
    assert [row.state for row in meeting.attendees.all()] == ["declined", "declined"]


def test_a_personal_link_answers_without_an_account_and_opening_it_changes_nothing() -> None:
    meeting = make.meeting(make.series(visibility=Visibility.INVITED), link="https://vergader.example/zaal")
    row = make.invited_address(meeting)
    link = personal_links.address_of(row)
    client = Client()
    page = client.get(link)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
    assert b"vergader.example" not in page.content
    row.refresh_from_db()
    assert row.state == "invited"
    page = client.post(link, {"reply": "ja", "needs": ""}, follow=True)
    assert b"vergader.example" in page.content
    assert client.post(link, {"reply": "nee"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "declined"
    assert client.get(link.replace("~", "~x")).status_code == 404
    registration.remove(attendee=row, by=None)
    assert client.get(link).status_code == 404


def test_texts_of_people_are_never_markup() -> None:
    nasty = '<script>alert(1)</script>"><img src=x>'
    meeting = make.meeting(title=nasty, place=nasty, purpose=nasty)
    clerk = civil_servant(meeting.municipality, name=nasty)
    minutes.save(meeting=meeting, by=clerk, text=nasty, version=0)
    minutes.decide(meeting=meeting, by=clerk, text=nasty)
    minutes.add_action(meeting=meeting, by=clerk, text=nasty, owner=clerk)
    minutes.publish(meeting=meeting, by=clerk)
    registration.walk_in(meeting=meeting, name=nasty, by=clerk)
    client = as_(clerk)
    for page in ("detail", "minutes", "minutes_write", "agenda", "attendance", "attendance_print", "manage"):
        html = client.get(at(page, meeting)).content.decode()
        assert "<script>alert" not in html, page
        assert "<img src=x" not in html, page


def test_staff_plan_a_single_meeting_of_two_days_and_the_skipped_hour_is_refused_beside_its_field() -> None:
    municipality = MunicipalityFactory()
    client = as_(civil_servant(municipality))
    fields = {
        "title": "Ontwerpweekend",
        "admission": "everybody",
        "visibility": "public",
        "capacity": "30",
        "asks_needs": "on",
        "reminder_days": ["7", "1"],
        "place": "Werf",
        "day_0": "2027-03-27",
        "begin_0": "13:00",
        "end_0": "17:00",
        "day_1": "2027-03-28",
        "begin_1": "02:30",
        "end_1": "04:00",
    }
    page = client.post(f"/{municipality.slug}/beheer/bijeenkomsten/nieuw/", fields)
    assert "bestaat dan niet" in page.content.decode()
    assert not Meeting.objects.exists()
    client.post(f"/{municipality.slug}/beheer/bijeenkomsten/nieuw/", {**fields, "begin_1": "10:00", "end_1": "16:00"})
    meeting = Meeting.objects.get()
    assert (meeting.parts.count(), meeting.series.is_single, meeting.capacity) == (2, True, 30)


def test_staff_plan_a_whole_series_see_the_moved_date_and_leave_one_away() -> None:
    series = make.series()
    client = as_(civil_servant(series.municipality))
    rhythm = {
        "title": series.title,
        "admission": "everybody",
        "place": "Kade",
        "first": "2027-04-19",
        "begin": "19:30",
        "end": "21:30",
        "every_weeks": "1",
        "times": "3",
        "avoid": "on",
    }
    with time_machine.travel(make.moment("2027-03-01 12:00")):
        page = client.post(at("plan_many", series), rhythm).content.decode()
        assert "2027-04-27" not in page  # King's day is on a Tuesday
        assert not Meeting.objects.exists()
        dates = {"stap": "data", "date_0": "2027-04-19", "date_1": "", "date_2": "2027-05-03"}
        client.post(at("plan_many", series), {**rhythm, **dates})
    begun = [f"{m.starts_at.astimezone(clock.AMSTERDAM):%Y-%m-%d %H:%M}" for m in Meeting.objects.all()]
    assert begun == ["2027-04-19 19:30", "2027-05-03 19:30"]


def test_staff_move_cancel_invite_and_take_off() -> None:
    meeting = make.meeting()
    client = as_(civil_servant(meeting.municipality))
    page = client.post(at("invite", meeting), {"addresses": "Ria de Boer <ria@example.nl>\nkees@example.nl; fout"})
    assert "fout" in page.content.decode()
    client.post(at("invite", meeting), {"addresses": "Ria de Boer <ria@example.nl>\nkees@example.nl"})
    assert sorted(meeting.attendees.values_list("name", "email")) == [
        ("", "kees@example.nl"),
        ("Ria de Boer", "ria@example.nl"),
    ]
    client.post(at("manage", meeting), {"wie": meeting.attendees.get(name="").pk})
    assert meeting.attendees.get(name="").state == "removed"
    client.post(
        at("move", meeting),
        {"version": meeting.version, "reason": "Zaal", "day_0": "2027-05-11", "begin_0": "20:00", "end_0": "22:00"},
    )
    meeting.refresh_from_db()
    assert meeting.state == "moved"
    assert client.post(at("cancel", meeting), {"reason": ""}).status_code == 200
    client.post(at("cancel", meeting), {"reason": "Storm"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.state_reason) == ("cancelled", "Storm")
    assert "Storm" in Client().get(meeting.get_absolute_url()).content.decode()


def test_a_resident_who_chairs_ticks_who_is_there_and_changes_the_programme() -> None:
    chair = UserFactory()
    meeting = make.meeting(chair=chair)
    rows = [make.going(meeting), make.going(meeting)]
    client = as_(chair)
    client.post(at("attendance", meeting), {"getoond": [row.pk for row in rows], "aanwezig": [rows[0].pk]})
    assert [row.came for row in meeting.attendees.order_by("pk")] == [True, False]
    client.post(at("attendance", meeting), {"doe": "erbij", "naam": "Mo"})
    assert meeting.attendees.get(name="Mo").came is True
    assert client.post(at("attendance", meeting), {"doe": "erbij", "naam": "M\x00o"}).status_code == 400
    part = meeting.parts.get()
    client.post(at("agenda", meeting), {"doe": "regel", "part": part.pk, "title": "Soep", "minutes": "20"})
    client.post(
        at("agenda", meeting),
        {"doe": "wijzig", "regel": part.items.get().pk, "title": "Soep en brood", "minutes": "25"},
    )
    assert part.items.get().title == "Soep en brood"
    with time_machine.travel(meeting.starts_at + timedelta(hours=1)):
        client.post(at("held", meeting))
    meeting.refresh_from_db()
    assert meeting.state == "held"


def test_a_note_taker_who_comes_second_sees_both_texts_and_saves_with_theirs_seen() -> None:
    notes = UserFactory(name="Noor")
    meeting = make.meeting(note_taker=notes)
    clerk = civil_servant(meeting.municipality, name="Fatma")
    minutes.save(meeting=meeting, by=clerk, text="Tekst van Fatma", version=0)
    client = as_(notes)
    page = client.post(at("minutes_write", meeting), {"doe": "tekst", "text": "Tekst van Noor", "version": "0"})
    html = page.content.decode()
    assert "Tekst van Fatma" in html
    assert "Tekst van Noor" in html
    assert meeting.minutes.text == "Tekst van Fatma"
    client.post(at("minutes_write", meeting), {"doe": "tekst", "text": "Allebei", "version": "1"})
    meeting.minutes.refresh_from_db()
    assert meeting.minutes.text == "Allebei"
    client.post(at("minutes_write", meeting), {"doe": "besluit", "text": "Drie bankjes."})
    client.post(
        at("minutes_write", meeting), {"doe": "actie", "text": "Bellen", "owner": str(notes.pk), "due_on": "2027-01-04"}
    )
    client.post(at("minutes_publish", meeting))
    html = Client().get(at("minutes", meeting)).content.decode()
    assert all(text in html for text in ("Allebei", "Drie bankjes.", "Bellen", "Noor"))
    assert Client().get(at("minutes_pdf", meeting)).content.startswith(b"%PDF")
    assert "Drie bankjes." in Client().get(at("series_minutes", meeting.series)).content.decode()


@pytest.mark.parametrize("page", ["index", "staff", "series", "mine", "series_manage"])
def test_lists_cost_the_same_with_one_and_with_six(page: str) -> None:
    series = make.series()
    clerk = civil_servant(series.municipality)
    urls = {
        "index": f"/{series.municipality.slug}/bijeenkomsten/",
        "staff": f"/{series.municipality.slug}/beheer/bijeenkomsten/",
        "series": series.get_absolute_url(),
        "mine": "/agenda/",
        "series_manage": at("manage_series", series),
    }

    def add(days: int) -> None:
        series_service.add_members(series=series, by=None, users=[UserFactory()])
        meeting = make.meeting(series, make.evening(days), chair=UserFactory())
        make.going(meeting, clerk)

    add(7)
    client = as_(clerk)
    client.get(urls[page])
    with CaptureQueriesContext(connection) as one:
        client.get(urls[page])
    for days in range(8, 13):
        add(days)
    with CaptureQueriesContext(connection) as six:
        assert client.get(urls[page]).status_code == 200
    assert len(six) == len(one), "\n".join(query["sql"][:150] for query in six.captured_queries)


def test_a_meeting_with_many_people_costs_what_one_with_few_costs() -> None:
    meeting = make.meeting(note_taker=UserFactory())
    clerk = civil_servant(meeting.municipality)
    client = as_(clerk)
    counts = []
    for _round in range(2):
        for _number in range(3):
            make.going(meeting)
            registration.sign_up_other(meeting=meeting, by=clerk, name="Buur", consents=True)
            minutes.add_action(meeting=meeting, by=clerk, text="Bellen", owner=UserFactory())
        row = []
        for name in ("detail", "manage", "attendance", "minutes", "minutes_write", "agenda"):
            client.get(at(name, meeting))
            with CaptureQueriesContext(connection) as found:
                client.get(at(name, meeting))
            row.append((name, len(found)))
        counts.append(row)
    assert counts[0] == counts[1]


def test_the_agenda_narrows_by_words_and_series_and_has_empty_states() -> None:
    municipality = MunicipalityFactory()
    client = Client()
    url = f"/{municipality.slug}/bijeenkomsten/"
    assert "Er zijn nu geen bijeenkomsten gepland" in client.get(url).content.decode()
    series = make.series(municipality, title="Aan tafel")
    make.meeting(series, title="Eerste tafel")
    gone = make.meeting(make.series(municipality, is_single=True), make.evening(9), title="Schouw", place="Kade")
    html = client.get(url, {"zoek": "kade schouw"}).content.decode()
    assert "Schouw" in html
    assert "Eerste tafel" not in html
    assert "Schouw" not in client.get(url, {"reeks": series.pk}).content.decode()
    with time_machine.travel(gone.ends_at + timedelta(hours=1)):
        assert "Schouw" in client.get(url, {"wat": "geweest"}).content.decode()
        assert "Schouw" not in client.get(url).content.decode()
    assert not client.get(url).cookies
    meetings.cancel(meeting=gone, reason="Ziek", by=None)
    assert "Gaat niet door" in client.get(url).content.decode()
