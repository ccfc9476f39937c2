"""Small parts of pages, drawn once per process for what they show.

A card or an entry of the menu is the same markup for the same words. Drawing it from its template costs a few tenths of a
millisecond, and pages hold dozens. So a drawing is kept in the process under everything that goes into it (never under an
id), which is why a kept one can't be old, nor show somebody else's words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, wraps
from typing import Any

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language

from foundation.core import clock

KEPT = 4096  # drawings of about a kilobyte
LONGEST = 4000  # letters of one thing; longer ones are drawn each time


class NotKept(Exception):
    """Something in a drawing is not a plain value, or too long."""


def drawn(template: str, **shown: Any) -> SafeString:
    """The part of a page that ``template`` draws of ``shown``.

    Args:
        template: may use nothing but ``shown``: no request, no clock, no database.
        shown: texts, numbers, days, None, and lists or dictionaries of them; anything else is drawn without being kept.
    """
    try:
        key = tuple((name, _frozen(value)) for name, value in shown.items())
    except NotKept:
        return mark_safe(get_template(template).render(shown))
    return _kept(template, get_language(), key)


@lru_cache(maxsize=KEPT)
def _kept(template: str, language: str | None, key: tuple[tuple[str, Any], ...]) -> SafeString:
    return mark_safe(get_template(template).render({name: _thawed(value) for name, value in key}))


def drawn_once(draw: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """For a function that draws one row of a list: what it draws is kept, per language, under the values that it gets.

    These must be plain (texts, numbers, days, None), and everything that it shows must be among them.
    """

    @lru_cache(maxsize=KEPT, typed=True)
    def kept(_language: str | None, *values: Any) -> SafeString:
        return draw(*values)

    @wraps(draw)
    def answer(*values: Any) -> SafeString:
        return kept(get_language(), *values)

    return answer


def _frozen(value: Any) -> Any:
    """The value as part of a key. Equal keys draw alike: safe markup is not the text that looks the same, nor True 1."""
    kind = value.__class__
    if kind is str:
        if len(value) > LONGEST:
            raise NotKept
        return value
    if value is None:
        return None
    if kind is bool or kind is int or kind is float or kind is date:
        return (kind, value)
    if isinstance(value, SafeData):
        if len(value) > LONGEST:  # type: ignore[arg-type]
            raise NotKept
        return (SafeString, str.__str__(value))  # type: ignore[arg-type]
    if isinstance(value, Promise):
        return _frozen(str(value))
    if isinstance(value, str):
        return _frozen(str(value))
    if isinstance(value, Mapping):
        return (dict, tuple((name, _frozen(inner)) for name, inner in value.items()))
    if isinstance(value, (list, tuple)):
        return (list, tuple(_frozen(inner) for inner in value))
    raise NotKept


def _thawed(value: Any) -> Any:
    if value.__class__ is not tuple:
        return value
    kind, inner = value
    if kind is SafeString:
        return mark_safe(inner)
    if kind is dict:
        return {name: _thawed(part) for name, part in inner}
    if kind is list:
        return [_thawed(part) for part in inner]
    return inner


def fingerprint(*shown: Any) -> str:
    """A key for a drawn part of a page: the same for the same things shown, in the language that is read now.

    A drawing is kept under what it shows, so a kept one is never older than the numbers: those are asked each time.
    """
    told = repr((get_language(), clock.today(), *shown))
    return hashlib.sha256(told.encode()).hexdigest()
