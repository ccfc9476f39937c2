"""Pages that are kept under a version: no change may be seen late, and nothing else may bring it about."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def read(url: str) -> str:
    """The page as a reader without a session gets it, who gets no cookie either."""
    response = Client().get(url)
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def drawn_anew(url: str) -> str:
    """The page with nothing kept anywhere."""
    cache.clear()
    return read(url)


def seen(url: str, change: Callable[[], object]) -> None:
    """The page is kept; after the change it differs, and is what one without anything kept would be."""
    before = read(url)
    assert read(url) == before
    with CaptureQueriesContext(connection) as asked:
        assert read(url) == before
    assert len(asked) == 1, "it was not kept"
    change()
    after = read(url)
    assert after != before, "the change was not seen, or this page does not show it"
    assert after == drawn_anew(url)
