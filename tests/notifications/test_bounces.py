"""Mail that comes back: said at once by the mail server, or later in a notification of another one (RFC 3464)."""

from __future__ import annotations

import io
import sys
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.notifications import kinds, queries, services
from foundation.notifications.enums import DeliveryState
from foundation.notifications.kinds import Kind, Letter
from foundation.notifications.models import Bounce, Delivery, Message
from foundation.notifications.services import Noted, deliver_bulk, deliver_due, note_dsn, notify
from tests.factories.accounts import UserFactory
from tests.factories.notifications import URGENT, notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db


def letter(message: Message) -> Letter:
    return Letter("Brief aan\nallen", "tekst", "<p>tekst</p>", "https://aanzet.example.nl/af/1", "brief.example.nl")


LETTER = kinds.register(
    Kind(code="test.letter", topic="test", name="Brief", subject="Brief", urgent=True, bulk=True, letter=letter)
)


def dsn(
    delivery_id: object, *, action: str = "failed", status: str = "5.1.1", words: str = "smtp; 550 5.1.1 unknown"
) -> bytes:
    """A notification in the shape that Postfix gives it, with the headers of the original."""
    return f"""Return-Path: <>
Received: by mail.elders.example (Postfix)
	id 4F1A2B3C; Sun, 22 Nov 2026 10:00:03 +0100 (CET)
Date: Sun, 22 Nov 2026 10:00:03 +0100 (CET)
From: MAILER-DAEMON@mail.elders.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: aanzet@example.nl
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4F1A2B3C.1795338003/mail.elders.example"

This is a MIME-encapsulated message.

--4F1A2B3C.1795338003/mail.elders.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.elders.example.

<anna@elders.example>: host mx.elders.example said: 550 5.1.1 unknown

--4F1A2B3C.1795338003/mail.elders.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.elders.example
X-Postfix-Queue-ID: 4F1A2B3C
Arrival-Date: Sun, 22 Nov 2026 10:00:01 +0100 (CET)

Final-Recipient: rfc822; anna@elders.example
Original-Recipient: rfc822;anna@elders.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.elders.example
Diagnostic-Code: {words}

--4F1A2B3C.1795338003/mail.elders.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Received: from app.example.nl by mail.elders.example (Postfix)
Subject: Nieuwsbrief
From: Gemeente Rivierdam <aanzet@example.nl>
To: anna@elders.example
Message-ID: <{delivery_id}@example.nl>

--4F1A2B3C.1795338003/mail.elders.example--
""".encode()


