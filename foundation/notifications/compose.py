"""Turns a message or a daily overview into words: the subject, the texts, the e-mail with its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from foundation.notifications import kinds
from foundation.notifications.kinds import Kind

if TYPE_CHECKING:
    from foundation.notifications.models import Message

SUBJECT_LENGTH = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """The text on one line without control characters, so that no header can be smuggled in; cut with an ellipsis."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def subject_of(kind: Kind, context: Mapping[str, Any]) -> str:
    """The subject of a kind with its places filled.

    Raises:
        ValueError: when the context lacks a name that the subject asks for.
    """
    try:
        return one_line(str(kind.subject) % context)
    except KeyError as error:
        raise ValueError(f"{kind.code}: the subject needs {error} in the context") from error


def absolute(url: str) -> str:
    """The whole address of a path of this portal; "" stays ""."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def subject(message: Message) -> str:
    """The subject in the language of now; as it was written when its kind is gone or has changed."""
    kind = kinds.find(message.kind)
    try:
        return subject_of(kind, message.context) if kind else message.subject
    except ValueError:
        return message.subject


def action(message: Message) -> str:
    """The words on the button to ``message.url``, or "" where the template must find its own."""
    kind = kinds.find(message.kind)
    return str(kind.action) if kind else ""


def _names(message: Message) -> dict[str, Any]:
    return {
        **message.context,
        "recipient_name": str(message.recipient) if message.recipient_id else "",
        "url": absolute(message.url),
        "municipality_name": message.municipality_name,
        "site_url": settings.SITE_URL,
    }


def body_text(message: Message) -> str:
    """The body as plain text; "" when its kind is gone."""
    kind = kinds.find(message.kind)
    if kind is None:
        return ""
    template: Any = get_template(kind.body)
    # Plain text: "&" must stay "&". body_html() escapes what it makes of it.
    text: str = template.template.render(Context(_names(message), autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def body_html(message: Message) -> SafeString:
    """The body as HTML: the kind's own template, else the text in paragraphs with live links."""
    kind = kinds.find(message.kind)
    if kind is not None and kind.body_html:
        return mark_safe(get_template(kind.body_html).render(_names(message)))
    return mark_safe(urlize(linebreaks(body_text(message), autoescape=True)))
