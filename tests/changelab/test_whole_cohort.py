"""A whole cohort on a moved clock, through the pages: five municipalities, six months, one that stops, three accepted plans."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from changelab import links
from changelab.enums import LabState, Movement, PlanState
from changelab.models import Application, Cohort, FollowUp, Lab, LabMember, Stakeholder, TransferPlan
from changelab.queries import labs as queries
from changelab.services import follow_ups
from foundation.accounts.models import User
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Role
from foundation.notifications.models import Message
from initiatives.models import Agreement, Initiative, Progress
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, participant, running
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=AMSTERDAM)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, name: str, args: list[object], /, **data: object) -> str:
    """Open the form as a person does (for its hidden version), send it, and follow to the page after it."""
    path = reverse(f"changelab:{name}", args=args)
    shown = client.get(path)
    if shown.status_code == 200:
        found = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', shown.content.decode())
        if found and "version" not in data:
            data["version"] = found.group(1) or found.group(2)
    answer = client.post(path, data, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain, (name, re.findall(r"<(?:p|li)[^>]*error[^>]*>(.*?)</", text)[:5])
    return text


def test_five_municipalities_walk_the_u_and_hand_over(settings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    first = date(2027, 2, 1)
    with time_machine.travel(noon(first), tick=False) as clock:
        boss = lead(name="Programmaleider")
        programme = running(by=boss, starts_on=first)
        tenant = MunicipalityFactory(cbs_code="GM8801")
        places = [OfficialFactory(code="GM8801", name=tenant.name), *(OfficialFactory() for _n in range(5))]
        people = [participant(enrolment(programme, municipality=place)) for place in places]
        chief = as_(boss)

        # The cohort.
        send(
            chief,
            "new",
            [],
            programme=programme.pk,
            title="Lichting 2027",
            summary="Vijf gemeenten.",
            purpose="Taken overdragen.",
            conditions="Een wethouder die het draagt.",
            places=5,
            fee_cents="20000",
            reduced_fee_cents="10000",
            reduced_for=4,
            starts_on="2027-03-01",
            ends_on="2027-09-01",
        )
        cohort = Cohort.objects.get()
        send(chief, "step", [cohort.slug, "openen"])
        for person in people:
            enrolled = person.participations.get().enrolment_id
            texts = {"motivation": "Loslaten.", "area_text": "De Wielen", "tasks_text": "Het groen"}
            send(as_(person), "apply", [cohort.slug], enrolment=enrolled, **texts)
        asked = list(Application.objects.order_by("pk"))
        for one in asked[:5]:
            send(chief, "answer", [cohort.slug, one.pk], answer="select", reason="Sterk plan.")
        send(chief, "answer", [cohort.slug, asked[5].pk], answer="wait", reason="Vol.")
        assert [one.fee_cents for one in Application.objects.order_by("pk")] == [1_000_000] * 4 + [2_000_000, None]

        # Sensing: the room, the map, what people see.
        clock.move_to(noon(date(2027, 3, 1)))
        send(chief, "step", [cohort.slug, "starten"])
        labs = list(Lab.objects.order_by("pk"))
        assert "Het groen" in Client().get(labs[0].get_absolute_url()).content.decode()
        rooms = [as_(person) for person in people[:5]]
        for made, room in zip(labs, rooms, strict=True):
            at = [cohort.slug, made.slug]
            send(
                room,
                "stakeholder_new",
                at,
                name="Wethouder wijken",
                kind="alderman",
                interest=3,
                influence=5,
                presence="missing",
            )
            key = Stakeholder.objects.get(lab=made).pk
            send(room, "stakeholder_invite", [*at, key], email=f"wethouder@{made.slug}.example", name="W.")
            alderman = as_(UserFactory())
            invited = LabMember.objects.get(lab=made, role="alderman")
            alderman.post(links.address_of(invited))
            assert Stakeholder.objects.get(pk=key).presence == "in_room"
            for number in range(3):
                send(room, "observe", at, text=f"Gezien {number}", source="walk")
            send(
                room,
                "group",
                at,
                observation=list(made.observations.values_list("pk", flat=True)),
                new_insight="Mensen willen wel",
            )
            send(room, "movement", at, movement=Movement.PRESENCING)

        # One stops halfway; its place goes to who stood in line.
        clock.move_to(noon(date(2027, 5, 10)))
        send(rooms[4], "lab_stop", [cohort.slug, labs[4].slug], reason="De wethouder trad af.")
        labs[4].refresh_from_db()
        assert labs[4].state == LabState.STOPPED
        send(chief, "answer", [cohort.slug, asked[5].pk], answer="select", reason="Er kwam een plek vrij.")
        assert Lab.objects.count() == 6

        # Realising: prototypes, obstacles, plans.
        clock.move_to(noon(date(2027, 6, 1)))
        for made, room in zip(labs[:3], rooms[:3], strict=True):
            at = [cohort.slug, made.slug]
            send(room, "movement", at, movement=Movement.REALISING)
            send(room, "prototype_new", at, title="Samen maaien", hypothesis="Buren doen mee.")
            attempt = made.prototypes.get()
            send(room, "prototype_move", [*at, attempt.pk], state="trying")
            send(
                room,
                "prototype_change",
                [*at, attempt.pk],
                title="Samen maaien",
                hypothesis="Buren doen mee.",
                learned="Ja, met koffie.",
            )
            send(room, "prototype_move", [*at, attempt.pk], state="kept")
            send(room, "obstacle_new", at, kind="legal", title="Aanbesteding")
            send(room, "obstacle_move", [*at, made.obstacles.get().pk], state="solved", note="Mag onder de drempel.")
            send(room, "plan_new", at, title="Groen in eigen beheer")
            plan = TransferPlan.objects.get(lab=made)
            send(
                room,
                "task_new",
                [*at, plan.pk],
                title="Maaien",
                present_cents="12.345,67",
                saving_cents="-100,01",
                transfer_cents="12.445,68",
            )
            send(
                room,
                "task_new",
                [*at, plan.pk],
                title="Snoeien",
                present_cents="1000",
                saving_cents="250",
                transfer_cents="700",
                own_cents="50",
            )
            send(room, "risk_new", [*at, plan.pk], text="Droogte", carrier="municipality", measure="Watertank")
            send(
                room,
                "plan_change",
                [*at, plan.pk],
                title="Groen in eigen beheer",
                group_name="De Wielen",
                starts_on="2027-10-01",
            )
            send(room, "plan_step", [*at, plan.pk, "advies"])
        plan = TransferPlan.objects.get(lab=labs[0])
        at = [cohort.slug, labs[0].slug]
        send(rooms[1], "plan_advise", [*at, plan.pk], text="Vraag ook de scholen.")
        advice = plan.advice.get()
        assert advice.enrolment is not None
        send(rooms[0], "advice_answer", [*at, plan.pk, advice.pk], use="used", answer="De school doet mee.")

        # Signed by both sides, and one becomes an initiative.
        clock.move_to(noon(date(2027, 8, 20)))
        for made, room in zip(labs[:3], rooms[:3], strict=True):
            at = [cohort.slug, made.slug]
            mine = TransferPlan.objects.get(lab=made)
            send(room, "plan_step", [*at, mine.pk, "tekenen"])
            for side in ("college", "residents"):
                send(room, "plan_sign", [*at, mine.pk], side=side, name="Iemand", signed_on="2027-08-20")
        assert TransferPlan.objects.filter(state=PlanState.ACCEPTED).count() == 3
        Role.objects.create(municipality=tenant, user=people[0], kind=RoleKind.CIVIL_SERVANT)
        text = {"if_not_kept": "Dan praten we.", "ending": "Met een brief.", "ends_on": "2028-10-01", "instalments": 4}
        send(as_(people[0]), "hand_over", [cohort.slug, labs[0].slug, plan.pk], **text)
        initiative = Initiative.objects.get()
        assert Agreement.objects.get(initiative=initiative).budget_cents == 1_314_568
        rows = queries.overview(cohort)
        assert sum(row["accepted"].transfer for row in rows) == 3 * 1_314_568

        # Results come back to the lab; after three months the leads are asked, once.
        for made, room in zip(labs[:3], rooms[:3], strict=True):
            send(room, "lab_finish", [cohort.slug, made.slug])
        Progress.objects.create(
            initiative=initiative, on=date(2027, 11, 1), text="Het gras is kort.", spent_cents=300_000
        )
        page = rooms[1].get(plan.get_absolute_url()).content.decode()
        assert "Het gras is kort." in page
        clock.move_to(noon(date(2027, 11, 20)))
        assert follow_ups.remind_due() == 3
        assert follow_ups.remind_due() == 0
        assert Message.objects.filter(kind="changelab.follow_up").count() == 3
        task = plan.tasks.first()
        assert task is not None
        send(
            rooms[0],
            "follow_up",
            [cohort.slug, labs[0].slug, 3],
            spent_cents="3.000",
            satisfaction=4,
            text="Het loopt.",
            **{f"back_{task.pk}": "on"},
        )
        kept = FollowUp.objects.get(lab=labs[0], months=3)
        assert (kept.spent_cents, kept.satisfaction) == (300_000, 4)
        task.refresh_from_db()
        assert task.taken_back_on == date(2027, 11, 20)
        early = rooms[0].post(
            reverse("changelab:follow_up", args=[cohort.slug, labs[0].slug, 12]), {"version": 1, "text": "x"}
        )
        assert early.status_code == 200  # its moment has not come: told on the form
        assert kept.due_on + timedelta(days=0) == date(2027, 11, 20)
        side = chief.get(reverse("changelab:side_by_side", args=[cohort.slug])).content.decode()
        assert "39.437,04" in side
