"""The story of the demo: Rivierdam with votes and initiatives in every state, Zuiderbrink with one, Kruiswolde with nothing.

All dates are relative to now, and only what is missing is made: told again a month later, a vote that has closed in the
meantime stays, and a new one opens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from foundation.accounts.models import User
from foundation.municipalities.enums import RoleKind, SetupStep
from foundation.municipalities.imports import parse_areas
from foundation.municipalities.models import Area, Invitation, Municipality, Residency, Sector
from foundation.municipalities.services import areas as area_services
from foundation.municipalities.services import invitations, municipalities, people, residency, sectors, style
from foundation.voting.enums import BallotState, LimitKind
from foundation.voting.models import Ballot
from portal.demo import (
    ballots,
    changelab,
    initiatives,
    learning_network,
    meetings,
    newsletters,
    participation,
    participation_evaluation,
    projects,
    surveys,
)
from portal.demo.geography import ATTENTION_AREAS, FILE, YEAR
from portal.demo.people import disperse, logins

Say = Callable[[str], None]
SECTORS = ("Openbare ruimte", "Zorg en welzijn", "Bouwen en wonen", "Sport en cultuur")


def tell(now: datetime, say: Say = lambda text: None) -> None:
    """Make whatever of the story is missing. Call it outside a transaction: counting commits on its own."""
    disperse()
    cast = logins()
    say("people")
    rivierdam = _rivierdam(cast)
    say("Rivierdam")
    _zuiderbrink(cast, now)
    say("Zuiderbrink")
    _kruiswolde(cast)
    say("Kruiswolde")
    # What is past comes before the residents move in, so that they get no old news.
    for telling in (_last_year, _art, _benches, _residents, _this_year, _uiterwaard, _play, _green):
        telling(rivierdam, cast, now)
        say(telling.__name__.strip("_").replace("_", " "))
    initiatives.tell(cast, now)
    say("initiatives")
    participation.tell(cast, now)
    say("processes")
    newsletters.tell(rivierdam, cast, now)
    say("newsletters")
    meetings.tell(cast, now)
    say("meetings")
    surveys.tell(cast, now)
    say("surveys")
    participation_evaluation.tell(cast, now)
    say("look back on a process")
    learning_network.tell(cast, now)
    say("learning network")
    changelab.tell(cast, now)
    say("changelab")


def _municipality(name: str, code: str, cast: dict[str, User]) -> Municipality:
    slug = name.lower()
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        found = municipalities.create_municipality(by=cast["superuser"], name=name, slug=slug, cbs_code=code)
        people.appoint(municipality=found, user=cast["administrator"], kind=RoleKind.ADMINISTRATOR, by=None)
    return found


def _open(municipality: Municipality, cast: dict[str, User]) -> Municipality:
    """Everything an open municipality has: contact, steps of the wizard done, visible."""
    if municipality.published_at is not None:
        return municipality
    by = cast["administrator"]
    municipality = municipalities.update_details(
        municipality=municipality, by=by, contact_email=f"participatie@{municipality.slug}.example"
    )
    for step in SetupStep:
        if step != SetupStep.OPEN:
            municipalities.save_step(municipality=municipality, step=step, by=by)
    return municipalities.open_municipality(municipality=municipality, by=by)


def _rivierdam(cast: dict[str, User]) -> Municipality:
    municipality = _municipality("Rivierdam", "GM9901", cast)
    by = cast["administrator"]
    if not municipality.areas.exists():
        _areas(municipality, FILE, by)
    if not Sector.objects.filter(municipality=municipality).exists():
        sectors.add_sectors(municipality=municipality, names=SECTORS, by=by)
    first = Sector.objects.filter(municipality=municipality).get(name=SECTORS[0])
    give = people.appoint
    give(municipality=municipality, user=cast["civil_servant"], kind=RoleKind.CIVIL_SERVANT, by=by)
    give(municipality=municipality, user=cast["ambassador"], kind=RoleKind.AMBASSADOR, sector=first, by=by)
    give(municipality=municipality, user=cast["council_member"], kind=RoleKind.COUNCIL_MEMBER, by=by)
    if not Invitation.objects.filter(municipality=municipality).exists():
        invitations.invite(
            municipality=municipality, email="wethouder@rivierdam.example", kind=RoleKind.ALDERMAN, by=by
        )
    return _open(municipality, cast)


def _areas(municipality: Municipality, file: Path, by: User) -> None:
    found = parse_areas(file.read_bytes(), municipality_code=municipality.cbs_code, year=YEAR)
    area_services.import_areas(municipality=municipality, file=found, by=by, file_name=file.name)
    known = Area.objects.for_municipality(municipality)
    area_services.mark_attention_areas(
        municipality=municipality, areas=list(known.filter(code__in=ATTENTION_AREAS)), by=by
    )


def _zuiderbrink(cast: dict[str, User], now: datetime) -> None:
    municipality = _municipality("Zuiderbrink", "GM9903", cast)
    by = cast["administrator"]
    if not municipality.areas.exists():
        found = parse_areas(projects.ZUIDERBRINK_AREAS.encode(), municipality_code="GM9903", year=YEAR)
        area_services.import_areas(municipality=municipality, file=found, by=by, file_name="zuiderbrink.csv")
        style.update_style(municipality=municipality, by=by, theme="voorbeeld", words={})
    municipality = _open(municipality, cast)
    if not Ballot.objects.for_municipality(municipality).exists():
        ballots.published(municipality, VILLAGE, by=by, second=cast["superuser"], now=now, seed=3)


def _kruiswolde(cast: dict[str, User]) -> None:
    """Empty on purpose: only its administrator sees it, and what must be done first."""
    _municipality("Kruiswolde", "GM9902", cast)


def _residents(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    for kind, code, year in (("resident", "BU99010201", 1988), ("voted", "BU99010400", 1974)):
        if not Residency.objects.filter(municipality=municipality, user=cast[kind]).exists():
            home = Area.objects.get(municipality=municipality, code=code)
            residency.declare_residency(municipality=municipality, neighbourhood=home, by=cast[kind], birth_year=year)


def _last_year(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    plan = ballots.Plan(
        title=f"Buurtbudget {now.year - 1}",
        question=BUDGET_QUESTION,
        projects=projects.LAST_YEAR,
        budget=120_000,
        opens=-205,
        closes=-184,
        voters=430,
    )
    _published(municipality, plan, cast, now, seed=1)


def _art(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    _published(municipality, ART, cast, now, seed=5)


def _published(municipality: Municipality, plan: ballots.Plan, cast: dict[str, User], now: datetime, seed: int) -> None:
    """Announced by the civil servant, established by the administrator; goes on where an earlier run was broken off."""
    by, second = cast["civil_servant"], cast["administrator"]
    half = Ballot.objects.for_municipality(municipality).filter(title=plan.title).first()
    if half is None:
        ballots.published(municipality, plan, by=by, second=second, now=now, seed=seed)
    elif half.state in (BallotState.OPEN, BallotState.CLOSED, BallotState.COUNTED, BallotState.CERTIFIED):
        ballots.publish(ballots.finish(half, now=now), by=by, second=second)


def _benches(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """Counted, and waiting for somebody else than the announcer to establish it."""
    if Ballot.objects.for_municipality(municipality).filter(title=BENCHES.title).exists():
        return
    ballots.counted(municipality, BENCHES, by=cast["administrator"], now=now, seed=4)


def _this_year(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """Always one that is open: when the last one has closed, the next one opens."""
    if Ballot.objects.for_municipality(municipality).open(now).filter(title__startswith="Buurtbudget").exists():
        return
    plan = ballots.Plan(
        title=f"Buurtbudget {now.year}",
        question=BUDGET_QUESTION,
        projects=projects.THIS_YEAR,
        budget=150_000,
        opens=-9,
        closes=12,
        voters=86,
        fields={"minimum_age": 12},
    )
    ballots.opened(municipality, plan, by=cast["civil_servant"], now=now, also=[cast["voted"]], seed=2)


def _uiterwaard(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """One that closes soon, for a part of the municipality."""
    if not Ballot.objects.for_municipality(municipality).open(now).filter(title=UITERWAARD.title).exists():
        ballots.opened(municipality, UITERWAARD, by=cast["civil_servant"], now=now, seed=6)


def _play(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    if not Ballot.objects.for_municipality(municipality).coming(now).exists():
        ballots.announced(municipality, PLAY, by=cast["civil_servant"], now=now)


def _green(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    if not Ballot.objects.for_municipality(municipality).filter(state=BallotState.DRAFT).exists():
        ballots.draft(municipality, GREEN, by=cast["civil_servant"], now=now)


BUDGET_QUESTION = """Bewoners van Rivierdam bedachten deze plannen zelf. Jij kiest welke doorgaan.

