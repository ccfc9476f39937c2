"""The dialogue with the mail server.

Through whatever ``EMAIL_BACKEND`` says, but with Django's SMTP backend we speak SMTP ourselves, for one reason: between
the text and the final dot we must be able to write down that from now on the server may have accepted the e-mail.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

from foundation.notifications import masters

OK, OK_FORWARDED, START_TEXT, CLOSING = 250, 251, 354, 421
TOO_LARGE = 552
END = b".\r\n"
PIPELINING = "pipelining"
Reply = tuple[int, bytes]


class Unreachable(Exception):
    """Nobody's e-mail can go now: the server refuses, hangs or fails before any e-mail is spoken of."""


class TryLater(Exception):
    """This e-mail can't go now; it may later."""


class Refused(Exception):
    """The server does not want this e-mail, now or later."""


class AddressRefused(Refused):
    """The server knows no such recipient, or delivers nothing to it any more; not a refusal of what we write."""


class Transport:
    """One connection with the mail server for a run of e-mails; opened when needed, and again after it broke.

    A context manager; ``send`` raises one of the three exceptions above, whatever the server does.
    """

    def __init__(self) -> None:
        self._backend: Any = get_connection(fail_silently=False)
        self.slow = False  # whether the server let us wait until the end of our patience
        self.alive = True  # whether the connection outlived the last e-mail
        self._clean = False  # whether the last e-mail was accepted, so that the next may begin at once

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye; a server that does not answer does not matter any more."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def send(self, mail: EmailMultiAlternatives, *, hand_over: Callable[[], None]) -> None:
        """Send one e-mail to its one recipient. Returns when the server has accepted it.

        Args:
            mail: to one address.
            hand_over: called once, right before the e-mail may become accepted; if it raises, the e-mail is not handed
                over, and the exception comes through.

        Raises:
            Unreachable: no connection; nothing is wrong with this e-mail.
            TryLater: a temporary refusal, or the connection broke, also between the final dot and the answer.
            AddressRefused: a permanent refusal of the address.
            Refused: a permanent refusal of the e-mail.
        """
        text = masters.source(mail)  # can it be written at all?
        if isinstance(self._backend, smtp.EmailBackend):
            self.slow, self.alive = False, True
            self._dialogue(mail, text, hand_over)
            return
        hand_over()
        try:
            self._backend.send_messages([mail])
        except Exception as error:  # a backend of another kind may raise anything
            raise TryLater(f"{type(error).__name__}: {error}") from error

    def _begin(self, sender: str, recipient: str, text: bytes) -> tuple[Reply, Iterator[Reply]]:
        """The answer to MAIL and those to come, over the connection that stands or a new one: a server may have closed it."""
        if self._backend.connection is not None:
            connection: smtplib.SMTP = self._backend.connection
            try:
                # After a refusal RSET clears the table. After an accepted e-mail nothing is on it: one question less.
                if self._clean or connection.rset()[0] == OK:
                    replies = _envelope(connection, sender, recipient, text)
                    if (reply := next(replies))[0] != CLOSING:
                        return reply, replies
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._open()
        try:
            replies = _envelope(self._backend.connection, sender, recipient, text)
            return next(replies), replies
        except (OSError, smtplib.SMTPException) as error:
            raise self._broken(error) from error

    def _open(self) -> None:
        try:
            self._backend.open()
            connection: smtplib.SMTP = self._backend.connection
            connection.ehlo_or_helo_if_needed()
            # Text and final dot go apart; without this the dot would wait for the network's acknowledgement.
            _socket(connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unreachable(_words(error)) from error

    def _dialogue(self, mail: EmailMultiAlternatives, text: bytes, hand_over: Callable[[], None]) -> None:
        charset = mail.encoding or settings.DEFAULT_CHARSET
        (address,) = mail.recipients()
        sender, recipient = (sanitize_address(parseaddr(text)[1], charset) for text in (mail.from_email or "", address))
        begun, replies = self._begin(sender, recipient, text)
        connection: smtplib.SMTP = self._backend.connection
        self._clean = False
        try:
            # A refused sender is a matter of our settings, which can be mended: never the end of this e-mail.
            _expect(begun, final=(TOO_LARGE,))
            _expect_recipient(next(replies))
            _expect(next(replies), wanted=(START_TEXT,))
            connection.send(_dotted(text))
        except (Refused, TryLater):
            self._hear_out(connection, replies)
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise self._broken(error) from error
        try:
            hand_over()
        except BaseException:
            self._drop()  # no final dot: the server throws the text away
            raise
        try:
            _socket(connection).settimeout(final_reply_seconds())
            connection.send(END)
            reply = connection.getreply()
            _socket(connection).settimeout(self._backend.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise self._broken(error) from error
        _expect(reply)
        self._clean = True

    def _hear_out(self, connection: smtplib.SMTP, replies: Iterator[Reply]) -> None:
        """After a refusal: the answers to what was said in the same breath. A server that then waits for a text gets none."""
        if not connection.has_extn(PIPELINING):
            return
        try:
            if any(code in (START_TEXT, CLOSING) for code, _answer in replies):
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _broken(self, error: Exception) -> TryLater:
        self._drop()
        self.alive = False
        # smtplib tells of a timeout as of a closed connection; the reason is underneath.
        self.slow = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        return TryLater(_words(error))

    def _drop(self) -> None:
        """Forget the connection without a goodbye."""
        for name in ("connection", "_partial_connection"):
            connection = getattr(self._backend, name, None)
            if connection is not None:
                connection.close()
                setattr(self._backend, name, None)


def final_reply_seconds() -> int:
    """How long the server may think after the final dot. Long: giving up too early is what makes doubles (RFC 1047)."""
    return int(getattr(settings, "OUTBOX_FINAL_REPLY_SECONDS", 120))


def _socket(connection: smtplib.SMTP) -> socket.socket:
    if connection.sock is None:
        raise smtplib.SMTPServerDisconnected("connection closed")
    return connection.sock


def _envelope(connection: smtplib.SMTP, sender: str, recipient: str, text: bytes) -> Iterator[Reply]:
    """The answers to MAIL, RCPT and DATA, as they come.

    Where the server takes them in one breath (PIPELINING, RFC 2920) they are waited for once instead of three times. Else
    each is only said when its answer is asked for.
    """
    options = _options(connection, text)
    if not connection.has_extn(PIPELINING):
        yield connection.mail(sender, options)
        yield connection.rcpt(recipient)
        yield connection.docmd("DATA")
        return
    mail = " ".join([f"MAIL FROM:{smtplib.quoteaddr(sender)}", *options])
    connection.send(f"{mail}\r\nRCPT TO:{smtplib.quoteaddr(recipient)}\r\nDATA\r\n".encode("ascii"))
    for _each in range(3):
        yield connection.getreply()


def _options(connection: smtplib.SMTP, text: bytes) -> list[str]:
    options = []
    if connection.has_extn("size"):
        options.append(f"size={len(text)}")
    if connection.has_extn("8bitmime") and not text.isascii():
        options.append("body=8bitmime")
    return options


def _dotted(text: bytes) -> bytes:
    """The text with a dot doubled at the start of a line (RFC 5321, 4.5.2), ending with a line end."""
    text = text if text.endswith(b"\r\n") else text + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", text)


def _expect(
    reply: tuple[int, bytes | str], *, wanted: tuple[int, ...] = (OK, OK_FORWARDED), final: tuple[int, ...] = ()
) -> None:
    """Raise what a reply means. ``final``: the only codes that are for ever; else all of 500 and more are."""
    code, answer = reply
    if code in wanted:
        return
    words = f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    if code in final or (code >= 500 and not final):
        raise Refused(words)
    raise TryLater(words)


def _expect_recipient(reply: tuple[int, bytes | str]) -> None:
    """Like ``_expect``, and tells a bad address (RFC 3463: 5.1.x, 5.2.1) from a policy against us (5.7.x, too large)."""
    try:
        _expect(reply)
    except Refused as error:
        if is_about_address(str(error)):
            raise AddressRefused(str(error)) from None
        raise


def is_about_address(words: str) -> bool:
    """Whether a permanent refusal, "550 5.1.1 unknown user" or only "550 unknown user", says that the address is no good.

    Without an enhanced status code 550, 551 and 553 are believed to be about the mailbox (RFC 5321, 4.2.3).
    """
    if found := re.search(r"\b5\.(\d{1,3})\.(\d{1,3})\b", words):
        subject, detail = int(found[1]), int(found[2])
        return (subject == 1 and detail not in (7, 8)) or (subject, detail) == (2, 1)
    return words[:3] in ("550", "551", "553")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    return f"{type(error).__name__}: {error}"
