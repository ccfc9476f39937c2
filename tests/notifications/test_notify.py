from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.notifications.enums import Channel, DeliveryState
from foundation.notifications.models import AddressOptOut, Delivery, Message, Preference
from foundation.notifications.services import forget, mail_to, mark_all_read, mark_read, withdraw
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NEWS, SECURITY, URGENT, MessageFactory, notify_all

pytestmark = pytest.mark.django_db
WORDS = {"title": "het park", "text": "Het park gaat open."}


def test_urgent_message_gets_a_delivery_and_other_news_waits_for_the_overview() -> None:
    user = UserFactory()
    assert notify_all([user]) == 1
    assert notify_all([user], kind=NEWS) == 1
    urgent, news = Message.objects.get(kind=URGENT.code), Message.objects.get(kind=NEWS.code)
    assert urgent.delivery.state == DeliveryState.WAITING
    assert not urgent.in_digest
    assert news.in_digest
    assert Delivery.objects.count() == 1


def test_same_kind_thing_and_moment_comes_once_per_person() -> None:
    one, other = UserFactory(), UserFactory()
    assert notify_all([one, one]) == 1
    assert notify_all([one, other]) == 1
    assert notify_all([one], moment="closed") == 1
    assert Message.objects.filter(recipient=one).count() == 2
    assert Delivery.objects.count() == 3


def test_database_refuses_a_second_copy() -> None:
    message = MessageFactory()
    with pytest.raises(IntegrityError, match="message_once_per_person"), transaction.atomic():
        MessageFactory(recipient=message.recipient, about=message.about)


@pytest.mark.parametrize(
    "kind, chosen, delivered, in_digest",
    [
        (NEWS, Channel.DIGEST, False, True),
        (NEWS, Channel.AT_ONCE, True, False),
        (NEWS, Channel.NONE, False, False),
        (URGENT, Channel.DIGEST, True, False),
        (URGENT, Channel.AT_ONCE, True, False),
        (URGENT, Channel.NONE, False, False),
        (SECURITY, Channel.NONE, True, False),
    ],
)
def test_choice_for_a_topic_decides_how_it_is_mailed(
    kind: object, chosen: Channel, delivered: bool, in_digest: bool
) -> None:
    user = UserFactory()
    Preference.objects.create(user=user, topic=kind.topic, channel=chosen)  # type: ignore[attr-defined]
    notify_all([user], kind=kind)
    message = Message.objects.get()
    assert (Delivery.objects.exists(), message.in_digest) == (delivered, in_digest)


def test_choice_for_the_rest_counts_where_a_topic_has_none() -> None:
    user = UserFactory()
    Preference.objects.create(user=user, topic="", channel=Channel.NONE)
    notify_all([user])
    assert not Delivery.objects.exists()
    Preference.objects.create(user=user, topic="test", channel=Channel.AT_ONCE)
    notify_all([user], moment="later")
    assert Delivery.objects.count() == 1


def test_people_who_left_get_nothing() -> None:
    gone = UserFactory(is_active=False)
    erased = UserFactory(erased_at=timezone.now())
    assert notify_all([gone, erased]) == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        notify_all([UserFactory()])


def test_what_is_rolled_back_was_never_written() -> None:
    user = UserFactory()
    with transaction.atomic():
        notify_all([user])
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


def test_after_commit_a_worker_is_woken(
    django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from celery import current_app

    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: asked.append(name))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        notify_all([UserFactory()])
        assert asked == []
    assert asked == ["foundation.notifications.tasks.deliver_due"]


