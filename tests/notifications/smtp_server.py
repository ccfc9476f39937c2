"""A real SMTP server in a thread, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import email
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default as policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Behaviour:
    """What the server does and what it has seen.

    ``refuse``: address -> answer to RCPT, for ever; ``once``: address -> answer to its first RCPT only; ``slow_rcpt`` and
    ``slow_answer``: seconds to wait before answering; ``hang_at`` "rcpt" or "answer": never answers there; ``drop_at`` "text"
    (after the first line), "dot" (all came, nothing kept) or "rcpt", for as many e-mails as ``drops`` says;
    ``per_connection``: closes the line after so many; ``pipelining``: whether it takes commands in one
    breath; ``takes_text_for_nobody``: answers DATA with 354 though it refused the address.
    """

    def __init__(self) -> None:
        self.refuse: dict[str, str] = {}
        self.once: dict[str, str] = {}
        self.answer = "250 OK"
        self.sender_answer = ""
        self.slow_rcpt = 0.0
        self.slow_answer = 0.0
        self.hang_at = ""
        self.drop_at = ""
        self.drops = 1_000_000
        self.per_connection = 0
        self.takes_text_for_nobody = False
        self.texts_for_nobody = 0
        self.pipelining = True  # as nearly every mail server
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.connections = 0
        self.free = asyncio.Event()

    @property
    def counts(self) -> Counter[str]:
        """How many e-mails each address got."""
        return Counter(address for address, _mail in self.accepted)

    def mail_to(self, address: str) -> EmailMessage:
        (found,) = [mail for to, mail in self.accepted if to == address]
        return found

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.slow_rcpt)
        if self.hang_at == "rcpt":
            await self.free.wait()
        if self.drop_at == "rcpt" and self.drops > 0:
            self.drops -= 1
            server.transport.abort()  # type: ignore[union-attr]
            return "421 bye"
        if address in self.once:
            return self.once.pop(address)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop_at == "dot" and self.drops > 0:
            self.drops -= 1
            server.transport.abort()  # type: ignore[union-attr]
            return "421 bye"
        if self.hang_at == "answer":
            await self.free.wait()
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = email.message_from_bytes(content, policy=policy)
            self.accepted += [(address, mail) for address in envelope.rcpt_tos]  # type: ignore[misc]
        await asyncio.sleep(self.slow_answer)
        if self.per_connection and len(self.accepted) % self.per_connection == 0:
            asyncio.get_running_loop().call_later(0.01, server.transport.close)  # type: ignore[union-attr]
        return self.answer


class Line(SMTP):
    """One connection; knows how to break off in the middle of the text."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        behaviour: Behaviour = self.event_handler  # type: ignore[assignment]
        if behaviour.takes_text_for_nobody and not self.envelope.rcpt_tos:  # type: ignore[union-attr]
            await self.push("354 go on")
            while await self._reader.readline() not in (b".\r\n", b""):  # type: ignore[union-attr]
                behaviour.texts_for_nobody += 1
            await self.push("554 no valid recipients")
            return
        if behaviour.drop_at == "text" and behaviour.drops > 0:
            behaviour.drops -= 1
            await self.push("354 go on")
            await self._reader.readline()  # type: ignore[union-attr]
            self.transport.abort()  # type: ignore[union-attr]
            return
        await super().smtp_DATA(arg)


class Server(Controller):
    def factory(self) -> Line:
        self.handler.connections += 1
        return Line(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(behaviour: Behaviour, port: int) -> Iterator[None]:
    server = Server(behaviour, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    server.start()
    behaviour.connections = 0  # the controller's own knock
    try:
        yield
    finally:
        server.loop.call_soon_threadsafe(behaviour.free.set)
        server.stop()
