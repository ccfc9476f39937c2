"""What the outbox does with a mail server that works, refuses, hangs or breaks off."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from foundation.core.models import AuditEvent
from foundation.core.states import IllegalMove
from foundation.notifications import queries
from foundation.notifications.enums import DELIVERY, Channel, DeliveryState
from foundation.notifications.models import AddressOptOut, Delivery, Message, Preference
from foundation.notifications.services import deliver_due, mail_to, resend, settle
from foundation.notifications.services import delivery as delivery_service
from foundation.notifications.services.delivery import PAUSES, ClaimLost
from foundation.notifications.transport import Transport
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NEWS, SECURITY, notify_all
from tests.notifications.smtp_server import Behaviour, running

pytestmark = pytest.mark.django_db


def the_one() -> Delivery:
    return Delivery.objects.get()


def make_due() -> None:
    """As if the pause is over."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(next_try_at=timezone.now() - timedelta(seconds=1))


def claims_run_out() -> None:
    Delivery.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_everybody_gets_theirs_over_one_connection(smtp: Behaviour) -> None:
    people = UserFactory.create_batch(3)
    notify_all(people)
    assert deliver_due().sent == 3
    assert smtp.counts == {user.email: 1 for user in people}
    assert smtp.connections == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert deliver_due().sent == 0


def test_mail_says_who_why_and_how_to_stop(smtp: Behaviour, settings: Any) -> None:
    settings.SITE_URL = "https://aanzet.example"
    user = UserFactory(name="Anna")
    notify_all([user], url="/berichten/?a=1&b=2", context={"title": "het park", "text": "Kom & kijk.\n.\n..punt <b>"})
    deliver_due()
    mail = smtp.mail_to(user.email)
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == "Spoed: het park"
    assert mail["Message-ID"] == f"<{the_one().pk}@example.nl>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://aanzet.example/berichten/afmelden/")
    assert link in text
    assert link in html
    assert "Anna" in text
    assert "Kom & kijk.\n.\n..punt <b>" in text
    assert "Kom &amp; kijk." in html
    assert "&lt;b&gt;" in html
    assert "https://aanzet.example/berichten/?a=1&b=2" in text
    assert "https://aanzet.example/berichten/voorkeuren/" in text
    assert "<img" not in html


def test_what_cannot_be_switched_off_has_no_unsubscribe(smtp: Behaviour) -> None:
    user = UserFactory()
    notify_all([user], kind=SECURITY)
    deliver_due()
    mail = smtp.mail_to(user.email)
    assert mail["List-Unsubscribe"] is None
    assert "afmelden" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_address_without_account_gets_its_mail_from_the_municipality(smtp: Behaviour) -> None:
    class Town:
        pk, name = 1, "'s-Hertogenbosch, gemeente"

    fields: dict[str, Any] = {"kind": NEWS, "about": "x:1", "moment": "sent", "context": {"title": "x", "text": "y"}}
    mail_to(address="anna@example.nl", municipality=Town(), **fields)
    deliver_due()
    mail = smtp.mail_to("anna@example.nl")
    assert mail["From"].addresses[0].display_name.startswith("'s-Hertogenbosch, gemeente")
    assert mail["From"].addresses[0].addr_spec == "aanzet@example.nl"
    assert "voorkeuren" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_long_texts_and_emoji_arrive_whole(smtp: Behaviour) -> None:
    title, text = "🌳" * 2500, "é🌷" * 2500
    user = UserFactory()
    notify_all([user], context={"title": title, "text": text})
    deliver_due()
    mail = smtp.mail_to(user.email)
    assert text in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"].strip().startswith("Spoed: 🌳🌳")
    assert len(mail["Subject"].strip()) <= 200


@pytest.mark.parametrize("poison", ["a\nBcc: boef@example.nl", "a\r\n\r\nb", "a\x00b", "a\u2028Bcc: x@y.nl", "a\x85b"])
def test_no_header_is_smuggled_in_by_a_title(smtp: Behaviour, poison: str) -> None:
    user = UserFactory()
    notify_all([user], context={"title": poison.replace("\x00", ""), "text": "x"})
    deliver_due()
    mail = smtp.mail_to(user.email)
    assert mail["Bcc"] is None
    assert len(mail["Subject"].splitlines()) == 1
    assert list(smtp.counts) == [user.email]


