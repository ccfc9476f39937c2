"""The home pages for readers who are not logged in, kept for a few seconds.

Such a page is the same for everybody, so it is drawn once and then served from Redis, before anything asks the database: a
busy evening costs it nothing. A page never outlives the next moment at which a vote opens or closes by itself, and lasts at
most ``KEPT_SECONDS``: that is how long a newly announced vote (or a municipality that was closed) may go unnoticed by
readers. Who has a session always gets a fresh page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from redis import RedisError

from foundation.municipalities.models import Municipality
from portal.queries.home import next_change

KEPT_SECONDS = 20
_HOME = re.compile(r"^/([\w-]+/)?$")  # of the installation, or of a municipality
GetResponse = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: GetResponse) -> GetResponse:
    """Answers with a kept page where there is one; stands above the middleware that looks up the municipality."""

    def answer(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return get_response(request)
        try:
            content: bytes | None = cache.get(key)
        except (RedisError, OSError):  # without Redis the page is drawn each time
            return get_response(request)
        if content is None:
            request.page_cache_key = key  # type: ignore[attr-defined]
            return get_response(request)
        response = HttpResponse(content)
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


def _key(request: HttpRequest) -> str | None:
    """Where the page of this request is kept; None when it is not one for every reader.

    The host is part of it: a municipality's own host name has its home page at ``/``.
    """
    if (
        request.method not in ("GET", "HEAD")
        or request.META.get("QUERY_STRING")
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or not _HOME.match(request.path_info)
    ):
        return None
    return f"portal:page:{request.get_host()}:{request.LANGUAGE_CODE}:{request.path_info}"
