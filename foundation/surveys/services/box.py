"""Opening the box when a survey has closed: everything at once, and only totals stay.

Anonymous answers lie sealed in rows that carry the ``xmin`` of their invitation. So they are never moved one by one: after
closing one transaction opens all of them, writes totals per question (and per group that is large enough) and the open
answers in the order of random ids, and deletes the sealed rows. Which answers were given by one and the same person is not
kept. Then the files are rewritten without the sealed rows, and the invitations frozen (``services.traces``).
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from foundation.core import audit
from foundation.surveys import notifications, sealing
from foundation.surveys.answers import counted
from foundation.surveys.enums import SMALLEST, Dimension, MailingState, QuestionKind, SurveyState
from foundation.surveys.grouping import shown
from foundation.surveys.models import Draft, OpenAnswer, Question, SealedSheet, Sheet, Survey, Tally
from foundation.surveys.queries.state import responses
from foundation.surveys.services import traces

log = logging.getLogger(__name__)
KEEP_TOO_FEW = timedelta(days=30)  # fewer than five: the survey can be open longer in that time
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Record:
    """The answers of one person while they are being counted. ``sheet``: of a survey with names only."""

    answers: dict[str, Any]
    groups: dict[str, str]
    sheet: Sheet | None = None


def due(now: datetime) -> list[int]:
    """Ids of surveys that have closed and are not counted."""
    return list(Survey.objects.due_for_count(now).values_list("pk", flat=True))


def count(*, survey_id: int, now: datetime) -> bool:
    """Count a survey that has closed; whether it is done now. A second worker leaves it alone; a killed one leaves nothing.

    Fewer than five anonymous answers stay sealed, for a month: the survey can be opened longer. Then they are destroyed.
    """
    with transaction.atomic():
        survey = (
            Survey.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("version", "municipality")
            .filter(pk=survey_id, state=SurveyState.PUBLISHED, counted_at=None, closes_at__lte=now)
            .first()
        )
        if survey is None:
            return False
        total = responses(survey)
        if survey.is_anonymous and total < SMALLEST:
            assert survey.closes_at is not None
            if survey.closes_at + KEEP_TOO_FEW > now:
                return False
            records: list[Record] = []
        else:
            opened = _open(survey)
            if opened is None:
                return False
            records = opened
        questions = list(survey.version.questions.all())
        _write(survey, questions, records)
        SealedSheet.objects.filter(survey=survey).delete()
        Draft.objects.filter(survey=survey).delete()
        traces.leave(traces.SEALED, traces.DRAFTS)
        survey.mailings.filter(state=MailingState.PLANNED).update(state=MailingState.WITHDRAWN)
        notifications.forget_reminders(survey)
        survey.responses, survey.counted_at = total, now
        survey.save(update_fields=["responses", "counted_at"])
        audit.record("surveys.survey_counted", survey, by=None, new={"responses": total})
    traces.wipe()
    return True


def forget_old_drafts(*, today: Any) -> int:
    """Throw away drafts that nobody came back for, and what is left in the files of those that went before; how many."""
    with transaction.atomic():
        gone: int = Draft.objects.filter(kept_until__lt=today).delete()[0]
        traces.leave(traces.DRAFTS)  # also of those that were sent in since yesterday
    traces.wipe()
    return gone


def _open(survey: Survey) -> list[Record] | None:
    """All answers; None when a sealed one can't be opened (another ``SECRET_KEY``): then people must look."""
    if not survey.is_anonymous:
        return [
            Record(sheet.answers, _groups(survey, sheet.audience, sheet.area_code, sheet.age_band), sheet)
            for sheet in Sheet.objects.filter(survey=survey)
        ]
    keys = sealing.box_keys(survey.pk)
    found = []
    for row in SealedSheet.objects.filter(survey=survey).order_by("id").iterator(chunk_size=500):
        try:
            content = sealing.unseal(keys, bytes(row.sealed))
        except sealing.CannotOpen:
            log.error(
                "answers of survey %s can't be opened: put the earlier SECRET_KEY in SECRET_KEY_FALLBACKS", survey.pk
            )
            return None
        groups = _groups(survey, content["audience"], content["area_code"], content["age_band"])
        found.append(Record(content["answers"], groups))
    return found


def _groups(survey: Survey, audience: str, area: str, age: str) -> dict[str, str]:
    """The group of a person per dimension; "?" where they did not say. Only what the survey has or asks."""
    found = {}
    if len(survey.audiences) > 1:
        found[Dimension.AUDIENCE.value] = audience
    if survey.asks_area:
        found[Dimension.AREA.value] = area or "?"
    if survey.asks_age:
        found[Dimension.AGE.value] = age or "?"
    return found


def _write(survey: Survey, questions: Sequence[Question], records: Sequence[Record]) -> None:
    totals: Counter[Key] = Counter()
    _add(totals, "", "", questions, records)
    for dimension in sorted({name for record in records for name in record.groups}):
        sizes = Counter(record.groups[dimension] for record in records)
        for group in sorted(shown(sizes)):
            _add(totals, dimension, group, questions, [one for one in records if one.groups[dimension] == group])
    Tally.objects.bulk_create(
        [
            Tally(survey=survey, dimension=dimension, group=group, question_key=key, value=value, count=number)
            for (dimension, group, key, value), number in sorted(totals.items())
        ],
        batch_size=2000,
    )
    own_words = [question.key for question in questions if question.kind == QuestionKind.OPEN]
    texts = [
        OpenAnswer(id=uuid.uuid4(), survey=survey, question_key=key, text=record.answers[key], sheet=record.sheet)
        for record in records
        for key in own_words
        if record.answers.get(key)
    ]
    # In the order of their random ids: neither file nor number tells in which order, or from whom, they came.
    OpenAnswer.objects.bulk_create(sorted(texts, key=lambda answer: answer.id.bytes), batch_size=1000)


def _add(
    totals: Counter[Key], dimension: str, group: str, questions: Iterable[Question], records: Sequence[Record]
) -> None:
    if not records:
        return
    totals[dimension, group, "", ""] = len(records)
    for question in questions:
        for record in records:
            value = record.answers.get(question.key)
            if value is None:
                continue
            totals[dimension, group, question.key, ""] += 1
            for counted_as in counted(question, value):
                totals[dimension, group, question.key, counted_as] += 1