def test_planned_reminder_waits_for_its_moment(smtp: Behaviour, time_machine: Any) -> None:
    noon = datetime(2026, 3, 12, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
    time_machine.move_to(noon, tick=False)
    notify_all([UserFactory()], due_at=noon + timedelta(hours=1))
    assert deliver_due().sent == 0
    time_machine.move_to(noon + timedelta(hours=1), tick=False)
    assert deliver_due().sent == 1


# --- The server refuses ---------------------------------------------------------------------------------------------


def test_address_refused_for_ever_is_given_up_and_blocks_nobody(smtp: Behaviour) -> None:
    people = UserFactory.create_batch(5)
    for bad in people[:3]:
        smtp.refuse[bad.email] = "550 5.1.1 no such user"
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.given_up) == (2, 3)
    given_up = Delivery.objects.filter(state=DeliveryState.GIVEN_UP)
    assert {row.message.recipient for row in given_up if row.message} == set(people[:3])
    assert {row.last_error for row in given_up} == {"550 5.1.1 no such user"}


def test_temporary_refusals_block_nobody_and_are_tried_again_after_a_pause(smtp: Behaviour) -> None:
    people = UserFactory.create_batch(6)
    for grey in people[:5]:
        smtp.once[grey.email] = "451 4.7.1 greylisted"
    notify_all(people)
    before = timezone.now()
    report = deliver_due()
    assert (report.sent, report.later) == (1, 5)
    row = Delivery.objects.filter(state=DeliveryState.WAITING)[0]
    assert row.attempts == 1
    assert before + PAUSES[0] <= row.next_try_at <= timezone.now() + PAUSES[0]
    assert deliver_due().sent == 0
    make_due()
    assert deliver_due().sent == 5
    assert smtp.counts == {user.email: 1 for user in people}


def test_pauses_grow_and_after_about_a_day_it_is_given_up(smtp: Behaviour) -> None:
    user = UserFactory()
    smtp.refuse[user.email] = "451 later"
    notify_all([user])
    for pause in PAUSES:
        assert deliver_due().later == 1
        assert the_one().next_try_at - timezone.now() == pytest.approx(pause, abs=timedelta(seconds=5))
        make_due()
    assert deliver_due().given_up == 1
    assert timedelta(hours=12) < sum(PAUSES, timedelta()) < timedelta(hours=26)


@pytest.mark.parametrize(
    "answer, state", [("554 5.7.1 spam", DeliveryState.GIVEN_UP), ("452 disk full", DeliveryState.WAITING)]
)
def test_refusal_of_the_text_ends_or_waits(smtp: Behaviour, answer: str, state: DeliveryState) -> None:
    notify_all([UserFactory()])
    smtp.answer = answer
    deliver_due()
    assert (the_one().state, the_one().last_error) == (state, answer)


def test_refused_sender_waits_because_settings_can_be_mended(smtp: Behaviour) -> None:
    smtp.sender_answer = "550 sender not allowed"
    notify_all([UserFactory()])
    assert deliver_due().later == 1
    smtp.sender_answer = ""
    make_due()
    assert deliver_due().sent == 1


def test_server_that_is_away_costs_no_try(mail_port: int) -> None:
    people = UserFactory.create_batch(3)
    notify_all(people)
    report = deliver_due()
    assert (report.sent, report.given_up) == (0, 0)
    assert {row.attempts for row in Delivery.objects.all()} == {0}
    assert "ConnectionRefused" in Delivery.objects.exclude(last_error="").get().last_error
    behaviour = Behaviour()
    with running(behaviour, mail_port):
        make_due()
        assert deliver_due().sent == 3
    assert behaviour.counts == {user.email: 1 for user in people}


def test_server_that_stays_away_for_days_ends_it(mail_port: int) -> None:
    notify_all([UserFactory()])
    Delivery.objects.update(due_at=timezone.now() - timedelta(days=6))
    deliver_due()
    assert the_one().state == DeliveryState.GIVEN_UP


# --- The server hangs -----------------------------------------------------------------------------------------------


def test_server_that_takes_the_call_and_says_nothing(mail_port: int) -> None:
    notify_all(UserFactory.create_batch(2))
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deaf.bind(("127.0.0.1", mail_port))
        deaf.listen()
        start = timezone.now()
        deliver_due()
    assert timezone.now() - start < timedelta(seconds=5)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.WAITING}


@pytest.mark.parametrize("place", ["rcpt", "answer"])
def test_server_that_hangs_in_the_middle_gets_it_again_later(smtp: Behaviour, place: str) -> None:
    user = UserFactory()
    notify_all([user])
    smtp.hang_at = place
    assert deliver_due().later == 1
    assert the_one().state == DeliveryState.WAITING
    smtp.hang_at = ""
    make_due()
    assert deliver_due().sent == 1
    assert smtp.counts[user.email] == 1