def whole_original(delivery_id: object) -> bytes:
    """The shape of Exchange: another order, folded headers, the whole original, no diagnostic code."""
    return f"""From: postmaster@elders.example
To: aanzet@example.nl
Subject: Onbestelbaar: Nieuwsbrief
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="_000_A1_"

--_000_A1_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+RGl0IGFkcmVzIGJlc3RhYXQgbmlldDwvcD4=

--_000_A1_
Content-Type: message/delivery-status

Reporting-MTA: dns;elders.example

Final-recipient: RFC822;
 doorgestuurd@elders.example
Action: Failed
Status: 5.1.10

--_000_A1_
Content-Type: message/rfc822

Message-Id:
 <{delivery_id}@example.nl>
Subject: Nieuwsbrief
MIME-Version: 1.0
Content-Type: text/plain

Beste allen
--_000_A1_--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def sent() -> Delivery:
    notify_all([UserFactory(email="Anna@elders.example")])
    Delivery.objects.update(state=DeliveryState.SENT, settled_at=timezone.now())
    return Delivery.objects.get()


@pytest.mark.parametrize("shape", [dsn, whole_original])
def test_notification_is_noted_once_on_the_delivery_and_its_address(sent: Delivery, shape: Any) -> None:
    assert note_dsn(source=shape(sent.pk)) == Noted.BOUNCE
    assert note_dsn(source=shape(sent.pk)) == Noted.KNOWN
    assert Delivery.objects.get().bounced_at is not None
    row = Bounce.objects.get()
    assert (row.address, row.times) == ("anna@elders.example", 1)


@pytest.mark.parametrize(
    ("source", "noted"),
    [
        (lambda pk: dsn(pk, action="delayed", status="4.4.1"), Noted.NOT_FINAL),
        (lambda pk: dsn(pk, action="delivered", status="2.0.0"), Noted.NOT_FINAL),
        (lambda pk: dsn(uuid.uuid4()), Noted.NOT_OURS),
        (lambda pk: dsn("niet-van-ons"), Noted.NOT_OURS),
        (lambda pk: b"From: anna@elders.example\r\nSubject: Bedankt!\r\n\r\nLeuke brief.", Noted.NO_DSN),
        (lambda pk: b"\xff\xfe\x00 geen mail", Noted.NO_DSN),
        (lambda pk: b"", Noted.NO_DSN),
    ],
)
def test_other_mail_is_not_counted(sent: Delivery, source: Any, noted: Noted) -> None:
    assert note_dsn(source=source(sent.pk)) == noted
    assert not Bounce.objects.exists()
    assert Delivery.objects.get().bounced_at is None


def test_refusal_of_our_text_says_nothing_of_the_address(sent: Delivery) -> None:
    assert note_dsn(source=dsn(sent.pk, status="5.7.1", words="smtp; 554 5.7.1 spam")) == Noted.REFUSED
    assert Delivery.objects.get().bounced_at is not None
    assert not Bounce.objects.exists()


def test_command_reads_a_notification_from_standard_input(sent: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(dsn(sent.pk))))
    out = io.StringIO()
    call_command("note_bounce", stdout=out)
    assert out.getvalue() == "bounce\n"
    assert Bounce.objects.get().times == 1


@pytest.mark.parametrize(
    ("answer", "times"), [("550 5.1.1 no such user", 1), ("550 nee", 1), ("550 5.7.1 not from you", 0)]
)
def test_address_refused_by_the_server_is_counted(smtp: Behaviour, answer: str, times: int) -> None:
    user = UserFactory()
    smtp.refuse[user.email] = answer
    notify_all([user])
    deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.GIVEN_UP
    assert (delivery.bounced_at is not None) == bool(times)
    assert sum(Bounce.objects.values_list("times", flat=True)) == times


def test_after_three_times_an_address_is_bad_until_its_owner_shows_it_works() -> None:
    for _time in range(queries.BOUNCES_UNTIL_SKIPPED):
        assert not queries.bad_addresses().exists()
        services.bounces.note_address("Anna@elders.example", "550", timezone.now())
    assert [row.address for row in queries.bad_addresses()] == ["anna@elders.example"]
    services.forget_bounces(address="ANNA@elders.example")
    assert not Bounce.objects.exists()


def send_letters(people: list[Any], addresses: list[str]) -> int:
    with transaction.atomic():
        return notify(
            kind=LETTER, recipients=people, addresses=addresses, about="test.letter:1", moment="1", context={}
        )


def test_letter_goes_whole_with_the_headers_of_a_list(smtp: Behaviour) -> None:
    user = UserFactory()
    assert send_letters([user], ["Los@Adres.example", "los@adres.example"]) == 2
    assert send_letters([user], ["los@adres.example"]) == 0
    assert deliver_due(bulk=False).sent == 0
    assert deliver_bulk().sent == 2
    assert smtp.counts == {user.email: 1, "los@adres.example": 1}
    mail = smtp.mail_to("los@adres.example")
    assert mail["Subject"] == "Brief aan allen"
    assert mail["List-Unsubscribe"] == "<https://aanzet.example.nl/af/1>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<brief.example.nl>"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    told = queries.progress(LETTER, "test.letter:1")
    assert (told.messages, told.sent, told.settled, told.portal) == (2, 2, 2, 0)


def test_what_goes_to_one_does_not_wait_behind_what_goes_to_many(smtp: Behaviour) -> None:
    many = UserFactory.create_batch(3)
    send_letters(many, [])
    one = UserFactory()
    notify_all([one])
    deliver_due()
    assert smtp.accepted[0][0] == one.email
    assert len(smtp.accepted) == 4


def test_second_bulk_run_leaves_the_work_to_the_first(smtp: Behaviour) -> None:
    from django.core.cache import cache

    send_letters([UserFactory()], [])
    cache.add("notifications:bulk", 1, 30)
    assert deliver_bulk().sent == 0
    cache.delete("notifications:bulk")
    assert deliver_bulk().sent == 1


def test_claiming_among_many_costs_the_same_questions(smtp: Behaviour) -> None:
    costs = []
    for number in (1, 3):
        Message.objects.all().delete()
        send_letters([], [f"n{i}@adres.example" for i in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            deliver_due(bulk=True)
        costs.append(len(asked))
    per_mail = (costs[1] - costs[0]) / 2
    assert per_mail <= 12
    assert URGENT.bulk is False
