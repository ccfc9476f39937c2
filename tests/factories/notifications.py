from __future__ import annotations

from typing import Any

import factory

from foundation.accounts.models import User
from foundation.notifications import kinds
from foundation.notifications.kinds import Kind, Topic
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory

TOPIC = kinds.register_topic(Topic("test", "Proeven", "Berichten van de tests."))
NEWS = kinds.register(
    Kind(
        code="test.news",
        topic="test",
        name="Nieuws",
        subject="Nieuws: %(title)s",
        action="Lees het nieuws",
    )
)
URGENT = kinds.register(
    Kind(
        code="test.urgent",
        topic="test",
        name="Spoed",
        subject="Spoed: %(title)s",
        urgent=True,
    )
)
SAFETY = kinds.register_topic(Topic("test-security", "Veiligheid van de tests", "Over je account."))
SECURITY = kinds.register(
    Kind(
        code="test.security",
        topic="test-security",
        name="Veiligheid",
        subject="Let op: %(title)s",
        switchable=False,
    )
)


CRAFT = kinds.register_topic(Topic("test-craft", "Werk", "Berichten over werk van weinigen.", for_all=False))
JOB = kinds.register(Kind(code="test.job", topic="test-craft", name="Klus", subject="Klus: %(title)s"))


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """A message in somebody's list, without an e-mail."""

    class Meta:
        model = Message

    recipient = factory.SubFactory(UserFactory)
    kind = NEWS.code
    about = factory.Sequence(lambda n: f"test.thing:{n}")
    moment = "opened"
    subject = "Nieuws: het park"
    context = factory.LazyFunction(lambda: {"title": "het park", "text": "Het park gaat open."})
    url = "/berichten/"


def notify_all(people: list[User], **fields: Any) -> int:
    """One urgent message to all of them, so that each gets an e-mail."""
    from foundation.notifications.services import notify

    return notify(
        **{
            "kind": URGENT,
            "recipients": people,
            "about": "test.thing:1",
            "moment": "opened",
            "context": {"title": "het park", "text": "Het park gaat open."},
            "url": "/berichten/",
            **fields,
        }
    )
