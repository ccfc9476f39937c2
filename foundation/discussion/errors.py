"""Why a service says no, in words that a page can show as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from foundation.discussion.models import Comment


class DiscussionError(Exception):
    """A refusal; ``str()`` is a sentence for people, in the language of the request."""


class NotAllowed(DiscussionError):
    """This person may not do this here; the sentence says why."""


class WrongMoment(DiscussionError):
    """The thread is closed, or the comment is no longer in the state for this."""


class AlreadyReported(DiscussionError):
    """One report per person and comment."""


class ChangedMeanwhile(DiscussionError):
    """Somebody else (or the same person in another window) was first; nothing was overwritten.

    ``current`` is the comment as it stands now.
    """

    def __init__(self, current: Comment, sentence: str = "") -> None:
        super().__init__(
            sentence or _("This text was changed in another window. Your version is still below; compare the two.")
        )
        self.current = current
