from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.enums import Reply
from foundation.meetings.models import Attendee, Meeting
from foundation.meetings.services import meetings, registration
from foundation.meetings.times import span_of
from foundation.notifications.models import Message
from learning_network.enums import Stage
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Enrolment, Nudge, Programme, Session, Yield
from learning_network.queries import sessions as queries
from learning_network.services import enrolments, nudges, sessions
from learning_network.services.sessions import Outline
from tests.factories import learning_network as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moved_clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Cast:
    """A programme of three municipalities with two people each."""

    def __init__(self) -> None:
        self.boss = make.lead()
        self.programme: Programme = make.running(by=self.boss)
        self.places = [make.enrolment(self.programme) for _ in range(3)]
        self.people = [[make.participant(place) for _ in range(2)] for place in self.places]

    def plan(self, *days: date, **more: Any) -> list[Session]:
        outlines = [Outline(span_of(day, time(13), time(17)), **more) for day in days]
        return sessions.plan(programme=self.programme, outlines_=outlines, by=self.boss)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def says(user: User, session: Session, reply: str) -> None:
    registration.answer(attendee=Attendee.objects.get(meeting=session.meeting, user=user), reply=reply)


def told(kind: str, **fields: Any) -> int:
    return Message.objects.filter(kind=kind, **fields).count()


def test_a_series_is_planned_in_one_go_and_everybody_is_told_once(cast: Cast) -> None:
    days = [date(2026, 10, 1), date(2026, 11, 12), date(2027, 1, 14)]
    planned = cast.plan(*days, host=cast.places[0], theme="Steun in de raad")
    assert [one.meeting.starts_at.date() for one in planned] == days
    assert planned[0].meeting.title == f"{cast.programme.title}: Steun in de raad"
    assert planned[0].meeting.place == cast.places[0].municipality.name
    assert planned[0].meeting.parts.get().items.count() == 5
    invited = {user.pk for pair in cast.people for user in pair} | {cast.boss.pk}
    for one in planned:
        assert set(one.meeting.attendees.values_list("user_id", flat=True)) == invited
    assert told("meetings.series_planned") == len(invited)
    assert told("meetings.invited") == 0
    rows = queries.rows_of(cast.programme, cast.boss, clock.now())
    assert [row.number for row in rows] == [1, 2, 3]


def test_numbers_follow_from_the_order_when_a_session_is_moved_cancelled_or_added(cast: Cast) -> None:
    one, two, three = cast.plan(date(2026, 10, 1), date(2026, 11, 12), date(2027, 1, 14))
    meetings.move(
        meeting=two.meeting, spans=[span_of(date(2027, 2, 4), time(13), time(17))], reason="Zaal", by=cast.boss
    )
    assert told("meetings.moved") == 7
    meetings.cancel(meeting=one.meeting, reason="Storm", by=cast.boss)
    assert told("meetings.cancelled") == 7
    [added] = cast.plan(date(2026, 12, 3))
    rows = queries.rows_of(cast.programme, cast.boss, clock.now())
    assert [(row.session.pk, row.number) for row in rows] == [
        (one.pk, 0),
        (added.pk, 1),
        (three.pk, 2),
        (two.pk, 3),
    ]
    for row in rows:
        assert queries.row_of(Session.objects.get(pk=row.session.pk), cast.boss, clock.now()).number == row.number
    assert told("meetings.invited") == 7  # for the one that was added


def test_two_sessions_never_overlap_and_a_host_is_in_the_programme(cast: Cast) -> None:
    cast.plan(date(2026, 10, 1))
    with pytest.raises(NetworkError):
        cast.plan(date(2026, 10, 1))
    outside = make.enrolment(cast.programme, stage=Stage.IN_TALKS)
    with pytest.raises(NetworkError):
        cast.plan(date(2026, 10, 8), host=outside)
    with pytest.raises(NetworkError):
        cast.plan(date(2026, 10, 8), host=make.enrolment(make.running()))
    with pytest.raises(PermissionDenied):
        sessions.plan(programme=cast.programme, outlines_=[], by=cast.people[0][0])


def test_who_comes_later_gets_what_is_left_and_who_stops_gets_nothing_more(cast: Cast, moved_clock: Any) -> None:
    first, second = cast.plan(date(2026, 10, 1), date(2026, 11, 12))
    moved_clock.move_to(datetime(2026, 10, 20, 9, 0, tzinfo=UTC))
    enrolments.move(enrolment=cast.places[2], stage=Stage.STOPPED, reason="Geen tijd", by=cast.boss)
    gone = {user.pk for user in cast.people[2]}
    left = set(second.meeting.attendees.on_the_list().values_list("user_id", flat=True))
    assert not gone & left
    assert gone <= set(first.meeting.attendees.on_the_list().values_list("user_id", flat=True))
    lines = {line.enrolment.pk for line in queries.who_comes(second)}
    assert lines == {cast.places[0].pk, cast.places[1].pk}


