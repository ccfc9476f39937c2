"""The sessions of the programme of the demo: one that was held, with who came and what it brought, and three to come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from foundation.core import clock
from foundation.core.terms import is_working_day
from foundation.meetings.enums import Reply
from foundation.meetings.models import Attendee
from foundation.meetings.services import meetings, minutes, registration
from foundation.meetings.times import span_of
from learning_network import rhythm
from learning_network.models import Programme, Session
from learning_network.services import sessions
from learning_network.services.sessions import Outline
from portal.demo.initiatives import _on as on_day

if TYPE_CHECKING:
    from foundation.accounts.models import User

DAY = timedelta(days=1)
THEMES = ("Welke taken kunnen weg?", "Wat staat in de weg?", "Steun in het gemeentehuis", "Wat levert het op?")
MINUTES = """# Rondje
Elke gemeente vertelde welke taak ze wil loslaten: groen, een buurthuis, het zwerfafval.

# De casus van de gastgemeente
De bewoners willen het groen **zelf** onderhouden. De vraag is wie betaalt als het misgaat.

- De verzekering is uitgezocht: die van de gemeente dekt ook vrijwilligers.
- Eén vaste contactpersoon helpt meer dan een loket."""
# Number of the learning question, code of the municipality, what it brought.
BROUGHT = (
    (1, "GM9911", "Begin met groen: dat ziet iedereen, en fout gaan kost weinig"),
    (1, "GM9901", "Vraag bewoners welke taak ze willen, in plaats van er een aan te bieden"),
    (2, "GM9912", "Regel de verzekering voordat de eerste schoffel de grond in gaat"),
    (3, "", "De gemeente belt na een maand zelf: hoe gaat het?"),
)


def tell_sessions(programme: Programme, boss: User, now: datetime) -> None:
    """Plan and hold them, unless that was done."""
    if programme.sessions.exists():
        return
    held = _working_day(clock.today(now) - timedelta(days=26))
    to_come = rhythm.days(clock.today(now) + timedelta(days=16), every_weeks=6, times=3)
    hosts = list(programme.enrolments.inside().select_related("municipality").order_by("municipality__name"))
    questions = list(programme.questions.all())
    outlines = [
        Outline(
            span_of(day, time(13), time(17)),
            host=hosts[number % len(hosts)],
            theme=THEMES[number],
            questions=questions[number : number + 2],
        )
        for number, day in enumerate([held, *(one.day for one in to_come)])
    ]
    with on_day(now - timedelta(days=50)):
        planned = sessions.plan(programme=programme, outlines_=outlines, by=boss)
    people = list(Attendee.objects.filter(meeting=planned[0].meeting).exclude(user=boss).order_by("pk"))
    with on_day(now - timedelta(days=40)):
        for number, row in enumerate(people):
            registration.answer(attendee=row, reply=Reply.NO if number == len(people) - 1 else Reply.YES)
    with on_day(planned[0].meeting.starts_at + timedelta(hours=3)):
        _hold(planned[0], people[:-1], boss)
    with on_day(now - timedelta(days=6)):
        for row in Attendee.objects.filter(meeting=planned[1].meeting, user__in=[one.user_id for one in people[:2]]):
            registration.answer(attendee=row, reply=Reply.YES)


def _hold(session: Session, present: list[Attendee], boss: User) -> None:
    meeting = session.meeting
    registration.check_in(meeting=meeting, came={row.pk: True for row in present}, by=boss)
    questions = {one.number: one for one in session.programme.questions.all()}
    places = {one.municipality_id: one for one in session.programme.enrolments.inside()}
    for number, code, text in BROUGHT:
        sessions.note_yield(
            session=session, by=boss, text=text, question=questions.get(number), enrolment=places.get(code)
        )
    minutes.save(meeting=meeting, by=boss, text=MINUTES, version=0)
    minutes.add_action(
        meeting=meeting,
        by=boss,
        text="De tekst van de overeenkomst delen",
        owner=present[0].user,
        due_on=clock.today() + timedelta(days=40),
    )
    minutes.publish(meeting=meeting, by=boss)
    meetings.mark_held(meeting=meeting, by=boss)


def _working_day(day: date) -> date:
    """This day, or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day
