"""Both ways in for a vote, the fast lane and Django alone, with forms as the real pages leave them."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.middleware.csrf import _mask_cipher_secret
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.voting import passes
from foundation.voting.fast_lane import FastLane
from foundation.voting.models import Ballot
from tests.factories.voting import resident

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = "s" * 32
RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass
class Answer:
    status: str
    headers: list[tuple[str, str]]
    body: str

    def plain(self) -> tuple[str, list[tuple[str, str]], str]:
        """Without what differs from vote to vote: moment, session, receipt, and the length that follows from it."""
        times = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
        headers = []
        for name, value in self.headers:
            if name == "Content-Length":
                assert int(value) == len(self.body.encode())
                value = "n"
            headers.append(
                (name, re.sub(rf"({settings.SESSION_COOKIE_NAME}=)\w{{32}}", r"\1key", times.sub("t", value)))
            )
        body = re.sub(r"<svg viewBox=\"0 0 29 29\">.*?</svg>", "", RECEIPT.sub("receipt", self.body), flags=re.S)
        return self.status, headers, body


@dataclass
class Door:
    """Both ways in: the lane, and Django alone. ``asked`` counts what the lane left to Django."""

    asked: int = 0
    lane: FastLane = field(init=False)
    django: WSGIHandler = field(default_factory=WSGIHandler)

    def __post_init__(self) -> None:
        def counted(environ: Any, start_response: Any) -> Any:
            self.asked += 1
            return self.django(environ, start_response)

        self.lane = FastLane(counted)

    def post(self, way: str, sent: Sent) -> Answer:
        got: list[Any] = []
        # As Django's own test client does: the connection of the test, in its transaction, stays open between requests.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            answer = (self.lane if way == "lane" else self.django)(sent.environ(), lambda *given: got.extend(given))
            body = b"".join(answer).decode()
            if hasattr(answer, "close"):
                answer.close()
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        return Answer(got[0], got[1], body)

    def fast(self, sent: Sent) -> Answer:
        """This one must be answered by the lane itself."""
        before = self.asked
        answer = self.post("lane", sent)
        assert self.asked == before, (answer.status, answer.body[:300])
        return answer

    def slow(self, sent: Sent) -> Answer:
        """This one must be left to Django."""
        before = self.asked
        answer = self.post("lane", sent)
        assert self.asked == before + 1
        return answer


@dataclass
class Sent:
    """A form that is about to be sent."""

    path: str
    cookies: dict[str, str]
    fields: list[tuple[str, str]]
    extra: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None

    def environ(self) -> dict[str, Any]:
        body = self.raw if self.raw is not None else urlencode(self.fields).encode()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": self.path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "testserver",
            "HTTP_ORIGIN": "http://testserver",
            "HTTP_USER_AGENT": "Mozilla",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        } | self.extra

    @property
    def session_key(self) -> str:
        return self.cookies.get(settings.SESSION_COOKIE_NAME, "")


def masked() -> str:
    """The token as the form holds it: another text each time, for the same secret."""
    return str(_mask_cipher_secret(SECRET))


def ready(ballot: Ballot, voter: User | str, marks: tuple[str, ...] = ("1",), **extra: str) -> Sent:
    """What a browser sends at the end, after the real pages before it. ``voter``: an account, or the code of a letter."""
    client = Client()
    town, slug = ballot.municipality.slug, ballot.slug
    if isinstance(voter, str):
        assert client.post(reverse("voting:code", args=[town, slug]), {"code": voter}).status_code == 302
    else:
        client.force_login(voter, BACKEND)
    page = reverse("voting:vote", args=[town, slug])
    if ballot.type in ("points", "ranking", "scale"):
        name = {"points": "punten", "ranking": "plaats", "scale": "oordeel"}[ballot.type]
        typed = {f"{name}-{number}": value for number, _colon, value in (mark.partition(":") for mark in marks)}
        if ballot.type == "ranking":
            typed = {f"{name}-{mark}": str(place) for place, mark in enumerate(marks, 1)}
        client.post(page, {**typed, "doe": "controleer"})
    else:
        client.post(page, {"keuze": list(marks), "doe": "controleer"})
    shown = client.get(reverse("voting:check", args=[town, slug]))
    assert shown.status_code == 200, shown.headers.get("Location")
    fields = [("csrfmiddlewaretoken", masked()), ("formulier", secrets.token_urlsafe(24)), ("toeval", "")]
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: SECRET,
        **extra,
    }
    path = reverse("voting:check", args=[town, slug])
    return Sent(path, cookies, fields + ([("keuze", mark) for mark in marks] or [("blanco", "ja")]))


def warmed(door: Door, ballot: Ballot, **cookies: str) -> None:
    """The first vote for an address goes through Django, and the lane learns from it."""
    assert door.slow(ready(ballot, resident(ballot.municipality), **cookies)).status == "200 OK"


def prepared(ballot: Ballot, voter: User) -> Sent:
    """As ``ready`` for a tick behind the first option, without drawing the pages before it."""
    client = Client()
    client.force_login(voter, BACKEND)
    session = client.session
    session[f"stembiljet-{ballot.pk}"] = [1]
    session.save()
    assert passes.issue(session, ballot.slug, ballot.municipality.slug, clock.now()) is not None
    fields = [
        ("csrfmiddlewaretoken", masked()),
        ("formulier", secrets.token_urlsafe(24)),
        ("toeval", ""),
        ("keuze", "1"),
    ]
    cookies = {settings.SESSION_COOKIE_NAME: str(session.session_key), settings.CSRF_COOKIE_NAME: SECRET}
    return Sent(reverse("voting:check", args=[ballot.municipality.slug, ballot.slug]), cookies, fields)


def session_of(sent: Sent) -> dict[str, Any]:
    return dict(cache.get(f"django.contrib.sessions.cache{sent.session_key}") or {})


def ready_again(sent: Sent, mark: str = "2") -> Sent:
    """Another form of the same voter."""
    fields = [("csrfmiddlewaretoken", masked()), ("formulier", secrets.token_urlsafe(24)), ("keuze", mark)]
    return Sent(sent.path, sent.cookies, fields)
