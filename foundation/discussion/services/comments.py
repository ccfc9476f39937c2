"""Writing, changing and withdrawing comments and replies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.discussion import notifications
from foundation.discussion.enums import COMMENT_TRANSITIONS, CommentState, Side, ThreadKind
from foundation.discussion.errors import ChangedMeanwhile, NotAllowed, WrongMoment
from foundation.discussion.models import MAX_CHARACTERS, Appeal, Comment, CommentVersion, Mention, Thread
from foundation.discussion.names import mentioned
from foundation.discussion.queries import access, participants
from foundation.discussion.services._locks import count_again, locked_comment, locked_thread, set_waiting

if TYPE_CHECKING:
    from datetime import datetime

    from foundation.accounts.models import User

SAME_WITHIN = timedelta(minutes=10)


def tidy(text: str) -> str:
    """The text as it is stored: line ends as one character, no white space around it.

    Raises:
        NotAllowed: nothing was written, or more than ``MAX_CHARACTERS``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if not text:
        raise NotAllowed(_("Write something first."))
    if len(text) > MAX_CHARACTERS:
        raise NotAllowed(
            _("This text has %(n)d characters; at most %(most)d fit. Shorten it, or write a second one.")
            % {"n": len(text), "most": MAX_CHARACTERS}
        )
    return text


@transaction.atomic
def post(*, thread: Thread, by: User, text: str, side: str = "", parent: Comment | None = None) -> Comment:
    """Write a comment, or a reply to one. Followers, the one replied to and people named with @ are told once.

    A first contribution waits for a check where the municipality wishes that. The same text sent twice (a second press, a
    retry after a broken connection) is one comment.

    Args:
        text: Markdown, at most ``MAX_CHARACTERS``.
        side: for or against; for comments at the top of such a thread, else "".
        parent: what it replies to; a reply to a reply stands under the same comment.

    Raises:
        NotAllowed: this person may not write here, or the text or side is missing.
        WrongMoment: what it replies to can't be read any more.
    """
    now = clock.now()
    thread = locked_thread(thread.pk)
    if why_not := access.why_not_write(thread, by):
        raise NotAllowed(why_not)
    text = tidy(text)
    top = _top_of(thread, parent)
    if top is not None:
        side = ""
    elif thread.has_sides and side not in Side.values:
        raise NotAllowed(_("Say whether you are for or against."))
    elif not thread.has_sides:
        side = ""
    if again := _sent_twice(thread, by, text, top, now):
        return again
    in_role = participants.speaks_in_role(thread, by)
    held = not in_role and _is_held(thread, by)
    comment = Comment.objects.create(
        thread=thread,
        parent=top,
        author=by,
        side=side,
        is_answer=bool(top and in_role and thread.kind == ThreadKind.QUESTIONS and top.author_id != by.pk),
        text=text,
        state=CommentState.HELD if held else CommentState.VISIBLE,
        created_at=now,
        published_at=None if held else now,
        waiting_since=now if held else None,
    )
    CommentVersion.objects.create(comment=comment, number=1, text=text, written_at=now)
    _note_mentions(comment)
    count_again(thread, comment)
    if held:
        notifications.tell_held(comment)
    else:
        notifications.tell_published(comment)
    return comment


