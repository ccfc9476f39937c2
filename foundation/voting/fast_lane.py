"""The fast lane of the ballot box: the vote of somebody with a voting pass or a code, answered before Django is asked.

A WSGI wrapper around the application. Whether a request may take the lane is a list of what is *known*; everything else goes
on untouched: an unknown header, cookie or field, a choice that does not fit, a session without a pass, a vote that comes
twice, an error. So every refusal, every "already voted" and every page that is not the plain receipt is Django's own.

The lane makes up no answer of its own either. The first vote for an address goes through Django; the page that Django keeps
for a few seconds (``views.receipt``) and the headers it sent with it are learned from that answer, and handed to the next
voters with their own receipt in it. When the page must be drawn anew, Django does it again.

What the usual way asks and the lane answers in another way:

- session: one read of Redis, and one write without the choice (``core.cache.Line``);
- CSRF: a cookie, a token that fits it, and the address of our own in ``Origin``, by the functions of Django;
- account, residency, roles, messages: the pass of the page before (``passes``), checked in the statement that casts;
- the rate limit: not taken, since a vote that is taken here was the only one. What is refused here goes to Django, and counts.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.cache import KEY_PREFIX
from django.core.cache import caches
from django.http import HttpResponse
from django.http.cookie import parse_cookie
from django.middleware.csrf import (  # type: ignore[attr-defined]
    InvalidTokenFormat,
    _check_token_format,
    _does_token_match,
)
from django.utils.http import http_date

from foundation.core import clock
from foundation.core.cache import KeptRedisCache
from foundation.voting import paper_types, passes
from foundation.voting.enums import Electorate
from foundation.voting.services import quick_casting
from foundation.voting.services.quick_casting import OpenBallot
from foundation.voting.views import receipt as receipts

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Place = tuple[str, ...]
log = logging.getLogger(__name__)

_SUFFIX = "/stem/controleren/"
_FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 16 * 1024
MOST_PLACES = 64
_REDRAW_SECONDS = 5.0
_SESSION_KEY = re.compile(r"[0-9a-z]{32}")
_FIELDS = frozenset({"csrfmiddlewaretoken", "formulier", "toeval", "keuze", "blanco"})
_ASKED = (
    "Accept Accept-Encoding Accept-Language Cache-Control Connection Cookie DNT Forwarded Host Keep-Alive Origin Pragma "
    "Priority Referer Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site "
    "Sec-Fetch-User Sec-GPC Save-Data TE Traceparent Tracestate Upgrade-Insecure-Requests User-Agent Via "
    "X-Forwarded-For X-Forwarded-Proto X-Real-IP X-Request-ID"
)
_HEADERS = frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in _ASKED.split())
# Of the answer: what is the same for everybody, and what is made for each vote.
_SENT = (
    "Content-Type Cache-Control Vary Content-Language X-Frame-Options Content-Security-Policy X-Content-Type-Options "
    "Referrer-Policy Cross-Origin-Opener-Policy Permissions-Policy Strict-Transport-Security"
)
_STANDING = frozenset(_SENT.split())
_MADE = frozenset({"Expires", "Content-Length"})


class _Setup:
    """The settings that each vote needs, read once: ``settings`` looks them up anew each time."""

    def __init__(self) -> None:
        self.session_cookie = settings.SESSION_COOKIE_NAME
        self.session_age = settings.SESSION_COOKIE_AGE
        self.csrf_cookie = settings.CSRF_COOKIE_NAME
        self.language_cookie = settings.LANGUAGE_COOKIE_NAME
        self.secure_header, self.secure_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self.passes = passes.prefix()

    def is_known(self) -> bool:
        """Whether sessions and CSRF are set up the way that the lane knows."""
        return (
            settings.SESSION_ENGINE == "foundation.core.sessions"
            and settings.MESSAGE_STORAGE.endswith(".SessionStorage")
            and settings.DB_PREPARED
            and not settings.DEBUG
            and not settings.SESSION_SAVE_EVERY_REQUEST
            and not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
            and not settings.CSRF_USE_SESSIONS
        )


@dataclass
class Page:
    """A receipt page as Django sent it: until when it is fresh, its headers in order (None: made for each vote).

    One vote after that goes through Django, which draws the page anew; the others take the old one in the meantime.
    """

    until: float
    headers: tuple[tuple[str, str | None], ...]
    parts: list[bytes]


@dataclass
class Spot:
    """One address where votes come in: its ballot, and a page per (logged in, number of unread messages)."""

    box: OpenBallot
    version: tuple[object, ...]
    session_field: str
    pages: dict[tuple[bool, int], Page]


class FastLane:
    """Put around ``django.core.wsgi.get_wsgi_application()``."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._spots: dict[Place, Spot] = {}
        self._swept = 0.0
        self._setup = _Setup()
        cache = caches[settings.SESSION_CACHE_ALIAS]
        self._line = cache.line() if isinstance(cache, KeptRedisCache) and self._setup.is_known() else None

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._spots:
            self._sweep()
        if self._line is None or environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].endswith(_SUFFIX):
            return self.application(environ, start_response)
        place = cookies = None
        if _is_plain(environ):
            cookies = parse_cookie(environ["HTTP_COOKIE"])
            place = _place(self._setup, environ, cookies)
            spot = self._spots.get(place)
            if spot is not None:
                length = int(environ["CONTENT_LENGTH"])
                body = environ["wsgi.input"].read(length)
                environ["wsgi.input"] = BytesIO(body)
                try:
                    answer = self._vote(spot, environ, cookies, body) if len(body) == length else None
                except Exception as error:  # whatever it was, the usual way finds out and says so
                    log.warning("a vote left the fast lane: %s", error.__class__.__name__)
                    answer = None
                if answer is not None:
                    start_response("200 OK", answer[0])
                    return (answer[1],)
        response = self.application(environ, start_response)
        kept = getattr(response, "kept_receipt", None)
        if kept is not None and place is not None:
            self._learn(place, response, kept)  # type: ignore[arg-type]
        return response

    def _vote(
        self, spot: Spot, environ: Environ, cookies: dict[str, str], body: bytes
    ) -> tuple[list[tuple[str, str]], bytes] | None:
        now = clock.now()
        fields = _fields(body)
        if fields is None or not _is_ours(self._setup, environ, cookies, fields):
            return None
        choices = paper_types.PAPER_TYPES[spot.box.ballot.type].from_items(fields["keuze"])
        if not choices and fields.get("blanco") != "ja":
            return None
        session_key = cookies.get(self._setup.session_cookie, "")
        if not _SESSION_KEY.fullmatch(session_key):
            return None
        kept_at = f"{KEY_PREFIX}{session_key}"
        session, issued = self._line.read(kept_at, f"{self._setup.passes}{spot.box.ballot.pk}:{session_key}")  # type: ignore[union-attr]
        by = _voter(spot, session, passes.read(issued))
        age = session.get("_session_expiry", self._setup.session_age) if by is not None else None
        if by is None or not isinstance(age, int) or age <= 0:
            return None
        page = spot.pages.get((False, 0) if isinstance(by, bytes) else (True, by.unread))
        if page is None:
            return None
        moment = time.monotonic()
        if moment >= page.until:
            page.until = moment + _REDRAW_SECONDS
            return None
        receipt = quick_casting.cast(
            box=spot.box,
            by=by,
            choices=choices,
            form_token=fields.get("formulier", ""),
            browser_random=fields.get("toeval", ""),
            now=now,
        )
        if receipt is None:
            return None
        del session[spot.session_field]
        if not self._line.replace(kept_at, session, age):  # type: ignore[union-attr]
            return None  # somebody logged out meanwhile: Django says so
        content = receipts.filled(page.parts, receipt)
        expires, cookie = _this_second(age)
        made = {"Expires": expires, "Content-Length": str(len(content))}
        headers = [(name, made[name] if value is None else value) for name, value in page.headers]
        headers.append(("Set-Cookie", cookie.replace(_MARK, session_key)))
        return headers, content

    def _learn(self, place: Place, response: HttpResponse, kept: receipts.KeptReceipt) -> None:
        """Remember what Django answered, if it is nothing but the kept page with headers that we know."""
        door = kept.door
        names = {name for name, _value in response.items()}
        if (
            response.status_code != 200
            or not quick_casting.fits(door.ballot)
            or not names <= _STANDING | _MADE
            or set(response.cookies) != {settings.SESSION_COOKIE_NAME}
        ):
            return
        logged_in = door.user.is_authenticated
        if logged_in == (door.ballot.electorate == Electorate.CODES):
            return  # a code in the hands of somebody who is logged in: the page shows both
        version = (*door.version, door.keys_version)
        spot = self._spots.get(place)
        if spot is None or spot.version != version:
            secret = door.ballot.secret
            box = OpenBallot(
                door.ballot,
                bytes(secret.roll_key),
                bytes(secret.receipt_key),
                str(door.version[1]),
                str(door.version[4]),
                door.keys_version,
            )
            spot = Spot(box, version, f"stembiljet-{door.ballot.pk}", {})
            if len(self._spots) >= MOST_PLACES:
                self._spots.clear()
            self._spots[place] = spot
        headers = tuple((name, None if name in _MADE else value) for name, value in response.items())
        spot.pages[logged_in, door.unread] = Page(kept.until, headers, kept.parts())

    def _sweep(self) -> None:
        """Forget pages that are over, and with the last one of an address its ballot and keys."""
        now = time.monotonic()
        if now < self._swept + 1:
            return
        self._swept = now
        for place, spot in list(self._spots.items()):
            for kind, page in list(spot.pages.items()):
                if now >= page.until + _REDRAW_SECONDS:
                    spot.pages.pop(kind, None)
            if not spot.pages:
                self._spots.pop(place, None)


