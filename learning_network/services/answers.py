"""Answers to learning questions: they grow, and every version is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network.enums import SharedState, Visibility
from learning_network.errors import Stale
from learning_network.models import Answer, AnswerVersion
from learning_network.services import _moves, circles

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.meetings.models import Meeting
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import LearningQuestion, Programme


def answer(
    *,
    question: LearningQuestion,
    text: str,
    by: User,
    municipality: OfficialMunicipality | None,
    meeting: Meeting | None = None,
    visibility: str = Visibility.LAB,
) -> Answer:
    """Answer a learning question for a municipality, or for the programme as a whole; read at once by its circle.

    Args:
        meeting: the session of this programme at which it came up.

    Raises:
        PermissionDenied: not their municipality in this programme.
        ValidationError
    """
    circles.need_place(by=by, programme=question.programme, municipality=municipality)
    _need_session(question.programme, meeting)
    with transaction.atomic():
        row = _new(question, by=by, visibility=visibility, municipality=municipality, meeting=meeting, text=text)
        audit.record("learning_network.question_answered", row, by=by, new={"municipality": str(municipality or "")})
    return row


def change(
    *, answer: Answer, text: str, by: User, meeting: Meeting | None, visibility: str, version: int | None = None
) -> Answer:
    """Let an answer grow; what it said before is kept.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = circles.locked(answer)
        _need_session(answer.question.programme, meeting)
        old = row.text
        fields = {"text": text.strip(), "meeting": meeting, "visibility": circles.checked(row, visibility)}
        if circles.write(row, by=by, version=version, fields=fields) and row.text != old:
            _keep(row, by)
    return row


def summarise(
    *, question: LearningQuestion, text: str, by: User, visibility: str = Visibility.LAB, version: int | None = None
) -> Answer:
    """Write what all answers together say; who facilitates does that, and every version is kept.

    Args:
        version: of the summary when the form was opened; 0 while there is none.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    with transaction.atomic():
        _moves.locked(question.programme_id)  # two first summaries at once
        _moves.need("learning_network.facilitate", by, question.programme)
        row = Answer.objects.select_for_update().filter(question=question, is_summary=True).first()
        if row is None:
            row = _new(question, by=by, visibility=visibility, text=text, is_summary=True)
        else:
            if version is not None and version != row.version:
                raise Stale(_("Somebody else changed the summary. Look at what changed, then save again."))
            if (row.text, row.visibility) == (text.strip(), visibility):
                return row
            said_otherwise = row.text != text.strip()
            row.text, row.visibility = text.strip(), circles.checked(row, visibility)
            row.author, row.changed_at = by, clock.now()
            row.version += 1
            row.full_clean(exclude=["author"])
            row.save(update_fields=["text", "visibility", "author", "changed_at", "version"])
            if said_otherwise:
                _keep(row, by)
        audit.record("learning_network.question_summarised", row, by=by)
    return row


def _new(
    question: LearningQuestion,
    *,
    by: User,
    visibility: str,
    text: str,
    municipality: OfficialMunicipality | None = None,
    meeting: Meeting | None = None,
    is_summary: bool = False,
) -> Answer:
    row = Answer(
        question=question,
        programme=question.programme,
        municipality=municipality,
        author=by,
        meeting=meeting,
        text=text.strip(),
        is_summary=is_summary,
        state=SharedState.SHARED,
        shared_at=clock.now(),
    )
    row.visibility = circles.checked(row, visibility)
    row.full_clean(exclude=["author"])
    row.save()
    _keep(row, by)
    return row


def _keep(row: Answer, by: User) -> None:
    number = row.versions.count() + 1
    AnswerVersion.objects.create(answer=row, number=number, text=row.text, by=by)


def _need_session(programme: Programme, meeting: Meeting | None) -> None:
    if meeting is not None and (programme.series_id is None or meeting.series_id != programme.series_id):
        raise ValidationError({"meeting": _("Choose a session of this programme.")})
