"""Answers: kept as a sealed draft while somebody fills in, then sent in.

A draft is sealed with a key that only the browser holds, and does not know whose it is. Anonymous answers that were sent
are sealed again, with a key that is not in the database (see foundation.surveys.sealing and docs/surveys.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.models import Area
from foundation.surveys import sealing
from foundation.surveys.answers import clean_all, pages
from foundation.surveys.enums import AgeBand, Audience
from foundation.surveys.errors import AlreadyAnswered, Incomplete, SurveyError, WrongMoment
from foundation.surveys.models import Draft, Invitation, SealedSheet, Sheet, Survey
from foundation.surveys.services._locks import shared

KEEP_DRAFT = timedelta(days=30)
LARGEST = 200_000  # letters in all answers together, as typed


def read_draft(*, survey: Survey, secret: str) -> dict[str, Any] | None:
    """What was typed so far (``{key of the question: text or list}``, and "area" and "age" under ``_``), or None."""
    row = Draft.objects.filter(pk=sealing.draft_id(secret), survey=survey).first() if secret else None
    if row is None:
        return None
    try:
        return sealing.unseal([sealing.draft_key(secret)], bytes(row.sealed))
    except sealing.CannotOpen:
        return None


def save_draft(*, survey: Survey, secret: str, typed: Mapping[str, Any], now: datetime) -> None:
    """Keep what was typed, as it was typed.

    Args:
        secret: of the browser, from ``sealing.new_secret``.

    Raises:
        SurveyError: it is more than anybody types.
    """
    if sum(len(str(value)) for value in typed.values()) > LARGEST:
        raise SurveyError(_("This is too much text. Make your answers shorter."))
    kept_until = clock.today(now) + KEEP_DRAFT
    Draft.objects.update_or_create(
        id=sealing.draft_id(secret),
        defaults={
            "survey": survey,
            "sealed": sealing.seal(sealing.draft_key(secret), dict(typed)),
            "kept_until": kept_until,
        },
    )


def forget_draft(*, survey: Survey, secret: str) -> None:
    """Throw away what was typed."""
    Draft.objects.filter(pk=sealing.draft_id(secret), survey=survey).delete()


@transaction.atomic
def send_in(*, survey: Survey, secret: str, invitation: Invitation | None = None, now: datetime | None = None) -> None:
    """Send in the answers of a draft. The draft goes in the same transaction, so that a form sent twice counts once.

    Answers come in together; only the end of the survey waits for them, and they for it.

    Args:
        invitation: of the personal link; None by the link for anyone.

    Raises:
        WrongMoment: the survey is not open.
        AlreadyAnswered: by this invitation, or these answers.
        Incomplete: with the page where the first problem stands.
    """
    now = now or clock.now()
    row = shared(survey.pk)
    if not row.takes_answers(now):
        raise WrongMoment(_("The survey is not open."))
    if invitation is None and not row.is_public:
        raise SurveyError(_("This survey is for people who were invited."))
    if invitation is not None and (
        invitation.survey_id != row.pk
        or not Invitation.objects.filter(pk=invitation.pk, has_answered=False).update(has_answered=True)
    ):
        raise AlreadyAnswered(_("Your answers came in before. Thank you!"))
    typed = read_draft(survey=row, secret=secret)
    if typed is None or not Draft.objects.filter(pk=sealing.draft_id(secret)).delete()[0]:
        raise AlreadyAnswered(_("These answers came in before, or were thrown away."))
    questions = list(row.version.questions.order_by("position"))
    answers, wrong = clean_all(questions, typed)
    if wrong:
        first = next(page.number for page in pages(questions) for one in page.questions if one.key in wrong)
        raise Incomplete(_("Something is missing."), first)
    sheet = {
        "answers": answers,
        "audience": invitation.audience if invitation is not None else Audience.ANYONE.value,
        "area_code": _area(row, str(typed.get("_area", ""))),
        "age_band": str(typed.get("_age", "")) if row.asks_age and typed.get("_age") in AgeBand.values else "",
    }
    if row.is_anonymous:
        SealedSheet.objects.create(survey=row, sealed=sealing.seal(sealing.box_keys(row.pk)[0], sheet))
    else:
        assert invitation is not None
        Sheet.objects.create(survey=row, invitation=invitation, answered_at=now, **sheet)


def _area(survey: Survey, code: str) -> str:
    if not (survey.asks_area and code and survey.municipality):
        return ""
    known = Area.objects.for_municipality(survey.municipality).neighbourhoods()
    return code if known.filter(code=code).exists() else ""
