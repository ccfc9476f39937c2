"""Many people on the list of a series: a worker invites them, everybody is told once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.meetings import notifications
from foundation.meetings.models import Attendee, Meeting, Series
from foundation.meetings.services import invitations, meetings
from foundation.meetings.services import series as series_service
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.meetings import evening, national

pytestmark = pytest.mark.django_db
PLANNED = "meetings.series_planned"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> list[User]:
    monkeypatch.setattr(invitations, "MANY", 3)
    return [UserFactory() for _ in range(4)]


@pytest.fixture
def circle(people: list[User]) -> Series:
    made = national()
    series_service.add_members(series=made, users=people, addresses=[("Ria", "ria@example.nl")], by=None)
    return made


def planned(circle: Series, number: int = 2, **facts: object) -> list[Meeting]:
    dates = [[evening(days=14 + 7 * week)] for week in range(number)]
    return meetings.plan_many(series=circle, dates=dates, by=None, **facts)


def told(kind: str = PLANNED) -> int:
    return Message.objects.filter(kind=kind).count()


def test_planning_waits_for_nobody_and_the_worker_tells_everybody_once(circle: Series) -> None:
    chair = UserFactory()
    made = planned(circle, chair=chair)
    assert invitations.waiting(circle)
    assert (Attendee.objects.count(), Message.objects.count()) == (0, 0)
    assert invitations.send_rounds() == 1
    assert [meeting.attendees.count() for meeting in made] == [5, 5]
    assert told() == 6  # four with an account, one by her address, and who chairs
    assert not invitations.waiting(circle)
    assert invitations.send_rounds() == 0
    assert told() == 6


def test_one_meeting_is_an_invitation(circle: Series) -> None:
    [made] = planned(circle, 1)
    assert told("meetings.invited") == 0
    invitations.send_rounds()
    assert made.attendees.count() == told("meetings.invited") == 5


def test_planning_costs_the_same_for_any_number_of_people(circle: Series) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            planned(circle)
        return len(found)

    few = queries()
    series_service.add_members(series=circle, users=[UserFactory() for _ in range(9)], by=None)
    assert queries() == few


def test_a_worker_that_is_killed_halfway_leaves_nobody_out(circle: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(circle)

    def killed(*args: object, **kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(notifications, "tell_series", killed)
        with pytest.raises(SystemExit):
            invitations.send_rounds()
    assert (Attendee.objects.count(), told()) == (0, 0)
    invitations.send_rounds()
    assert (Attendee.objects.count(), told()) == (10, 5)


def test_who_comes_onto_the_list_in_between_hears_once(circle: Series) -> None:
    made = planned(circle)
    late = UserFactory()
    series_service.add_members(series=circle, users=[late], by=None)
    invitations.send_rounds()
    assert Message.objects.filter(kind=PLANNED, recipient=late).count() == 1
    assert all(meeting.attendees.filter(user=late).count() == 1 for meeting in made)


def test_what_is_cancelled_in_between_nobody_is_invited_to(circle: Series) -> None:
    gone, stays = planned(circle)
    meetings.cancel(meeting=gone, reason="Toch niet", by=None)
    invitations.send_rounds()
    assert (gone.attendees.count(), stays.attendees.count()) == (0, 5)
    assert told("meetings.cancelled") == 0
    assert told() == 5


def test_what_is_moved_in_between_is_told_with_its_new_day(circle: Series) -> None:
    first, _second = planned(circle)
    moved = meetings.move(meeting=first, spans=[evening(days=20)], reason="", by=None)
    invitations.send_rounds()
    assert told("meetings.moved") == 0
    message = Message.objects.filter(kind=PLANNED).latest("created_at")
    assert str(message.context["dates"][0]).startswith(f"{moved.starts_at:%Y-%m-%d}")
    assert moved.starts_at - first.starts_at > timedelta(days=1)
