from __future__ import annotations

import json

import pytest

from foundation.accounts import personal_data
from foundation.notifications.enums import Channel
from foundation.notifications.models import AddressOptOut, Delivery, Message, Preference
from foundation.notifications.personal_data import erase
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory, notify_all

pytestmark = pytest.mark.django_db


def test_export_holds_messages_with_their_texts_and_choices() -> None:
    user = UserFactory()
    notify_all([user], context={"title": "het park", "text": "Het park gaat open."})
    MessageFactory()
    Preference.objects.create(user=user, topic="test", channel=Channel.AT_ONCE)
    part = json.loads(json.dumps(personal_data.export(user)["berichten"]))
    (message,) = part["berichten"]
    assert message["onderwerp"] == "Spoed: het park"
    assert message["tekst"] == "Het park gaat open."
    assert part["voorkeuren"] == {"test": "at_once"}


def test_erasing_takes_messages_waiting_mails_and_choices_of_this_person_only() -> None:
    user, other = UserFactory(), UserFactory()
    notify_all([user, other])
    MessageFactory(recipient=None, address=user.email)
    Preference.objects.create(user=user, topic="test", channel=Channel.AT_ONCE)
    AddressOptOut.objects.create(address=user.email, topic="test")
    erase(user)
    assert [message.recipient for message in Message.objects.all()] == [other]
    assert Delivery.objects.count() == 1
    assert not Preference.objects.exists()
    assert AddressOptOut.objects.exists()


def test_erasing_is_known_to_accounts() -> None:
    assert erase in [step.function for step in personal_data.erasers()]
