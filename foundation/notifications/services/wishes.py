"""What is asked for a whole batch of e-mails at once, so that each of 20,000 costs no questions of its own."""

from __future__ import annotations

from collections.abc import Sequence

from foundation.notifications import compose, kinds, queries
from foundation.notifications.enums import Channel
from foundation.notifications.models import Delivery, Message


class Wishes:
    """What a batch needs to know of its receivers, asked in a few questions right after it was claimed."""

    def __init__(self, batch: Sequence[Delivery]) -> None:
        self.languages: dict[int | None, str] = {}
        self.channels: dict[tuple[str, int], Channel] = {}
        self.opted_out: set[tuple[str, str]] = set()
        by_kind: dict[str, list[Message]] = {}
        for delivery in batch:
            if delivery.message is not None:
                by_kind.setdefault(delivery.message.kind, []).append(delivery.message)
        for code, messages in by_kind.items():
            kind = kinds.find(code)
            if kind is None:
                continue
            ids = [message.recipient_id for message in messages if message.recipient_id is not None]
            self.channels |= {(kind.topic, pk): channel for pk, channel in queries.channels(ids, kind.topic).items()}
            addresses = [message.address for message in messages if message.recipient_id is None]
            self.opted_out |= {(kind.topic, address) for address in queries.opted_out(addresses, kind.topic)}
            if kind.prepare is not None:
                kind.prepare(messages)

    def language(self, delivery: Delivery) -> str:
        """Like ``compose.language_of``, asked once per municipality."""
        key = delivery.message.municipality_id if delivery.message is not None else None
        if key not in self.languages:
            self.languages[key] = compose.language_of(delivery)
        return self.languages[key]
