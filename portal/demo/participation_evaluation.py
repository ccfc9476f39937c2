"""The look back of the demo: an evening people came to, two surveys that are counted, and whom the process reached."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.terms import is_working_day
from foundation.meetings.enums import AttendeeState
from foundation.meetings.models import Attendee, Meeting
from foundation.meetings.services import meetings, minutes
from foundation.meetings.times import span_of
from foundation.municipalities.models import Area, Municipality, Residency
from foundation.surveys import sealing
from foundation.surveys.enums import AgeBand, Audience, MailingState
from foundation.surveys.models import SealedSheet, Survey
from foundation.surveys.services import box
from participation.enums import PhaseKind
from participation.models import Process, ProcessSurvey
from participation.services import evaluations, phases, series
from portal.demo.initiatives import _on as on_day
from portal.demo.participation import PARKING
from portal.demo.surveys import _answers

OPENED, CLOSED = timedelta(days=30), timedelta(days=15)
# People of the evening per neighbourhood; the last group is too small to be shown.
HOMES = (14, 9, 5, 2)
STAKEHOLDERS = tuple(
    f"{name}@rivierdam.example"
    for name in ("brandweer", "winkeliers", "gezondheidscentrum", "bewonersvereniging", "busbedrijf", "fietsersbond")
)


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the look back on the parking plan where it is missing. After the processes and the surveys."""
    municipality = Municipality.objects.get(slug="rivierdam")
    process = Process.objects.for_municipality(municipality).filter(title=PARKING).first()
    if process is None or ProcessSurvey.objects.filter(process=process).exists():
        return
    staff = cast["civil_servant"]
    with transaction.atomic():
        _evening(process, staff, _residents(municipality), now - timedelta(days=112))
        with on_day(now - OPENED - timedelta(days=1)):
            phases.change(
                phase=process.phases.get(kind=PhaseKind.EVALUATION),
                by=staff,
                reason="De uitvoering gaat sneller dan gepland.",
                opens_at=_midnight(now - OPENED),
                closes_at=_midnight(now + timedelta(days=20)),
            )
        with on_day(now - OPENED):
            closes = _midnight(now - CLOSED)
            asked = [
                evaluations.open_survey(process=process, audience=Audience.PARTICIPANTS, by=staff, closes_at=closes),
                evaluations.open_survey(
                    process=process, audience=Audience.STAKEHOLDERS, by=staff, closes_at=closes, emails=STAKEHOLDERS
                ),
            ]
        for one, number, middle in zip(asked, (23, 6), (7.8, 7.2), strict=True):
            _answer(one.survey, number, middle)
    for one in asked:
        with on_day(now - CLOSED + timedelta(minutes=1)):
            box.count(survey_id=one.survey_id, now=clock.now())


def _midnight(moment: datetime) -> datetime:
    """The beginning of that day, as Dutch clocks show it."""
    return datetime.combine(clock.today(moment), time.min, clock.AMSTERDAM)


def _residents(municipality: Municipality) -> list[User]:
    """People of the neighbourhoods around; in two statements, for nobody logs in as one of them."""
    number, password = sum(HOMES), make_password(None)
    people = User.objects.bulk_create(
        User(email=f"kade-{n}@rivierdam.example", name=f"Bewoner {n}", password=password) for n in range(1, number + 1)
    )
    inhabited = Area.objects.for_municipality(municipality).current().neighbourhoods().filter(population__gt=0)
    homes = [area for area, size in zip(inhabited.order_by("code"), HOMES, strict=False) for _n in range(size)]
    Residency.objects.bulk_create(
        Residency(municipality=municipality, user=user, neighbourhood=home)
        for user, home in zip(people, homes, strict=False)
    )
    return people


def _evening(process: Process, staff: User, people: Sequence[User], begin: datetime) -> None:
    """A drop-in evening at the beginning of the process, with what was agreed."""
    day = clock.today(begin)
    while not is_working_day(day):
        day += timedelta(days=1)
    with on_day(begin - timedelta(days=14)):
        made = series.begin(process=process, by=staff)
        evening: Meeting = meetings.plan(
            series=made.series,
            spans=[span_of(day, time(19, 30), time(21, 30))],
            by=staff,
            title="Inloopavond parkeren",
            purpose="Kijk naar de tekening en zeg wat je ervan vindt.",
            place="Buurthuis De Kade, Kade 12",
        )
    Attendee.objects.bulk_create(
        Attendee(meeting=evening, user=user, state=AttendeeState.GOING, number=number, came=True)
        for number, user in enumerate(people, 1)
    )
    with on_day(evening.ends_at + timedelta(days=1)):
        meetings.mark_held(meeting=evening, by=staff)
        minutes.save(meeting=evening, by=staff, text="Dertig bewoners keken naar de tekening.", version=0)
        minutes.decide(meeting=evening, by=staff, text="De gemeente zoekt plek voor bezoekers aan de Rietlaan.")
        minutes.publish(meeting=evening, by=staff)


def _answer(survey: Survey, number: int, middle: float) -> None:
    """So many answers in the box, as they would lie there; nothing is sent any more."""
    draw = random.Random(number)
    asked = list(survey.version.questions.order_by("position"))
    homes = list(
        Residency.objects.filter(user__in=survey.invitations.values("user")).values_list(
            "neighbourhood__code", flat=True
        )
    )
    key = sealing.box_keys(survey.pk)[0]
    SealedSheet.objects.bulk_create(
        SealedSheet(
            survey=survey,
            sealed=sealing.seal(
                key,
                {
                    "answers": _answers(asked, draw, middle),
                    "audience": survey.audiences[0],
                    "area_code": draw.choice([*homes, ""]) if survey.asks_area and homes else "",
                    "age_band": draw.choice([*AgeBand.values[1:5], ""]) if survey.asks_age else "",
                },
            ),
        )
        for _n in range(number)
    )
    answered = list(survey.invitations.order_by("pk").values_list("pk", flat=True)[:number])
    survey.invitations.filter(pk__in=answered).update(has_answered=True)
    survey.mailings.update(state=MailingState.DONE)
