"""Codes of discussions in words, for pages and mails."""

from __future__ import annotations

from django import template
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from foundation.core.text import render_markdown
from foundation.discussion.enums import Reason
from foundation.discussion.queries.threads import ThreadPage

LIST_KEPT_SECONDS = 600
register = template.Library()


@register.filter
def reason_words(code: str) -> str:
    """A reason of a report or decision in the language of who reads; "" for an unknown code."""
    return str(Reason(code).label) if code in Reason.values else ""


@register.filter
def as_html(text: str) -> SafeString:
    """A Markdown text as safe HTML."""
    return render_markdown(text)


@register.simple_tag
def comment_list(talk: ThreadPage) -> SafeString:
    """The comments of a page. For who sees what everybody sees it is drawn once and kept; whatever changes in the thread, the
    names or the badges makes another key, so it is seen at once.
    """
    kept: str | None = cache.get(talk.cache_key) if talk.cache_key else None
    if kept is not None:
        return mark_safe(kept)
    drawn = render_to_string("discussion/_list.html", {"talk": talk, "municipality": talk.thread.municipality})
    if talk.cache_key:
        cache.set(talk.cache_key, str(drawn), LIST_KEPT_SECONDS)
    return drawn
