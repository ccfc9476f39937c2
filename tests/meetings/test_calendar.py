"""Calendar files in the strictest reading: by icalendar's own parser, and by lines as RFC 5545 asks."""

from __future__ import annotations

import base64
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from foundation.core import clock
from foundation.meetings import calendar, personal_links
from foundation.meetings.enums import Reply, Visibility
from foundation.meetings.errors import MeetingError
from foundation.meetings.services import feeds, invitations, meetings, registration
from foundation.meetings.times import NoSuchMoment, moment_of, span_of
from foundation.notifications.services import deliver_due
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db

NAME = r"[A-Za-z0-9-]+"
PARAMETER = rf';{NAME}=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)(,("[^"]*"|[^";:,]*))*'
CONTENT_LINE = re.compile(rf"^{NAME}({PARAMETER})*:[^\x00-\x08\x0a-\x1f\x7f]*$")
STAMP = re.compile(r"^\d{8}T\d{6}Z$")
NASTY = 'Groen; rood, "geel" \\ één\nregel\ttwee ' + "lange tekst met é en 🌳 " * 12


def read(content: bytes) -> list[dict[str, str]]:
    """The events of a file, after holding every rule of RFC 5545 that a strict reader checks.

    3.1: lines end with CRLF and have at most 75 octets; 3.6: what must be there, once; 3.8.7: sequence and stamps.
    """
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75, line
        line.decode()  # no fold within a sign
    lines = content.decode().replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]
    assert [line for line in lines if not CONTENT_LINE.match(line)] == []
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events: list[dict[str, str]] = []
    head: list[str] = []
    current: dict[str, str] | None = None
    for line in lines[1:-1]:
        name, _colon, value = line.partition(":")
        key = name.partition(";")[0]
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            assert current is not None
            events.append(current)
            current = None
        elif current is None:
            head.append(key)
            assert key not in ("VERSION",) or value == "2.0"
        else:
            assert key not in current, f"{key} twice"
            current[key] = value
    assert {"PRODID", "VERSION", "METHOD", "CALSCALE"} <= set(head)
    assert len(head) == len(set(head))
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "ORGANIZER"} <= set(event)
        for key in ("DTSTAMP", "DTSTART", "DTEND", "CREATED", "LAST-MODIFIED"):
            assert STAMP.match(event[key]), event[key]
        assert event["DTEND"] > event["DTSTART"]
        assert event["STATUS"] in ("CONFIRMED", "TENTATIVE", "CANCELLED")
    parsed = Calendar.from_ical(content)  # strict: raises on what it does not understand
    assert [part.errors for part in parsed.walk() if part.errors] == []
    return events


