"""The recruitment board of the demo: invented municipalities at every stage, with outlines, contacts, money and answers.

No such municipalities exist: their codes begin with 99, which CBS does not use, and they lie in the IJsselmeer. The outlines
are the Voronoi cells of their hearts, so that neighbours share one border.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shapely import MultiPoint, Point, box, voronoi_polygons
from shapely.geometry import mapping

from foundation.core import clock
from foundation.municipalities.models import OfficialMunicipality
from foundation.municipalities.services.register import keep_shapes
from foundation.surveys import sealing
from foundation.surveys.models import Invitation
from foundation.surveys.services import answering
from learning_network.enums import LetterKind, Stage
from learning_network.models import Enrolment, EnrolmentSurvey, Programme
from learning_network.services import enrolments, letters, readiness

if TYPE_CHECKING:
    from foundation.accounts.models import User

YEAR = 2025
WEST, SOUTH, EAST, NORTH = 5.05, 52.60, 5.75, 53.00
_S = Stage
# code, name, province, people, heart, stage, contact, next step in days, what
PLACES: tuple[tuple[str, str, str, int, tuple[float, float], Stage, str, int, str], ...] = (
    (
        "GM9901",
        "Rivierdam",
        "Waterland",
        41_200,
        (5.28, 52.76),
        _S.TAKING_PART,
        "Karim Aksoy",
        20,
        "Sessie voorbereiden",
    ),
    (
        "GM9911",
        "Aalwijk",
        "Waterland",
        18_900,
        (5.14, 52.68),
        _S.TAKING_PART,
        "Ans Bos",
        9,
        "Praktijk laten beschrijven",
    ),
    ("GM9912", "Bergdorp", "Waterland", 27_300, (5.15, 52.88), _S.TAKING_PART, "Bo Blij", 30, "Sessie ontvangen"),
    ("GM9913", "Dijkhuizen", "Waterland", 33_100, (5.33, 52.92), _S.COMMITTED, "Dirk de Graaf", 4, "Mensen uitnodigen"),
    (
        "GM9914",
        "Eikenrode",
        "Zuiderzeeland",
        22_400,
        (5.42, 52.66),
        _S.COMMITTED,
        "Els Prins",
        12,
        "Bevestiging nabellen",
    ),
    (
        "GM9915",
        "Fluithoven",
        "Zuiderzeeland",
        51_700,
        (5.47, 52.80),
        _S.NEARLY_AGREED,
        "Fenna Vos",
        -3,
        "Besluit van het college",
    ),
    (
        "GM9916",
        "Geestland",
        "Zuiderzeeland",
        64_000,
        (5.60, 52.68),
        _S.NEARLY_AGREED,
        "Gijs Mol",
        6,
        "Gesprek met wethouder",
    ),
    (
        "GM9917",
        "Hoogkarspel aan Zee",
        "Zuiderzeeland",
        12_800,
        (5.66, 52.82),
        _S.IN_TALKS,
        "Hanna Kuiper",
        -8,
        "Terugbellen",
    ),
    ("GM9918", "IJlstede", "Zuiderzeeland", 29_500, (5.58, 52.94), _S.IN_TALKS, "", 15, "Contactpersoon vinden"),
    ("GM9919", "Jaarveld-Oost", "Waterland", 8_600, (5.24, 52.62), _S.INVITED, "Joost Kok", 10, "Nabellen"),
    ("GM9920", "Kolkdam", "Zuiderzeeland", 15_200, (5.45, 52.95), _S.INVITED, "", 10, "Nabellen"),
    ("GM9921", "Lageweide", "Waterland", 45_900, (5.10, 52.78), _S.STOPPED, "Loes Smit", 0, ""),
)
_ROAD = (_S.IN_TALKS, _S.NEARLY_AGREED, _S.COMMITTED)
ANSWERS: dict[str, dict[str, Any]] = {
    "GM9911": {"g-wil": "5", "g-opdrachtgever": "4", "g-capaciteit": "3", "g-open": "4", "g-wijk": "ja"},
    "GM9912": {"g-wil": "4", "g-opdrachtgever": "5", "g-capaciteit": "2", "g-open": "5", "g-wijk": "keuze"},
    "GM9913": {"g-wil": "3", "g-opdrachtgever": "4", "g-capaciteit": "4", "g-open": "3", "g-wijk": "keuze"},
}


def tell_board(programme: Programme, boss: User, now: datetime) -> None:
    """Put the invented municipalities on the board of a programme that runs; those that are there stay as they are."""
    _list()
    there = set(programme.enrolments.values_list("municipality_id", flat=True))
    new = [place for place in PLACES if place[0] not in there]
    rows = OfficialMunicipality.objects.in_bulk([place[0] for place in new])
    made = {
        row.municipality_id: row for row in enrolments.add(programme=programme, municipalities=rows.values(), by=boss)
    }
    today = clock.today(now)
    for code, _name, _province, _people, _heart, stage, contact, days, what in new:
        card = enrolments.change(
            enrolment=made[code],
            by=boss,
            contact_name=contact,
            contact_email=f"{contact.split()[0].lower()}@{code.lower()}.example" if contact else "",
            next_step=what,
            next_step_on=today + timedelta(days=days) if what else None,
        )
        if contact:
            letters.mark_sent(
                programme=programme,
                kind=LetterKind.INVITATION,
                enrolments=[card],
                sent_on=today - timedelta(40),
                by=boss,
            )
        _move(card, stage, boss)
        _money(card, stage, boss, now)
        if code in ANSWERS:
            _answer(readiness.send(enrolment=card, by=boss), ANSWERS[code])


def _list() -> None:
    """The official list of the invented country, with its outlines."""
    hearts = [Point(*place[4]) for place in PLACES]
    country = box(WEST, SOUTH, EAST, NORTH)
    cells = voronoi_polygons(MultiPoint(hearts), extend_to=country).geoms
    shapes = {}
    for place, heart in zip(PLACES, hearts, strict=True):
        OfficialMunicipality.objects.get_or_create(
            code=place[0], defaults={"name": place[1], "province": place[2], "population": place[3], "year": YEAR}
        )
        cell = next(cell for cell in cells if cell.covers(heart)).intersection(country)
        shapes[place[0]] = mapping(cell)
    plain = {
        code: {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in shape["coordinates"]]}
        for code, shape in shapes.items()
    }
    keep_shapes(shapes=plain, year=YEAR, by=None)


def _move(card: Enrolment, stage: Stage, boss: User) -> None:
    """Along the road to where it stands now; who takes part gets there when its first person accepts the ground rules."""
    if stage == Stage.STOPPED:
        enrolments.move(enrolment=card, stage=stage, reason="De raad wil eerst de evaluatie afwachten.", by=boss)
        return
    goal = Stage.COMMITTED if stage == Stage.TAKING_PART else stage
    for step in _ROAD:
        if card.stage == goal:
            break
        card = enrolments.move(enrolment=card, stage=step, by=boss)
    if stage == Stage.TAKING_PART:
        enrolments.move(enrolment=card, stage=stage, by=boss)


def _money(card: Enrolment, stage: Stage, boss: User, now: datetime) -> None:
    if stage not in (Stage.TAKING_PART, Stage.COMMITTED):
        return
    fee = card.programme.fee_cents or 950_000
    reduced = card.municipality_id == "GM9911"
    paid = {"GM9901": fee, "GM9911": fee // 2}.get(card.municipality_id, 0)
    enrolments.change(
        enrolment=card,
        by=boss,
        fee_cents=fee,
        reduction_cents=fee // 2 if reduced else 0,
        reduction_reason="eerste Changelab" if reduced else "",
        invoiced_on=clock.today(now) - timedelta(days=45) if stage == Stage.TAKING_PART else None,
        received_cents=paid,
    )


def _answer(sent: EnrolmentSurvey, answers: dict[str, Any]) -> None:
    secret = sealing.new_secret()
    answering.save_draft(survey=sent.survey, secret=secret, typed=answers, now=clock.now())
    answering.send_in(survey=sent.survey, secret=secret, invitation=Invitation.objects.get(survey=sent.survey))
