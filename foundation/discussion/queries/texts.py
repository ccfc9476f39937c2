"""Texts of comments as HTML, made once and kept in the cache under a hash of the text itself: never out of date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from foundation.core.text import render_markdown

_KEPT_SECONDS = 3600
_RENDERER = "2"  # raise it when foundation.core.text makes other HTML of the same text


def _key(text: str) -> str:
    return f"discussion:html:{_RENDERER}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def rendered(texts: Iterable[str]) -> dict[str, SafeString]:
    """Safe HTML per text; one round to the cache for all."""
    keys = {text: _key(text) for text in set(texts)}
    kept = cache.get_many(keys.values()) if keys else {}
    fresh = {key: str(render_markdown(text)) for text, key in keys.items() if key not in kept}
    if fresh:
        cache.set_many(fresh, _KEPT_SECONDS)
    # What stands under such a key came out of render_markdown.
    return {text: mark_safe(kept.get(key) or fresh.get(key, "")) for text, key in keys.items()}
