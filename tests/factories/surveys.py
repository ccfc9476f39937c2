"""Surveys in every stage, and people who answer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality
from foundation.surveys import sealing
from foundation.surveys.enums import Audience
from foundation.surveys.models import Invitation, Questionnaire, Survey
from foundation.surveys.services import answering, box, invitations, questionnaires, surveys
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

DAY = timedelta(days=1)
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"kind": "scale", "text": "Welk cijfer?", "low": 1, "high": 10, "is_required": True},
    {"kind": "single", "text": "Weer meedoen?", "options": ["Ja", "Nee"]},
    {"kind": "multiple", "text": "Hoe deed je mee?", "options": ["Online", "Bijeenkomst"]},
    {"kind": "page", "text": "Tot slot"},
    {"kind": "number", "text": "Hoeveel uur?", "unit": "uur", "low": 0, "high": 100},
    {"kind": "open", "text": "Wat kan beter?"},
)


def questionnaire(by: User, municipality: Municipality | None, *, title: str = "Terugblik") -> Questionnaire:
    """A questionnaire with a question of each kind, on two pages."""
    made = questionnaires.create(municipality=municipality, title=title, by=by, allowed=True)
    for fields in QUESTIONS:
        questionnaires.add_question(questionnaire=made, by=by, fields=fields)
    return made


def draft(
    municipality: Municipality | None = None,
    *,
    by: User | None = None,
    questions: Questionnaire | None = None,
    **fields: Any,
) -> Survey:
    """A survey that opens now and closes in ten days, not published."""
    municipality = municipality or MunicipalityFactory()
    by = by or civil_servant(municipality)
    now = clock.now()
    times = {"opens_at": now - timedelta(minutes=1), "closes_at": now + 10 * DAY}
    return surveys.open_survey(
        questionnaire=questions or questionnaire(by, municipality),
        municipality=municipality,
        by=by,
        **{"title": "Hoe ging het?", "audiences": [Audience.ANYONE], **times, **fields},
    )


def draft_above(by: User, questions: Questionnaire) -> Survey:
    """A survey in draft that belongs to no municipality."""
    return surveys.open_survey(
        questionnaire=questions, title="Meting in het netwerk", by=by, audiences=[Audience.MEMBERS]
    )


def opened(municipality: Municipality | None = None, **fields: Any) -> Survey:
    """A survey that takes answers now; anonymous and for anyone unless said otherwise."""
    survey = draft(municipality, **fields)
    assert survey.created_by is not None
    return surveys.publish(survey=survey, by=survey.created_by)


def invited(survey: Survey, user: User | None = None, audience: str = "participants", *, email: str = "") -> Invitation:
    """An invitation on the list, made by who made the survey."""
    assert survey.created_by is not None
    user = user or (None if email else UserFactory())
    invitations.invite(
        survey=survey,
        audience=audience,
        users=[user] if user else [],
        emails=[email] if email else [],
        by=survey.created_by,
    )
    return Invitation.objects.get(survey=survey, **({"user": user} if user else {"email": email}))


def answers(survey: Survey, **given: Any) -> dict[str, Any]:
    """Typed answers by key: ``scale=7, single="Ja", multiple=["Online"], number="3", open="..."``."""
    typed: dict[str, Any] = {key: value for key, value in given.items() if key.startswith("_")}
    given.setdefault("scale", 7)
    for question in survey.version.questions.all():
        if question.kind not in given:
            continue
        value = given[question.kind]
        keys = {label: key for key, label in question.labels.items()}
        if question.kind == "single":
            value = keys[value]
        elif question.kind == "multiple":
            value = [keys[one] for one in value]
        typed[question.key] = value if isinstance(value, list) else str(value)
    return typed


def answer(survey: Survey, invitation: Invitation | None = None, **given: Any) -> None:
    """Fill in and send; by the link for anyone without an invitation."""
    secret = sealing.new_secret()
    now = clock.now()
    typed: Mapping[str, Any] = answers(survey, **given)
    answering.save_draft(survey=survey, secret=secret, typed=typed, now=now)
    answering.send_in(survey=survey, secret=secret, invitation=invitation, now=now)


def counted(survey: Survey, now: datetime | None = None) -> Survey:
    """Closed by who made it, and counted."""
    assert survey.created_by is not None
    surveys.close_now(survey=survey, by=survey.created_by)
    assert box.count(survey_id=survey.pk, now=now or clock.now())
    survey.refresh_from_db()
    return survey
