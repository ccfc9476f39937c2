"""What stands still is said within two minutes, in words, on Vandaag and on the ballot's own page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock, health
from foundation.municipalities.models import Municipality
from foundation.notifications.models import Delivery
from foundation.voting.enums import BatchState
from foundation.voting.models import Ballot, CodeBatch, Reminder
from foundation.voting.queries.stuck import stuck_of
from foundation.voting.services import ballots, counting
from portal.queries.today import today
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.voting_codes import batch_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def town(settings: Any) -> Municipality:
    settings.TWO_FACTOR_FOR_STAFF = False
    return MunicipalityFactory(slug="waterstad")


def said(town: Municipality, at: datetime, client: Client) -> set[str]:
    """Codes of what stands still at this moment; each stands on Vandaag and on the ballot's page too."""
    found = stuck_of(town, at)
    staff = civil_servant(town)
    with time_machine.travel(at, tick=False):
        work = today(town, staff, at)
        client.force_login(staff, BACKEND)
        for line in found:
            page = client.get(f"/waterstad/beheer/stemmingen/{line.ballot.slug}/").content.decode()
            assert line.title in page
    shown = [warning.title for warning in work.warnings] + [line.badge for line in work.now if line.late]
    for line in found:
        assert any(line.title in title for title in shown), line
    return {line.code for line in found}


def test_a_vote_that_did_not_open_says_what_is_missing(town: Municipality) -> None:
    ballot = voting.announced(town)
    assert ballot.opens_at is not None
    Ballot.objects.filter(pk=ballot.pk).update(question="")
    late = ballot.opens_at + timedelta(minutes=2)
    assert stuck_of(town, ballot.opens_at + timedelta(seconds=50)) == []
    (line,) = stuck_of(town, late)
    assert line.code == "opening"
    assert "Schrijf op waar de stemming over gaat" in line.text


def test_a_vote_that_was_not_closed_and_a_count_that_hangs(town: Municipality, client: Client) -> None:
    ballot = voting.opened(town)
    assert ballot.closes_at is not None
    assert stuck_of(town, ballot.closes_at + timedelta(seconds=60)) == []
    assert {line.code for line in stuck_of(town, ballot.closes_at + timedelta(minutes=2))} == {"closing"}
    voting.close(ballot)
    ballot.refresh_from_db()
    assert ballot.closed_at is not None
    assert said(town, ballot.closed_at + timedelta(minutes=2), client) == {"count"}
    counting.count_ballot(ballot_id=ballot.pk)
    assert stuck_of(town, ballot.closed_at + timedelta(days=1)) == []


def test_a_count_that_failed_says_why(town: Municipality) -> None:
    ballot = voting.close(voting.opened(town))
    counting.tell_progress(ballot.pk, "failed", 0, 0, problem="Het register heeft 5 stemmers.")
    assert ballot.closed_at is not None
    (line,) = stuck_of(town, ballot.closed_at + timedelta(minutes=2))
    assert "Het register heeft 5 stemmers." in line.text


def test_a_count_that_waits_for_paper_is_not_stuck(town: Municipality) -> None:
    ballot = voting.close(voting.opened(town, takes_paper=True))
    assert ballot.closed_at is not None
    assert stuck_of(town, ballot.closed_at + timedelta(hours=2)) == []


def test_a_reminder_and_letters_that_hang(town: Municipality, client: Client) -> None:
    ballot = voting.opened(town, title="Met herinnering")
    due = clock.now() + timedelta(hours=2)
    Reminder.objects.create(ballot=ballot, due_at=due)
    coded = voting.opened(town, title="Met codes", electorate="codes")
    batch = batch_of(coded, size=1, make=False)
    CodeBatch.objects.filter(pk=batch.pk).update(created_at=due)
    assert stuck_of(town, due + timedelta(seconds=50)) == []
    assert said(town, due + timedelta(minutes=2), client) == {"reminder", "letters"}
    CodeBatch.objects.filter(pk=batch.pk).update(state=BatchState.MAKING, heartbeat_at=due + timedelta(minutes=1))
    assert {line.code for line in stuck_of(town, due + timedelta(minutes=2))} == {"reminder"}
    CodeBatch.objects.filter(pk=batch.pk).update(state=BatchState.FAILED)
    assert {line.code for line in stuck_of(town, due + timedelta(minutes=2))} == {"reminder", "letters"}


def test_letters_that_wait_behind_others_are_not_stuck(town: Municipality) -> None:
    coded = voting.opened(town, electorate="codes")
    first, second = batch_of(coded, size=1, make=False), batch_of(coded, size=1, make=False)
    later = clock.now() + timedelta(minutes=5)
    CodeBatch.objects.filter(pk=first.pk).update(state=BatchState.MAKING, heartbeat_at=later)
    assert stuck_of(town, later) == []
    CodeBatch.objects.filter(pk=first.pk).update(state=BatchState.MADE)
    assert [line.batch for line in stuck_of(town, later)] == [second.number]


def test_nothing_of_another_municipality_is_told(town: Municipality) -> None:
    ballot = voting.opened()
    assert ballot.closes_at is not None
    assert stuck_of(town, ballot.closes_at + timedelta(minutes=5)) == []


def test_a_mail_server_that_is_away_is_said_within_two_minutes(town: Municipality) -> None:
    voting.resident(town)
    staff = civil_servant(town)
    voting.opened(town)
    now = clock.now()
    voter = voting.resident(town)
    voting.vote(voting.opened(town, title="Nog een"), 1, by=voter, mail=True)
    assert Delivery.objects.exists()
    Delivery.objects.update(last_error="Connection refused", attempts=0, due_at=now)
    assert not any("mailserver" in w.title.lower() for w in today(town, staff, now + timedelta(seconds=60)).warnings)
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        for part in health.PARTS:
            health.beat(part)
        assert any("mailserver" in w.title.lower() for w in today(town, staff, clock.now()).warnings)


def test_looking_costs_the_same_for_one_and_three(town: Municipality) -> None:
    numbers = []
    for _again in range(2):
        voting.opened(town)
        end = clock.now() + timedelta(days=8)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            stuck_of(town, end)
        numbers.append(len(seen))
        voting.opened(town)
    assert numbers[0] == numbers[1]


def test_an_incomplete_vote_is_told_by_its_own_page_after_its_time(town: Municipality, client: Client) -> None:
    ballot = voting.announced(town)
    Ballot.objects.filter(pk=ballot.pk).update(question="")
    assert ballot.opens_at is not None
    at = ballot.opens_at + timedelta(minutes=3)
    assert ballots.advance(ballot_id=ballot.pk, now=at) is None
    assert said(town, at, client) == {"opening"}
