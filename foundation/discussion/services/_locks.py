"""Locks and numbers. Whoever changes a comment holds its thread: numbers and order agree, and nobody waits in a circle."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from foundation.discussion.enums import CommentState, Side
from foundation.discussion.models import Comment, Thread


def locked_thread(thread_id: int) -> Thread:
    """The thread with its row locked until the end of the transaction."""
    return Thread.objects.select_for_update(of=("self",), no_key=True).select_related("municipality").get(pk=thread_id)


def locked_comment(comment_id: int) -> Comment:
    """The comment, after its thread was locked; ``comment.thread`` is the locked row."""
    thread_id = Comment.objects.values_list("thread_id", flat=True).get(pk=comment_id)
    thread = locked_thread(thread_id)
    comment = Comment.objects.select_related("author", "last_decision", "parent").get(pk=comment_id)
    comment.thread = thread
    return comment


def count_again(thread: Thread, comment: Comment | None = None) -> None:
    """Bring the numbers of the thread, and of the parent of ``comment``, in step with the rows."""
    visible = Q(state=CommentState.VISIBLE)
    numbers = Comment.objects.filter(thread=thread).aggregate(
        visible_count=Count("pk", filter=visible),
        for_count=Count("pk", filter=visible & Q(side=Side.FOR)),
        against_count=Count("pk", filter=visible & Q(side=Side.AGAINST)),
    )
    for name, number in numbers.items():
        setattr(thread, name, number)
    thread.revision += 1
    thread.save(update_fields=[*numbers, "revision"])
    if comment is not None and comment.parent_id is not None:
        replies = Comment.objects.filter(parent_id=comment.parent_id, state=CommentState.VISIBLE).count()
        Comment.objects.filter(pk=comment.parent_id).update(reply_count=replies)


def set_waiting(comment: Comment, now: datetime, *, waits: bool) -> None:
    """Since when the comment waits for a moderator (not saved); the first moment counts."""
    comment.waiting_since = (comment.waiting_since or now) if waits else None
