"""Pages for readers who are not logged in, kept for a while.

Such a page is the same for everybody, so it is drawn once and then served from Redis. There are two kinds:

- *Home pages, searching everything, plans elsewhere*: for a few seconds, before anything asks the database: a busy evening
  costs them nothing. Such a page never outlives the next moment at which a vote or a phase opens or closes by itself, and lasts at most
  ``KEPT_SECONDS``: that is how long a newly announced vote (or a municipality that was closed) may go unnoticed by readers.
- *Initiatives, processes and what stands under them*: under the version of everything such a page shows (``queries.versions`` of
  their apps), which is one small question. What changed is there at once.

Pages of the second kind are also taken for people with a session who see there what everybody sees (``queries.alike`` of those apps):
such a page is drawn for a reader without one, and the places that are of one reader (``foundation.core.own``) are then filled in for
who asks. Everybody else with a session gets a fresh page. What a page answers to an address that anybody can think up is kept
shortly and packed, or it would fill the memory that sessions live in.
"""

from __future__ import annotations

import copy
import hashlib
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from redis import RedisError

from foundation.core import clock
from foundation.core.own import filled, for_strangers, mark
from foundation.core.sessions import SessionStore
from foundation.municipalities.middleware import enter
from foundation.municipalities.models import Municipality
from foundation.municipalities.rules import known_without_role
from foundation.municipalities.tenancy import municipality_of_host
from initiatives.queries import alike as initiatives_alike
from initiatives.queries import versions as initiatives
from participation.queries import alike as participation_alike
from participation.queries import versions as participation
from portal.queries.home import next_change

KEPT_SECONDS = 20
VERSION_KEPT_SECONDS = 600
LONGEST_ADDRESS = 300
_HOME = re.compile(r"^/([\w-]+/)?$")  # of the installation, or of a municipality
_Version = Callable[..., tuple[Any, ...] | None]
_Alike = Callable[..., bool]


class _Kept(NamedTuple):
    """Pages that are kept, by their path; on the host of a municipality its slug is not in it.

    ``version``: called with the slug and what stands between brackets in the path. None: kept for some seconds.
    ``alike``: called with the user and the same words: whether they see what everybody sees, but for their own places; never
    of who has a role in the municipality, unless everybody is alike (``_all_alike``). None: for readers without a session only.
    """

    path: re.Pattern[str]
    version: _Version | None
    alike: _Alike | None


def _at(path: str, version: _Version | None, alike: _Alike | None = None) -> _Kept:
    return _Kept(re.compile(rf"^/(?:([\w-]+)/)?{path}$"), version, alike)


def _all_alike(*_asked: Any) -> bool:
    """Of a page that shows the same to everybody, but for their own places."""
    return True


_PROCESS = r"meedoen/([\w-]+)/"
_PAGES = [
    _at("zoeken/", None),
    _at("initiatieven/elders/", None),
    _at("initiatieven/", initiatives.of_list, _all_alike),
    _at(r"initiatieven/([\w-]+)/", initiatives.of_plan, initiatives_alike.of_plan),
    _at("meedoen/", participation.of_index, _all_alike),
    _at(_PROCESS, participation.of_process, participation_alike.of_process),
    _at(rf"{_PROCESS}fase-[0-9]+/", participation.of_process, participation_alike.of_process),
    _at(rf"{_PROCESS}voorstellen/", participation.of_proposals, _all_alike),
    _at(rf"{_PROCESS}voorstellen/([0-9]{{1,15}})/", participation.of_proposal, participation_alike.of_proposal),
    _at(rf"{_PROCESS}problemen/", participation.of_problems, participation_alike.of_process),
    _at(rf"{_PROCESS}problemen/(?:samen/|[0-9]+/)", participation.of_problems),
]
_FIRST_WORDS = ("zoeken/", "initiatieven/", "meedoen/")  # most addresses are none of these: one look tells
GetResponse = Callable[[HttpRequest], HttpResponse]


class _Asked(NamedTuple):
    """A page that is asked for: where it is kept, whether a version tells when it is old, and what it was found by."""

    key: str
    has_version: bool
    page: _Kept
    words: tuple[str, ...]


