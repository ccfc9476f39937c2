"""What staff sees of surveys: lists with figures, one survey with what waits, questionnaires."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from foundation.core.audit_sentences import sentence_of
from foundation.core.models import AuditEvent
from foundation.core.wording import whole
from foundation.surveys.enums import SMALLEST, Audience, QuestionKind
from foundation.surveys.models import Invitation, Mailing, Question, Questionnaire, SealedSheet, Sheet, Survey
from foundation.surveys.queries.state import missing, responses

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality


def _number_of(model: Any) -> Any:
    rows = model.objects.filter(survey=OuterRef("pk")).order_by().values("survey").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def surveys(municipality: Municipality | None) -> QuerySet[Survey]:
    """All surveys of a municipality (None: above them) with ``invited`` and ``answered_now``."""
    return (
        Survey.objects.for_municipality(municipality)
        .select_related("municipality")
        .annotate(invited=_number_of(Invitation), answered_now=_number_of(SealedSheet) + _number_of(Sheet))
    )


def answered_text(survey: Survey, number: int) -> str:
    """How many answered, as far as staff may know it: in an anonymous survey not below five."""
    if survey.is_anonymous and 0 < number < SMALLEST:
        return _("fewer than five")
    return whole(number)


@dataclass
class Overview:
    """The state of one survey. ``missing``: what a draft lacks."""

    answered: str
    invited: list[tuple[str, int]]
    total_invited: int
    missing: list[str]
    mailings: list[Mailing]
    questions: int
    history: list[tuple[datetime, str]] = field(default_factory=list)


def overview(survey: Survey, now: datetime) -> Overview:
    """What the page of a survey tells staff."""
    rows = survey.invitations.order_by().values("audience").annotate(n=Count("pk"))
    per_audience = {row["audience"]: row["n"] for row in rows}
    events = AuditEvent.objects.filter(object_type="surveys.survey", object_id=str(survey.pk)).order_by("-created_at")[
        :30
    ]
    return Overview(
        answered=answered_text(survey, responses(survey)),
        invited=[
            (str(Audience(audience).label), per_audience.get(audience, 0))
            for audience in survey.audiences
            if audience != Audience.ANYONE
        ],
        total_invited=sum(per_audience.values()),
        missing=missing(survey, now) if survey.state == "draft" else [],
        mailings=list(survey.mailings.all()),
        questions=survey.version.questions.exclude(kind=QuestionKind.PAGE).count(),
        history=[(event.created_at, sentence_of(event)) for event in events],
    )


def questionnaires(municipality: Municipality | None, *, archived: bool = False) -> QuerySet[Questionnaire]:
    """The questionnaires that can be used here, with ``number_of_questions`` (of all versions: newest first)."""
    newest = (
        Question.objects.filter(version__questionnaire=OuterRef("pk"))
        .exclude(kind=QuestionKind.PAGE)
        .order_by()
        .values("version", "version__number")
        .annotate(n=Count("pk"))
        .order_by("-version__number")
        .values("n")[:1]
    )
    surveys_of = Count("versions__pk", filter=Q(versions__is_frozen=True), distinct=True)
    return (
        Questionnaire.objects.for_municipality(municipality)
        .filter(is_archived=archived)
        .annotate(
            number_of_questions=Coalesce(Subquery(newest, output_field=IntegerField()), 0), used_versions=surveys_of
        )
    )
