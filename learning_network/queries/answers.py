"""A learning question with everything that was found out about it, as far as somebody may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from learning_network import visibility
from learning_network.enums import SharedState
from learning_network.models import Answer, LearningQuestion, Lesson, Programme, Yield
from learning_network.queries.practices import failures_first


@dataclass(frozen=True)
class Page:
    """One question. ``yields`` only for people of the programme."""

    summary: Answer | None
    answers: list[Answer]
    lessons: list[Lesson]
    yields: list[Yield]


def page(question: LearningQuestion, user: Any) -> Page:
    """At most six queries."""
    rows = Answer.objects.visible_to(user).filter(question=question)
    rows = rows.select_related("municipality", "meeting", "author", "programme").annotate(said=Count("versions"))
    shown = list(rows.order_by("meeting__starts_at", "shared_at", "pk"))
    learned = Lesson.objects.visible_to(user).filter(questions=question, state=SharedState.SHARED, hidden_at=None)
    yields: list[Yield] = []
    if question.programme_id in visibility.labs_of(user):
        noted = Yield.objects.filter(question=question, session__programme=question.programme_id)
        noted = noted.select_related("session__meeting", "enrolment__municipality")
        yields = list(noted.order_by("session__meeting__starts_at", "noted_at"))
    return Page(
        summary=next((one for one in shown if one.is_summary), None),
        answers=[one for one in shown if not one.is_summary],
        lessons=list(failures_first(learned)),
        yields=yields,
    )


def agenda(programme: Programme, user: Any) -> list[dict[str, Any]]:
    """The questions of a programme, each with how many answers this person may read; one query."""
    may = Answer.objects.visible_to(user).filter(
        programme=programme, state=SharedState.SHARED, hidden_at__isnull=True, is_summary=False
    )
    counted = Count("answers", filter=Q(answers__in=may.values("pk")), distinct=True)
    return [{"question": one, "answers": one.found} for one in programme.questions.annotate(found=counted)]
