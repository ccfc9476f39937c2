"""Inviting and reminding: each once, in batches, by a worker that may be killed; the sender learns nobody's answering."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from foundation.accounts import personal_data
from foundation.core import clock
from foundation.notifications.models import Message
from foundation.surveys import hosts, tasks
from foundation.surveys.errors import SurveyError, WrongMoment
from foundation.surveys.models import Invitation, Mailing, OpenAnswer, Sheet
from foundation.surveys.services import invitations, surveys
from tests.factories import surveys as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def _walk(number: int = 1) -> None:
    for _n in range(number):
        tasks.send_mailings()


def test_people_are_on_the_list_once_by_account_or_address() -> None:
    survey = make.draft(audiences=["participants", "stakeholders"])
    by = survey.created_by
    user = UserFactory(email="anna@example.org")
    new = invitations.invite(
        survey=survey, audience="participants", by=by, users=[user], emails=["ANNA@example.org", "bo@example.org"]
    )
    assert new == 2
    assert invitations.invite(survey=survey, audience="stakeholders", by=by, emails=["bo@example.org"]) == 0
    with pytest.raises(ValidationError):
        invitations.invite(survey=survey, audience="participants", by=by, emails=["geen adres"])
    with pytest.raises(SurveyError):
        invitations.invite(survey=survey, audience="members", by=by, emails=["x@example.org"])
    with pytest.raises(SurveyError):
        invitations.invite(survey=survey, audience="anyone", by=by, emails=["x@example.org"])


def test_nobody_hears_of_a_draft_and_everybody_once_when_it_opens() -> None:
    now = clock.now()
    survey = make.draft(audiences=["participants"], opens_at=now + timedelta(days=1))
    make.invited(survey)
    make.invited(survey, email="bo@example.org")
    _walk()
    surveys.publish(survey=survey, by=survey.created_by)
    _walk()
    assert Message.objects.count() == 0
    with time_machine.travel(now + timedelta(days=1, minutes=1)):
        _walk(3)
        assert Message.objects.filter(kind="surveys.invited").count() == 2
        make.invited(survey, email="later@example.org")
        _walk(2)
    told = Message.objects.filter(kind="surveys.invited")
    assert told.count() == 3
    tokens = set(Invitation.objects.values_list("token", flat=True))
    assert {message.url.rstrip("/").rpartition("/")[2] for message in told} == tokens


def test_a_worker_that_is_killed_is_taken_over_and_nobody_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation.surveys import notifications

    monkeypatch.setattr(invitations, "BATCH", 4)
    survey = make.draft(audiences=["participants"])
    emails = [f"p{n}@example.org" for n in range(10)]
    invitations.invite(survey=survey, audience="participants", by=survey.created_by, emails=emails)
    surveys.publish(survey=survey, by=survey.created_by)
    mailing = Mailing.objects.get(kind="invitation")
    real, calls = notifications.tell, []

    def killed(*args: Any) -> None:
        calls.append(args)
        if len(calls) in (3, 9):
            raise SystemExit
        real(*args)

    monkeypatch.setattr(notifications, "tell", killed)
    for _n in range(2):
        with pytest.raises(SystemExit):
            _walk()
    _walk()
    assert Message.objects.count() == 10
    assert set(Message.objects.values_list("address", flat=True)) == set(emails)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.done, mailing.total) == ("done", 10, 10)
    _walk()
    assert Message.objects.count() == 10


def test_a_reminder_goes_to_those_who_have_not_answered_and_is_forgotten_at_the_count() -> None:
    survey = make.opened(audiences=["participants"])
    people = [make.invited(survey) for _n in range(7)]
    _walk()
    for invitation in people[:5]:
        make.answer(survey, invitation)
    reminder = survey.mailings.get(kind="reminder")
    with time_machine.travel(reminder.due_at + timedelta(minutes=1)):
        _walk(2)
        told = Message.objects.filter(kind="surveys.reminded")
        assert {message.recipient_id for message in told} == {people[5].user_id, people[6].user_id}
        reminder.refresh_from_db()
        # Progress counts all invitations: it does not tell how many were reminded.
        assert (reminder.done, reminder.total) == (7, 7)
        make.counted(survey)
        assert not told.all().exists()


def test_reminders_are_planned_within_the_survey_and_taken_away() -> None:
    survey = make.opened(audiences=["participants"])
    by, now = survey.created_by, clock.now()
    for moment in (now - timedelta(hours=1), now + timedelta(days=20)):
        with pytest.raises(SurveyError):
            invitations.plan_reminder(survey=survey, due_at=moment, by=by)
    made = invitations.plan_reminder(survey=survey, due_at=now + timedelta(days=2), by=by)
    invitations.withdraw(mailing=made, by=by)
    with pytest.raises(WrongMoment):
        invitations.withdraw(mailing=made, by=by)
    with time_machine.travel(now + timedelta(days=2, hours=1)):
        _walk()
    assert Message.objects.filter(kind="surveys.reminded").count() == 0


def test_the_host_says_who_its_people_are() -> None:
    user = UserFactory()
    hosts._hosts.pop("test.process", None)
    hosts.register(
        "test.process", hosts.Host(members=lambda survey, audience: hosts.People([user], [f"{audience}@example.org"]))
    )
    survey = make.opened(audiences=["participants"], host="test.process")
    assert invitations.invite_members(survey=survey, audience="participants", by=survey.created_by) == 2
    assert Invitation.objects.filter(email="participants@example.org").exists()


def test_answers_with_a_name_are_exported_and_erased_and_anonymous_ones_stay() -> None:
    user = UserFactory(email="anna@example.org")
    named = make.opened(audiences=["participants"], is_anonymous=False)
    anonymous = make.opened(audiences=["participants"])
    make.answer(named, make.invited(named, user), scale=9, single="Ja", open="Dit ben ik")
    make.answer(anonymous, make.invited(anonymous, user), open="Zonder naam")
    for _n in range(4):
        make.answer(anonymous, make.invited(anonymous), open="Een ander")
    make.counted(named)
    make.counted(anonymous)
    part = {row["anoniem"]: row for row in personal_data.export(user)["vragenlijsten"]["uitnodigingen"]}
    assert {"vraag": "Weer meedoen?", "antwoord": ["Ja"]} in part[False]["antwoorden"]
    assert part[True]["antwoorden"] == []
    assert part[True]["ingevuld"]
    from foundation.surveys import personal_data as ours

    ours.erase(user)
    assert Sheet.objects.count() == 0
    assert not OpenAnswer.objects.filter(text="Dit ben ik").exists()
    assert OpenAnswer.objects.filter(text="Zonder naam").exists()
    assert not Invitation.objects.filter(user=user).exists()
