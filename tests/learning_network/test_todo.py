"""What needs doing now, as the overview of a programme says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from learning_network import todo
from learning_network.enums import Stage
from learning_network.services import endings, participants, programmes
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, participant, running

pytestmark = pytest.mark.django_db


def addresses(programme: Any, user: Any) -> list[str]:
    return [item.url.removesuffix("/").rsplit("/", 1)[-1] for item in todo.of(programme, user, clock.today())]


def test_a_programme_in_preparation_says_what_is_missing_and_then_that_it_can_begin() -> None:
    boss = lead()
    made = programmes.create(title="Nieuw", starts_on=clock.today(), by=boss)
    assert addresses(made, boss) == ["plan", "plan"]
    programmes.change(programme=made, by=boss, summary="Kort", purpose="Lang")
    made.refresh_from_db()
    assert addresses(made, boss) == ["stand"]
    assert addresses(made, UserFactory()) == []


def test_a_running_programme_says_what_waits_late_things_first() -> None:
    boss = lead()
    programme = running(by=boss)
    assert addresses(programme, boss) == []
    enrolment(programme, stage=Stage.COMMITTED)
    ina = participant(enrolment(programme))
    participants.publish_rules(programme=programme, text="- Nieuw", by=boss)
    enrolment(programme, stage=Stage.IN_TALKS, next_step_on=clock.today() - timedelta(days=1))
    found = todo.of(programme, boss, clock.today())
    assert [item.late for item in found] == [True, False, False]
    participants.accept(
        participant=ina.participations.get(),
        rules=participants.newest_rules(programme),
        by=type(ina).objects.get(pk=ina.pk),
    )
    assert len(todo.of(programme, boss, clock.today())) == 2


def test_at_the_end_it_asks_for_intentions_agreements_and_closing(time_machine: Any) -> None:
    boss = lead()
    programme = running(by=boss)
    enrolled = enrolment(programme)
    ina = participant(enrolled)
    endings.agree(
        programme=programme, parties=[enrolled], by=ina, what="Bellen", follow_up_on=clock.today() + timedelta(days=200)
    )
    time_machine.move_to(clock.now() + timedelta(days=250))
    assert sorted(addresses(programme, boss)) == ["#afspraken", "vervolg"]
    time_machine.move_to(clock.now() + timedelta(days=60))
    assert "stand" in addresses(programme, boss)


def test_it_costs_the_same_however_much_waits() -> None:
    counts = []
    for many in (1, 3):
        boss = lead()
        programme = running(by=boss)
        for _number in range(many):
            participant(enrolment(programme))
            enrolment(programme, stage=Stage.COMMITTED)
        participants.publish_rules(programme=programme, text="- Nieuw", by=boss)
        with CaptureQueriesContext(connection) as seen:
            todo.of(programme, boss, clock.today())
        counts.append(len(seen))
    assert counts[0] == counts[1]
