"""Reads. The face for upper apps: ``thread_page`` and ``waiting``."""

from foundation.discussion.queries.moderation import waiting
from foundation.discussion.queries.threads import ThreadPage, thread_page

__all__ = ["ThreadPage", "thread_page", "waiting"]
