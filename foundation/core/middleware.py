"""Language and headers of every answer, and what no text can hold."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


def language(get_response: GetResponse) -> GetResponse:
    """Dutch, unless the visitor chose another language with the switch on the page.

    The browser's preference is not followed: a Dutch resident with an English telephone gets the municipality's words.
    """
    known = {code for code, _name in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def storable(get_response: GetResponse) -> GetResponse:
    """A sign that no text of the database can hold (NUL) is a bad request, wherever it was typed or pasted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(_request: HttpRequest, error: Exception) -> None:
        if isinstance(error, DataError) and "NUL (0x00)" in str(error):
            raise BadRequest("NUL") from error

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """What Django has no setting for: no use of camera, place or microphone; pages of a person are not kept anywhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        user = getattr(request, "_cached_user", None)  # set only where the page looked who is there
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
