"""Reads a delivery status notification: the e-mail by which a mail server says that another one did not arrive.

RFC 3464 (the machine-readable part), RFC 3463 (status codes), RFC 6522 (multipart/report). Pure Python.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from uuid import UUID

from foundation.notifications.transport import is_about_address

_MESSAGE_ID = re.compile(r"^message-id:\s*<([0-9a-f-]{36})@[^>]*>", re.IGNORECASE | re.MULTILINE)


class NotADsn(Exception):
    """Not a delivery status notification: an answer of a person, an out-of-office."""


@dataclass(frozen=True)
class DsnReport:
    """What a notification says about one e-mail of ours.

    ``delivery_id``: taken from the Message-ID of the original; None when the server left the original away.
    ``status``: such as 5.1.1; ``words``: what the other server answered.
    """

    delivery_id: UUID | None
    action: str
    status: str
    words: str

    @property
    def is_final(self) -> bool:
        """Whether the e-mail will not arrive any more."""
        return self.action == "failed" and self.status.startswith("5")

    @property
    def is_about_address(self) -> bool:
        return is_about_address(f"550 {self.status}")


def read(source: bytes) -> DsnReport:
    """The report in an e-mail.

    Raises:
        NotADsn: when it holds no machine-readable part.
    """
    # The old policy: the new one refuses headers that mail servers do write.
    mail = email.message_from_bytes(source, policy=compat32)
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            return _report(part, _original(mail))
    raise NotADsn


def _report(part: Message, delivery_id: UUID | None) -> DsnReport:
    # One block for the message, then one for each recipient; our e-mails have one recipient.
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and block["Action"]:
            status = re.search(r"\d\.\d{1,3}\.\d{1,3}", str(block["Status"] or ""))
            words = str(block["Diagnostic-Code"] or block["Status"] or "").partition(";")
            said = " ".join((words[2] or words[0]).split())
            return DsnReport(delivery_id, str(block["Action"]).strip().lower(), status[0] if status else "", said)
    raise NotADsn


def _original(mail: Message) -> UUID | None:
    """The Message-ID of our e-mail, from the copy or the headers that came back with it."""
    for part in mail.walk():
        if part.get_content_type() not in ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers"):
            continue
        inner = part.get_payload()
        text = inner[0].as_string() if isinstance(inner, list) and isinstance(inner[0], Message) else str(inner)
        if found := _MESSAGE_ID.search(text):
            try:
                return UUID(found[1])
            except ValueError:
                return None
    return None
