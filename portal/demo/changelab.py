"""A Changelab of the demo: a cohort in which Rivierdam is halfway the U, and another lab has an accepted plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from changelab.enums import Carrier, Level, Movement, ObstacleKind, Side, StakeholderKind
from changelab.models import Cohort, Lab
from changelab.services import (
    applications,
    cohorts,
    decisions,
    journey,
    kitchen,
    labs,
    members,
    obstacles,
    plans,
    stakeholders,
)
from foundation.accounts.models import User
from foundation.core import clock
from learning_network.models import Programme
from portal.demo.initiatives import _on as on_day
from portal.demo.learning_network import NOW

TITLE = "Changelab eerste lichting"
EURO = 100


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the cohort where it is missing."""
    if Cohort.objects.filter(title=TITLE).exists():
        return
    programme = Programme.objects.get(title=NOW)
    boss = cast["programme_lead"]
    with transaction.atomic():
        cohort = _cohort(programme, boss, now)
        with on_day(now - timedelta(days=50)):
            ours = _asked(cohort, "GM9901", cast["civil_servant"], boss, "De Weversbuurt", "Onderhoud van het groen")
            theirs = _asked(
                cohort, "GM9911", _participant(programme, "GM9911"), boss, "Het Havenkwartier", "Het buurthuis"
            )
            cohorts.start(cohort=cohort, by=boss)
        _rivierdam(ours, cast, now)
        _neighbour(theirs, now)


def _participant(programme: Programme, code: str) -> User:
    enrolled = programme.enrolments.get(municipality=code)
    person = enrolled.participants.filter(joined_at__isnull=False).select_related("user").order_by("pk")[0].user
    assert person is not None
    return person


def _cohort(programme: Programme, boss: User, now: datetime) -> Cohort:
    with on_day(now - timedelta(days=75)):
        today = clock.today()
        cohort = cohorts.create(
            programme=programme,
            title=TITLE,
            starts_on=today + timedelta(days=30),
            ends_on=today + timedelta(days=212),
            by=boss,
            summary="Vijf gemeenten dragen in zes maanden taken en budget over aan bewoners van één wijk.",
            purpose="In elk lab zit het hele systeem in de kamer: bewoners, wethouder, ambtenaren en instellingen.",
            conditions="- Een wethouder die het lab draagt\n- Taken die echt mogen worden overgedragen\n- Eén wijk",
            places=5,
            fee_cents=20_000 * EURO,
            reduced_fee_cents=10_000 * EURO,
            reduced_for=4,
        )
        return cohorts.open_for_applications(cohort=cohort, by=boss)


def _asked(cohort: Cohort, code: str, by: User, boss: User, area: str, tasks: str) -> Lab:
    enrolled = cohort.programme.enrolments.get(municipality=code)
    application = applications.apply(
        cohort=cohort,
        enrolment=enrolled,
        by=by,
        motivation="Bewoners doen hier al veel. Wij willen leren loslaten.",
        area_text=area,
        tasks_text=tasks,
        alderman="De wethouder wijken",
    )
    return applications.select(application=application, by=boss, reason="Een actieve wijk en een college dat wil.")


