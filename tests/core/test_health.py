"""Signs of life of the background work: which part is silent is said within two minutes, with the real clock moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from celery.signals import heartbeat_sent
from django.utils import timezone

from config.celery import app
from foundation.core import health, tasks
from foundation.core.beat import SigningScheduler
from foundation.core.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    health._last_sign.clear()
    yield
    health._last_sign.clear()


def codes(**later: float) -> list[str]:
    return [trouble.code for trouble in health.troubles(timezone.now() + timedelta(**later))]


def test_nothing_is_said_while_all_three_signs_are_fresh() -> None:
    for part in health.PARTS:
        health.beat(part)
    assert codes() == codes(seconds=80) == []
    assert codes(seconds=119) == ["background"]


@pytest.mark.parametrize(
    ("alive", "said"),
    [
        (("beat", "tasks"), "worker"),
        (("worker", "tasks"), "beat"),
        (("worker", "beat"), "tasks"),
        (("tasks",), "background"),
        ((), "background"),
    ],
)
def test_the_silent_part_is_named(alive: tuple[str, ...], said: str) -> None:
    for part in health.PARTS:
        health.beat(part)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        for part in alive:
            health.beat(part)
        (trouble,) = health.troubles(timezone.now())
    assert trouble.code == said
    assert "sinds" in trouble.text
    assert "%" not in trouble.text


def test_what_was_never_seen_is_said_so() -> None:
    (trouble,) = health.troubles(timezone.now())
    assert trouble.since is None
    assert "nooit" in trouble.text


def test_the_clock_signs_with_each_tick_and_keeps_the_whole_schedule() -> None:
    clock = SigningScheduler(app=app, max_interval=None, lazy=True)
    clock.merge_inplace(dict(app.conf.beat_schedule))
    assert set(clock.schedule) == set(app.conf.beat_schedule)
    assert clock.max_interval == 15
    empty = SigningScheduler(app=app, lazy=True)
    empty.tick()
    assert Heartbeat.objects.filter(name="beat").exists()
    assert app.conf.beat_scheduler == "foundation.core.beat:SigningScheduler"


def test_the_worker_signs_from_its_own_process_and_a_task_tells_of_the_whole_way() -> None:
    heartbeat_sent.send(sender=None)
    tasks.heartbeat()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker", "tasks"}


def test_signs_are_written_three_times_a_minute_at_most() -> None:
    health.sign_of_life("beat")
    first = Heartbeat.objects.get(name="beat").beat_at
    with time_machine.travel(first + timedelta(seconds=5)):
        health.sign_of_life("beat")
    assert Heartbeat.objects.get(name="beat").beat_at == first
