"""What somebody may read and write in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.discussion.enums import Audience, CommentState, Writers
from foundation.discussion.models import DiscussionSettings, Thread
from foundation.municipalities.models import Residency
from foundation.municipalities.rules import is_staff_member

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

# Their text is seen by the writer and moderators only; where it was read before, the place tells why.
NOT_SHOWN = (CommentState.HIDDEN, CommentState.RETURNED, CommentState.HELD)


def may_read(thread: Thread, user: User) -> bool:
    """Whether this person may know of the thread."""
    if thread.audience == Audience.EVERYBODY:
        return True
    return thread.audience == Audience.STAFF and bool(is_staff_member(user, thread.municipality))


def why_not_write(thread: Thread, user: User) -> str:
    """Why this person can't write here now, as a sentence; "" when they can. Logging in is left to the page."""
    if not may_read(thread, user):
        return _("This discussion is not open to you.")
    if not thread.is_open:
        return _("This discussion is closed. You can still read it.")
    if user.is_authenticated and not user.is_active:
        return _("Your account is closed.")
    if user.is_authenticated and thread.writers == Writers.RESIDENTS and not _belongs_here(thread, user):
        return _("Only residents of %(name)s write here. Say first in which neighbourhood you live.") % {
            "name": thread.municipality.name
        }
    return ""


def _belongs_here(thread: Thread, user: User) -> bool:
    return (
        bool(is_staff_member(user, thread.municipality))
        or Residency.objects.filter(municipality=thread.municipality, user=user).exists()
        or thread.hosts.filter(user=user).exists()
    )


def listed(user: User) -> Q:
    """Which top-level comments stand in the list: what can be read, the empty places that tell why, and one's own."""
    places = (
        Q(state=CommentState.VISIBLE)
        | Q(state__in=NOT_SHOWN, published_at__isnull=False)
        | Q(state=CommentState.WITHDRAWN, reply_count__gt=0)
    )
    if user.is_authenticated:
        places |= Q(author=user) & ~Q(state=CommentState.WITHDRAWN)
    return places


def settings_of(municipality: Municipality) -> DiscussionSettings:
    """The settings of a municipality; the defaults (not saved) where it made none."""
    try:
        return municipality.discussion_settings  # type: ignore[no-any-return, attr-defined, unused-ignore]
    except DiscussionSettings.DoesNotExist:
        return DiscussionSettings(municipality=municipality)
