"""Codes of discussions in words, for pages and mails."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from foundation.core.text import render_markdown
from foundation.discussion.enums import Reason

register = template.Library()


@register.filter
def reason_words(code: str) -> str:
    """A reason of a report or decision in the language of who reads; "" for an unknown code."""
    return str(Reason(code).label) if code in Reason.values else ""


@register.filter
def as_html(text: str) -> SafeString:
    """A Markdown text as safe HTML."""
    return render_markdown(text)
