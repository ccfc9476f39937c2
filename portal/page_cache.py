"""Pages for readers who are not logged in, kept for a while.

Such a page is the same for everybody, so it is drawn once and then served from Redis. There are two kinds:

- *Home pages, searching everything, plans elsewhere*: for a few seconds, before anything asks the database: a busy evening
  costs them nothing. Such a page never outlives the next moment at which a vote or a phase opens or closes by itself, and lasts at most
  ``KEPT_SECONDS``: that is how long a newly announced vote (or a municipality that was closed) may go unnoticed by readers.
- *Initiatives, processes and what stands under them*: under the version of everything such a page shows (``queries.versions`` of
  their apps), which is one small question. What changed is there at once.

Who has a session always gets a fresh page. What a page answers to an address that anybody can think up is kept shortly and
packed, or it would fill the memory that sessions live in.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from redis import RedisError

from foundation.core import clock
from foundation.municipalities.models import Municipality
from foundation.municipalities.tenancy import municipality_of_host
from initiatives.queries import versions as initiatives
from participation.queries import versions as participation
from portal.queries.home import next_change

KEPT_SECONDS = 20
VERSION_KEPT_SECONDS = 600
LONGEST_ADDRESS = 300
_HOME = re.compile(r"^/([\w-]+/)?$")  # of the installation, or of a municipality
_Version = Callable[..., tuple[Any, ...] | None]


class _Kept(NamedTuple):
    """Pages that are kept, by their path; on the host of a municipality its slug is not in it.

    ``version``: called with the slug and what stands between brackets in the path. None: kept for some seconds.
    """

    path: re.Pattern[str]
    version: _Version | None


def _at(path: str, version: _Version | None) -> _Kept:
    return _Kept(re.compile(rf"^/(?:([\w-]+)/)?{path}$"), version)


_PROCESS = r"meedoen/([\w-]+)/"
_PAGES = [
    _at("zoeken/", None),
    _at("initiatieven/elders/", None),
    _at("initiatieven/", initiatives.of_list),
    _at(r"initiatieven/([\w-]+)/", initiatives.of_plan),
    _at("meedoen/", participation.of_index),
    _at(_PROCESS, participation.of_process),
    _at(rf"{_PROCESS}fase-[0-9]+/", participation.of_process),
    _at(rf"{_PROCESS}voorstellen/", participation.of_proposals),
    _at(rf"{_PROCESS}voorstellen/([0-9]{{1,15}})/", participation.of_proposal),
    _at(rf"{_PROCESS}problemen/(?:samen/|[0-9]+/)?", participation.of_problems),
]
_FIRST_WORDS = ("zoeken/", "initiatieven/", "meedoen/")  # most addresses are none of these: one look tells
GetResponse = Callable[[HttpRequest], HttpResponse]


class _Asked(NamedTuple):
    """A page that is asked for: where it is kept, and whether a version tells when it is old."""

    key: str
    has_version: bool


def middleware(get_response: GetResponse) -> GetResponse:
    """Answers with a kept page where there is one; stands above the middleware that looks up the municipality."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_reader(request):
            return get_response(request)
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
            response = get_response(request)
            if asked:
                _keep_asked(request, response, asked)
            return response
        response = HttpResponse(zlib.decompress(content) if asked else content)
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


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


def _is_reader(request: HttpRequest) -> bool:
    """Whether anybody who asks this gets the same answer."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_HX_REQUEST" not in request.META
    )


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
    key = repr((request.scheme, host, request.LANGUAGE_CODE, address, version))
    return _Asked(f"portal:page:{hashlib.sha256(key.encode()).hexdigest()}", page.version is not None)


def _keep_asked(request: HttpRequest, response: HttpResponse, asked: _Asked) -> None:
    """Keep an answer that is the same for every reader: a whole page, without a cookie."""
    if (
        response.status_code != 200
        or response.streaming
        or response.cookies
        or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        or getattr(request, "not_kept", False)  # it shows what its authors can take back at any time
        or not response.get("Content-Type", "").startswith("text/html")
    ):
        return
    seconds = KEPT_SECONDS
    if not asked.has_version and request.path_info.endswith("/zoeken/"):  # votes are found too
        seconds = seconds_until_change(getattr(request, "municipality", None), clock.now())
    elif asked.has_version and not request.META.get("QUERY_STRING"):
        seconds = VERSION_KEPT_SECONDS
    if seconds > 0:
        with suppress(RedisError, OSError):
            cache.set(asked.key, zlib.compress(response.content, 1), seconds)
