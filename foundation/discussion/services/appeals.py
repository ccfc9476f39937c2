"""The writer asks for a new look at a decision, and somebody else than who decided gives it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.discussion import notifications
from foundation.discussion.enums import NEED_REASON, CommentState, Outcome
from foundation.discussion.errors import NotAllowed, WrongMoment
from foundation.discussion.models import Appeal, Comment, Decision
from foundation.discussion.queries import access
from foundation.discussion.services._locks import count_again, locked_comment, set_waiting
from foundation.discussion.services.comments import publish
from foundation.discussion.services.moderation import need

if TYPE_CHECKING:
    from datetime import datetime

    from foundation.accounts.models import User


def appeal_until(decision: Decision, comment: Comment) -> datetime:
    """Until when the writer may ask for a new look."""
    return decision.at + timedelta(weeks=access.settings_of(comment.thread.municipality).appeal_weeks)


def why_no_appeal(comment: Comment, by: User, now: datetime) -> str:
    """Why this person can't ask for a new look now, as a sentence; "" when they can."""
    decision = comment.last_decision
    if comment.author_id != by.pk or decision is None:
        return _("Only the writer can ask for a new look.")
    if comment.state not in (CommentState.HIDDEN, CommentState.RETURNED) or decision.action not in NEED_REASON:
        return _("This text is not hidden or returned.")
    if Appeal.objects.filter(decision=decision).exists():
        return _("You asked for a new look at this decision before.")
    if now > appeal_until(decision, comment):
        return _("The time to ask for a new look is over.")
    return ""


@transaction.atomic
def make_appeal(*, comment: Comment, by: User, text: str) -> Appeal:
    """Ask for a new look at the last decision about one's own comment.

    Raises:
        NotAllowed: not the writer, nothing written.
        WrongMoment: nothing to look at, asked before, or too late.
    """
    now = clock.now()
    comment = locked_comment(comment.pk)
    if comment.author_id != by.pk or comment.last_decision is None:
        raise NotAllowed(_("Only the writer can ask for a new look."))
    if why_not := why_no_appeal(comment, by, now):
        raise WrongMoment(why_not)
    text = text.strip()
    if not text:
        raise NotAllowed(_("Write why you do not agree."))
    decision = comment.last_decision
    appeal = Appeal(decision=decision, first_by_id=decision.by_id, text=text, made_at=now)
    appeal.full_clean(validate_constraints=False)
    appeal.save()
    set_waiting(comment, now, waits=True)
    comment.save(update_fields=["waiting_since"])
    audit.record("discussion.appeal_made", comment, by=by, municipality=comment.thread.municipality)
    notifications.tell_appeal_made(appeal, comment)
    return appeal


@transaction.atomic
def decide_appeal(*, appeal: Appeal, by: User, outcome: str, explanation: str) -> Appeal:
    """Give the new look: the decision stays, or the text is shown again. The writer is told why.

    Raises:
        PermissionDenied: no moderator here.
        NotAllowed: the one who took the first decision, the writer, or no reason given.
        WrongMoment: decided already, or withdrawn by the writer.
    """
    now = clock.now()
    comment = locked_comment(appeal.decision.comment_id)
    found = Appeal.objects.select_related("decision").filter(pk=appeal.pk).first()
    need("discussion.moderate", by, comment.thread.municipality)
    if found is None or not found.is_open:
        raise WrongMoment(_("A colleague decided this already, or the writer took the request back."))
    if by.pk == found.first_by_id:
        raise NotAllowed(_("A colleague must decide this: you took the first decision."))
    if by.pk == comment.author_id:
        raise NotAllowed(_("Ask a colleague: nobody decides about their own text."))
    explanation = explanation.strip()
    if not explanation:
        raise NotAllowed(_("Say why: the writer reads it."))
    found.outcome = Outcome(outcome)
    found.explanation = explanation
    found.decided_by, found.decided_at = by, now
    found.full_clean(exclude=["decision"], validate_constraints=False)
    found.save()
    was = comment.state
    comment.waiting_since = None
    if found.outcome == Outcome.GRANTED:
        publish(comment, now)
    else:
        comment.save(update_fields=["waiting_since"])
    count_again(comment.thread, comment)
    audit.record(
        "discussion.appeal_decided",
        comment,
        by=by,
        municipality=comment.thread.municipality,
        old={"state": was},
        new={"state": comment.state, "outcome": str(found.outcome)},
    )
    notifications.tell_appeal_decided(found, comment)
    return found
