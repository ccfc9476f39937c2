"""A series of sessions in the strictest reading of RFC 5545 and 5546: with a library, and once more by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from icalendar import Calendar

from foundation.core.clock import AMSTERDAM
from foundation.meetings.addresses import address
from foundation.meetings.calendar import files_of_message
from foundation.meetings.services import meetings
from foundation.meetings.times import span_of
from foundation.notifications.models import Message
from learning_network.models import Programme, Session
from learning_network.services import sessions
from learning_network.services.sessions import Outline
from tests.factories import learning_network as make

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Before and after the clocks change: 25 October 2026 and 28 March 2027.
DAYS = [date(2026, 10, 22), date(2026, 11, 26), date(2027, 3, 25), date(2027, 4, 8)]
MOMENT = re.compile(r"\d{8}T\d{6}Z")
LINE = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(?P<value>.*)", re.DOTALL)


@pytest.fixture(autouse=True)
def moved_clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 9, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


class Series:
    """Four sessions with a title, place and theme that need escaping and folding."""

    def __init__(self) -> None:
        self.boss = make.lead(name="Ína de Vries; coördinator")
        title = "Burgers aan het stuur, reeks één: samen leren loslaten met veel gemeenten; en hun bewoners"
        self.programme: Programme = make.running(by=self.boss, title=title)
        self.person = make.participant(make.enrolment(self.programme))
        self.sessions = sessions.plan(
            programme=self.programme,
            outlines_=[
                Outline(span_of(day, time(13), time(17)), theme=f"Thema {n}: geld; én macht")
                for n, day in enumerate(DAYS)
            ],
            by=self.boss,
        )
        self.programme.refresh_from_db()

    def feed(self, client: Client) -> bytes:
        client.force_login(self.person, BACKEND)
        assert self.programme.series is not None
        answer = client.get(address("series_feed", self.programme.series, self.programme.series.pk))
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/calendar")
        return bytes(answer.content)

    def files(self, kind: str) -> list[tuple[str, bytes]]:
        message = Message.objects.filter(kind=kind, recipient=self.person).latest("pk")
        return [(one.parameters["method"], one.content) for one in files_of_message(message)]


@pytest.fixture
def series() -> Series:
    return Series()


def by_hand(content: bytes) -> list[dict[str, list[str]]]:
    """The components of a file, checked as RFC 5545 says: properties by name, the calendar first, then its events."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in physical), "a line is longer than 75 octets"
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    for line in physical:
        line.decode()  # no letter is cut in two
    logical: list[str] = []
    for line in physical:
        if line[:1] in (b" ", b"\t"):
            logical[-1] += line[1:].decode()
        else:
            logical.append(line.decode())
    found: list[dict[str, list[str]]] = []
    stack: list[tuple[str, dict[str, list[str]]]] = []
    for text in logical:
        match = LINE.fullmatch(text)
        assert match is not None, text
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text)
        name, value = match["name"], match["value"]
        if name == "BEGIN":
            stack.append((value, {}))
            found.append(stack[-1][1])
        elif name == "END":
            assert stack.pop()[0] == value
        else:
            stack[-1][1].setdefault(name, []).append(value + match["params"])
    assert stack == []
    head, *events = found
    assert head["VERSION"] == ["2.0"]
    assert len(head["PRODID"]) == len(head["METHOD"]) == 1
    for event in events:
        for required in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "ORGANIZER", "STATUS"):
            assert len(event[required]) == 1, required
        assert not {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"} & set(event), "sessions are separate events"
        for name in ("DTSTAMP", "DTSTART", "DTEND", "CREATED", "LAST-MODIFIED"):
            assert MOMENT.fullmatch(event[name][0]), "UTC, and no TZID"
        assert event["DTEND"][0] > event["DTSTART"][0]
        assert re.fullmatch(r"\d+", event["SEQUENCE"][0])
        assert not re.search(r"(?<!\\)[;,]", event["SUMMARY"][0]), "commas and semicolons are escaped"
    assert (
        not Counter(event["UID"][0] for event in events).most_common(1)
        or max(Counter(event["UID"][0] for event in events).values()) == 1
    )
    return found


def events_of(content: bytes) -> dict[str, Any]:
    by_hand(content)
    return {str(event["uid"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_the_feed_of_a_series_has_one_event_per_session_at_the_same_dutch_time(client: Client, series: Series) -> None:
    events = events_of(series.feed(client))
    assert len(events) == 4
    starts = sorted(event["dtstart"].dt for event in events.values())
    assert [start.astimezone(AMSTERDAM).date() for start in starts] == DAYS
    assert {start.astimezone(AMSTERDAM).time() for start in starts} == {time(13)}
    assert {start.astimezone(UTC).hour for start in starts} == {11, 12}  # summer time and winter time
    assert by_hand(series.feed(client))[0]["METHOD"] == ["PUBLISH"]
    assert all(
        "Thema" in str(event["summary"]) and "geld; én macht" in str(event["summary"]) for event in events.values()
    )


def test_the_first_message_has_a_request_for_each_session(series: Series) -> None:
    files = series.files("meetings.series_planned")
    assert [method for method, _content in files] == ["REQUEST"] * 4
    for _method, content in files:
        [event] = events_of(content).values()
        assert event["attendee"].lower() == f"mailto:{series.person.email}"
        assert str(event["attendee"].params["PARTSTAT"]) == "NEEDS-ACTION"


def test_moving_keeps_the_event_and_raises_its_sequence_across_the_change_of_the_clock(
    client: Client, series: Series, moved_clock: Any
) -> None:
    before = events_of(series.feed(client))
    moved = series.sessions[2]  # from winter time to summer time
    moved_clock.shift(timedelta(days=3))
    meetings.move(
        meeting=moved.meeting,
        spans=[span_of(date(2027, 4, 1), time(13), time(17))],
        reason="Zaal dubbel",
        by=series.boss,
    )
    after = events_of(series.feed(client))
    assert set(after) == set(before)
    changed = {uid for uid in after if after[uid].to_ical() != before[uid].to_ical()}
    assert len(changed) == 1
    [uid] = changed
    assert after[uid]["sequence"] == before[uid]["sequence"] + 1
    assert after[uid]["dtstart"].dt == datetime(2027, 4, 1, 11, 0, tzinfo=UTC)
    assert before[uid]["dtstart"].dt == datetime(2027, 3, 25, 12, 0, tzinfo=UTC)
    assert after[uid]["dtstamp"].dt > before[uid]["dtstamp"].dt
    [(method, content)] = series.files("meetings.moved")
    assert method == "REQUEST"
    assert list(events_of(content)) == [uid]
    assert events_of(content)[uid]["sequence"] == after[uid]["sequence"]


def test_cancelling_sends_a_cancel_with_a_higher_sequence_and_stays_in_the_feed(client: Client, series: Series) -> None:
    before = events_of(series.feed(client))
    gone = series.sessions[1]
    meetings.cancel(meeting=gone.meeting, reason="Storm", by=series.boss)
    [(method, content)] = series.files("meetings.cancelled")
    assert method == "CANCEL"
    assert by_hand(content)[0]["METHOD"] == ["CANCEL"]
    [(uid, event)] = events_of(content).items()
    assert event["status"] == "CANCELLED"
    assert event["sequence"] == before[uid]["sequence"] + 1
    assert event["organizer"] == before[uid]["organizer"]
    after = events_of(series.feed(client))
    assert {one for one in after if after[one]["status"] == "CANCELLED"} == {uid}
    assert set(after) == set(before)


def test_moving_again_and_again_only_ever_raises_the_sequence(client: Client, series: Series) -> None:
    session, seen = series.sessions[3], []
    for day in (9, 12, 13, 9):
        span = span_of(date(2027, 4, day), time(9), time(12))
        meetings.move(meeting=session.meeting, spans=[span], reason="", by=series.boss)
        events = events_of(series.feed(client))
        seen.append(max(event["sequence"] for event in events.values()))
    sessions.change(session=Session.objects.get(pk=session.pk), by=series.boss, theme="Anders")
    seen.append(max(event["sequence"] for event in events_of(series.feed(client)).values()))
    assert all(later > earlier for earlier, later in pairwise(seen))


def test_adding_a_session_leaves_the_others_as_they_are(client: Client, series: Series, settings: LazySettings) -> None:
    before = events_of(series.feed(client))
    sessions.plan(
        programme=series.programme, outlines_=[Outline(span_of(date(2027, 2, 4), time(13), time(17)))], by=series.boss
    )
    after = events_of(series.feed(client))
    assert len(set(after) - set(before)) == 1
    assert all(after[uid].to_ical() == before[uid].to_ical() for uid in before)
