"""In which version a thread with the names and badges in it is (``foundation.core.versions``); upper apps put it in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.core.versions import ask, rows, told

if TYPE_CHECKING:
    from foundation.discussion.models import Thread


def people(thread: str, municipality: str) -> str:
    """SQL of the version of who writes in a thread: names, and what the badges say.

    Args:
        thread, municipality: constant SQL of their ids.
    """
    authors = f"SELECT c.author_id FROM discussion_comment c WHERE c.thread_id = {thread}"  # noqa: S608
    return ", ".join(
        (
            told(f"accounts_user t WHERE t.id IN ({authors})", "t.name", "t.erased_at", "t.is_active"),
            rows(f"discussion_threadhost t WHERE t.thread_id = {thread}"),
            rows(f"municipalities_role t WHERE t.municipality_id = {municipality}"),
            rows(f"municipalities_sector t WHERE t.municipality_id = {municipality}"),
        )
    )


def whole(thread: str, municipality: str) -> str:
    """SQL of the version of a thread as everybody reads it: its revision grows with whatever changes in its comments."""
    return ", ".join(
        (
            rows(f"discussion_thread t WHERE t.id = {thread}"),
            rows(f"discussion_discussionsettings t WHERE t.municipality_id = {municipality}"),
            people(thread, municipality),
        )
    )


_PEOPLE = f"SELECT {people('%(thread)s', '%(municipality)s')}"


def of_people(thread: Thread) -> tuple[Any, ...]:
    """Of the names and badges in this thread."""
    return ask(_PEOPLE, thread=thread.pk, municipality=thread.municipality_id) or ()
