"""Surveys of the demo: one that closed with its results, a village to compare with, and one that is open now."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from foundation.accounts.models import User
from foundation.municipalities.models import Area, Municipality
from foundation.surveys import sealing
from foundation.surveys.enums import AgeBand, Audience
from foundation.surveys.models import SealedSheet, Survey
from foundation.surveys.services import box, invitations, questionnaires, surveys
from portal.demo.initiatives import _on

CLOSED = "Terugblik op het buurtbudget"
VILLAGE = "Terugblik op het dorpsbudget"
OPEN = "Hoe wil je meepraten in Rivierdam?"
GOOD = (
    "De avonden in het buurthuis waren gezellig en duidelijk.",
    "Fijn dat bewoners zelf de avond leidden.",
    "Je zag meteen wat een plan kost.",
    "De ambtenaar dacht echt mee.",
    "Er was koffie, en er was kinderopvang!",
    "Mijn buren deden ook mee.",
)
BETTER = (
    "Begin eerder met vertellen dat het komt.",
    "Graag ook een keer overdag, voor wie 's avonds werkt.",
    "Kortere stukken. Niet iedereen leest graag.",
    "Ook na de stemming laten horen hoe het gaat.",
    "Meer jongeren erbij halen.",
)


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make whatever is missing."""
    rivierdam = Municipality.objects.get(slug="rivierdam")
    village = Municipality.objects.get(slug="zuiderbrink")
    by, chief = cast["civil_servant"], cast["administrator"]
    if not Survey.objects.filter(municipality=rivierdam, title=CLOSED).exists():
        _closed(rivierdam, CLOSED, by, now, days=60, answers=41, seed=1, middle=7.6)
    if not Survey.objects.filter(municipality=village, title=VILLAGE).exists():
        _closed(village, VILLAGE, chief, now, days=400, answers=14, seed=2, middle=7.1)
    if not Survey.objects.filter(municipality=rivierdam, closes_at__gt=now, title=OPEN).exists():
        _open(rivierdam, by, now, cast)


def _closed(
    municipality: Municipality,
    title: str,
    by: User,
    now: datetime,
    *,
    days: int,
    answers: int,
    seed: int,
    middle: float,
) -> None:
    closes = now - timedelta(days=days - 21)
    with _on(now - timedelta(days=days)):
        questions = questionnaires.from_standard(municipality=municipality, code="deelnemers", by=by)
        survey = surveys.open_survey(
            questionnaire=questions,
            municipality=municipality,
            title=title,
            intro="We willen weten hoe het was om mee te doen. Met de antwoorden maken we het volgende proces beter.",
            audiences=[Audience.PARTICIPANTS, Audience.STAKEHOLDERS, Audience.ANYONE],
            asks_area=True,
            asks_age=True,
            opens_at=now - timedelta(days=days),
            closes_at=closes,
            is_named_in_benchmark=True,
            results_are_public=True,
            by=by,
        )
        survey = surveys.publish(survey=survey, by=by)
    draw = random.Random(seed)
    asked = list(survey.version.questions.order_by("position"))
    homes = list(
        Area.objects.for_municipality(municipality).current().neighbourhoods().values_list("code", flat=True)[:4]
    )
    key = sealing.box_keys(survey.pk)[0]
    SealedSheet.objects.bulk_create(
        SealedSheet(
            survey=survey,
            sealed=sealing.seal(
                key,
                {
                    "answers": _answers(asked, draw, middle),
                    "audience": draw.choices(survey.audiences, [6, 3, 2])[0],
                    "area_code": draw.choice([*homes, homes[0], ""]) if homes else "",
                    "age_band": draw.choice([*AgeBand.values[1:5], ""]),
                },
            ),
        )
        for _n in range(answers)
    )
    with _on(closes + timedelta(minutes=1)):
        box.count(survey_id=survey.pk, now=closes + timedelta(minutes=1))


def _answers(asked: list[Any], draw: random.Random, middle: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in asked:
        if question.kind == "scale":
            place = draw.gauss(middle if question.high == 10 else middle / 2, 1.1)
            found[question.key] = min(max(round(place), question.low), question.high)
        elif question.kind == "single":
            found[question.key] = draw.choices(list(question.labels), (6, 3, 1, 1, 1)[: len(question.labels)])[0]
        elif question.kind == "multiple":
            found[question.key] = [key for key in question.labels if draw.random() < 0.4] or [
                next(iter(question.labels))
            ]
        elif question.kind == "number" and draw.random() < 0.9:
            found[question.key] = str(draw.choice((2, 3, 4, 6, 8, 10, 12, 20)))
        elif question.kind == "open" and draw.random() < 0.2:
            found[question.key] = draw.choice(GOOD if question.key == "d-goed" else BETTER)
    return found


def _open(municipality: Municipality, by: User, now: datetime, cast: dict[str, User]) -> None:
    questions = questionnaires.create(
        municipality=municipality,
        title="Meepraten in de gemeente",
        description="Hoe en wanneer bewoners mee willen doen.",
        by=by,
    )
    for fields in OPEN_QUESTIONS:
        questionnaires.add_question(questionnaire=questions, by=by, fields=dict(fields))
    survey = surveys.open_survey(
        questionnaire=questions,
        municipality=municipality,
        title=OPEN,
        intro="Vertel in drie minuten hoe je mee wilt doen. In het nieuwe jaar lees je hier wat we ermee doen.",
        thanks="We lezen alles. Na de sluiting staat de uitkomst op deze site.",
        audiences=[Audience.MEMBERS, Audience.ANYONE],
        asks_age=True,
        opens_at=now - timedelta(days=4),
        closes_at=now + timedelta(days=17),
        results_are_public=True,
        by=by,
    )
    survey = surveys.publish(survey=survey, by=by)
    invitations.invite(survey=survey, audience=Audience.MEMBERS, users=[cast["resident"]], by=by)


OPEN_QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "kind": "multiple",
        "text": "Hoe doe je het liefst mee?",
        "options": [
            "Op een avond in de buurt",
            "Online, wanneer het uitkomt",
            "Op straat of aan de deur",
            "In een werkgroep",
        ],
        "is_required": True,
    },
    {
        "kind": "scale",
        "text": "Hoe goed luistert de gemeente nu?",
        "low": 1,
        "high": 10,
        "low_label": "heel slecht",
        "high_label": "heel goed",
        "is_required": True,
    },
    {"kind": "page", "text": "Jouw tijd", "help_text": "Zo plannen we bijeenkomsten die passen."},
    {"kind": "single", "text": "Wanneer kun je het best?", "options": ["Overdag", "'s Avonds", "In het weekend"]},
    {"kind": "number", "text": "Hoeveel uur per maand wil je meedoen?", "unit": "uur", "low": 0, "high": 200},
    {"kind": "open", "text": "Waarover wil je meepraten?", "help_text": "Schrijf liever geen namen op."},
)
