"""Small facts about a survey that services and pages share."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from foundation.surveys.enums import QuestionKind
from foundation.surveys.models import Questionnaire, SealedSheet, Sheet, Survey, Version


def newest(questionnaire: Questionnaire) -> Version:
    """The version that a new survey uses."""
    found = questionnaire.versions.order_by("-number").first()
    assert found is not None
    return found


def responses(survey: Survey) -> int:
    """How many people have answered so far."""
    if survey.responses is not None:
        return survey.responses
    model = SealedSheet if survey.is_anonymous else Sheet
    return model.objects.filter(survey=survey).count()


def missing(survey: Survey, now: datetime) -> list[str]:
    """What a draft lacks before it can be published, a sentence each."""
    problems = []
    if not newest(survey.version.questionnaire).questions.exclude(kind=QuestionKind.PAGE).exists():
        problems.append(_("The questionnaire has no questions yet."))
    if not survey.audiences:
        problems.append(_("Say for whom the survey is."))
    if survey.opens_at is None or survey.closes_at is None:
        problems.append(_("Say when the survey opens and closes."))
    elif survey.closes_at <= now:
        problems.append(_("The closing time lies in the past."))
    return problems
