"""The dialogue with mail servers that take commands in one breath (RFC 2920), and with those that do not."""

from __future__ import annotations

import pytest

from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Delivery
from foundation.notifications.services import deliver_due
from tests.factories.accounts import UserFactory
from tests.factories.notifications import notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("pipelining", [True, False])


@BOTH
def test_refused_addresses_stop_nobody_and_keep_the_connection(smtp: Behaviour, pipelining: bool) -> None:
    smtp.pipelining = pipelining
    people = UserFactory.create_batch(5)
    smtp.refuse = {people[1].email: "550 5.1.1 no such user", people[3].email: "450 4.2.1 later"}
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.given_up, report.later) == (3, 1, 1)
    assert smtp.counts == {people[number].email: 1 for number in (0, 2, 4)}
    assert smtp.connections == 1


@BOTH
def test_refused_sender_is_tried_again_for_each(smtp: Behaviour, pipelining: bool) -> None:
    smtp.pipelining, smtp.sender_answer = pipelining, "550 5.7.1 not you"
    notify_all(UserFactory.create_batch(2))
    assert deliver_due().later == 2
    assert not smtp.accepted
    assert smtp.connections == 1


def test_server_that_wants_a_text_for_nobody_gets_none(smtp: Behaviour) -> None:
    people = UserFactory.create_batch(3)
    smtp.takes_text_for_nobody = True
    smtp.refuse = {people[0].email: "550 5.1.1 no such user"}
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.given_up) == (2, 1)
    assert smtp.texts_for_nobody == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT, DeliveryState.GIVEN_UP}


def test_connection_that_breaks_in_the_middle_of_the_answers_costs_one_try(smtp: Behaviour) -> None:
    smtp.drop_at, smtp.drops = "rcpt", 1
    people = UserFactory.create_batch(2)
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.later) == (1, 1)
    Delivery.objects.filter(state=DeliveryState.WAITING).update(next_try_at="2000-01-01T00:00Z")
    smtp.drop_at = ""
    assert deliver_due().sent == 1
    assert smtp.counts == {user.email: 1 for user in people}
