"""Reads over messages, preferences and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from foundation.core.clock import now as clock_now
from foundation.notifications import kinds
from foundation.notifications.enums import Channel, DeliveryState
from foundation.notifications.kinds import Kind, Topic
from foundation.notifications.models import AddressOptOut, Bounce, Delivery, Message, Preference

if TYPE_CHECKING:
    from foundation.accounts.models import User

STUCK_AFTER = timedelta(minutes=30)
UNREAD_KEPT_SECONDS = 60
BOUNCES_UNTIL_SKIPPED = 3


def unread_key(user_id: int) -> str:
    """Where the cache keeps the number of unread messages of a user."""
    return f"notifications:unread:{user_id}"


def unread_count(user: User, now: datetime | None = None) -> int:
    """How many messages this person has not read; kept for a minute, forgotten at once when they read or get one."""
    key = unread_key(user.pk)
    kept: int | None = cache.get(key)
    if kept is None:
        kept = Message.objects.visible_to(user, now or clock_now()).unread().count()
        cache.set(key, kept, UNREAD_KEPT_SECONDS)
    return kept


def inbox(user: User, now: datetime | None = None) -> QuerySet[Message]:
    """The messages of this person that are due, newest first."""
    return Message.objects.visible_to(user, now or clock_now())


def channels(user_ids: Iterable[int], topic: str) -> dict[int, Channel]:
    """Per user how they want the e-mails of a topic: their choice, else their choice for the rest, else once a day."""
    ids = list(user_ids)
    found: dict[int, Channel] = dict.fromkeys(ids, Channel.DIGEST)
    if not ids:
        return found
    rows = Preference.objects.filter(user_id__in=ids, topic__in=["", topic]).order_by("topic")  # "" comes first
    for user_id, channel in rows.values_list("user_id", "channel"):
        found[user_id] = Channel(channel)
    return found


def channel_for(kind: Kind, chosen: Channel) -> Channel:
    """How a message of this kind goes to somebody who chose this for its topic."""
    if not kind.switchable:
        return Channel.AT_ONCE
    if kind.urgent and chosen == Channel.DIGEST:
        return Channel.AT_ONCE
    return chosen


def preferences(user: User) -> list[tuple[Topic, Channel]]:
    """Each topic that can be switched and concerns this person, with what they have now."""
    rows = {row.topic: Channel(row.channel) for row in Preference.objects.filter(user=user)}
    rest = rows.get("", Channel.DIGEST)
    topics = kinds.switchable_topics()
    special = [code for topic in topics if not topic.for_all for code in kinds.codes_of(topic.code)]
    had = set(Message.objects.filter(recipient=user, kind__in=special).values_list("kind", flat=True).distinct())
    return [
        (topic, rows.get(topic.code, rest))
        for topic in topics
        if topic.for_all or topic.code in rows or had.intersection(kinds.codes_of(topic.code))
    ]


def has_opted_out(address: str, topic: str) -> bool:
    """Whether this address without an account wants no e-mail about this topic."""
    return AddressOptOut.objects.filter(address=address.strip().lower(), topic=topic).exists()


def opted_out(addresses: Iterable[str], topic: str) -> set[str]:
    """Those of these addresses (small letters) without an account that want no e-mail about this topic."""
    wanted = list(addresses)
    if not wanted:
        return set()
    return set(AddressOptOut.objects.filter(address__in=wanted, topic=topic).values_list("address", flat=True))


def bad_addresses() -> QuerySet[Bounce]:
    """The addresses that nothing more should be sent to of what goes to very many: it came back too often."""
    return Bounce.objects.filter(times__gte=BOUNCES_UNTIL_SKIPPED)


@dataclass(frozen=True)
class Progress:
    """How far the e-mails about one thing are. ``portal``: messages of people who want no e-mail about it."""

    messages: int = 0
    waiting: int = 0
    sent: int = 0
    bounced: int = 0
    failed: int = 0
    uncertain: int = 0
    stopped: int = 0

    @property
    def portal(self) -> int:
        mailed = self.waiting + self.sent + self.bounced + self.failed + self.uncertain + self.stopped
        return self.messages - mailed

    @property
    def settled(self) -> int:
        """How many messages need no more work of ours."""
        return self.messages - self.waiting


def progress(kind: Kind, about: str) -> Progress:
    """How far the e-mails of this kind about this thing are; one query."""
    under_way = [DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.HANDING_OVER]
    state, back = "delivery__state", Q(delivery__bounced_at__isnull=False)
    found = Message.objects.filter(kind=kind.code, about=about).aggregate(
        messages=Count("pk"),
        waiting=Count("pk", filter=Q(**{f"{state}__in": under_way})),
        sent=Count("pk", filter=Q(**{state: DeliveryState.SENT}) & ~back),
        bounced=Count("pk", filter=back),
        failed=Count("pk", filter=Q(**{state: DeliveryState.GIVEN_UP}) & ~back),
        uncertain=Count("pk", filter=Q(**{state: DeliveryState.UNCERTAIN}) & ~back),
        stopped=Count("pk", filter=Q(**{state: DeliveryState.SUPPRESSED})),
    )
    return Progress(**found)


@dataclass(frozen=True)
class Stuck:
    """E-mails that need a look.

    ``waiting``: not sent half an hour after they should have been; ``given_up``: could not be delivered;
    ``uncertain``: perhaps sent; ``oldest``: since when the oldest of the waiting ones waits.
    """

    waiting: int
    given_up: int
    uncertain: int
    oldest: datetime | None

    def __bool__(self) -> bool:
        return bool(self.waiting or self.given_up or self.uncertain)


def stuck_deliveries(now: datetime, municipality_id: int | None = None) -> QuerySet[Delivery]:
    """Deliveries that wait too long, were given up, or are uncertain, and that nobody has settled."""
    late = Q(
        state__in=[DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.HANDING_OVER],
        due_at__lte=now - STUCK_AFTER,
    )
    bad = Q(state__in=[DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN], settled_at=None)
    rows = Delivery.objects.filter(late | bad)
    if municipality_id is not None:
        rows = rows.filter(message__municipality_id=municipality_id)
    return rows.order_by("due_at", "pk")


def mail_stands_still(now: datetime) -> bool:
    """Whether the mail server can't be reached: something is due for 100 seconds and waits because the server is away (such
    a try does not count; a single address that is refused for now has counted tries)."""
    return (
        Delivery.objects.filter(state=DeliveryState.WAITING, attempts=0, due_at__lte=now - timedelta(seconds=100))
        .exclude(last_error="")
        .exists()
    )


def stuck(now: datetime, municipality_id: int | None = None) -> Stuck:
    """How many e-mails are stuck, of one municipality or of all; one query."""
    rows = list(stuck_deliveries(now, municipality_id).values_list("state", "due_at"))
    bad = (DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN)
    late = [due_at for state, due_at in rows if state not in bad]
    return Stuck(
        waiting=len(late),
        given_up=sum(1 for state, _due in rows if state == DeliveryState.GIVEN_UP),
        uncertain=sum(1 for state, _due in rows if state == DeliveryState.UNCERTAIN),
        oldest=min(late, default=None),
    )
