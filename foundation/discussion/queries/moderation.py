"""The queue of moderators, and what waits in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from foundation.discussion.enums import CommentState, Reason, ThreadKind
from foundation.discussion.enums import Work as WorkKind
from foundation.discussion.models import Appeal, Comment, Decision, Report

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality

# Longer than this is longer than it should be: somebody waits to be heard, or is insulted in public.
LATE = timedelta(days=2)


@dataclass(frozen=True)
class Waiting:
    """What waits for the people of a town hall in discussions."""

    held: int = 0
    reported: int = 0
    appeals: int = 0
    questions: int = 0
    late: int = 0
    oldest: datetime | None = None

    @property
    def total(self) -> int:
        """For the count in the navigation: what a moderator must decide."""
        return self.held + self.reported + self.appeals


_APPEALED = Exists(Appeal.objects.filter(decision__comment=OuterRef("pk"), outcome=""))


def waiting(municipality: Municipality, now: datetime) -> Waiting:
    """Numbers for "Vandaag": texts that wait for a check, reported ones, requests for a new look, questions without an
    answer in open threads, how many of the first three wait longer than two days, and since when the oldest does."""
    rows = list(
        Comment.objects.for_municipality(municipality)
        .filter(waiting_since__isnull=False)
        .values_list("state", "open_reports", "waiting_since")
    )
    kinds = Counter(_kind_of(state, reports) for state, reports, _since in rows)
    moments = [since for _state, _reports, since in rows if since is not None]
    return Waiting(
        held=kinds[WorkKind.HELD],
        reported=kinds[WorkKind.REPORTED],
        appeals=kinds[WorkKind.APPEALS],
        questions=unanswered(municipality).count(),
        late=sum(1 for since in moments if now - since > LATE),
        oldest=min(moments, default=None),
    )


def _kind_of(state: str, reports: int) -> str:
    if state == CommentState.HELD:
        return WorkKind.HELD
    return WorkKind.REPORTED if reports else WorkKind.APPEALS


def unanswered(municipality: Municipality) -> QuerySet[Comment]:
    """Questions that can be read, in open threads, without an answer that can be read."""
    answers = Comment.objects.visible().filter(parent=OuterRef("pk"), is_answer=True)
    return (
        Comment.objects.for_municipality(municipality)
        .visible()
        .filter(parent=None, thread__kind=ThreadKind.QUESTIONS, thread__closed_at=None)
        .exclude(thread__audience="nobody")
        .filter(~Exists(answers))
    )


def queue(
    municipality: Municipality, *, work: str = WorkKind.TODO, reason: str = "", search: str = ""
) -> QuerySet[Comment]:
    """The comments that a moderator looks at, those that wait longest first.

    Args:
        work: word from the address, see ``Work``; unknown is everything that waits.
        reason: only with an open report, or hidden, for this reason.
        search: words in the text or in the title of the thread.
    """
    rows = Comment.objects.for_municipality(municipality).exclude(state=CommentState.WITHDRAWN)
    conditions: dict[str, Q] = {
        WorkKind.HELD: Q(state=CommentState.HELD),
        WorkKind.REPORTED: Q(open_reports__gt=0),
        WorkKind.APPEALS: Q(_APPEALED),
        WorkKind.HIDDEN: Q(state__in=[CommentState.HIDDEN, CommentState.RETURNED]),
    }
    rows = rows.filter(conditions.get(work, Q(waiting_since__isnull=False)))
    if reason in Reason.values:
        reported = Report.objects.filter(comment=OuterRef("pk"), decision=None, reason=reason)
        rows = rows.filter(Exists(reported) | Q(last_decision__reason=reason, open_reports=0))
    if search.strip():
        rows = rows.filter(Q(text__icontains=search.strip()) | Q(thread__title__icontains=search.strip()))
    return (
        rows.select_related("thread", "thread__municipality", "author", "last_decision")
        .prefetch_related(
            Prefetch("reports", Report.objects.filter(decision=None), to_attr="waiting_reports"),
            Prefetch(
                "decisions",
                Decision.objects.filter(appeal__outcome="").select_related("appeal"),
                to_attr="appealed_decisions",
            ),
        )
        .order_by("waiting_since", "-created_at", "pk")
    )


def open_appeal(comment: Comment) -> Appeal | None:
    """The request for a new look that waits, if any."""
    return Appeal.objects.filter(decision__comment=comment, outcome="").select_related("decision", "first_by").first()


def case(comment: Comment) -> dict[str, Any]:
    """Everything about one comment for who decides about it."""
    return {
        "decisions": list(
            Decision.objects.filter(comment=comment)
            .select_related("by", "appeal", "appeal__decided_by")
            .order_by("-at")
        ),
        "reports": list(Report.objects.filter(comment=comment).select_related("decision").order_by("-at")),
        "appeal": open_appeal(comment),
        "earlier": Decision.objects.filter(
            comment__author=comment.author_id, comment__thread__municipality=comment.thread.municipality_id
        )
        .exclude(comment=comment)
        .filter(action__in=["hide", "return"])
        .count()
        if comment.author_id
        else 0,
    }
