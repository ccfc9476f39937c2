from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.core import mail

from foundation.notifications import tasks
from foundation.notifications.models import Digest
from foundation.notifications.services.messages import DELIVER_TASK
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NEWS, notify_all

pytestmark = pytest.mark.django_db


def test_beat_and_services_ask_for_tasks_that_exist(settings: Any) -> None:
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if "notifications" in entry["task"]}
    known = {tasks.deliver_due.name, tasks.deliver_bulk.name, tasks.send_digests.name}
    assert asked == known
    assert DELIVER_TASK in known
    assert known <= set(current_app.tasks)


def test_tasks_send_and_make_overviews(time_machine: Any) -> None:
    time_machine.move_to("2026-03-12T16:30:00Z", tick=False)
    user = UserFactory()
    notify_all([user])
    tasks.deliver_due()
    assert [sent.to for sent in mail.outbox] == [[user.email]]
    notify_all([user], kind=NEWS)
    tasks.send_digests()
    assert Digest.objects.count() == 1


def test_run_that_ends_before_the_work_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation.notifications import services

    again: list[bool] = []
    monkeypatch.setattr(services, "deliver_due", lambda **lane: services.Report(more=True))
    monkeypatch.setattr(tasks.deliver_due, "delay", lambda: again.append(True))
    tasks.deliver_due()
    assert again == [True]
