"""The home pages for readers who are not logged in, kept for a few seconds.

Such a page is the same for everybody, so it is drawn once and then served from Redis: a busy evening costs the database
nothing. It never outlives the next moment at which a vote opens or closes by itself, and at most ``KEPT_SECONDS``: that is how
long a newly announced vote may stay unseen by readers. Who has a session always gets a fresh page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from foundation.municipalities.models import Municipality
from portal.queries.home import next_change

KEPT_SECONDS = 20


def kept(
    request: HttpRequest, municipality: Municipality | None, now: datetime, draw: Callable[[], HttpResponse]
) -> HttpResponse:
    """The page as drawn for an earlier reader, else as ``draw`` makes it now.

    Only for a GET without parameters by somebody without a session; the language is part of the key.
    """
    if request.GET or request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return draw()
    name = f"{municipality.pk}" if municipality else "installation"
    key = f"portal:page:{name}:{request.LANGUAGE_CODE}:{request.path}"
    content: bytes | None = cache.get(key)
    if content is None:
        response = draw()
        seconds = seconds_until_change(municipality, now)
        if response.status_code == 200 and not response.cookies and seconds > 0:
            cache.set(key, response.content, seconds)
        return response
    response = HttpResponse(content)
    patch_vary_headers(response, ["Cookie"])
    return response


def seconds_until_change(municipality: Municipality | None, now: datetime) -> int:
    """How many whole seconds a page drawn at ``now`` stays true."""
    change = next_change(municipality, now)
    if change is None:
        return KEPT_SECONDS
    return min(KEPT_SECONDS, int((change - now).total_seconds()))
