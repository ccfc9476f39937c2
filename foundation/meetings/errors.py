"""Why a service says no, in words that a page can show as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from foundation.meetings.models import Minutes


class MeetingError(Exception):
    """A refusal; ``str()`` is a sentence for people, in the language of the request."""


class WrongMoment(MeetingError):
    """The meeting is over or cancelled, or signing up has closed."""


class NotInvited(MeetingError):
    """Only people who were invited may come."""


class ChangedMeanwhile(MeetingError):
    """Somebody else saved in between; nothing was overwritten. ``current`` is how it stands now."""

    def __init__(self, current: Minutes | None = None) -> None:
        super().__init__(
            _("Somebody else changed this while you were working on it. Look at what changed, then save again.")
        )
        self.current = current
