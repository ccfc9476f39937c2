"""The learning network of the demo: a programme that runs, with invented municipalities at every stage, and one that ended.

The people of other municipalities are made here; the civil servant of Rivierdam takes part in both, and a programme lead
runs them. What is told of the board, of sessions, practices and the rest is in ``learning_<what>.py``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from foundation.accounts.models import User
from foundation.accounts.services import confirm_email, open_account
from foundation.core import clock
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import ParticipantRole, PartnerKind, ProgrammeRoleKind, ProgrammeState, Stage, Visibility
from learning_network.models import Enrolment, Participant, Programme
from learning_network.services import endings, enrolments, network, participants, plan, programmes
from portal.demo.initiatives import _on as on_day
from portal.demo.learning_board import tell_board
from portal.demo.learning_exchange import tell_exchange
from portal.demo.learning_practices import tell_practices
from portal.demo.learning_sessions import tell_sessions
from portal.demo.logins import PASSWORD

EURO = 100
NOW = "Burgers aan het stuur"
BEFORE = "Passende samenwerking"
# Who takes part: code of the municipality, e-mail address before the @, name, function, role.
PEOPLE: tuple[tuple[str, str, str, str, ParticipantRole], ...] = (
    ("GM9911", "ans", "Ans Bos", "Wijkmanager", ParticipantRole.CONTACT),
    ("GM9911", "teun", "Teun de Wit", "Directeur Stad", ParticipantRole.CLIENT),
    ("GM9912", "bo", "Bo Blij", "Adviseur participatie", ParticipantRole.CONTACT),
    ("GM9912", "mirjam", "Mirjam Kool", "Beleidsmedewerker groen", ParticipantRole.PARTICIPANT),
    ("GM9913", "dirk", "Dirk de Graaf", "Gebiedsregisseur", ParticipantRole.CONTACT),
)
RULES = """- We zijn open over wat lukt en over wat mislukt.
- Wat in een bijeenkomst gezegd wordt, blijft daar, tenzij we afspreken dat het verteld mag worden.
- Elke gemeente beslist zelf wat ze deelt met het netwerk of met iedereen.
- We komen naar elke bijeenkomst, met minstens twee mensen.
- We stellen elkaar vragen voordat we advies geven.
- Bewoners zijn welkom bij elke bijeenkomst in hun gemeente."""
PURPOSE = """Gemeenten willen taken en budgetten overdragen aan bewoners. Maar welke taken, en hoe laat je los?

In een half jaar komen we vier keer bij elkaar, steeds in een andere gemeente. We leggen praktijken naast elkaar, \
vragen door, en geven elkaar advies. Aan het eind zegt elke gemeente wat ze gaat doen."""


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the programmes that are missing."""
    boss = cast["programme_lead"]
    network.appoint_lead(user=boss, by=None)
    known = set(Programme.objects.values_list("title", flat=True))
    if NOW not in known:
        with transaction.atomic():
            _running(cast, boss, now)
    if BEFORE not in known:
        with transaction.atomic():
            _ended(cast, boss, now)
    tell_practices(cast, now)
    tell_exchange(cast, now)


def _running(cast: dict[str, User], boss: User, now: datetime) -> None:
    """Halfway: the talks are over, the sessions go on; the ground rules have just changed."""
    begin = now - timedelta(days=120)
    with on_day(begin):
        programme = _prepared(NOW, PURPOSE, boss, clock.today(), places=10)
    tell_board(programme, boss, now)
    with on_day(now - timedelta(days=60)):
        for code, address, name, function, role in PEOPLE:
            _joins(programme, code, _person(address, name), boss, function=function, role=role)
        _joins(programme, "GM9901", cast["civil_servant"], boss, function="Adviseur burgerkracht")
    with on_day(now - timedelta(days=9)):
        rules = participants.publish_rules(programme=programme, text=RULES, by=boss)
    with on_day(now - timedelta(days=8)):
        for one in Participant.objects.present().filter(enrolment__programme=programme).exclude(user__name="Bo Blij"):
            if one.user is not None and one.user != cast["civil_servant"]:  # who logs in as they do, is asked
                participants.accept(participant=one, rules=rules, by=one.user)
    asked = programme.enrolments.get(municipality="GM9901")
    participants.invite(enrolment=asked, email="wijkteam@rivierdam.example", name="Joris", by=cast["civil_servant"])
    tell_sessions(programme, boss, now)


