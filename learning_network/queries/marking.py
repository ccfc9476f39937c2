"""Words that were looked for, marked in what was found; nothing that somebody typed becomes HTML."""

from __future__ import annotations

import html
import re
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.utils.safestring import SafeString, mark_safe

from foundation.core.text import plain

# Signs of the private use area stand for the marks until the text is escaped.
_BEGIN, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_SHOWN = 360  # letters


def query_of(text: str) -> SearchQuery:
    """What people type in a search box: words, "a phrase", or, -not."""
    return SearchQuery(text, config="dutch", search_type="websearch")


def headlines(text: str, title: str, *fields: str) -> dict[str, SearchHeadline]:
    """Annotations ``marked_title`` and ``marked_text`` for ``marked``; for the rows of one page only: they read all text."""
    marks: Any = {"config": "dutch", "start_sel": _BEGIN, "stop_sel": _END}
    query = query_of(text)
    parts = [part for field in fields for part in (field, Value("\n\n"))]
    return {
        "marked_title": SearchHeadline(title, query, highlight_all=True, **marks),
        "marked_text": SearchHeadline(
            Concat(*parts, output_field=TextField()),
            query,
            max_fragments=2,
            max_words=28,
            min_words=12,
            fragment_delimiter=" … ",
            **marks,
        ),
    }


def marked(text: str) -> SafeString:
    """Safe HTML with ``mark`` around the words."""
    escaped = _MARKED.sub(r"<mark>\1</mark>", html.escape(text))
    return mark_safe(escaped.replace(_BEGIN, "").replace(_END, ""))


def marked_piece(text: str) -> SafeString:
    """The same, of fragments of a longer text, without the marks of Markdown."""
    return marked(plain(text, _SHOWN))