def test_slow_server_holds_one_worker_only(smtp: Behaviour) -> None:
    from django.core.cache import cache

    notify_all([UserFactory()])
    smtp.hang_at = "rcpt"
    deliver_due()
    smtp.hang_at = ""
    make_due()
    cache.add(delivery_service.ALONE_KEY, 1, 60)  # another run is busy with it
    assert deliver_due().sent == 0
    cache.delete(delivery_service.ALONE_KEY)
    assert deliver_due().sent == 1
    assert cache.get(delivery_service.ALONE_KEY) is None


# --- The server breaks off ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["rcpt", "text", "dot"])
def test_connection_dropped_in_the_middle_is_tried_again_with_the_same_message_id(smtp: Behaviour, place: str) -> None:
    people = UserFactory.create_batch(3)
    notify_all(people)
    smtp.drop_at, smtp.drops = place, 1
    report = deliver_due()
    assert (report.sent, report.later) == (2, 1)
    waiting = Delivery.objects.get(state=DeliveryState.WAITING)
    make_due()
    assert deliver_due().sent == 1
    assert smtp.counts == {user.email: 1 for user in people}
    assert waiting.message is not None
    assert waiting.message.recipient is not None
    assert str(waiting.pk) in smtp.mail_to(waiting.message.recipient.email)["Message-ID"]


def test_server_that_always_breaks_off_ends_the_run(smtp: Behaviour) -> None:
    notify_all(UserFactory.create_batch(10))
    smtp.drop_at = "text"
    assert deliver_due().later == delivery_service.BROKEN_IN_A_ROW
    assert smtp.accepted == []


def test_server_that_closes_after_each_mail_costs_nobody_a_try(smtp: Behaviour) -> None:
    import time

    people = UserFactory.create_batch(3)
    notify_all(people)
    smtp.per_connection = 1
    # So little time that a run sends one mail at most, and on a busy machine perhaps none; then the server hangs up.
    patience = time.monotonic() + 45
    while len(smtp.counts) < len(people) and time.monotonic() < patience:
        deliver_due(seconds=0.005)
        time.sleep(0.05)
        make_due()
    assert smtp.counts == {user.email: 1 for user in people}
    assert {row.attempts for row in Delivery.objects.all()} == {1}


# --- Workers that die or meet ---------------------------------------------------------------------------------------


def test_worker_that_died_before_the_hand_over_is_taken_over(smtp: Behaviour) -> None:
    user = UserFactory()
    notify_all([user])
    assert delivery_service._claim()  # and here it dies
    assert deliver_due().sent == 0
    claims_run_out()
    assert deliver_due().sent == 1
    assert smtp.counts[user.email] == 1


def test_worker_that_died_at_the_hand_over_leaves_it_uncertain_and_it_is_not_sent_again(smtp: Behaviour) -> None:
    notify_all([UserFactory()])
    (delivery,) = delivery_service._claim()
    delivery_service._hand_over(delivery)
    claims_run_out()
    assert deliver_due().sent == 0
    assert the_one().state == DeliveryState.UNCERTAIN
    assert smtp.accepted == []
    assert queries.stuck(timezone.now()).uncertain == 1


def test_worker_that_was_only_slow_still_notes_that_it_was_sent() -> None:
    notify_all([UserFactory()])
    (delivery,) = delivery_service._claim()
    delivery_service._hand_over(delivery)
    claims_run_out()
    delivery_service._find_abandoned()
    delivery_service._note_sent(delivery)
    assert the_one().state == DeliveryState.SENT


def test_worker_that_was_overtaken_hands_nothing_over(smtp: Behaviour) -> None:
    user = UserFactory()
    notify_all([user])
    (slow,) = delivery_service._claim()
    claims_run_out()
    (quick,) = delivery_service._claim()
    assert quick.pk == slow.pk
    with Transport() as transport:
        with pytest.raises(ClaimLost):
            delivery_service._deliver(slow, transport, delivery_service.Wishes([slow]))
        assert smtp.accepted == []
        delivery_service._deliver(quick, transport, delivery_service.Wishes([quick]))
    assert smtp.counts[user.email] == 1


def test_poisonous_message_that_kills_workers_ends_too() -> None:
    notify_all([UserFactory()])
    Delivery.objects.update(attempts=len(PAUSES))
    (delivery,) = delivery_service._claim()
    assert delivery_service._try_later(delivery, "x") == DeliveryState.GIVEN_UP