def parsed(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_texts_of_people_survive_the_round_trip_whatever_signs_they_hold() -> None:
    meeting = make.meeting(
        make.series(title="Reeks"), title=NASTY.replace("\n", " ")[:160], purpose=NASTY, place='Zaal "3", links; achter'
    )
    (event,) = read(calendar.feed([meeting], 'Agenda "van" Dordrecht; nu,'))
    assert event["URL"].endswith(meeting.get_absolute_url())
    found = parsed(calendar.feed([meeting], "x"))
    assert str(found["summary"]) == meeting.title
    assert str(found["location"]) == meeting.place
    assert found.decoded("dtstart") == meeting.starts_at
    assert found.decoded("dtend") == meeting.ends_at


def test_control_characters_of_a_paste_do_not_break_a_file() -> None:
    meeting = make.meeting(place="Zaal\x0b drie\x1f", title="A\x08B")
    (event,) = read(calendar.feed([meeting], "x"))
    assert event["SUMMARY"] == "AB"


@pytest.mark.parametrize(
    ("day", "begin", "end", "hours"),
    [
        (date(2026, 3, 28), "22:00", "04:00", 5),  # the night that goes an hour short
        (date(2026, 10, 24), "22:00", "04:00", 7),  # the night of 25 October has 25 hours
        (date(2026, 10, 25), "01:30", "02:30", 1),
        (date(2026, 10, 25), "02:30", "02:15", 0.75),  # from the first 02.30 to the second 02.15
        (date(2026, 10, 25), "02:30", "03:00", 1.5),
        (date(2026, 3, 12), "19:30", "21:30", 2),
    ],
)
def test_how_long_a_meeting_lasts_on_the_nights_that_the_clock_changes(
    day: date, begin: str, end: str, hours: float
) -> None:
    span = span_of(day, time.fromisoformat(begin), time.fromisoformat(end))
    assert span.ends_at - span.starts_at == timedelta(hours=hours)
    meeting = make.meeting(None, span)
    (event,) = read(calendar.feed([meeting], "x"))
    begun = datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert f"{begun.astimezone(clock.AMSTERDAM):%Y-%m-%d %H:%M}" == f"{day} {begin}"


def test_an_hour_that_the_clock_skips_is_refused_and_one_that_comes_twice_means_the_first() -> None:
    with pytest.raises(NoSuchMoment, match="bestaat dan niet"):
        moment_of(date(2026, 3, 29), time(2, 30))
    assert moment_of(date(2026, 3, 29), time(3, 0)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moment_of(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(MeetingError):
        make.on(date(2026, 3, 29), "02:30", "04:00")


def _sent(address: str) -> list[Any]:
    """The calendar files that went to an address, with the method of each, in order."""
    found = []
    for letter in mail.outbox:
        if letter.to != [address]:
            continue
        for part in letter.message().walk():
            if part.get_content_type() == "text/calendar":
                content = part.get_payload(decode=True)
                assert part.get_content_charset() == "utf-8"
                assert part.get_filename().endswith(".ics")
                assert base64.b64decode(part.get_payload()) == content  # no server changes a line end
                (event,) = read(content)
                found.append((part.get_param("method"), Calendar.from_ical(content)["method"], event))
    return found


def test_an_invitation_a_move_and_a_cancellation_keep_the_uid_and_count_the_sequence_up() -> None:
    meeting = make.meeting()
    row = make.invited_address(meeting)
    deliver_due()
    registration.answer(attendee=row, reply=Reply.YES)
    deliver_due()
    meetings.move(meeting=meeting, spans=[make.evening(21)], reason="Zaal dubbel", by=None)
    deliver_due()
    meetings.change(meeting=meeting, by=None, place="Kerk")
    deliver_due()
    meetings.cancel(meeting=meeting, by=None, reason="Storm")
    deliver_due()

    sent = _sent(row.email)
    assert [method for method, _inside, _event in sent] == ["REQUEST"] * 4 + ["CANCEL"]
    assert [inside for _method, inside, _event in sent] == ["REQUEST"] * 4 + ["CANCEL"]
    events = [event for _method, _inside, event in sent]
    assert len({event["UID"] for event in events}) == 1
    assert [int(event["SEQUENCE"]) for event in events] == [0, 0, 1, 2, 3]
    assert [event["STATUS"] for event in events] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[3]["LOCATION"] == "Kerk"
    assert len({event["ORGANIZER"] for event in events}) == 1
    assert events[0]["ATTENDEE"] == "mailto:ria@example.nl"


def test_who_does_not_come_gets_the_event_taken_out_of_the_calendar() -> None:
    meeting = make.meeting()
    user = UserFactory()
    row = make.going(meeting, user)
    registration.withdraw(attendee=row, by=user)
    deliver_due()
    # Made when it is sent: the mail of the place that was given back says how it stands now.
    assert {method for method, _inside, _event in _sent(user.email)} == {"CANCEL"}


def test_a_meeting_of_two_days_is_two_events_with_a_file_each_and_a_day_that_goes_is_cancelled() -> None:
    two = [make.evening(14, title="Dag een"), make.evening(15, title="Dag twee", place="Elders")]
    meeting = make.meeting(None, *two)
    user = UserFactory()
    make.going(meeting, user)
    deliver_due()
    first = _sent(user.email)
    assert [event["SUMMARY"] for _method, _inside, event in first] == [
        f"{meeting.title}: Dag een",
        f"{meeting.title}: Dag twee",
    ]
    assert len({event["UID"] for _method, _inside, event in first}) == 2
    mail.outbox.clear()
    meetings.move(meeting=meeting, spans=two[:1], reason="", by=None)
    deliver_due()
    later = _sent(user.email)
    assert [method for method, _inside, _event in later] == ["REQUEST", "CANCEL"]
    assert [event["UID"] for _m, _i, event in later] == [event["UID"] for _m, _i, event in first]
    assert later[1][2]["SUMMARY"].endswith("Dag twee")


def test_dates_planned_in_one_go_come_in_one_message_with_a_file_each() -> None:
    series = make.series()
    user = UserFactory()
    from foundation.meetings.services.series import add_members

    add_members(series=series, by=None, users=[user], addresses=[("Ria", "ria@example.nl")])
    meetings.plan_many(series=series, by=None, dates=[[make.evening(days)] for days in (14, 28, 42)])
    deliver_due()
    assert len([letter for letter in mail.outbox if letter.to == [user.email]]) == 1
    for address in (user.email, "ria@example.nl"):
        assert len({event["UID"] for _m, _i, event in _sent(address)}) == 3


def test_a_public_feed_keeps_cancelled_meetings_and_hides_what_is_for_invited_people(client: Client) -> None:
    municipality = MunicipalityFactory()
    series = make.series(municipality)
    make.meeting(series, title="Gaat door", link="https://vergader.example/geheim")
    gone = make.meeting(series, make.evening(20), title="Gaat niet door")
    meetings.cancel(meeting=gone, by=None, reason="Ziek")
    make.meeting(make.series(municipality, visibility=Visibility.INVITED), title="Besloten")
    make.meeting(make.series(), title="Elders")
    response = client.get(f"/{municipality.slug}/bijeenkomsten/agenda.ics")
    events = read(response.content)
    assert [(event["STATUS"], event["SUMMARY"]) for event in events] == [
        ("CONFIRMED", "Gaat door"),
        ("CANCELLED", "Gaat niet door: Gaat niet door"),
    ]
    assert b"geheim" not in response.content
    assert all("ATTENDEE" not in event for event in events)  # RFC 5546, 3.2.1
    assert not response.cookies
    again = client.get(response.request["PATH_INFO"], HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


def test_ones_own_feed_needs_no_session_and_dies_when_renewed(client: Client) -> None:
    user = UserFactory()
    mine = make.meeting(title="Van mij", link="https://vergader.example/zaal")
    make.going(mine, user)
    make.invited(make.meeting(title="Misschien"), user)
    make.meeting(title="Van een ander")
    key = feeds.renew(by=user)
    address = f"/agenda/{personal_links.feed_token(key)}.ics"
    events = read(client.get(address).content)
    assert {(event["SUMMARY"], event["STATUS"]) for event in events} == {
        ("Van mij", "CONFIRMED"),
        ("Misschien", "TENTATIVE"),
    }
    assert "vergader.example/zaal" in str(events)
    new = f"/agenda/{personal_links.feed_token(feeds.renew(by=user))}.ics"
    assert (client.get(address).status_code, client.get(new).status_code) == (404, 200)
    feeds.revoke(by=user)
    assert client.get(new).status_code == 404
    assert client.get(f"/agenda/{'0' * 32}~vals.ics").status_code == 404


def test_feeds_cost_the_same_with_one_meeting_and_with_ten(client: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    series = make.series()
    make.meeting(series)
    address = f"/{series.municipality.slug}/bijeenkomsten/agenda.ics"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for days in range(10):
        make.meeting(series, make.evening(20 + days))
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_a_feed_of_a_series_for_invited_people_is_not_there_for_others(client: Client) -> None:
    series = make.series(visibility=Visibility.INVITED)
    meeting = make.meeting(series)
    address = f"/{series.municipality.slug}/bijeenkomsten/reeks/{series.pk}/agenda.ics"
    assert client.get(address).status_code == 404
    user = UserFactory()
    invitations.invite(meeting=meeting, by=None, users=[user])
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    assert len(read(client.get(address).content)) == 1
