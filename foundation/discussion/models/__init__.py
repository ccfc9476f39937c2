from foundation.discussion.models.comments import MAX_CHARACTERS, Comment, CommentVersion, Mention
from foundation.discussion.models.moderation import Appeal, Decision, Report
from foundation.discussion.models.threads import (
    MOST_HELD,
    DiscussionSettings,
    Follow,
    Thread,
    ThreadHost,
)

__all__ = [
    "MAX_CHARACTERS",
    "MOST_HELD",
    "Appeal",
    "Comment",
    "CommentVersion",
    "Decision",
    "DiscussionSettings",
    "Follow",
    "Mention",
    "Report",
    "Thread",
    "ThreadHost",
]
