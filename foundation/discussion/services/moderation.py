"""Decisions of moderators: each with a reason that the writer reads, and none about one's own text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.discussion import notifications
from foundation.discussion.enums import COMMENT_TRANSITIONS, MODERATION, NEED_REASON, Action, CommentState, Reason
from foundation.discussion.errors import ChangedMeanwhile, DiscussionError, NotAllowed, WrongMoment
from foundation.discussion.models import Appeal, Comment, Decision
from foundation.discussion.services._locks import count_again, locked_comment
from foundation.discussion.services.comments import publish

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

VERBS = {
    Action.APPROVE: "discussion.comment_approved",
    Action.KEEP: "discussion.comment_kept",
    Action.HIDE: "discussion.comment_hidden",
    Action.RETURN: "discussion.comment_returned",
    Action.RESTORE: "discussion.comment_restored",
}


@dataclass(frozen=True)
class Seen:
    """What a moderator had before their eyes: which comment, its version, and the last decision about it (0: none)."""

    comment_id: int
    version: int
    decision_id: int

    def __str__(self) -> str:
        return f"{self.comment_id}-{self.version}-{self.decision_id}"

    @classmethod
    def read(cls, text: str) -> Seen:
        """From the hidden field of a form.

        Raises:
            ValueError: for anything else.
        """
        if len(text) > 50:
            raise ValueError("longer than three numbers of the database")
        comment_id, version, decision_id = (int(part) for part in text.split("-"))
        if max(comment_id, version, decision_id) >= 2**63:
            raise ValueError("no number of the database")
        return cls(comment_id, version, decision_id)

    @classmethod
    def of(cls, comment: Comment) -> Seen:
        return cls(comment.pk, comment.version, comment.last_decision_id or 0)


@dataclass
class Done:
    """What came of a decision about several comments: how many, and per comment that was passed over why."""

    decided: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def need(permission: str, by: User, municipality: Municipality) -> None:
    """Raises PermissionDenied, with a sentence for the person."""
    if not by.has_perm(permission, municipality):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))


@transaction.atomic
def decide(*, seen: Seen, by: User, action: str, reason: str = "", explanation: str = "") -> Decision:
    """Decide about a comment; its open reports are settled by it, the writer and the reporters are told.

    Args:
        seen: what the moderator looked at.
        action: see ``MODERATION`` for what is possible when.
        reason, explanation: what the writer reads; both needed for hiding and returning.

    Raises:
        PermissionDenied: no moderator here.
        NotAllowed: one's own text, no reason given.
        ChangedMeanwhile: the text was changed or a colleague decided first.
        WrongMoment: not possible in this state, or somebody asked for a new look (a colleague decides that).
    """
    now = clock.now()
    comment = locked_comment(seen.comment_id)
    need("discussion.moderate", by, comment.thread.municipality)
    if comment.author_id == by.pk:
        raise NotAllowed(_("Ask a colleague: nobody decides about their own text."))
    if Seen.of(comment) != seen:
        raise ChangedMeanwhile(
            comment, _("A colleague decided already, or the writer changed the text. Look at it again.")
        )
    action = Action(action)
    states, new_state = MODERATION[action]
    if comment.state not in states or (action == Action.KEEP and not comment.open_reports):
        raise WrongMoment(_("This is not possible any more: the text is in another state now. Look at it again."))
    if comment.last_decision is not None and Appeal.objects.filter(decision=comment.last_decision, outcome="").exists():
        raise WrongMoment(_("The writer asked for a new look at this decision. Decide about that request."))
    explanation = explanation.strip()
    if action in NEED_REASON and not (reason in Reason.values and explanation):
        raise NotAllowed(_("Say why: the writer reads it."))
    decision = Decision(
        comment=comment,
        action=action,
        reason=reason if action in NEED_REASON else "",
        explanation=explanation,
        version=comment.version,
        by=by,
        at=now,
    )
    decision.full_clean(exclude=["comment"], validate_constraints=False)
    decision.save()
    reporters = list(comment.reports.filter(decision=None).exclude(by=None).select_related("by"))
    comment.reports.filter(decision=None).update(decision=decision)
    was = comment.state
    comment.last_decision = decision
    comment.open_reports = 0
    comment.waiting_since = None
    if new_state == CommentState.VISIBLE and was != CommentState.VISIBLE:
        publish(comment, now)
    else:
        if new_state != was:
            COMMENT_TRANSITIONS.move(comment, new_state)
        comment.save()
    count_again(comment.thread, comment)
    audit.record(
        VERBS[action],
        comment,
        by=by,
        municipality=comment.thread.municipality,
        old={"state": was},
        new={"state": comment.state, "reason": decision.reason},
    )
    notifications.tell_decided(decision)
    notifications.tell_reporters(decision, [report.by for report in reporters if report.by is not None])
    return decision


def decide_many(*, seen: Iterable[Seen], by: User, action: str, reason: str = "", explanation: str = "") -> Done:
    """One decision about several comments; each stands by itself: what can't be decided any more is passed over.

    Raises:
        PermissionDenied: no moderator here.
    """
    done = Done()
    for one in seen:
        try:
            decide(seen=one, by=by, action=action, reason=reason, explanation=explanation)
        except DiscussionError as error:
            done.refused.append((one.comment_id, str(error)))
        else:
            done.decided += 1
    return done