def _is_plain(environ: Environ) -> bool:
    """An ordinary form from a browser: nothing in it that the lane does not know."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ.get("CONTENT_TYPE") == _FORM
        and not environ.get("QUERY_STRING")
        and "HTTP_COOKIE" in environ
        and "HTTP_HOST" in environ
        and length.isascii()
        and length.isdecimal()
        and 0 < int(length) <= MOST_BYTES
        and environ["HTTP_COOKIE"].isascii()
        and _HEADERS.issuperset(name for name in environ if name.startswith("HTTP_"))
    )


def _place(setup: _Setup, environ: Environ, cookies: dict[str, str]) -> Place:
    """Everything of a request, but who sent it, that a page may depend on."""
    return (
        environ["HTTP_HOST"],
        environ["PATH_INFO"],
        environ.get("SCRIPT_NAME", ""),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        cookies.get(setup.language_cookie, ""),
    )


def _fields(body: bytes) -> dict[str, Any] | None:
    """The fields of the form, ``keuze`` as a list; None where something is unknown or comes twice."""
    if not body.isascii():
        return None
    text = body.decode("ascii")
    if "%" in text or "+" in text:
        pairs = parse_qsl(text, keep_blank_values=True)
    else:  # the same, where nothing is to be decoded
        pairs = [(name, value) for name, _equals, value in [pair.partition("=") for pair in text.split("&") if pair]]
    found: dict[str, Any] = {"keuze": []}
    for name, value in pairs:
        if name == "keuze":
            found["keuze"].append(value)
        elif name in found or name not in _FIELDS:
            return None
        else:
            found[name] = value
    return found


def _is_ours(setup: _Setup, environ: Environ, cookies: dict[str, str], fields: dict[str, Any]) -> bool:
    """Whether CSRF lets this pass for certain: our own address in Origin, and a token that fits the cookie."""
    secure = bool(setup.secure_header) and environ.get(setup.secure_header) == setup.secure_value
    scheme = "https" if secure else environ["wsgi.url_scheme"]
    origin = environ.get("HTTP_ORIGIN")
    if origin != f"{scheme}://{environ['HTTP_HOST']}" and (origin is not None or scheme == "https"):
        return False
    secret, token = cookies.get(setup.csrf_cookie, ""), fields.get("csrfmiddlewaretoken", "")
    try:
        _check_token_format(secret)
        _check_token_format(token)
    except InvalidTokenFormat:
        return False
    return len(secret) == 32 and _does_token_match(token, secret)


def _voter(spot: Spot, session: Any, issued: passes.Pass | None) -> passes.Pass | bytes | None:
    """Who votes, by the session: with a pass that fits it, or nobody's account with the fingerprint of a code."""
    if not isinstance(session, dict) or spot.session_field not in session or SessionStorage.session_key in session:
        return None
    if spot.box.ballot.electorate == Electorate.CODES:
        kept = session.get(f"stemcode-{spot.box.ballot.pk}", "")
        return bytes.fromhex(kept) if kept and SESSION_KEY not in session else None
    fits = issued is not None and session.get(SESSION_KEY) == str(issued.user_id)
    return issued if fits and issued is not None and session.get(HASH_SESSION_KEY) == issued.proof else None


_MARK = "0" * 31 + "_"
_kept: tuple[int, dict[int, tuple[str, str]]] = (0, {})


def _this_second(age: int) -> tuple[str, str]:
    """What is the same for a second: Expires of the page, and Set-Cookie as SessionMiddleware writes it, with a mark for the key.

    ``age``: of the session, in seconds.
    """
    global _kept
    now = time.time()
    second, kept = _kept
    if second != int(now):
        second, kept = _kept = (int(now), {})
    if age not in kept:
        answer = HttpResponse()
        answer.set_cookie(
            settings.SESSION_COOKIE_NAME,
            _MARK,
            max_age=age,
            expires=http_date(now + age),
            domain=settings.SESSION_COOKIE_DOMAIN,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE or None,  # type: ignore[arg-type]
            httponly=settings.SESSION_COOKIE_HTTPONLY or None,  # type: ignore[arg-type]
            samesite=settings.SESSION_COOKIE_SAMESITE,  # type: ignore[arg-type]
        )
        kept[age] = (http_date(now), answer.cookies[settings.SESSION_COOKIE_NAME].output(header=""))
    return kept[age]
