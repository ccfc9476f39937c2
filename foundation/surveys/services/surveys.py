"""Surveys: opened, changed, published, ended. Answers are in services.answering, counting in services.box."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, slugs
from foundation.surveys.enums import Audience, MailingKind, MailingState, Phase, SurveyState
from foundation.surveys.errors import SurveyError, WrongMoment
from foundation.surveys.models import Draft, Mailing, Questionnaire, SealedSheet, Sheet, Survey, Version
from foundation.surveys.queries.state import missing, newest
from foundation.surveys.services import traces
from foundation.surveys.services._locks import locked, need, need_here

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

CHANGEABLE = (
    "title",
    "intro",
    "thanks",
    "audiences",
    "is_anonymous",
    "asks_area",
    "asks_age",
    "opens_at",
    "closes_at",
    "is_named_in_benchmark",
    "results_are_public",
)
# Once it is published people may have answered: what they were told stays.
_ALSO_LATER = {"title", "intro", "thanks", "closes_at", "opens_at", "is_named_in_benchmark", "results_are_public"}
REMIND_BEFORE_CLOSING = timedelta(days=3)
REMIND_FROM = timedelta(days=7)  # a shorter survey gets no reminder by itself


@transaction.atomic
def open_survey(
    *,
    questionnaire: Questionnaire,
    title: str,
    by: User,
    municipality: Municipality | None = None,
    audiences: Iterable[str] = (Audience.PARTICIPANTS,),
    is_anonymous: bool = True,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    host: str = "",
    host_title: str = "",
    host_url: str = "",
    allowed: bool = False,
    **fields: Any,
) -> Survey:
    """A survey in draft with the newest questions of a questionnaire. ``publish`` lets it run.

    Args:
        municipality: whose it is; None for the learning network and others above municipalities.
        host: code of the upper app, as registered in ``foundation.surveys.hosts``; ``host_title`` and ``host_url`` (a path)
            are shown as "part of".
        allowed: the upper app has checked that ``by`` may open a survey there.
        fields: further ones of ``CHANGEABLE``.

    Raises:
        PermissionDenied: ``by`` may not make surveys here.
        SurveyError: the questionnaire belongs to another municipality.
    """
    if not allowed:
        need_here(municipality, by)
    if questionnaire.municipality_id not in (None, municipality.pk if municipality else None):
        raise SurveyError(_("This questionnaire belongs to another municipality."))
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"a survey has no {sorted(unknown)}")
    survey = Survey(
        municipality=municipality,
        version=newest(questionnaire),
        title=title,
        slug=_slug(municipality, title),
        audiences=[str(audience) for audience in audiences],
        is_anonymous=is_anonymous,
        opens_at=opens_at,
        closes_at=closes_at,
        host=host,
        host_title=host_title,
        host_url=host_url,
        created_by=by,
        **fields,
    )
    survey.full_clean(exclude=["municipality", "version", "created_by"])
    survey.save()
    audit.record("surveys.survey_created", survey, by=by)
    return survey


@transaction.atomic
def change(*, survey: Survey, by: User, **fields: Any) -> Survey:
    """Change what may still be changed; fields that may not any more must be as they are.

    Raises:
        PermissionDenied: ``by`` may not manage it.
        WrongMoment: after publication, something that people were told.
        ValidationError: what it becomes is no survey.
    """
    row = locked(survey.pk)
    need(row, by)
    now = clock.now()
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if row.state == SurveyState.CANCELLED:
        raise WrongMoment(_("This survey was cancelled."))
    if row.state == SurveyState.PUBLISHED and set(changed) - _ALSO_LATER:
        raise WrongMoment(_("People may have answered already. Only words, closing time and sharing can change now."))
    if "opens_at" in changed and row.phase(now) not in (Phase.DRAFT, Phase.PLANNED):
        raise WrongMoment(_("The survey has opened already."))
    if "closes_at" in changed and row.counted_at is not None:
        raise WrongMoment(_("The answers have been counted. Start a new survey."))
    for name, value in changed.items():
        setattr(row, name, value)
    if row.state == SurveyState.PUBLISHED:
        _check_times(row, now)
    row.full_clean(exclude=["municipality", "version", "created_by"])
    row.save()
    if row.state == SurveyState.PUBLISHED and row.opens_at and "opens_at" in changed:
        row.mailings.filter(kind=MailingKind.INVITATION, state=MailingState.PLANNED).update(due_at=row.opens_at)
    if changed:
        audit.record("surveys.survey_changed", row, by=by, new={"fields": sorted(changed)})
    return row


@transaction.atomic
def publish(*, survey: Survey, by: User) -> Survey:
    """Fix the questions, and let it open and close by the clock. Invitations and a reminder are planned.

    Raises:
        PermissionDenied: ``by`` may not manage it.
        WrongMoment: it is no draft.
        SurveyError: something is missing.
    """
    row = locked(survey.pk)
    need(row, by)
    now = clock.now()
    if row.state != SurveyState.DRAFT:
        raise WrongMoment(_("This survey is published already."))
    problems = missing(row, now)
    if problems:
        raise SurveyError(" ".join(problems))
    # The newest questions, where they changed since the draft was made.
    row.version = newest(row.version.questionnaire)
    Version.objects.filter(pk=row.version_id).update(is_frozen=True)
    row.state = SurveyState.PUBLISHED
    row.save(update_fields=["state", "version"])
    assert row.opens_at is not None
    assert row.closes_at is not None
    if row.invitations.exists():
        Mailing.objects.create(survey=row, kind=MailingKind.INVITATION, due_at=max(now, row.opens_at), made_by=by)
    remind_at = row.closes_at - REMIND_BEFORE_CLOSING
    if row.closes_at - row.opens_at >= REMIND_FROM and remind_at > now:
        Mailing.objects.create(survey=row, kind=MailingKind.REMINDER, due_at=remind_at)
    audit.record("surveys.survey_published", row, by=by)
    return row


@transaction.atomic
def close_now(*, survey: Survey, by: User) -> Survey:
    """Close before its time; the answers are counted within a minute.

    Raises:
        WrongMoment: it is not open.
    """
    row = locked(survey.pk)
    need(row, by)
    now = clock.now()
    if row.phase(now) != Phase.OPEN:
        raise WrongMoment(_("The survey is not open."))
    row.closes_at = now
    row.save(update_fields=["closes_at"])
    audit.record("surveys.survey_closed", row, by=by)
    return row


def cancel(*, survey: Survey, by: User, reason: str) -> None:
    """Stop a survey before it is counted. Its answers are destroyed unread, with what was typed so far.

    Raises:
        WrongMoment: it was counted or cancelled already.
    """
    with transaction.atomic():
        row = locked(survey.pk)
        need(row, by)
        if row.counted_at is not None or row.state == SurveyState.CANCELLED:
            raise WrongMoment(_("This survey is over."))
        SealedSheet.objects.filter(survey=row).delete()
        Sheet.objects.filter(survey=row).delete()
        Draft.objects.filter(survey=row).delete()
        traces.leave(traces.SEALED, traces.NAMED, traces.DRAFTS)
        row.mailings.filter(state=MailingState.PLANNED).update(state=MailingState.WITHDRAWN)
        row.state = SurveyState.CANCELLED
        row.save(update_fields=["state"])
        audit.record("surveys.survey_cancelled", row, by=by, reason=reason)
    traces.wipe()


def _check_times(survey: Survey, now: datetime) -> None:
    if survey.closes_at is None or survey.opens_at is None or survey.closes_at <= now:
        raise SurveyError(_("The closing time lies in the past."))


def _slug(municipality: Municipality | None, title: str) -> str:
    rows = Survey.objects.filter(municipality=municipality)
    reserved = ["beheer", "p"]  # first words of other addresses
    return slugs.free(title, rows, otherwise="vragenlijst", reserved=reserved, length=70)
