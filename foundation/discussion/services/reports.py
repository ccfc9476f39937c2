"""Reporting a comment that should not stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.discussion import notifications
from foundation.discussion.enums import CommentState, Reason
from foundation.discussion.errors import AlreadyReported, NotAllowed, WrongMoment
from foundation.discussion.models import Comment, Report
from foundation.discussion.queries import access
from foundation.discussion.services._locks import locked_comment, set_waiting

if TYPE_CHECKING:
    from foundation.accounts.models import User


@transaction.atomic
def report(*, comment: Comment, by: User, reason: str, explanation: str = "") -> Report:
    """Say that a comment should not stand there; the text stays until a moderator decides.

    Raises:
        NotAllowed: one's own text, a thread one may not read, "another reason" without saying which.
        WrongMoment: the text is not there (any more).
        AlreadyReported: by this person, about this comment.
    """
    now = clock.now()
    comment = locked_comment(comment.pk)
    if not access.may_read(comment.thread, by):
        raise NotAllowed(_("This discussion is not open to you."))
    if comment.author_id == by.pk:
        raise NotAllowed(_("This is your own text. You can change or withdraw it."))
    if comment.state != CommentState.VISIBLE:
        raise WrongMoment(_("This text can't be read any more, so nothing needs to be done."))
    if Report.objects.filter(comment=comment, by=by).exists():  # nobody comes between: the thread is locked
        raise AlreadyReported(_("You have reported this already."))
    explanation = explanation.strip()
    if reason == Reason.OTHER and not explanation:
        raise NotAllowed(_("Say what is wrong."))
    made = Report(comment=comment, by=by, reason=reason, explanation=explanation, at=now)
    made.full_clean(validate_constraints=False)
    made.save()
    comment.open_reports += 1
    set_waiting(comment, now, waits=True)
    comment.save(update_fields=["open_reports", "waiting_since"])
    notifications.tell_reported(comment)
    return made
