"""The labs of a cohort side by side: what asks for attention, who came, the road so far; and a place that comes free."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changelab.enums import ObstacleKind
from changelab.models import Cohort, Lab
from changelab.queries import attention
from changelab.services import applications, decisions, journey, labs, meetings, obstacles, plans, stakeholders
from foundation.core import clock
from foundation.meetings.models import Attendee
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.changelab import application, lab, open_cohort
from tests.factories.learning_network import lead
from tests.factories.meetings import evening, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(settings: Any) -> Cohort:
    settings.TWO_FACTOR_FOR_STAFF = False
    return open_cohort(by=lead())


def filled(cohort: Cohort) -> Lab:
    """A lab with one of everything that the view tells of."""
    made, by = lab(cohort), cohort.created_by
    assert by is not None
    stakeholders.add(lab=made, by=by, name="Woonstichting", kind="institution", presence="in_room")
    obstacles.add(lab=made, by=by, kind=ObstacleKind.LEGAL, title="Contract", due_on=clock.today() - timedelta(days=1))
    journey.try_something(lab=made, by=by, title="Sleutel", hypothesis="Meer bezoek")
    plan = plans.begin(lab=made, title="Groen", by=by)
    plans.add_task(plan=plan, by=by, title="Maaien", present_cents=100, transfer_cents=100)
    decisions.ask_advice(plan=plan, by=by)
    series = meetings.begin(lab=made, by=by)
    held = meeting(series, evening())
    for came in (True, True, False):
        Attendee.objects.update_or_create(meeting=held, user=UserFactory(), defaults={"state": "invited", "came": came})
    return made


def questions(client: Client, cohort: Cohort) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(reverse("changelab:side_by_side", args=[cohort.slug])).status_code == 200
    return len(asked)


def test_three_labs_ask_no_more_questions_than_one(cohort: Cohort) -> None:
    client = Client()
    client.force_login(cohort.created_by)
    filled(cohort)
    questions(client, cohort)
    one = questions(client, cohort)
    filled(cohort)
    filled(cohort)
    assert questions(client, cohort) == one


def test_the_view_says_what_asks_for_attention_and_who_came(cohort: Cohort) -> None:
    made = filled(cohort)
    plan = made.transferplans.get()
    with time_machine.travel(clock.now() + timedelta(weeks=7), tick=False):
        told = [alert.text for alert in attention.alerts([made], clock.today())]
        assert any("7 weken" in text for text in told)
        assert any(text.startswith("Nog niet in de kamer") and "instelling" not in text for text in told)
        assert any("1 obstakel" in text for text in told)
        assert any("“Groen” wacht op advies" in text for text in told)
        decisions.advise(plan=plan, text="Vraag de school.", by=cohort.created_by)
        told = [alert.text for alert in attention.alerts([made], clock.today())]
        assert any("1 advies over “Groen”" in text for text in told)
        assert not any("wacht op advies" in text for text in told)
    there = attention.attendance([Lab.objects.get(pk=made.pk)])[made.pk]
    assert (there.meetings, there.came, there.noted) == (1, 2, 3)


def test_a_closed_lab_is_asked_only_for_what_came_of_it(cohort: Cohort) -> None:
    made = labs.finish(lab=filled(cohort), by=cohort.created_by)
    assert attention.alerts([made], clock.today()) == []
    later = attention.alerts([made], clock.today() + timedelta(days=100))
    assert [alert.url for alert in later] == [reverse("changelab:follow_up", args=[cohort.slug, made.slug, 3])]


def test_the_road_tells_each_movement_and_stops_with_the_lab(cohort: Cohort) -> None:
    by = cohort.created_by
    made, begin = lab(cohort), clock.now()
    with time_machine.travel(begin + timedelta(days=30), tick=False):
        made = labs.move_to(lab=made, movement="presencing", by=by)
    with time_machine.travel(begin + timedelta(days=50), tick=False):
        made = labs.stop(lab=made, reason="Geen tijd", by=by)
    road = attention.roads([made], clock.today() + timedelta(days=99))[made.pk]
    assert [(one.movement, (one.end - one.begin).days) for one in road] == [("sensing", 30), ("presencing", 20)]


def test_leads_hear_once_that_a_place_came_free_and_who_is_first_in_line(cohort: Cohort) -> None:
    by = cohort.created_by
    assert by is not None
    made = lab(cohort)
    first = applications.put_in_line(application=application(cohort), reason="Vol", by=by)
    applications.put_in_line(application=application(cohort), reason="Vol", by=by)
    for _turn in range(2):
        labs.stop(lab=made, reason="Geen tijd", by=by)
        labs.reopen(lab=made, reason="Toch wel", by=by)
    told = Message.objects.filter(kind="changelab.place_free")
    assert [message.recipient for message in told] == [by]
    assert told.get().context["first"] == str(first)
