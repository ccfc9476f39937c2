"""Following a thread: hearing of new comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.discussion.errors import NotAllowed
from foundation.discussion.models import Follow, Thread
from foundation.discussion.queries import access

if TYPE_CHECKING:
    from foundation.accounts.models import User


@transaction.atomic
def follow(*, thread: Thread, by: User) -> None:
    """Hear of new comments; following twice is following once.

    Raises:
        NotAllowed: the thread is not theirs to read.
    """
    if not access.may_read(thread, by):
        raise NotAllowed(_("This discussion is not open to you."))
    Follow.objects.get_or_create(thread=thread, user=by)


@transaction.atomic
def unfollow(*, thread: Thread, by: User) -> None:
    """Hear no more of it."""
    Follow.objects.filter(thread=thread, user=by).delete()
