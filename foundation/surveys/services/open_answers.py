"""Open answers that name a person can be hidden, with a reason; the words stay, for who must account for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from foundation.surveys.errors import SurveyError
from foundation.surveys.models import OpenAnswer
from foundation.surveys.services._locks import locked, need

if TYPE_CHECKING:
    from foundation.accounts.models import User


@transaction.atomic
def hide(*, answer: OpenAnswer, by: User, reason: str) -> None:
    """Hide an answer from results and exports.

    Raises:
        PermissionDenied: ``by`` may not manage the survey.
        SurveyError: without a reason, or hidden already.
    """
    survey = locked(answer.survey_id)
    need(survey, by)
    row = OpenAnswer.objects.select_for_update().get(pk=answer.pk)
    if not reason.strip():
        raise SurveyError(_("Say why this answer is hidden."))
    if row.hidden_reason:
        raise SurveyError(_("This answer is hidden already."))
    row.hidden_reason, row.hidden_by = reason.strip()[:200], by
    row.save(update_fields=["hidden_reason", "hidden_by"])
    # Not which answer: the audit trail is kept longer than the answers.
    audit.record("surveys.open_answer_hidden", survey, by=by, reason=row.hidden_reason)


@transaction.atomic
def show(*, answer: OpenAnswer, by: User) -> None:
    """Show a hidden answer again.

    Raises:
        PermissionDenied: ``by`` may not manage the survey.
    """
    survey = locked(answer.survey_id)
    need(survey, by)
    changed = OpenAnswer.objects.filter(pk=answer.pk).exclude(hidden_reason="").update(hidden_reason="", hidden_by=None)
    if changed:
        audit.record("surveys.open_answer_shown", survey, by=by)