def _rivierdam(lab: Lab, cast: dict[str, User], now: datetime) -> None:
    """Halfway: sensing is done, the lab is still together (presencing)."""
    by, resident = cast["civil_servant"], cast["resident"]
    with on_day(now - timedelta(days=45)):
        lab = labs.change(
            lab=lab,
            by=by,
            summary="Wie zorgt voor het groen in de Weversbuurt?",
            question="Hoe krijgen bewoners van de Weversbuurt zelf de zorg voor hun groen, met het geld dat erbij hoort?",
        )
        placed = members.invite(lab=lab, email=resident.email, role="resident", by=by, name="Samira")
        members.accept(member=placed, by=resident)
        members.invite(
            lab=lab, email="wethouder@rivierdam.example", role="alderman", by=by, function="Wethouder wijken"
        )
        for name, kind, interest, influence, holds, presence in (
            (
                "Bewoners van de Weversbuurt",
                StakeholderKind.RESIDENT,
                5,
                3,
                "Weten wat er groeit en wie er zit",
                "in_room",
            ),
            ("Wethouder wijken", StakeholderKind.ALDERMAN, 4, 5, "Beslist over het budget", "asked"),
            ("Team Groen", StakeholderKind.CIVIL_SERVANT, 4, 4, "Maakt het maaischema", "in_room"),
            ("Woonstichting De Dijk", StakeholderKind.INSTITUTION, 3, 4, "Heeft de helft van de tuinen", "in_room"),
            ("De aannemer", StakeholderKind.DECIDING, 2, 4, "Heeft een contract tot volgend jaar", "missing"),
        ):
            stakeholders.add(
                lab=lab,
                by=by,
                name=name,
                kind=kind,
                interest=interest,
                influence=influence,
                holds=holds,
                presence=presence,
            )
    with on_day(now - timedelta(days=30)):
        walk = [
            journey.observe(lab=lab, by=person, text=text, source="walk", who=who)
            for person, text, who in (
                (
                    resident,
                    "De bakken bij de school worden door ouders water gegeven, niet door de gemeente.",
                    "een moeder",
                ),
                (
                    by,
                    "Er wordt gemaaid als niemand het vraagt, en niet als het hoog staat.",
                    "een bewoner van nummer 12",
                ),
                (resident, "Drie mensen hebben hun eigen heggenschaar in de schuur staan.", ""),
            )
        ]
        journey.observe(
            lab=lab, by=by, text="De aannemer krijgt betaald per keer, niet per resultaat.", source="interview"
        )
        journey.find_insight(
            lab=lab, by=resident, observations=walk[:2], text="De zorg is er al, alleen het geld niet."
        )
        for item in lab.check_items.filter(movement=Movement.SENSING)[:4]:
            journey.check(item=item, done=True, by=by)
        lab = labs.move_to(lab=lab, movement=Movement.PRESENCING, by=by)
    with on_day(now - timedelta(days=12)):
        obstacles.add(
            lab=lab,
            by=by,
            kind=ObstacleKind.LEGAL,
            title="Het contract met de aannemer loopt door",
            way_out="Nagaan of één buurt eruit kan.",
        )
        solved = obstacles.add(
            lab=lab, by=by, kind=ObstacleKind.IDEOLOGICAL, title="“Bewoners houden dat toch niet vol”"
        )
        obstacles.move(
            obstacle=solved, state="solved", note="Twee dagen samen gewerkt: het team gelooft het nu.", by=by
        )


def _neighbour(lab: Lab, now: datetime) -> None:
    """Further on: a prototype was kept, and a plan is accepted by both sides."""
    by = lab.members.select_related("user").get().user
    assert by is not None
    with on_day(now - timedelta(days=40)):
        lab = labs.change(
            lab=lab, by=by, summary="Het buurthuis in handen van de buurt.", question="Wie houdt het buurthuis open?"
        )
        stakeholders.add(
            lab=lab, by=by, name="Buurtvereniging", kind="resident", interest=5, influence=4, presence="in_room"
        )
        labs.move_to(lab=lab, movement=Movement.REALISING, by=by)
        attempt = journey.try_something(
            lab=lab, by=by, title="Eén avond per week zelf de sleutel", hypothesis="Er komen meer mensen dan nu."
        )
        journey.move_prototype(prototype=attempt, state="trying", by=by)
    with on_day(now - timedelta(days=10)):
        journey.move_prototype(prototype=attempt, state="kept", learned="Twee keer zoveel bezoek, geen schade.", by=by)
        kitchen.share(item=attempt, level=Level.EVERYONE, by=by)
        plan = plans.begin(lab=lab, title="Beheer van het buurthuis", by=by)
        plans.change(
            plan=plan,
            by=by,
            summary="De buurt beheert het buurthuis zelf: sleutels, agenda en klein onderhoud.",
            group_name="Vereniging Het Anker",
            group_form="Vereniging",
            conditions="Het huis blijft voor iedereen open.",
            starts_on=clock.today() + timedelta(days=60),
            next_steps="De sleutels worden overgedragen op de eerste zaterdag.",
        )
        for title, present, saving, transfer, own in (
            ("Beheer en agenda", 38_000, 6_000, 30_000, 2_000),
            ("Klein onderhoud", 12_500, -500, 13_000, 0),
        ):
            plans.add_task(
                plan=plan,
                by=by,
                title=title,
                present_cents=present * EURO,
                saving_cents=saving * EURO,
                transfer_cents=transfer * EURO,
                own_cents=own * EURO,
            )
        plans.add_risk(
            plan=plan,
            by=by,
            text="Te weinig vrijwilligers in de zomer",
            carrier=Carrier.BOTH,
            measure="Een rooster met de school",
        )
        plans.add_risk(
            plan=plan,
            by=by,
            text="Groot onderhoud aan het dak",
            carrier=Carrier.MUNICIPALITY,
            measure="Blijft bij de gemeente",
        )
        decisions.lay_down(plan=plan, by=by)
        decisions.sign(plan=plan, side=Side.COLLEGE, name="Wethouder wonen", signed_on=clock.today(), by=by)
        decisions.sign(plan=plan, side=Side.RESIDENTS, name="Voorzitter Het Anker", signed_on=clock.today(), by=by)
        kitchen.share(item=plan, level=Level.NETWORK, by=by)
