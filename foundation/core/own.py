"""Places on a page that each reader has filled in otherwise: the menu of an account, the button that supports a plan.

A page that is kept is drawn for a reader without a session (``portal.page_cache``). What such a reader sees in a place then stands
between two marks, and who is logged in gets the same page with these places filled in for them alone. So nothing of anybody's
own can be in what is kept: it was not there when it was drawn.

A filler is a function ``(request, *words) -> safe markup``, called by its dotted name: ``{% own "participation.views.own.follow"
process.pk %}``. Its words are texts and numbers that are the same for all readers; everything else it takes from the request.
A place can't stand inside another one, nor inside ``{% cache %}``.
"""

from __future__ import annotations

import json
import re
from functools import cache

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.utils.html import conditional_escape, format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe


def place(request: HttpRequest, filler: str, *words: str | int) -> SafeString:
    """What stands in a place for this reader; between marks where the page is drawn for all."""
    told = json.dumps([filler, *words], default=str).replace(">", "\\u003e")
    drawn = _called(told, request)
    if not getattr(request, "draws_for_all", False):
        return mark_safe(drawn)
    return mark_safe(f"<!--{mark()} {told}-->{drawn}<!--{mark()}-->")


def for_strangers(page: str) -> str:
    """A page that was drawn for all, as a reader without a session gets it."""
    return _single().sub("", page)


def filled(page: str, request: HttpRequest) -> str:
    """A page that was drawn for all, as the reader of this request gets it."""
    return _whole().sub(lambda found: _called(found[1], request), page)


def _called(told: str, request: HttpRequest) -> str:
    filler, *words = json.loads(told)
    drawn: str = import_string(filler)(request, *words)
    return drawn


# A mark can't be written by who does not know the key of the installation, and no page goes out with one.


@cache
def mark() -> str:
    """Belongs in the key of what is kept with marks: under another key of the installation they would mean nothing."""
    return salted_hmac("foundation.core.own", "mark").hexdigest()[:32]


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(f"<!--{mark()} (.*?)-->.*?<!--{mark()}-->", re.DOTALL)


@cache
def _single() -> re.Pattern[str]:
    return re.compile(f"<!--{mark()}(?: .*?)?-->", re.DOTALL)


# --- Fillers that many pages use ------------------------------------------------------------------------------------------


def token(request: HttpRequest) -> SafeString:
    """The hidden field against forged forms, for who is logged in; a stranger's form asks to log in first."""
    if not request.user.is_authenticated:
        return SafeString("")
    return csrf_field(request)


def either(request: HttpRequest, for_known: str, for_stranger: str) -> SafeString:
    """One of two texts."""
    return conditional_escape(for_known if request.user.is_authenticated else for_stranger)


def csrf_field(request: HttpRequest) -> SafeString:
    """As ``{% csrf_token %}``."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
