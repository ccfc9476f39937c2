"""The mailbox of the demo: mails are written as files in ``var/mailbox`` and shown on a page, newest first.

A file per mail, so that web and worker, which are processes of their own, need nothing between them.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

KEPT = 200
NAME = re.compile(r"^\d{20}-\d+-\d+$")
_numbers = count()


@dataclass(frozen=True)
class Mail:
    """A mail that was sent: ``name`` is its address on the page, ``text`` its plain part."""

    name: str
    sent_at: datetime
    to: str
    sender: str
    subject: str
    text: str


class MailboxBackend(BaseEmailBackend):
    """Delivers into the folder of the demo's mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        box = folder()
        box.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns():020d}-{os.getpid()}-{next(_numbers)}"
            half = box / f".{name}"
            half.write_bytes(message.message().as_bytes())
            half.rename(box / f"{name}.eml")  # a reader never sees half a mail
        for old in sorted(box.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def folder() -> Path:
    """Where the mails of this installation lie."""
    return Path(settings.VAR_DIR) / "mailbox"


def mails() -> list[Mail]:
    """All mails, newest first."""
    return [_read(path) for path in sorted(folder().glob("*.eml"), reverse=True)]


def mail(name: str) -> Mail | None:
    """One mail by its name, or None."""
    path = folder() / f"{name}.eml"
    return _read(path) if NAME.match(name) and path.exists() else None


def empty() -> None:
    """Throw all mails away."""
    for path in folder().glob("*.eml"):
        path.unlink(missing_ok=True)


def _read(path: Path) -> Mail:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, Parsed)
    plain = parsed.get_body(preferencelist=("plain",))
    return Mail(
        name=path.stem,
        sent_at=datetime.fromtimestamp(int(path.stem.split("-")[0]) / 1e9, tz=UTC),
        to=str(parsed["To"] or ""),
        sender=str(parsed["From"] or ""),
        subject=str(parsed["Subject"] or ""),
        text=str(plain.get_content()) if plain else "",
    )
