import pytest
import time_machine

from config.celery import app
from foundation.voting import tasks
from foundation.voting.models import HourHead, InletVote, Vote
from foundation.voting.services import mixing
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_names_in_the_settings_are_tasks() -> None:
    names = {entry["task"] for entry in app.conf.beat_schedule.values() if "voting" in entry["task"]}
    assert names == {
        tasks.close_due_ballots.name,
        tasks.empty_inlets.name,
        tasks.take_over_letters.name,
        tasks.destroy_old_letters.name,
        tasks.sign_hours.name,
    }


def test_each_hour_the_log_of_every_open_ballot_is_signed() -> None:
    one, other, later = voting.opened(), voting.opened(), voting.announced()
    tasks.sign_hours()
    tasks.sign_hours()
    assert set(HourHead.objects.values_list("ballot", flat=True)) == {one.pk, other.pk}
    assert later.pk not in HourHead.objects.values_list("ballot", flat=True)


def test_the_regular_emptying_takes_each_ballot_with_enough_votes() -> None:
    full, small = voting.opened(), voting.opened()
    for _ in range(mixing.ENOUGH):
        voting.vote(full, 1)
    voting.vote(small, 1)
    tasks.empty_inlets()
    assert set(Vote.objects.values_list("ballot", flat=True)) == {full.pk}
    assert list(InletVote.objects.values_list("ballot", flat=True)) == [small.pk]


def test_closing_takes_the_small_rest_too_and_running_again_changes_nothing() -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    with time_machine.travel(ballot.closes_at.timestamp() + 10):
        tasks.close_due_ballots()
        tasks.close_due_ballots()
    ballot.refresh_from_db()
    assert (ballot.state, Vote.objects.count(), InletVote.objects.count()) == ("counted", 1, 0)