def middleware(get_response: GetResponse) -> GetResponse:
    """Answers with a kept page where there is one; stands above the middleware that looks up the municipality."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_plain(request):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _with_session(request, get_response)
        key, asked = _key(request), None
        if key is None and (asked := _asked(request)):
            key = asked.key
        if key is None:
            return get_response(request)
        try:
            content: bytes | None = cache.get(key)
        except (RedisError, OSError):  # without Redis the page is drawn each time
            return get_response(request)
        if content is None:
            request.page_cache_key = key  # type: ignore[attr-defined]
            if asked is None:
                return get_response(request)
            return _drawn_for_all(request, get_response, asked)[0]
        response = HttpResponse(for_strangers(zlib.decompress(content).decode()) if asked else content)
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def _with_session(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    """The page that everybody sees with the places of this reader filled in; a fresh one for who sees more or other things."""
    if "dichtbij" in request.META.get("QUERY_STRING", ""):  # what lies near is another list for everybody
        return get_response(request)
    asked = _asked(request)
    if asked is None or not asked.has_version or asked.page.alike is None:
        return get_response(request)
    user: Any = request.user
    if user.is_authenticated and not asked.page.alike(user, *asked.words):
        return get_response(request)
    try:
        content: bytes | None = cache.get(asked.key)
    except (RedisError, OSError):
        return get_response(request)
    if content is None:
        stranger = _stranger(request)
        _response, page = _drawn_for_all(stranger, get_response, asked)
        municipality = getattr(stranger, "municipality", None)
    else:
        page = zlib.decompress(content).decode()
        municipality = Municipality.objects.filter(slug=asked.words[0]).first()
    if page is None or municipality is None:
        return get_response(request)
    enter(request, municipality)
    if asked.page.alike is not _all_alike:
        known_without_role(user, municipality)
    response = HttpResponse(filled(page, request))
    patch_vary_headers(response, ["Cookie"])
    return response


def _stranger(request: HttpRequest) -> HttpRequest:
    """The same request by a reader without a session: nothing of who asks is in it."""
    stranger = copy.copy(request)
    stranger.META = {name: value for name, value in request.META.items() if name not in ("HTTP_COOKIE", "CSRF_COOKIE")}
    chosen = settings.LANGUAGE_COOKIE_NAME
    stranger.COOKIES = {name: value for name, value in request.COOKIES.items() if name == chosen}
    stranger.session = SessionStore()
    stranger.user = AnonymousUser()
    stranger._cached_user = stranger.user  # type: ignore[attr-defined]
    stranger._messages = default_storage(stranger)  # type: ignore[attr-defined]
    return stranger


def keep(
    request: HttpRequest, response: HttpResponse, municipality: Municipality | None, now: datetime
) -> HttpResponse:
    """Keep this page, drawn at ``now``, for the next readers, if it may be kept; gives it back as it is."""
    key: str | None = getattr(request, "page_cache_key", None)
    if key is not None and response.status_code == 200 and (seconds := seconds_until_change(municipality, now)) > 0:
        with suppress(RedisError, OSError):
            cache.set(key, response.content, seconds)
    return response


def seconds_until_change(municipality: Municipality | None, now: datetime) -> int:
    """How many whole seconds a page drawn at ``now`` stays true."""
    change = next_change(municipality, now)
    if change is None:
        return KEPT_SECONDS
    return min(KEPT_SECONDS, int((change - now).total_seconds()))


def _is_plain(request: HttpRequest) -> bool:
    """Whether a whole page is asked for."""
    return request.method in ("GET", "HEAD") and "HTTP_HX_REQUEST" not in request.META


def _key(request: HttpRequest) -> str | None:
    """Where the home page of this request is kept; None when it is another page.

    The host is part of it: a municipality's own host name has its home page at ``/``.
    """
    if request.META.get("QUERY_STRING") or not _HOME.match(request.path_info):
        return None
    return f"portal:page:{request.get_host()}:{request.LANGUAGE_CODE}:{request.path_info}"


def _asked(request: HttpRequest) -> _Asked | None:
    """Where the answer to this address is kept: under its version and the day, or for some seconds; None for other pages."""
    path = request.path_info
    if not any(word in path for word in _FIRST_WORDS):
        return None
    found = next(((page, match) for page in _PAGES if (match := page.path.match(path))), None)
    host, address = request.get_host(), request.get_full_path()
    if found is None or len(address) > LONGEST_ADDRESS:
        return None
    (page, match), own = found, municipality_of_host(host)
    slug, *words = match.groups()
    if bool(own) == bool(slug):
        return None
    version: object = ""
    if page.version is not None:
        told = page.version(own or slug, *words)
        if told is None:
            return None
        version = (*map(str, told), str(clock.today()))
        request.page_version = told  # type: ignore[attr-defined]
    key = repr((mark(), request.scheme, host, request.LANGUAGE_CODE, address, version))
    hashed = hashlib.sha256(key.encode()).hexdigest()
    return _Asked(f"portal:page:{hashed}", page.version is not None, page, (own or slug, *words))


def _drawn_for_all(request: HttpRequest, get_response: GetResponse, asked: _Asked) -> tuple[HttpResponse, str | None]:
    """Draw a page for a reader without a session, and keep it if it is the same for each of them: a whole page, without a cookie.

    Returns:
        the answer to such a reader, and the page with the marks of ``foundation.core.own``; None where it may not be kept.
    """
    request.draws_for_all = True  # type: ignore[attr-defined]
    response = get_response(request)
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return response, None
    page = response.content.decode()
    response.content = for_strangers(page)
    if response.status_code != 200 or response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return response, None
    if getattr(request, "not_kept", False):  # it shows what its authors can take back at any time
        return response, None
    seconds = KEPT_SECONDS
    if not asked.has_version and request.path_info.endswith("/zoeken/"):  # votes are found too
        seconds = seconds_until_change(getattr(request, "municipality", None), clock.now())
    elif asked.has_version and not request.META.get("QUERY_STRING"):
        seconds = VERSION_KEPT_SECONDS
    if seconds > 0:
        with suppress(RedisError, OSError):
            cache.set(asked.key, zlib.compress(page.encode(), 1), seconds)
    return response, page
