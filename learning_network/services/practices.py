"""Writing practices and lessons; sharing them is in ``circles``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from learning_network.models import LearningQuestion, Lesson, Practice
from learning_network.services import circles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

PRACTICE = frozenset(
    [
        *("title", "summary", "theme", "place", "about", "handed_over", "took_part", "role", "support", "obstacles"),
        *("present_cost_cents", "budget_cents", "saving_cents", "result", "again", "credit", "initiative", "process"),
    ]
)
LESSON = frozenset(
    [
        *("title", "outcome", "theme", "for_whom", "happened", "learned", "advice", "credit"),
        *("practice", "initiative", "process"),
    ]
)


def begin(
    *, by: User, programme: Programme | None, municipality: OfficialMunicipality | None, **fields: Any
) -> Practice:
    """Keep a practice as a draft; its author and colleagues in the programme read it.

    Args:
        fields: any of ``PRACTICE``; amounts in cents a year.

    Raises:
        PermissionDenied: not their municipality in that programme.
        ValidationError
    """
    if unknown := set(fields) - PRACTICE:
        raise TypeError(f"begin does not know {sorted(unknown)}")
    circles.need_place(by=by, programme=programme, municipality=municipality)
    with transaction.atomic():
        row = Practice(author=by, programme=programme, municipality=municipality, **fields)
        row.full_clean(exclude=["search"])
        row.save()
        audit.record("learning_network.item_begun", row, by=by)
    return row


def change(*, practice: Practice, by: User, version: int | None = None, **fields: Any) -> Practice:
    """Change a practice, whether it is shared or not.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - PRACTICE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = circles.locked(practice)
        circles.write(row, by=by, version=version, fields=fields)
    return row


def begin_lesson(
    *,
    by: User,
    programme: Programme | None,
    municipality: OfficialMunicipality | None,
    questions: Iterable[LearningQuestion] = (),
    **fields: Any,
) -> Lesson:
    """Keep a lesson as a draft.

    Args:
        questions: of that programme.
        fields: any of ``LESSON``.

    Raises:
        PermissionDenied, ValidationError
    """
    if unknown := set(fields) - LESSON:
        raise TypeError(f"begin_lesson does not know {sorted(unknown)}")
    circles.need_place(by=by, programme=programme, municipality=municipality)
    with transaction.atomic():
        row = Lesson(author=by, programme=programme, municipality=municipality, **fields)
        _need_readable(row.practice, by)
        row.full_clean(exclude=["search"])
        row.save()
        row.questions.set(_of(row, questions))
        audit.record("learning_network.item_begun", row, by=by)
    return row


def change_lesson(
    *,
    lesson: Lesson,
    by: User,
    version: int | None = None,
    questions: Iterable[LearningQuestion] | None = None,
    **fields: Any,
) -> Lesson:
    """Change a lesson; ``questions`` None leaves them as they are.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - LESSON:
        raise TypeError(f"change_lesson does not know {sorted(unknown)}")
    with transaction.atomic():
        row = circles.locked(lesson)
        if fields.get("practice") is not None and fields["practice"] != row.practice:
            _need_readable(fields["practice"], by)
        circles.write(row, by=by, version=version, fields=fields)
        if questions is not None:
            row.questions.set(_of(row, questions))
    return row


def _need_readable(practice: Practice | None, by: User) -> None:
    if practice is not None and not Practice.objects.visible_to(by).filter(pk=practice.pk).exists():
        raise ValidationError({"practice": _("Choose a practice from the list.")})


def _of(lesson: Lesson, questions: Iterable[LearningQuestion]) -> list[LearningQuestion]:
    """Only questions of its own programme."""
    return [question for question in questions if question.programme_id == lesson.programme_id]