def test_changing_theme_and_host_tells_who_comes_and_keeps_a_place_that_was_typed(cast: Cast) -> None:
    [session] = cast.plan(date(2026, 10, 1), host=cast.places[0])
    question = cast.programme.questions.all()[0]
    sessions.change(
        session=session, by=cast.boss, version=1, theme="Loslaten", host=cast.places[1], questions=[question], place=""
    )
    session = Session.objects.select_related("meeting").get(pk=session.pk)
    assert session.meeting.place == cast.places[1].municipality.name
    assert session.meeting.title.endswith(": Loslaten")
    assert list(session.questions.all()) == [question]
    assert told("meetings.changed") == 7
    with pytest.raises(Stale):
        sessions.change(session=session, by=cast.boss, version=1, theme="Anders")
    sessions.change(session=session, by=cast.boss, place="Buurthuis")
    sessions.change(session=session, by=cast.boss, host=cast.places[2])
    assert Meeting.objects.get(pk=session.meeting_id).place == "Buurthuis"


# --- Nudges ------------------------------------------------------------------------------------------------------------------


def test_who_gets_or_loses_a_role_gets_or_loses_the_sessions(cast: Cast) -> None:
    from learning_network.services import programmes

    [session] = cast.plan(date(2026, 10, 1))
    person = UserFactory()
    role = programmes.give_role(programme=cast.programme, user=person, kind="facilitator", by=cast.boss)
    assert session.meeting.attendees.on_the_list().filter(user=person).exists()
    assert told("meetings.series_planned", recipient=person) == 1
    programmes.take_role(role=role, by=cast.boss)
    assert not session.meeting.attendees.on_the_list().filter(user=person).exists()


def test_municipalities_without_anybody_are_asked_once_a_day(cast: Cast, moved_clock: Any) -> None:
    [session] = cast.plan(date(2026, 10, 1))
    says(cast.people[0][0], session, Reply.YES)
    says(cast.people[1][0], session, Reply.NO)
    assert nudges.nudge(session=session, by=cast.boss) == 2
    assert nudges.nudge(session=session, by=cast.boss) == 0
    assert nudges.nudge(session=session, by=cast.boss, enrolments=[cast.places[0]]) == 0
    assert told("learning_network.nudge") == 4
    assert told("learning_network.nudge", recipient=cast.people[0][1]) == 0
    moved_clock.shift(timedelta(days=1))
    says(cast.people[1][1], session, Reply.YES)
    assert nudges.nudge(session=session, by=cast.boss) == 1
    assert Nudge.objects.count() == 3
    with pytest.raises(PermissionDenied):
        nudges.nudge(session=session, by=cast.people[0][0])
    moved_clock.move_to(session.meeting.ends_at)
    with pytest.raises(WrongMoment):
        nudges.nudge(session=session, by=cast.boss)


def test_the_clock_asks_once_per_date_of_a_session(cast: Cast, moved_clock: Any) -> None:
    [session] = cast.plan(date(2026, 10, 1))
    assert nudges.nudge_due() == 0
    moved_clock.move_to(session.meeting.starts_at - nudges.BEFORE + timedelta(minutes=1))
    assert nudges.nudge_due() == 1
    assert nudges.nudge_due() == 0
    assert told("learning_network.nudge") == 6
    moved_clock.shift(timedelta(days=1))
    assert nudges.nudge_due() == 0
    meetings.move(
        meeting=session.meeting, spans=[span_of(date(2026, 11, 5), time(13), time(17))], reason="", by=cast.boss
    )
    moved_clock.move_to(datetime(2026, 10, 30, 9, 0, tzinfo=UTC))
    assert nudges.nudge_due() == 1
    assert told("learning_network.nudge") == 12


def test_a_municipality_without_people_is_asked_at_the_addresses_that_were_invited(cast: Cast) -> None:
    from learning_network.services import participants

    lonely = make.enrolment(cast.programme, stage=Stage.COMMITTED)
    participants.invite(enrolment=lonely, email="nog@niemand.example", by=cast.boss)
    [session] = cast.plan(date(2026, 10, 1))
    nudges.nudge(session=session, by=cast.boss, enrolments=[lonely])
    assert told("learning_network.nudge", address="nog@niemand.example") == 1


# --- In the room ---------------------------------------------------------------------------------------------------------------


