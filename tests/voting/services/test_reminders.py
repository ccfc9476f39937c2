"""Reminders: to those who did not vote, once per moment and person, and nobody learns who they are."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.notifications.models import Message
from foundation.voting import notifications, tasks
from foundation.voting.enums import ReminderState
from foundation.voting.errors import VotingError, WrongMoment
from foundation.voting.models import Ballot, Reminder
from foundation.voting.services import ballots, reminders
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, ResidencyFactory, civil_servant

pytestmark = pytest.mark.django_db


def planned(ballot: Ballot, **later: float) -> Reminder:
    return reminders.plan(ballot=ballot, due_at=clock.now() + timedelta(**later), by=ballot.created_by)


def told(ballot: Ballot) -> list[int]:
    about = f"voting.ballot:{ballot.pk}"
    return list(Message.objects.filter(kind="voting.closing_soon", about=about).values_list("recipient", flat=True))


def test_who_did_not_vote_is_told_once_and_who_voted_or_is_too_young_never() -> None:
    municipality = MunicipalityFactory()
    voted, waiting, unknown = (voting.resident(municipality, birth_year=year) for year in (1980, 1970, None))
    voting.resident(municipality, birth_year=clock.today().year - 5)
    ballot = voting.opened(municipality, minimum_age=16)
    ResidencyFactory(municipality=MunicipalityFactory())
    voting.vote(ballot, 1, by=voted)
    reminder = planned(ballot, hours=2)
    assert reminders.due(clock.now()) == []
    later = clock.now() + timedelta(hours=3)
    assert reminders.due(later) == [reminder.pk]
    assert reminders.send(reminder_id=reminder.pk, now=later) == 2
    assert reminders.send(reminder_id=reminder.pk, now=later) is None
    assert sorted(told(ballot)) == sorted([waiting.pk, unknown.pk])
    reminder.refresh_from_db()
    assert (reminder.state, reminder.told_about) == (ReminderState.SENT, None)


def test_the_number_is_rounded_down_and_small_ones_are_not_kept() -> None:
    municipality = MunicipalityFactory()
    for _number in range(23):
        voting.resident(municipality)
    ballot = voting.opened(municipality)
    reminder = planned(ballot, hours=2)
    reminders.send(reminder_id=reminder.pk, now=clock.now() + timedelta(hours=2))
    reminder.refresh_from_db()
    assert reminder.told_about == 20
    event = AuditEvent.objects.get(verb="voting.reminder_sent")
    assert event.new == {"about": 20}
    with pytest.raises(DatabaseError, match="no_small_number"), transaction.atomic():
        Reminder.objects.filter(pk=reminder.pk).update(told_about=7)


def test_reminders_lie_a_day_apart_for_the_program_and_the_database() -> None:
    ballot = voting.opened()
    planned(ballot, hours=30)
    for hours in (30, 53.9, 6.1):
        with pytest.raises(VotingError, match=r"dag|day"):
            planned(ballot, hours=hours)
    with pytest.raises(DatabaseError, match="a_day_apart"), transaction.atomic():
        Reminder.objects.create(ballot=ballot, due_at=clock.now() + timedelta(hours=40))
    planned(ballot, hours=54.1)
    assert Reminder.objects.count() == 2


def test_a_late_worker_sends_the_newest_moment_only() -> None:
    municipality = MunicipalityFactory()
    voting.resident(municipality)
    ballot = voting.opened(municipality)
    first, second = planned(ballot, hours=2), planned(ballot, hours=27)
    late = clock.now() + timedelta(hours=28)
    assert [reminders.send(reminder_id=pk, now=late) for pk in reminders.due(late)] == [1, 0]
    assert set(Reminder.objects.values_list("pk", "state")) == {(first.pk, "skipped"), (second.pk, "sent")}
    assert len(told(ballot)) == 1


@pytest.mark.parametrize("hours", [-1, 24 * 30])
def test_a_moment_outside_the_vote_is_refused(hours: int) -> None:
    with pytest.raises(VotingError):
        planned(voting.opened(), hours=hours)


def test_codes_and_closed_votes_know_no_reminders_and_residents_plan_none() -> None:
    coded = voting.opened(electorate="codes")
    with pytest.raises(VotingError, match=r"brief|letter"):
        planned(coded, hours=2)
    ballot = voting.opened()
    with pytest.raises(PermissionDenied):
        reminders.plan(ballot=ballot, due_at=clock.now() + timedelta(hours=2), by=voting.resident(ballot.municipality))
    voting.close(ballot)
    with pytest.raises(WrongMoment):
        planned(ballot, hours=2)


def test_without_a_plan_the_portal_reminds_two_days_before_closing_and_what_was_taken_away_stays_away() -> None:
    ballot, short = voting.opened(), voting.opened(closes_at=clock.now() + timedelta(days=2))
    voting.opened(electorate="codes")
    assert (reminders.plan_default(now=clock.now()), reminders.plan_default(now=clock.now())) == (1, 0)
    row = Reminder.objects.get()
    assert (row.ballot_id, row.due_at, row.made_by) == (ballot.pk, ballot.closes_at - timedelta(days=2), None)
    reminders.withdraw(reminder=row, by=ballot.created_by)
    assert reminders.plan_default(now=clock.now()) == 0
    with pytest.raises(WrongMoment):
        reminders.withdraw(reminder=row, by=ballot.created_by)
    assert not short.reminders.exists()


def test_beat_sends_it_by_the_clock_and_killed_halfway_it_goes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    municipality = MunicipalityFactory()
    people = [voting.resident(municipality) for _number in range(3)]
    ballot = voting.opened(municipality)
    planned(ballot, hours=2)
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=False):
        with monkeypatch.context() as broken:
            broken.setattr("foundation.voting.services.reminders.audit.record", _die)
            with pytest.raises(KeyboardInterrupt):
                tasks.close_due_ballots()
        assert told(ballot) == []
        tasks.close_due_ballots()
        tasks.close_due_ballots()
    assert sorted(told(ballot)) == sorted(person.pk for person in people)


def _die(*_args: Any, **_named: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once() -> None:
    municipality = MunicipalityFactory()
    voting.resident(municipality)
    ballot = voting.opened(municipality)
    reminder = planned(ballot, hours=2)
    later, found = clock.now() + timedelta(hours=3), list[int | None]()
    gate = threading.Barrier(2)

    def work() -> None:
        gate.wait()
        found.append(reminders.send(reminder_id=reminder.pk, now=later))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(found, key=str) == [1, None]
    assert len(told(ballot)) == 1


def test_other_times_take_reminders_outside_them_away_and_tell_those_who_were_told() -> None:
    municipality = MunicipalityFactory()
    person = voting.resident(municipality)
    ballot = voting.announced(municipality)
    newcomer = voting.resident(municipality)
    planned(ballot, days=5)
    assert ballot.closes_at is not None
    ballots.change(ballot=ballot, by=ballot.created_by, closes_at=ballot.closes_at + timedelta(days=3))
    ballots.change(ballot=ballot, by=ballot.created_by, closes_at=clock.now() + timedelta(days=4))
    ballots.change(ballot=ballot, by=ballot.created_by, title="Andere titel")
    assert Reminder.objects.get().state == ReminderState.WITHDRAWN
    moved = Message.objects.filter(kind=notifications.BALLOT_MOVED.code)
    assert list(moved.values_list("recipient", flat=True)) == [person.pk, person.pk]
    assert newcomer.pk not in moved.values_list("recipient", flat=True)


def test_after_opening_nothing_moves_for_the_program_nor_the_database() -> None:
    ballot = voting.opened()
    assert ballot.closes_at is not None
    with pytest.raises(WrongMoment):
        ballots.change(ballot=ballot, by=ballot.created_by, closes_at=ballot.closes_at + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(closes_at=ballot.closes_at + timedelta(days=1))
    with pytest.raises(DatabaseError, match="ballot_cancelled_with_reason"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(state="cancelled", cancelled_at=clock.now())


def test_a_vote_announced_anew_with_other_times_is_news_again() -> None:
    municipality = MunicipalityFactory()
    voting.resident(municipality)
    ballot = voting.announced(municipality)
    for days, messages in ((0, 1), (1, 2)):
        ballot = ballots.withdraw(ballot=ballot, by=ballot.created_by, reason="Even wachten")
        assert ballot.closes_at is not None
        ballots.change(ballot=ballot, by=ballot.created_by, closes_at=ballot.closes_at + timedelta(days=days))
        ballot = ballots.announce(ballot=Ballot.objects.get(pk=ballot.pk), by=ballot.created_by)
        assert Message.objects.filter(kind=notifications.BALLOT_ANNOUNCED.code).count() == messages


def test_the_same_person_can_not_certify_not_even_past_the_program() -> None:
    ballot = voting.counted()
    for certified_by in (ballot.announced_by, None):
        with pytest.raises(DatabaseError, match="certified_by_another"), transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(
                state="certified", certified_by=certified_by, certified_at=clock.now()
            )
    other = civil_servant(ballot.municipality)
    assert Ballot.objects.filter(pk=ballot.pk).update(state="certified", certified_by=other) == 1


def test_the_page_plans_and_takes_away_and_names_nobody(client: Client, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    municipality = MunicipalityFactory()
    people = [voting.resident(municipality, user__name=f"Stemmer {number}") for number in range(12)]
    ballot = voting.opened(municipality)
    client.force_login(ballot.created_by, "django.contrib.auth.backends.ModelBackend")
    url = f"/{municipality.slug}/beheer/stemmingen/{ballot.slug}/herinneringen/"
    moment = (clock.now() + timedelta(days=1)).astimezone(clock.AMSTERDAM)
    assert client.post(url, {"due_at": f"{moment:%Y-%m-%dT%H:%M}"}).status_code == 302
    refused = client.post(url, {"due_at": f"{moment:%Y-%m-%dT%H:%M}"})
    assert refused.context["form"].errors["due_at"]
    row = Reminder.objects.get()
    reminders.send(reminder_id=row.pk, now=row.due_at)
    page = client.get(url).content.decode()
    assert "meer dan 10 mensen" in page
    assert not [person for person in people if person.name in page or person.email in page]
    other = planned(ballot, days=3)
    client.post(url, {"doe": f"weg-{other.pk}"})
    other.refresh_from_db()
    assert other.state == ReminderState.WITHDRAWN
    assert client.post(url, {"doe": "weg-0"}).status_code == 404
