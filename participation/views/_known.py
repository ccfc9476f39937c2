"""The version that a page is of, asked once for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def known(request: HttpRequest, ask: Callable[..., tuple[Any, ...] | None], *words: str) -> tuple[Any, ...] | None:
    """The version of this page; the first thing that a view does, for what is drawn may never be older.

    Args:
        ask: one of ``participation.queries.versions``; for readers without a session ``portal.page_cache`` has asked it already.
        words: what it is asked with, behind the slug of the municipality.
    """
    found: Any = getattr(request, "page_version", "")
    if found == "":
        found = ask(request.municipality.slug, *words)  # type: ignore[attr-defined]
        request.page_version = found  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]