def test_broker_that_is_away_does_not_break_the_page(
    django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from celery import current_app

    def away(name: str, **options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        notify_all([UserFactory()])
    assert Delivery.objects.count() == 1


def test_two_thousand_people_cost_as_many_queries_as_one(django_assert_max_num_queries: object) -> None:
    people = User.objects.bulk_create(User(email=f"p{n}@example.nl") for n in range(900))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert notify_all(people) == 900


@pytest.mark.parametrize(
    "url", ["https://elders.example/", "//elders.example/", "javascript:alert(1)", "/\\elders.example", "berichten/"]
)
def test_url_to_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="this portal"):
        notify_all([UserFactory()], url=url)


def test_context_without_a_name_of_the_subject_is_refused() -> None:
    with pytest.raises(ValueError, match=r"test\.urgent: the subject needs 'title'"):
        notify_all([UserFactory()], context={"text": "x"})


def test_context_keeps_moments_days_and_municipality() -> None:
    now = timezone.now()
    town = SimpleNamespace(pk=12, name="Dordrecht")
    notify_all([UserFactory()], context={**WORDS, "at": now, "day": date(2026, 3, 12)}, municipality=town)
    message = Message.objects.get()
    assert message.context["at"] == now
    assert message.context["day"] == date(2026, 3, 12)
    assert (message.municipality_id, message.municipality_name) == (12, "Dordrecht")


def test_mail_to_address_comes_once_and_in_small_letters() -> None:
    fields = {"kind": NEWS, "about": "invitation:1", "moment": "sent", "context": WORDS}
    assert mail_to(address=" Anna@Example.NL ", **fields)  # type: ignore[arg-type]
    assert not mail_to(address="anna@example.nl", **fields)  # type: ignore[arg-type]
    message = Message.objects.get()
    assert (message.address, message.recipient) == ("anna@example.nl", None)
    assert message.delivery.state == DeliveryState.WAITING


def test_mail_to_address_that_signed_off_sends_only_what_cannot_be_switched_off() -> None:
    for topic in ("test", "test-security"):
        AddressOptOut.objects.create(address="anna@example.nl", topic=topic)
    fields = {"address": "anna@example.nl", "about": "invitation:1", "moment": "sent", "context": WORDS}
    assert not mail_to(kind=NEWS, **fields)  # type: ignore[arg-type]
    assert mail_to(kind=SECURITY, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["geen-adres", "a@b.nl\nBcc: c@d.nl", "", "a b@example.nl"])
def test_mail_to_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        mail_to(address=address, kind=NEWS, about="x:1", moment="sent", context=WORDS)


def test_withdraw_takes_back_planned_reminders_only() -> None:
    user = UserFactory()
    notify_all([user])
    notify_all([user], moment="reminder", due_at=timezone.now() + timedelta(days=1))
    assert withdraw(kind=URGENT, about="test.thing:1") == 1
    assert [message.moment for message in Message.objects.all()] == ["opened"]
    assert Delivery.objects.count() == 1


def test_forgetting_takes_sent_messages_of_these_kinds_about_this_thing() -> None:
    user = UserFactory()
    notify_all([user])
    notify_all([user], kind=NEWS)
    notify_all([user], about="test.thing:2")
    Delivery.objects.update(state=DeliveryState.SENT)
    assert forget(kinds=[URGENT], about="test.thing:1") == 1
    assert set(Message.objects.values_list("kind", "about")) == {
        (NEWS.code, "test.thing:1"),
        (URGENT.code, "test.thing:2"),
    }


def test_reading_is_remembered_once_and_only_for_the_recipient() -> None:
    message = MessageFactory()
    with pytest.raises(ValueError, match="recipient"):
        mark_read(message=message, by=UserFactory())
    mark_read(message=message, by=message.recipient)
    first = Message.objects.get().read_at
    mark_read(message=message, by=message.recipient)
    assert first is not None
    assert Message.objects.get().read_at == first


def test_all_read_leaves_planned_messages_and_those_of_others() -> None:
    user = UserFactory()
    MessageFactory.create_batch(2, recipient=user)
    planned = MessageFactory(recipient=user, due_at=timezone.now() + timedelta(days=1))
    other = MessageFactory()
    assert mark_all_read(by=user) == 2
    assert set(Message.objects.unread()) == {planned, other}
