"""The processes of the demo: one in which proposals are made now, one that is finished with its report, one in preparation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Area, Municipality, Sector
from participation.enums import AnswerOutcome, Form, PhaseKind, ProcessRole
from participation.models import Process
from participation.queries import report as report_queries
from participation.services import answers, decisions, execution, people, phases, processes, public_views, reports
from portal.demo import participation_choice, participation_proposals, participation_writing
from portal.demo.initiatives import _on as on_day

EURO = 100
SQUARE = "Het plein in Oud-Rivierdam"
PARKING = "Parkeerplan Wendekade"
AGENDA = "Agenda sport en bewegen"
VIEWS = (
    ("Het plan maakt de Wendekade veiliger, maar er blijven te weinig plekken over voor bezoekers.", "partly"),
    ("Wij missen plek om fietsen te stallen bij de winkels.", "adopted"),
    ("Laat alles zoals het is: er is geen probleem.", "not_adopted"),
    ("Kunnen de plekken voor gehandicapten dichter bij de ingang van het gezondheidscentrum?", "adopted"),
)
ANSWERS = {
    "partly": "Er komen acht plekken voor bezoekers bij, aan de Rietlaan. Meer past er niet zonder bomen te kappen.",
    "adopted": "U heeft gelijk. We hebben dit in het plan veranderd.",
    "not_adopted": "In de metingen van vorig jaar stond de straat elke avond vol. Daarom verandert er wel iets.",
}


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the processes that are missing."""
    rivierdam = Municipality.objects.get(slug="rivierdam")
    staff = cast["civil_servant"]
    known = set(Process.objects.for_municipality(rivierdam).values_list("title", flat=True))
    for title, telling in ((PARKING, _parking), (SQUARE, _square), (AGENDA, _agenda)):
        if title not in known:
            with transaction.atomic():
                telling(rivierdam, staff, cast, now)
    rows = Process.objects.for_municipality(rivierdam).select_related("municipality", "sector")
    participation_choice.tell(rivierdam, staff, list(rows))


def _parking(municipality: Municipality, staff: User, cast: dict[str, User], now: datetime) -> None:
    """Formal consultation that is over: views with answers, a decision, a report, execution under way."""
    begin = now - timedelta(days=130)
    with on_day(begin):
        process = processes.create(
            municipality=municipality,
            form=Form.STATUTORY,
            title=PARKING,
            by=staff,
            starts_on=clock.today(),
            summary="Waar en hoe er op en rond de Wendekade wordt geparkeerd.",
            why="Op de Wendekade staan elke avond auto's dubbel. Hulpdiensten komen er niet goed door.",
            fixed_text="Het aantal parkeerplekken voor bewoners blijft gelijk.",
            decides="Het college, na advies van de raadscommissie.",
            money_cents=180_000 * EURO,
            sector=_sector(municipality, "Openbare ruimte"),
        )
        processes.publish(process=process, by=staff)
    people_there = list(User.objects.filter(email__startswith="buur-").order_by("email")[: len(VIEWS)])
    given = []
    for number, (text, _outcome) in enumerate(VIEWS):
        with on_day(begin + timedelta(days=20 + 5 * number)):
            given.append(
                public_views.give(process=process, by=people_there[number], text=text, name_is_public=number == 1)
            )
    with on_day(begin + timedelta(days=50)):
        public_views.enter(
            process=process,
            by=staff,
            text="Graag ook een laadpaal op de hoek van de Kade.",
            channel="letter",
            received_on=clock.today(),
            sender="Bewoner van de Kade",
        )
    participation_writing.tell(process, staff, people_there, begin + timedelta(days=1))
    with on_day(begin + timedelta(days=70)):
        for view, (_text, outcome) in zip(given, VIEWS, strict=True):
            answers.answer(contribution=view, outcome=outcome, text=ANSWERS[outcome], by=staff)
        letter = process.publicviews.get(channel="letter")
        answers.answer(
            contribution=letter,
            outcome=AnswerOutcome.NOTED,
            text="Laadpalen staan in een ander plan. We hebben uw brief daarheen gestuurd.",
            by=staff,
        )
        proposed = decisions.prepare(
            process=process,
            by=staff,
            body="college",
            title="Parkeerplan Wendekade vaststellen",
            proposal="Het plan vaststellen met de vier wijzigingen uit de zienswijzen.",
            reference="2026-0187",
            submitted_on=clock.today(),
            decides_on=clock.today() + timedelta(days=12),
        )
    with on_day(begin + timedelta(days=82)):
        decisions.record(
            decision=proposed,
            by=staff,
            state="changed",
            decided_on=clock.today(),
            text="Het college stelt het plan vast, met acht plekken voor bezoekers aan de Rietlaan en meer fietsenrekken.",
            reasons="De straat wordt veiliger, en de zienswijzen zijn zo veel mogelijk overgenomen.",
        )
        bikes = execution.plan(
            process=process, by=staff, title="Fietsenrekken geplaatst", due_on=clock.today() + timedelta(days=30)
        )
        execution.plan(
            process=process,
            by=staff,
            title="Nieuwe parkeervakken aan de Rietlaan",
            due_on=clock.today() + timedelta(days=75),
        )
        report = reports.write(process=process, by=staff, text=report_queries.current(process).text, version=0)
        reports.publish(process=process, by=staff, version=report.version)
    with on_day(begin + timedelta(days=110)):
        execution.close(milestone=bikes, by=staff, done=True, note="Er staan 24 rekken, vier meer dan gepland.")


def _square(municipality: Municipality, staff: User, cast: dict[str, User], now: datetime) -> None:
    """A Bewoners aan Zet process in its second phase, with a resident as chair."""
    with on_day(now - timedelta(days=33)):
        process = processes.create(
            municipality=municipality,
            form=Form.RESIDENTS,
            title=SQUARE,
            by=staff,
            starts_on=clock.today(),
            summary="Bewoners bedenken samen hoe het plein weer een plek wordt om te zijn.",
            why="Het plein is grijs en leeg. Kinderen spelen er niet en ouderen kunnen er nergens zitten. "
            "Er is geld om er iets aan te doen, en wie er woont weet het best wat.",
            money_cents=60_000 * EURO,
            money_text="Alles wat op het plein zelf komt te staan.",
            decides="De bewoners, met hun stem. De raad bekrachtigt de uitslag.",
            areas=list(Area.objects.for_municipality(municipality).current().neighbourhoods().order_by("name")[:1]),
            sector=_sector(municipality, "Openbare ruimte"),
        )
        processes.publish(process=process, by=staff)
        people.give_role(process=process, user=cast["resident"], role=ProcessRole.CHAIR, by=staff)
    people.follow(process=process, by=cast["resident"])
    neighbours = list(User.objects.filter(email__startswith="buur-").order_by("email")[:30])
    participation_proposals.tell(process, staff, [*neighbours, cast["resident"], cast["voted"]])


def _agenda(municipality: Municipality, staff: User, cast: dict[str, User], now: datetime) -> None:
    """A process in preparation, with warnings to look at."""
    process = processes.create(
        municipality=municipality,
        form=Form.AGENDA,
        title=AGENDA,
        by=staff,
        summary="Samen schrijven wat er de komende vier jaar gebeurt voor sport en bewegen.",
        sector=_sector(municipality, "Sport en cultuur"),
    )
    phases.remove(phase=process.phases.get(kind=PhaseKind.EVALUATION), by=staff)


def _sector(municipality: Municipality, name: str) -> Sector | None:
    return Sector.objects.filter(municipality=municipality, name=name).first()