Kies zoveel plannen als in het budget passen. We tellen met de **Methode van Gelijke Delen**: iedere stemmer heeft een even \
groot deel van het geld. Zo krijgt niet alleen de grootste groep haar zin.

De gemeente voert de gekozen plannen uit. Binnen drie maanden hoor je wanneer ze beginnen."""
BENCHES = ballots.Plan(
    title="Zitplekken langs de Wende",
    question="Waar komen de nieuwe zitplekken aan het water? Kies er hoogstens twee.",
    projects=projects.BENCHES,
    budget=12_000,
    opens=-23,
    closes=-2,
    voters=64,
    fields={"rule": "greedy", "limit_kind": LimitKind.NUMBER, "max_choices": 2},
)
ART = ballots.Plan(
    title="Kunst in de buurt",
    question="Welke kunst komt er in de buurten? Kies er hoogstens twee.",
    projects=projects.ART,
    budget=25_000,
    opens=-120,
    closes=-99,
    voters=145,
    fields={"rule": "greedy", "limit_kind": LimitKind.NUMBER, "max_choices": 2},
)
UITERWAARD = ballots.Plan(
    title="Wijkbudget Uiterwaard",
    question="Wat doen we met het geld voor de Uiterwaard? Kies wat je goed vindt, zolang het in het budget past.",
    projects=projects.UITERWAARD,
    budget=25_000,
    opens=-11,
    closes=3,
    voters=21,
    areas=("BU99010300", "BU99010301", "BU99010302", "BU99010303"),
)
PLAY = ballots.Plan(
    title="Speelplekken in het Zuiderveld",
    question="Het Zuiderveld krijgt nieuwe speelplekken. Bewoners van de vier buurten kiezen welke. Kies er hoogstens drie.",
    projects=projects.PLAY,
    budget=45_000,
    opens=6,
    closes=27,
    areas=("BU99010400", "BU99010401", "BU99010402", "BU99010403"),
    fields={"limit_kind": LimitKind.NUMBER, "max_choices": 3},
)
GREEN = ballots.Plan(
    title="Meer groen in de Binnenstad",
    question="Welke plannen maken de Binnenstad groener en koeler?",
    projects=projects.GREEN,
    budget=40_000,
    opens=30,
    closes=51,
)
VILLAGE = ballots.Plan(
    title="Dorpsbudget",
    question="Wat doen we met het geld voor het dorp? Kies wat je goed vindt.",
    projects=projects.ZUIDERBRINK,
    budget=40_000,
    opens=-60,
    closes=-46,
    voters=38,
    fields={"rule": "greedy", "limit_kind": LimitKind.NONE},
)
