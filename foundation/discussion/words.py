"""What a thread and writing in it are called, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.discussion.enums import ThreadKind

if TYPE_CHECKING:
    from foundation.discussion.models import Thread


def words_of(thread: Thread) -> dict[str, str]:
    """Heading of the list, of the form, its label and button, and what stands there while nothing was written."""
    if thread.kind == ThreadKind.QUESTIONS:
        return {
            "title": _("Questions and answers"),
            "heading": _("Ask a question"),
            "label": _("Your question"),
            "send": _("Ask your question"),
            "none": _("Nobody asked anything yet."),
        }
    if thread.kind == ThreadKind.FOR_AGAINST:
        return {
            "title": _("For and against"),
            "heading": _("Give an argument"),
            "label": _("Your argument"),
            "send": _("Post your argument"),
            "none": _("Nobody gave an argument yet."),
        }
    return {
        "title": pgettext("heading of a discussion", "Discussion"),
        "heading": _("Write a comment"),
        "label": _("Your comment"),
        "send": _("Post your comment"),
        "none": _("Nobody wrote anything yet."),
    }