@transaction.atomic
def edit(*, comment: Comment, by: User, text: str, seen_version: int) -> Comment:
    """Change one's own text; the earlier version stays readable. A returned text goes back to the moderators.

    Args:
        seen_version: the version that the writer had before their eyes.

    Raises:
        NotAllowed: somebody else's text, or nothing or too much written.
        ChangedMeanwhile: the text is no longer that version; nothing is overwritten.
        WrongMoment: hidden or withdrawn, or the thread is closed.
    """
    now = clock.now()
    comment = locked_comment(comment.pk)
    if comment.author_id != by.pk:
        raise NotAllowed(_("You can only change your own text."))
    if not may_be_edited(comment):
        raise WrongMoment(_("This text can't be changed any more."))
    if comment.version != seen_version:
        raise ChangedMeanwhile(comment)
    text = tidy(text)
    if text == comment.text:
        return comment
    comment.text = text
    comment.version += 1
    comment.edited_at = now
    if comment.state != CommentState.VISIBLE:  # what was not approved does not become public as history
        comment.public_from = comment.version
    if comment.state == CommentState.RETURNED:
        COMMENT_TRANSITIONS.move(comment, CommentState.HELD)
        Appeal.objects.filter(
            decision=comment.last_decision, outcome=""
        ).delete()  # cleaned up: nothing to look at anew
        set_waiting(comment, now, waits=True)
        notifications.tell_held(comment)
    comment.save()
    CommentVersion.objects.create(comment=comment, number=comment.version, text=text, written_at=now)
    _note_mentions(comment)
    count_again(comment.thread, comment)
    if comment.state == CommentState.VISIBLE:
        notifications.tell_mentioned(comment)
    return comment


def may_be_edited(comment: Comment) -> bool:
    """Whether its writer can change it now. In a closed thread only what was returned."""
    if comment.state == CommentState.RETURNED:
        return True
    return comment.thread.is_open and comment.state in (CommentState.VISIBLE, CommentState.HELD)


@transaction.atomic
def withdraw(*, comment: Comment, by: User) -> Comment:
    """Take one's own text back: text and history are deleted; the place stays while there are replies under it.

    Raises:
        NotAllowed: somebody else's text.
    """
    comment = locked_comment(comment.pk)
    if comment.author_id != by.pk:
        raise NotAllowed(_("You can only withdraw your own text."))
    if comment.state != CommentState.WITHDRAWN:
        empty(comment)
        count_again(comment.thread, comment)
    return comment


def empty(comment: Comment) -> None:
    """Delete what a comment said, in every version; inside a transaction, with the thread locked."""
    COMMENT_TRANSITIONS.move(comment, CommentState.WITHDRAWN)
    comment.text = ""
    comment.open_reports = 0
    comment.waiting_since = None
    comment.save()
    comment.versions.all().delete()
    comment.mentions.all().delete()
    Appeal.objects.filter(decision__comment=comment, outcome="").delete()


def publish(comment: Comment, now: datetime) -> None:
    """The state becomes readable (saved); the first time people are told of it."""
    first = comment.published_at is None
    COMMENT_TRANSITIONS.move(comment, CommentState.VISIBLE)
    comment.published_at = comment.published_at or now
    comment.waiting_since = None
    comment.save()
    if first:
        notifications.tell_published(comment)


def _top_of(thread: Thread, parent: Comment | None) -> Comment | None:
    if parent is None:
        return None
    top = Comment.objects.filter(thread=thread).get(pk=parent.parent_id or parent.pk)
    if top.state != CommentState.VISIBLE:
        raise WrongMoment(_("You can't reply to this any more: it was hidden or withdrawn. Your text is still below."))
    return top


def _sent_twice(thread: Thread, by: User, text: str, top: Comment | None, now: datetime) -> Comment | None:
    return (
        Comment.objects.filter(thread=thread, parent=top, author=by, text=text, created_at__gt=now - SAME_WITHIN)
        .order_by("-pk")
        .first()
    )


def _is_held(thread: Thread, by: User) -> bool:
    wanted = access.settings_of(thread.municipality).hold_first
    if not wanted:
        return False
    published = Comment.objects.for_municipality(thread.municipality).visible().filter(author=by)
    return published[:wanted].count() < wanted


def _note_mentions(comment: Comment) -> None:
    if "@" not in comment.text:
        return
    people = mentioned(comment.text, participants.of_thread(comment.thread))
    Mention.objects.bulk_create(
        [Mention(comment=comment, user=user) for user in people if user.pk != comment.author_id],
        ignore_conflicts=True,
    )
