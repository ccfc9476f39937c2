"""Which e-mails people want. No audit: what somebody wants to receive is theirs, and only the present wish is kept."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from foundation.accounts.models import User
from foundation.core.clock import now as clock_now
from foundation.notifications import kinds
from foundation.notifications.enums import Channel
from foundation.notifications.models import AddressOptOut, Message, Preference
from foundation.notifications.tokens import EVERYTHING, Unsubscribe


def set_preferences(*, by: User, channels: Mapping[str, Channel]) -> None:
    """Set how this person wants the e-mails of these topics.

    Raises:
        ValueError: for a topic that can't be switched.
    """
    known = {topic.code for topic in kinds.switchable_topics()}
    if unknown := set(channels) - known:
        raise ValueError(f"not topics that can be switched: {sorted(unknown)}")
    with transaction.atomic():
        for topic, channel in channels.items():
            _set(by.pk, topic, channel)


def unsubscribe(*, wish: Unsubscribe) -> None:
    """Do what a link in an e-mail asks: no more e-mail about its topic. Doing it twice changes nothing.

    Raises:
        Message.DoesNotExist: when the e-mail to an address is not known any more.
    """
    with transaction.atomic():
        if wish.user_id is None:
            AddressOptOut.objects.get_or_create(address=_address(wish), topic=wish.topic)
        elif not User.objects.filter(pk=wish.user_id).exists():
            return  # erased: there is nobody left to mail to
        elif wish.topic != EVERYTHING:
            _set(wish.user_id, wish.topic, Channel.NONE)
        else:
            Preference.objects.filter(user_id=wish.user_id, channel=Channel.DIGEST).exclude(topic="").delete()
            _set(wish.user_id, "", Channel.NONE)


def resubscribe(*, wish: Unsubscribe) -> None:
    """Take ``unsubscribe`` back: the daily overview again, or e-mail to the address again."""
    with transaction.atomic():
        if wish.user_id is None:
            AddressOptOut.objects.filter(address=_address(wish), topic=wish.topic).delete()
        elif User.objects.filter(pk=wish.user_id).exists():
            _set(wish.user_id, "" if wish.topic == EVERYTHING else wish.topic, Channel.DIGEST)


def _address(wish: Unsubscribe) -> str:
    return Message.objects.get(pk=wish.message_id or "", recipient=None).address


def _set(user_id: int, topic: str, channel: Channel) -> None:
    Preference.objects.update_or_create(
        user_id=user_id, topic=topic, defaults={"channel": channel, "changed_at": clock_now()}
    )
