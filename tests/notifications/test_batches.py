"""The outbox claims many e-mails at once and keeps one connection; what it does not come to waits as if nothing was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Delivery
from foundation.notifications.services import deliver_due
from foundation.notifications.services import delivery as delivery_service
from tests.factories.accounts import UserFactory
from tests.factories.notifications import notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db


def claims_run_out() -> None:
    Delivery.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


def states() -> list[str]:
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_each_mail_more_costs_two_statements(smtp: Behaviour) -> None:
    counts = []
    for number in (2, 12):
        notify_all(UserFactory.create_batch(number), moment=str(number))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert deliver_due().sent == number
        counts.append(len(asked))
    assert counts[1] - counts[0] == 2 * 10  # the hand-over, and that it was accepted


def test_time_that_is_up_puts_the_rest_of_the_batch_back_without_a_try(smtp: Behaviour) -> None:
    notify_all(UserFactory.create_batch(4))
    smtp.slow_rcpt = 0.3
    report = deliver_due(seconds=0.2)
    assert (report.sent, report.more) == (1, True)
    rows = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert set(rows.values_list("attempts", "claim", "claimed_until")) == {(0, None, None)}
    smtp.slow_rcpt = 0
    assert deliver_due().sent == 3
    assert set(smtp.counts.values()) == {1}


def test_lease_that_would_run_out_puts_the_rest_back_and_claims_anew(smtp: Behaviour, settings: Any) -> None:
    settings.OUTBOX_LEASE_SECONDS = 0
    notify_all(UserFactory.create_batch(3))
    assert deliver_due().sent == 3
    assert {row.attempts for row in Delivery.objects.all()} == {1}
    assert set(smtp.counts.values()) == {1}


def test_mail_server_that_is_away_leaves_no_claim_behind(mail_port: int) -> None:
    notify_all(UserFactory.create_batch(3))
    deliver_due()
    assert states() == [DeliveryState.WAITING] * 3
    assert not Delivery.objects.exclude(claim=None).exists()


def test_put_back_takes_nothing_from_the_worker_that_took_over() -> None:
    notify_all(UserFactory.create_batch(2))
    batch = delivery_service._claim()
    claims_run_out()
    (taken,) = delivery_service._claim()
    delivery_service._put_back(batch)
    assert states() == [DeliveryState.SENDING, DeliveryState.WAITING]
    assert Delivery.objects.get(state=DeliveryState.SENDING).claim == taken.claim


def test_batch_of_a_dead_worker_is_taken_over_one_at_a_time(smtp: Behaviour) -> None:
    notify_all(UserFactory.create_batch(3))
    assert len(delivery_service._claim()) == 3  # and here it dies
    claims_run_out()
    assert len(delivery_service._claim()) == 1  # if this one is what kills workers, the others are free of it
    assert deliver_due().sent == 2
    assert set(smtp.counts.values()) == {1}


def test_refusal_in_the_middle_of_a_batch_leaves_the_connection_to_the_others(smtp: Behaviour) -> None:
    people = UserFactory.create_batch(4)
    smtp.refuse[people[1].email] = "550 5.1.1 no such user"
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.given_up, smtp.connections) == (3, 1, 1)
