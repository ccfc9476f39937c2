"""What the fast lane of the ballot box (``fast_lane``) takes of a request: the known, and nothing else."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.middleware.csrf import CSRF_ALLOWED_CHARS
from django.utils.crypto import constant_time_compare

from foundation.voting import passes

Environ = dict[str, Any]
Place = tuple[str, ...]

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 16 * 1024
_SECRET = re.compile(f"[{CSRF_ALLOWED_CHARS}]{{32}}")
_FIELDS = frozenset({"csrfmiddlewaretoken", "formulier", "toeval", "keuze", "blanco"})
_ASKED = (
    "Accept Accept-Encoding Accept-Language Cache-Control Connection Cookie DNT Forwarded Host Keep-Alive Origin Pragma "
    "Priority Referer Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site "
    "Sec-Fetch-User Sec-GPC Save-Data TE Traceparent Tracestate Upgrade-Insecure-Requests User-Agent Via "
    "X-Forwarded-For X-Forwarded-Proto X-Real-IP X-Request-ID"
)
_HEADERS = frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in _ASKED.split())
# A token is the secret, moved along the alphabet by a mask that stands before it (``django.middleware.csrf``).
_UNMASKED = {
    (moved, mask): CSRF_ALLOWED_CHARS[place - by]
    for place, moved in enumerate(CSRF_ALLOWED_CHARS)
    for by, mask in enumerate(CSRF_ALLOWED_CHARS)
}


class Setup:
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


def is_plain(environ: Environ) -> bool:
    """An ordinary form from a browser: nothing in it that the lane does not know."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ.get("CONTENT_TYPE") == FORM
        and not environ.get("QUERY_STRING")
        and "HTTP_COOKIE" in environ
        and "HTTP_HOST" in environ
        and length.isascii()
        and length.isdecimal()
        and 0 < int(length) <= MOST_BYTES
        and environ["HTTP_COOKIE"].isascii()
        and _HEADERS.issuperset(name for name in environ if name.startswith("HTTP_"))
    )


def place(setup: Setup, environ: Environ, cookies: dict[str, str]) -> Place:
    """Everything of a request, but who sent it, that a page may depend on."""
    return (
        environ["HTTP_HOST"],
        environ["PATH_INFO"],
        environ.get("SCRIPT_NAME", ""),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        cookies.get(setup.language_cookie, ""),
    )


def fields_of(body: bytes) -> dict[str, Any] | None:
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


def is_ours(setup: Setup, environ: Environ, cookies: dict[str, str], fields: dict[str, Any]) -> bool:
    """Whether CSRF lets this pass for certain: our own address in Origin, and a token that fits the cookie."""
    secure = bool(setup.secure_header) and environ.get(setup.secure_header) == setup.secure_value
    scheme = "https" if secure else environ["wsgi.url_scheme"]
    origin = environ.get("HTTP_ORIGIN")
    if origin != f"{scheme}://{environ['HTTP_HOST']}" and (origin is not None or scheme == "https"):
        return False
    return fits(fields.get("csrfmiddlewaretoken", ""), cookies.get(setup.csrf_cookie, ""))


def fits(token: str, secret: str) -> bool:
    """Whether the token of a form is one of this secret, as Django judges it; here by one look in a table per letter."""
    if len(token) == 64:
        try:
            token = "".join(map(_UNMASKED.__getitem__, zip(token[32:], token[:32], strict=True)))
        except KeyError:
            return False
    return _SECRET.fullmatch(secret) is not None and token.isascii() and constant_time_compare(token, secret)