def test_message_that_cannot_be_written_blocks_nobody(smtp: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = UserFactory(email="anna@example.nl"), UserFactory()
    notify_all([bad])
    # Nothing that our own forms would let through.
    type(bad).objects.filter(pk=bad.pk).update(email="anna@example.nl\nbcc: boef@example.nl")
    notify_all([good], moment="other")
    report = deliver_due()
    assert (report.sent, report.later) == (1, 1)
    assert list(smtp.counts) == [good.email]


# --- What people want by then ---------------------------------------------------------------------------------------


def test_who_left_or_switched_off_meanwhile_gets_nothing(smtp: Behaviour) -> None:
    left, erased, off = UserFactory.create_batch(3)
    notify_all([left, erased, off])
    type(left).objects.filter(pk=left.pk).update(is_active=False)
    type(left).objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    Preference.objects.create(user=off, topic="test", channel=Channel.NONE)
    assert deliver_due().suppressed == 3
    assert smtp.accepted == []


def test_who_chose_the_overview_meanwhile_gets_it_there(smtp: Behaviour) -> None:
    user = UserFactory()
    choice = Preference.objects.create(user=user, topic="test", channel=Channel.AT_ONCE)
    notify_all([user], kind=NEWS)
    choice.channel = Channel.DIGEST
    choice.save()
    assert deliver_due().suppressed == 1
    assert Message.objects.get().in_digest


def test_address_that_signed_off_meanwhile_gets_nothing(smtp: Behaviour) -> None:
    fields: dict[str, Any] = {"kind": NEWS, "about": "x:1", "moment": "sent", "context": {"title": "x", "text": "y"}}
    mail_to(address="anna@example.nl", **fields)
    AddressOptOut.objects.create(address="anna@example.nl", topic="test")
    assert deliver_due().suppressed == 1
    assert smtp.accepted == []


# --- Other ways of sending, and people who look -----------------------------------------------------------------------


def test_any_backend_of_django_will_do(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user = UserFactory()
    notify_all([user])
    assert deliver_due().sent == 1
    assert [mail.to for mail in django_mail.outbox] == [[user.email]]


def test_backend_that_fails_is_tried_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.BrokenBackend"
    notify_all([UserFactory()])
    assert deliver_due().later == 1
    assert "RuntimeError: kapot" in the_one().last_error


class BrokenBackend(django_mail.backends.base.BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise RuntimeError("kapot")


def test_stuck_tells_what_waits_too_long_or_ended_badly(mail_port: int) -> None:
    now = timezone.now()
    assert not queries.stuck(now)
    notify_all(UserFactory.create_batch(2))
    assert not queries.stuck(now + timedelta(minutes=29))
    late = queries.stuck(now + timedelta(minutes=31))
    assert (late.waiting, late.given_up, late.uncertain) == (2, 0, 0)
    assert late.oldest is not None
    first = Delivery.objects.first()
    assert first is not None
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.GIVEN_UP)
    assert queries.stuck(now).given_up == 1
    assert not queries.stuck(now, municipality_id=4)


def test_resend_and_settle_are_decisions_of_people(smtp: Behaviour) -> None:
    user, staff = UserFactory(), UserFactory()
    notify_all([user])
    Delivery.objects.update(state=DeliveryState.SENT)
    with pytest.raises(IllegalMove):
        resend(delivery=the_one(), by=staff)
    Delivery.objects.update(state=DeliveryState.GIVEN_UP, attempts=7)
    settle(delivery=the_one(), by=staff, reason="verhuisd")
    assert not queries.stuck(timezone.now())
    resend(delivery=the_one(), by=staff, reason="adres hersteld")
    assert deliver_due().sent == 1
    assert set(AuditEvent.objects.values_list("verb", "reason")) == {
        ("notifications.delivery_settled", "verhuisd"),
        ("notifications.delivery_resent", "adres hersteld"),
    }


@pytest.mark.parametrize("old", DeliveryState.values)
@pytest.mark.parametrize("new", DeliveryState.values)
def test_table_of_states_is_the_only_road(old: str, new: str) -> None:
    delivery = Delivery(state=old)
    if DELIVERY.allows(old, new):
        DELIVERY.move(delivery, new)
        assert delivery.state == new
    else:
        with pytest.raises(IllegalMove):
            DELIVERY.move(delivery, new)


def test_accepted_mail_never_goes_back() -> None:
    assert DELIVERY.is_final(DeliveryState.SENT)
    assert not DELIVERY.allows(DeliveryState.HANDING_OVER, DeliveryState.SENDING)