def test_attendance_counts_people_and_guests_per_municipality(cast: Cast, moved_clock: Any) -> None:
    first, second = cast.plan(date(2026, 10, 1), date(2026, 11, 12))
    moved_clock.move_to(first.meeting.starts_at + timedelta(hours=1))
    rows = {row.user_id: row.pk for row in first.meeting.attendees.all()}
    came: dict[int, bool | None] = {rows[user.pk]: True for user in (*cast.people[0], cast.people[1][0])}
    registration.check_in(meeting=first.meeting, came=came, by=cast.boss)
    sessions.let_in(session=first, name="Ans", enrolment=cast.places[1], by=cast.boss)
    moved_clock.move_to(second.meeting.starts_at + timedelta(hours=1))
    late = make.enrolment(cast.programme)
    make.participant(late)
    moved_clock.shift(timedelta(days=1))
    found = queries.attendance(cast.programme, queries.rows_of(cast.programme, cast.boss, clock.now()), clock.now())
    cells = {line.enrolment.pk: line.cells for line in found.lines}
    assert cells == {
        cast.places[0].pk: [2, 0],
        cast.places[1].pk: [2, 0],
        cast.places[2].pk: [0, 0],
        late.pk: [None, 0],
    }
    assert found.chart is not None


def test_a_yield_is_noted_once_and_belongs_to_this_programme(cast: Cast) -> None:
    [session] = cast.plan(date(2026, 10, 1))
    question = cast.programme.questions.all()[0]
    key = uuid.uuid4()
    for _press in range(2):
        sessions.note_yield(
            session=session, by=cast.boss, text=" Begin klein ", question=question, enrolment=cast.places[0], key=key
        )
    assert [(one.text, one.question, one.enrolment) for one in Yield.objects.all()] == [
        ("Begin klein", question, cast.places[0])
    ]
    other = make.running()
    with pytest.raises(ValidationError):
        sessions.note_yield(session=session, by=cast.boss, text="x", question=other.questions.all()[0])
    with pytest.raises(ValidationError):
        sessions.note_yield(session=session, by=cast.boss, text="  ")
    with pytest.raises(PermissionDenied):
        sessions.note_yield(session=session, by=cast.people[0][0], text="x")
    sessions.strike_yield(noted=Yield.objects.get(), by=cast.boss)
    assert queries.harvest(cast.programme) == []


# --- Cost ------------------------------------------------------------------------------------------------------------------------


def fill(programme: Programme, municipalities: int, people: int) -> None:
    from learning_network.models import Participant

    places = make.OfficialFactory.create_batch(municipalities)
    rows = Enrolment.objects.bulk_create(
        Enrolment(programme=programme, municipality=place, stage=Stage.TAKING_PART) for place in places
    )
    users = User.objects.bulk_create(
        User(email=f"p{number}-{programme.pk}@veel.example", name=f"Persoon {number}") for number in range(people)
    )
    Participant.objects.bulk_create(
        Participant(enrolment=rows[number % municipalities], user=user, email=user.email, joined_at=clock.now())
        for number, user in enumerate(users)
    )


@pytest.mark.parametrize("question", ["who_comes", "attendance"])
def test_queries_stay_the_same_with_more_municipalities_people_and_sessions(cast: Cast, question: str) -> None:
    def asked() -> int:
        now = datetime(2027, 6, 1, tzinfo=UTC)
        with CaptureQueriesContext(connection) as caught:
            if question == "who_comes":
                queries.who_comes(session)
            else:
                queries.attendance(cast.programme, queries.rows_of(cast.programme, cast.boss, now), now)
        return len(caught)

    [session] = cast.plan(date(2026, 10, 1))
    before = asked()
    fill(cast.programme, 12, 40)
    cast.plan(date(2026, 11, 12), date(2026, 12, 3))
    assert asked() == before


@pytest.mark.parametrize(
    ("who", "may"), [("lead", True), ("facilitator", True), ("participant", False), ("stranger", False)]
)
def test_who_may_plan_nudge_and_run(cast: Cast, who: str, may: bool) -> None:
    from learning_network.services import programmes

    [session] = cast.plan(date(2026, 10, 1))
    person = {"lead": cast.boss, "participant": cast.people[0][0]}.get(who) or UserFactory()
    if who == "facilitator":
        programmes.give_role(programme=cast.programme, user=person, kind="facilitator", by=cast.boss)
    assert person.has_perm("learning_network.run_session", session) is may
    assert person.has_perm("meetings.organise", session.meeting) is may
    assert person.has_perm("meetings.see", session.meeting) is (who != "stranger")
    assert person.has_perm("meetings.manage_series", session.meeting.series) is may
    if who == "participant":
        sessions.change(session=session, by=cast.boss, note_taker=person)
        session = Session.objects.select_related("meeting__series", "programme").get(pk=session.pk)
        assert person.has_perm("learning_network.run_session", session)
