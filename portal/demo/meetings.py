"""The meetings of the demo: a series with a past evening and its minutes, one that is full, a weekend of two days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.terms import is_working_day
from foundation.meetings.models import Meeting, Series
from foundation.meetings.services import agenda, meetings, minutes, registration
from foundation.meetings.services import series as series_service
from foundation.meetings.times import Span, span_of
from foundation.municipalities.models import Municipality
from portal.demo.initiatives import _on as on_day

NEIGHBOURS = "buur-"
TABLE = "Rivierdam aan tafel"
WALK = "Schouw door Wilgengriend"
WEEKEND = "Ontwerpweekend Wendekade"
EVENING = (time(19, 30), time(21, 30))

MINUTES = """# Opening
Zeventien bewoners, twee raadsleden en drie ambtenaren schoven aan.

# Wat we zagen
- Op de Wendekade wordt te hard gereden.
- Er is **te weinig plek** om te zitten, zeker voor ouderen.
- De speeltuin in Rietlanden is 's avonds donker.

# Hoe verder
We kiezen drie dingen die we zelf kunnen beginnen, en vragen de gemeente om één ding dat alleen zij kan."""


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the meetings that are missing."""
    rivierdam = Municipality.objects.get(slug="rivierdam")
    if Series.objects.for_municipality(rivierdam).filter(title=TABLE).exists():
        return
    with transaction.atomic():
        _table(rivierdam, cast, now)
        _walk(rivierdam, cast, now)
        _weekend(rivierdam, cast, now)


def _evening(now: datetime, days: int) -> Span:
    """An evening on a working day, about so many days from now."""
    day: date = clock.today(now) + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return span_of(day, *EVENING)


def _table(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """The open table: chaired by a resident, minuted by another; action points come back in the next evening."""
    by = cast["civil_servant"]
    with on_day(now - timedelta(days=45)):
        series = series_service.create_series(
            municipality=municipality,
            title=TABLE,
            purpose="Raadsleden, ambtenaren en bewoners praten als gelijken over wat er in de buurten speelt.",
            by=by,
        )
        facts: dict[str, Any] = {
            "place": "Buurthuis De Kade, Kade 12",
            "chair": cast["resident"],
            "note_taker": cast["voted"],
        }
        first, _second, _third = meetings.plan_many(
            series=series,
            dates=[[_evening(now, -20)], [_evening(now, 22)], [_evening(now, 64)]],
            by=by,
            capacity=40,
            **facts,
        )
        for user in (cast["resident"], cast["voted"], cast["council_member"], cast["ambassador"]):
            registration.sign_up(meeting=first, by=user)
    _programme(first, cast["resident"])
    with on_day(first.starts_at):
        rows = list(first.attendees.all())
        registration.check_in(meeting=first, came={row.pk: row.pk != rows[-1].pk for row in rows}, by=cast["voted"])
        for name in ("Truus", "Mo", "Lian"):
            registration.walk_in(meeting=first, name=name, by=cast["voted"])
        meetings.mark_held(meeting=first, by=cast["resident"])
    with on_day(first.ends_at + timedelta(days=1)):
        writer = cast["voted"]
        minutes.save(meeting=first, by=writer, text=MINUTES, version=0)
        minutes.decide(meeting=first, by=writer, text="We beginnen met drie bankjes langs de Wende.")
        minutes.decide(meeting=first, by=writer, text="De gemeente meet in het voorjaar de snelheid op de Wendekade.")
        due = clock.today(now) + timedelta(days=12)
        minutes.add_action(meeting=first, by=writer, text="Snelheid laten meten op de Wendekade", owner=by, due_on=due)
        minutes.add_action(
            meeting=first, by=writer, text="Prijzen van bankjes opvragen", owner=cast["resident"], due_on=due
        )
        done = minutes.add_action(meeting=first, by=writer, text="Buurthuis bedanken voor de soep", owner_name="Truus")
        minutes.close_action(point=done, state="done", by=writer)
        minutes.publish(meeting=first, by=writer)


def _programme(meeting: Meeting, by: User) -> None:
    part = meeting.parts.get()
    for title, length, who in (
        ("Soep en welkom", 20, "de voorzitter"),
        ("Wat speelt er in je buurt?", 45, ""),
        ("Wat pakken we zelf op?", 40, ""),
        ("Afspraken", 15, "de notulist"),
    ):
        agenda.add_item(part=part, by=by, title=title, minutes=length, who=who)


def _walk(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """A walk with few places: full, with people in line."""
    by = cast["civil_servant"]
    series = series_service.create_series(municipality=municipality, title=WALK, by=by, is_single=True)
    meeting = meetings.plan(
        series=series,
        spans=[_evening(now, 9)],
        by=by,
        title=WALK,
        purpose="Samen lopen en opschrijven wat er beter kan. De ploeg kan hoogstens vier mensen meenemen.",
        place="Verzamelen bij het gemaal",
        capacity=4,
        chair=by,
    )
    neighbours = list(User.objects.filter(email__startswith=NEIGHBOURS).order_by("email")[:5])
    for user in (*neighbours, cast["resident"]):
        registration.sign_up(meeting=meeting, by=user)


def _weekend(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """Two days that belong together."""
    by = cast["civil_servant"]
    day = clock.today(now) + timedelta(days=36)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    series = series_service.create_series(municipality=municipality, title=WEEKEND, by=by, is_single=True)
    meetings.plan(
        series=series,
        spans=[
            span_of(friday, time(13), time(17), title="Kijken en luisteren"),
            span_of(friday + timedelta(days=1), time(10), time(16), title="Tekenen"),
        ],
        by=by,
        title=WEEKEND,
        purpose="Bewoners en ontwerpers tekenen samen de nieuwe Wendekade.",
        place="De oude scheepswerf",
        for_whom="Iedereen die aan of bij de Wende woont",
    )