def _ended(cast: dict[str, User], boss: User, now: datetime) -> None:
    """Closed half a year ago: what the municipalities said they would do, and what they agreed."""
    begin = now - timedelta(days=560)
    with on_day(begin):
        programme = _prepared(
            BEFORE, "Er is niet één beste vorm van samenwerking. Hoe kies je wat past?", boss, clock.today(), places=4
        )
        rows = OfficialMunicipality.objects.filter(code__in=["GM9901", "GM9911", "GM9914"])
        cards = enrolments.add(programme=programme, municipalities=rows, by=boss)
        for card in cards:
            for stage in (Stage.NEARLY_AGREED, Stage.COMMITTED):
                enrolments.move(enrolment=card, stage=stage, by=boss)
    with on_day(begin + timedelta(days=40)):
        _joins(programme, "GM9901", cast["civil_servant"], boss, function="Adviseur burgerkracht")
        _joins(programme, "GM9911", _person("ans", "Ans Bos"), boss, function="Wijkmanager")
        _joins(programme, "GM9914", _person("els", "Els Prins"), boss, function="Griffier")
    with on_day(begin + timedelta(days=270)):
        _intentions(programme)
        programmes.finish(programme=programme, by=boss)
    assert Programme.objects.get(pk=programme.pk).state == ProgrammeState.FINISHED
    inside = list(programme.enrolments.inside())
    with on_day(now - timedelta(days=200)):
        agreement = endings.agree(
            programme=programme,
            parties=inside,
            by=boss,
            what="We bellen elkaar voordat we een nieuwe vorm van meedoen kiezen",
            until_on=clock.today(now) + timedelta(days=400),
            follow_up_on=clock.today(now) - timedelta(days=40),
        )
        endings.agree(
            programme=programme,
            parties=[row for row in inside if row.municipality_id != "GM9914"],
            by=cast["civil_servant"],
            what="Elk half jaar kijken we een dag in elkaars keuken",
            others="Bewonersraad Oud-Rivierdam",
            follow_up_on=clock.today(now) + timedelta(days=12),
        )
    with on_day(now - timedelta(days=35)):
        endings.tell_agreement(
            agreement=agreement,
            state="kept",
            text="Drie keer gebeld. Eén keer koos een gemeente daarna een lichtere vorm.",
            again_on=clock.today(now) + timedelta(days=150),
            by=boss,
        )


def _prepared(title: str, purpose: str, boss: User, first: date, *, places: int) -> Programme:
    """A programme that has begun, with who carries it and what it costs."""
    programme = programmes.create(title=title, starts_on=first, by=boss)
    programme = programmes.change(
        programme=programme,
        by=boss,
        summary="Gemeenten leren van elkaar hoe ze taken en besluiten aan bewoners overdragen.",
        purpose=purpose,
        places=places,
        fee_cents=9_500 * EURO,
        fee_text="De begeleiding, vier bijeenkomsten met lunch, en het document met de rode draden.",
    )
    for name, kind, euros in (
        ("Stichting Buurtkracht", PartnerKind.ORGANISER, 0),
        ("Ministerie van Samenleven", PartnerKind.SUBSIDISER, 40_000),
        ("Hogeschool aan de Rivier", PartnerKind.PARTNER, 0),
    ):
        plan.save_partner(programme=programme, partner=None, by=boss, name=name, kind=kind, amount_cents=euros * EURO)
    for name, euros, each in (
        ("Begeleiding", 62_000, False),
        ("Zalen en lunch", 1_200, True),
        ("Document", 6_000, False),
    ):
        plan.save_cost(programme=programme, cost=None, by=boss, name=name, amount_cents=euros * EURO, is_each=each)
    helper = _person("sanne", "Sanne Vermeer")
    programmes.give_role(programme=programme, user=helper, kind=ProgrammeRoleKind.FACILITATOR, by=boss)
    return programmes.begin(programme=programme, by=boss)


def _intentions(programme: Programme) -> None:
    told = {
        "GM9901": (
            "We dragen het beheer van drie pleinen over aan bewoners, met het budget dat we er nu aan uitgeven.",
            "Bewonersraad Oud-Rivierdam en de afdeling Openbare ruimte",
            "Vanaf het voorjaar, eerst voor twee jaar",
            Visibility.EVERYONE,
        ),
        "GM9911": (
            "We gebruiken de keuzehulp bij elk nieuw plan van meer dan een ton.",
            "Alle opdrachtgevers op het gemeentehuis",
            "Vanaf 1 januari",
            Visibility.NETWORK,
        ),
    }
    for enrolled in programme.enrolments.inside():
        if enrolled.municipality_id not in told:
            continue
        what, with_whom, when, visibility = told[enrolled.municipality_id]
        person = enrolled.participants.get().user
        assert person is not None
        row = endings.save_intention(enrolment=enrolled, by=person, what=what, with_whom=with_whom, when=when)
        endings.share_intention(intention=row, visibility=visibility, by=person)


def _joins(
    programme: Programme,
    code: str,
    person: User,
    boss: User,
    *,
    function: str,
    role: ParticipantRole = ParticipantRole.CONTACT,
) -> None:
    """Invited and in, as through the link of the mail."""
    enrolled = Enrolment.objects.get(programme=programme, municipality=code)
    asked = participants.invite(
        enrolment=enrolled, email=person.email, name=person.name, role=role, function=function, by=boss
    )
    participants.accept(participant=asked, rules=participants.newest_rules(programme), by=person, function=function)


def _person(address: str, name: str) -> User:
    """Somebody of another municipality, or who facilitates; with the password of all people of the demo."""
    email = f"{address}@leernetwerk.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = open_account(email=email, name=name, password=PASSWORD, by=None)
        confirm_email(user=user, by=None)
    return user
