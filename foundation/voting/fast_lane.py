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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.cache import KEY_PREFIX
from django.core.cache import caches
from django.http import HttpResponse
from django.http.cookie import parse_cookie
from django.utils.http import http_date

from foundation.core import clock
from foundation.core.cache import KeptRedisCache
from foundation.voting import lane_forms, paper_types, passes
from foundation.voting.enums import Electorate
from foundation.voting.gather import Gather
from foundation.voting.lane_forms import Environ, Place, Setup
from foundation.voting.paper_types import Choice
from foundation.voting.services import quick_casting
from foundation.voting.services.quick_casting import OpenBallot, ReadyVote
from foundation.voting.views import receipt as receipts

Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)

_SUFFIX = "/stem/controleren/"
MOST_PLACES = 64
MOST_TOGETHER = 32
_REDRAW_SECONDS = 5.0
_SESSION_KEY = re.compile(r"[0-9a-z]{32}")
# Of the answer: what is the same for everybody, and what is made for each vote.
_SENT = (
    "Content-Type Cache-Control Vary Content-Language X-Frame-Options Content-Security-Policy X-Content-Type-Options "
    "Referrer-Policy Cross-Origin-Opener-Policy Permissions-Policy Strict-Transport-Security"
)
_STANDING = frozenset(_SENT.split())
_MADE = frozenset({"Expires", "Content-Length"})


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


@dataclass(slots=True)
class Form:
    """One form that was sent, and what is found out about it on its way; ``answer``: headers and page, if the lane gives it."""

    spot: Spot
    environ: Environ
    cookies: dict[str, str]
    body: bytes
    now: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    choices: Choice = ()
    session_key: str = ""
    kept_at: str = ""
    pass_at: str = ""
    session: Any = None
    issued: Any = None
    age: Any = None
    page: Page | None = None
    vote: ReadyVote | None = None
    answer: tuple[list[tuple[str, str]], bytes] | None = None


class FastLane:
    """Put around ``django.core.wsgi.get_wsgi_application()``."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._spots: dict[Place, Spot] = {}
        self._swept = 0.0
        self._setup = Setup()
        cache = caches[settings.SESSION_CACHE_ALIAS]
        self._line = cache.line() if isinstance(cache, KeptRedisCache) and self._setup.is_known() else None
        self._gather = Gather(self._vote_together, MOST_TOGETHER)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._spots:
            self._sweep()
        if self._line is None or environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].endswith(_SUFFIX):
            return self.application(environ, start_response)
        place = cookies = None
        if lane_forms.is_plain(environ):
            cookies = parse_cookie(environ["HTTP_COOKIE"])
            place = lane_forms.place(self._setup, environ, cookies)
            spot = self._spots.get(place)
            if spot is not None:
                length = int(environ["CONTENT_LENGTH"])
                body = environ["wsgi.input"].read(length)
                environ["wsgi.input"] = BytesIO(body)
                if len(body) == length:
                    form = Form(spot, environ, cookies, body, clock.now())
                    self._gather.ask(form)
                    if form.answer is not None:
                        start_response("200 OK", form.answer[0])
                        return (form.answer[1],)
        response = self.application(environ, start_response)
        kept = getattr(response, "kept_receipt", None)
        if kept is not None and place is not None:
            self._learn(place, response, kept)  # type: ignore[arg-type]
        return response

    def _vote_together(self, forms: Sequence[Form]) -> None:
        """Answer all forms that can be answered here; what is left without an answer goes the usual way."""
        open_ones = [form for form in forms if _each(form, self._read_form)]
        if not open_ones:
            return
        names = [name for form in open_ones for name in (form.kept_at, form.pass_at)]
        found = self._line.read(*names)  # type: ignore[union-attr]
        for form, session, issued in zip(open_ones, found[::2], found[1::2], strict=True):
            form.session, form.issued = session, issued
        by_spot: dict[int, list[Form]] = {}
        for form in open_ones:
            if _each(form, self._admit):
                by_spot.setdefault(id(form.spot), []).append(form)
        taken: list[Form] = []
        for together in by_spot.values():
            votes = [form.vote for form in together if form.vote is not None]
            outcome = quick_casting.cast(box=together[0].spot.box, votes=votes, now=max(form.now for form in together))
            taken += [form for form, is_taken in zip(together, outcome, strict=True) if is_taken]
        if not taken:
            return
        for form in taken:
            del form.session[form.spot.session_field]
        kept = self._line.replace_all([(form.kept_at, form.session, form.age) for form in taken])  # type: ignore[union-attr]
        for form, is_kept in zip(taken, kept, strict=True):
            if is_kept:  # else somebody logged out meanwhile: Django says so
                _each(form, _answer)

    def _read_form(self, form: Form) -> bool:
        """What the form itself says: whether it is ours, the choice, and where the session is."""
        fields = lane_forms.fields_of(form.body)
        if fields is None or not lane_forms.is_ours(self._setup, form.environ, form.cookies, fields):
            return False
        form.fields = fields
        form.choices = paper_types.PAPER_TYPES[form.spot.box.ballot.type].from_items(fields["keuze"])
        if not form.choices and fields.get("blanco") != "ja":
            return False
        form.session_key = form.cookies.get(self._setup.session_cookie, "")
        form.kept_at = f"{KEY_PREFIX}{form.session_key}"
        form.pass_at = f"{self._setup.passes}{form.spot.box.ballot.pk}:{form.session_key}"
        return bool(_SESSION_KEY.fullmatch(form.session_key))

    def _admit(self, form: Form) -> bool:
        """What session and pass say: who votes, and that there is a page to answer with."""
        by = _voter(form.spot, form.session, passes.read(form.issued))
        form.age = form.session.get("_session_expiry", self._setup.session_age) if by is not None else None
        if by is None or not isinstance(form.age, int) or form.age <= 0:
            return False
        form.page = form.spot.pages.get((False, 0) if isinstance(by, bytes) else (True, by.unread))
        if form.page is None:
            return False
        moment = time.monotonic()
        if moment >= form.page.until:
            form.page.until = moment + _REDRAW_SECONDS
            return False
        form.vote = quick_casting.ready(
            box=form.spot.box,
            by=by,
            choices=form.choices,
            form_token=form.fields.get("formulier", ""),
            browser_random=form.fields.get("toeval", ""),
            now=form.now,
        )
        return form.vote is not None

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


def _each(form: Form, step: Callable[[Form], Any]) -> bool:
    """One step for one form. Whatever goes wrong, the usual way finds out and says so; the others are not bothered by it."""
    try:
        return bool(step(form))
    except Exception as error:
        log.warning("a vote left the fast lane: %s", error.__class__.__name__)
        return False


def _answer(form: Form) -> None:
    """The page of this voter and its headers."""
    if form.page is None or form.vote is None:
        return
    content = receipts.filled(form.page.parts, form.vote.receipt)
    expires, cookie = _this_second(form.age)
    made = {"Expires": expires, "Content-Length": str(len(content))}
    headers = [(name, made[name] if value is None else value) for name, value in form.page.headers]
    headers.append(("Set-Cookie", cookie.replace(_MARK, form.session_key)))
    form.answer = headers, content


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
