"""Workers are killed in the middle, and meet each other: nobody gets anything twice, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Delivery, Digest, Message
from foundation.notifications.services import deliver_due, send_digests
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NEWS, notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _patience(settings: Any, smtp: Behaviour) -> None:
    """These tests are about us: a busy machine must not look like a slow mail server."""
    settings.EMAIL_TIMEOUT = settings.OUTBOX_FINAL_REPLY_SECONDS = 30


def write_to(count: int, **fields: Any) -> list[User]:
    people = User.objects.bulk_create(User(email=f"p{n:03}@example.nl", name=f"P {n}") for n in range(count))
    with transaction.atomic():
        notify_all(people, **fields)
    return people


def start_worker(port: int) -> subprocess.Popen[bytes]:
    """A process of its own that delivers from the same database."""
    base = connection.settings_dict
    database = f"postgres://{base['USER']}@/{base['NAME']}?host={quote(base['HOST'])}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "outbox", "deliver"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            # A worker of the tests knows the kinds of the tests.
            "AANZET_EXTRA_APPS": ",".join(filter(None, [os.environ.get("AANZET_EXTRA_APPS"), "tests.notifications"])),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        assert time.monotonic() < end, "the worker did not get that far"
        time.sleep(0.005)
    process.kill()
    process.communicate()


def claims_run_out() -> None:
    Delivery.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_worker_killed_before_the_text_loses_and_doubles_nothing(smtp: Behaviour, mail_port: int) -> None:
    people = write_to(30)
    smtp.slow_rcpt = 0.05
    for goal in (5, 12, 20):
        kill_when(start_worker(mail_port), lambda goal=goal: len(smtp.accepted) >= goal)  # type: ignore[misc]
        claims_run_out()
    smtp.slow_rcpt = 0
    deliver_due()
    uncertain = Delivery.objects.filter(state=DeliveryState.UNCERTAIN).count()
    assert uncertain <= 3  # only a kill that fell right at the hand-over leaves one, and says so
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 30 - uncertain
    assert set(smtp.counts.values()) == {1}
    assert len(smtp.counts) >= len(people) - uncertain


def test_worker_killed_while_the_server_answers_does_not_double(smtp: Behaviour, mail_port: int) -> None:
    people = write_to(10)
    smtp.slow_answer = 0.3  # the e-mail is accepted, but the server is slow to say so
    kill_when(start_worker(mail_port), lambda: len(smtp.accepted) >= 4)
    claims_run_out()
    smtp.slow_answer = 0
    deliver_due()
    assert smtp.counts == {user.email: 1 for user in people}
    assert Delivery.objects.filter(state=DeliveryState.UNCERTAIN).count() == 1
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 9


def together(count: int, work: Callable[[], Any]) -> list[Any]:
    """The answers of ``work`` done by so many threads at once, each with its own connection."""
    gate, answers = threading.Barrier(count), []

    def run() -> None:
        try:
            gate.wait()
            answers.append(work())
        except BaseException as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    return answers


def test_four_workers_at_once_send_two_hundred_mails_once(smtp: Behaviour) -> None:
    people = write_to(200)
    reports = together(4, lambda: deliver_due(seconds=100))
    assert sum(report.sent for report in reports) == 200
    assert smtp.counts == {user.email: 1 for user in people}
    assert sum(1 for report in reports if report.sent) > 1


def test_four_workers_that_overtake_each_other_all_the_time_send_once(smtp: Behaviour, settings: Any) -> None:
    settings.OUTBOX_LEASE_SECONDS = 0  # every claim has run out as soon as it is made
    people = write_to(15)
    smtp.slow_rcpt = 0.01
    together(4, lambda: deliver_due(seconds=100))
    Delivery.objects.filter(state=DeliveryState.SENDING).update(claimed_until=timezone.now() - timedelta(seconds=1))
    smtp.slow_rcpt = 0
    settings.OUTBOX_LEASE_SECONDS = 300
    deliver_due()
    assert smtp.counts == {user.email: 1 for user in people}


def test_same_message_written_by_four_at_once_comes_once() -> None:
    people = UserFactory.create_batch(5)

    def write() -> int:
        with transaction.atomic():
            return notify_all(people)

    assert sorted(together(4, write)) == [0, 0, 0, 5]
    assert Message.objects.count() == Delivery.objects.count() == 5


def test_four_workers_make_each_overview_once(time_machine: Any) -> None:
    time_machine.move_to("2026-03-12T16:30:00Z", tick=False)
    write_to(20, kind=NEWS)
    made = together(4, send_digests)
    assert sum(made) == 20
    assert Digest.objects.count() == Delivery.objects.count() == 20
    assert Message.objects.filter(digest=None).count() == 0
