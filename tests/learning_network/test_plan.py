from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.core import clock
from foundation.notifications.models import Message
from learning_network.enums import PartnerKind, ProgrammeRoleKind, ProgrammeState, Stage
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import NetworkLead, Programme, ProgrammeRole
from learning_network.queries import plan as queries
from learning_network.services import plan, programmes
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, participant, running

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def seen_by(user: Any) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def at(name: str, programme: Programme) -> str:
    return reverse(f"learning_network:{name}", args=[programme.slug])


def test_a_lead_makes_a_programme_from_the_template_and_begins_it_in_the_browser() -> None:
    boss = lead()
    client = seen_by(boss)
    made = client.post(reverse("learning_network:new"), {"title": "Samen loslaten", "starts_on": "2027-01-11"})
    programme = Programme.objects.get()
    assert made.headers["Location"] == at("plan", programme)
    assert programme.phases.count() == 4
    assert programme.questions.count() == 6
    waits = client.get(at("life", programme))
    assert "begin" not in str(waits.content.split(b"what")[1:])
    told = {"title": "Samen loslaten", "summary": "Kort", "purpose": "Lang", "places": "10", "fee_cents": "4.500"}
    saved = client.post(at("plan", programme), {**told, "fee_text": "De begeleiding", "version": programme.version})
    assert saved.headers["Location"] == at("phases", programme)
    client.post(at("life", programme), {"what": "begin"})
    programme.refresh_from_db()
    assert (programme.state, programme.fee_cents) == (ProgrammeState.RUNNING, 450_000)


def _rows(programme: Programme) -> list[dict[str, Any]]:
    return [
        {"id": one.pk, "title": one.title, "purpose": one.purpose, "starts_on": one.starts_on, "ends_on": one.ends_on}
        for one in programme.phases.all()
    ]


def test_phases_are_added_taken_away_and_put_in_order_of_their_days_on_one_page() -> None:
    boss = lead()
    programme = running(by=boss, starts_on=date(2027, 1, 4))
    first = programme.phases.all()[0]
    page: dict[str, Any] = {"form-INITIAL_FORMS": "4", "form-TOTAL_FORMS": "5", "version": programme.version}
    for number, row in enumerate(_rows(programme)):
        page |= {f"form-{number}-{name}": str(value) for name, value in row.items()}
    page |= {"form-1-DELETE": "on", "form-4-title": "Kennismaking", "form-4-purpose": ""}
    page |= {"form-4-starts_on": "2026-12-01", "form-4-ends_on": "2026-12-20"}
    assert seen_by(boss).post(at("phases", programme), page).status_code == 302
    titles = list(programme.phases.values_list("number", "title"))
    assert titles[0] == (1, "Kennismaking")
    assert len(titles) == 4
    assert programme.phases.get(number=2).pk == first.pk  # kept, not made anew
    stale = seen_by(boss).post(at("phases", programme), page)
    assert stale.status_code == 200
    assert programme.phases.count() == 4


def test_all_phases_move_with_the_first_day() -> None:
    boss = lead()
    programme = running(by=boss, starts_on=date(2027, 1, 4))
    before = _rows(programme)
    plan.shift_phases(programme=programme, first=date(2027, 2, 1), by=boss)
    assert {row["starts_on"] - old["starts_on"] for row, old in zip(_rows(programme), before, strict=True)} == {
        timedelta(days=28)
    }
    with pytest.raises(Stale):
        plan.set_phases(programme=programme, phases=before, by=boss, version=programme.version)


def test_questions_change_places_and_stay_when_somebody_answered() -> None:
    boss = lead()
    programme = running(by=boss)
    client = seen_by(boss)
    one, two = programme.questions.all()[:2]
    client.post(at("questions", programme), {"question": two.pk, "what": "up"})
    assert [row.pk for row in programme.questions.all()[:2]] == [two.pk, one.pk]
    client.post(at("questions", programme), {"question": two.pk, "what": "up"})  # the first one has nowhere to go
    assert programme.questions.first() == two
    client.post(at("questions", programme), {"theme": "savings", "text": "Wie houdt de winst?"})
    assert programme.questions.last().text == "Wie houdt de winst?"
    client.post(at("questions", programme), {"question": one.pk, "what": "remove"})
    assert not programme.questions.filter(pk=one.pk).exists()


def test_money_counts_contributions_and_subsidies_beside_costs_once_and_each() -> None:
    boss = lead()
    programme = running(by=boss, places=4, fee_cents=100_000)
    plan.save_partner(
        programme=programme, partner=None, by=boss, name="BZK", kind=PartnerKind.SUBSIDISER, amount_cents=500_000
    )
    plan.save_cost(programme=programme, cost=None, by=boss, name="Begeleiding", amount_cents=600_000, is_each=False)
    plan.save_cost(programme=programme, cost=None, by=boss, name="Zaal", amount_cents=10_000, is_each=True)
    empty = queries.money(programme)  # as if all places were taken
    assert (empty.contributions, empty.income, empty.costs, empty.left) == (400_000, 900_000, 640_000, 260_000)
    enrolment(programme, fee_cents=100_000, reduction_cents=25_000, received_cents=75_000)
    enrolment(programme, fee_cents=100_000, stage=Stage.IN_TALKS)  # does not pay yet
    now = queries.money(programme)
    assert (now.contributions, now.received, now.costs, now.left) == (75_000, 75_000, 610_000, -35_000)


def test_roles_are_given_by_address_told_once_and_the_last_lead_stays() -> None:
    boss = lead()
    programme = running(by=boss)
    helper = UserFactory(email="bea@begeleiders.example")
    client = seen_by(boss)
    client.post(at("roles", programme), {"email": "BEA@begeleiders.example", "kind": "facilitator"})
    client.post(at("roles", programme), {"email": "bea@begeleiders.example", "kind": "facilitator"})
    assert Message.objects.filter(recipient=helper, kind="learning_network.role_given").count() == 1
    unknown = client.post(at("roles", programme), {"email": "niemand@elders.example", "kind": "lead"})
    assert unknown.status_code == 200
    own = ProgrammeRole.objects.get(programme=programme, user=boss)
    client.post(at("roles", programme), {"role": own.pk})
    assert ProgrammeRole.objects.filter(pk=own.pk).exists()


def _in_state(state: str, boss: Any) -> Programme:
    if state == ProgrammeState.DRAFT:
        made = programmes.create(title="Nog niet", starts_on=clock.today(), by=boss)
        return programmes.change(programme=made, by=boss, summary="Kort", purpose="Lang")
    made = running(by=boss)
    if state == ProgrammeState.FINISHED:
        programmes.finish(programme=made, by=boss)
    if state == ProgrammeState.STOPPED:
        programmes.stop(programme=made, by=boss, reason="Geen subsidie")
    return made


MOVES = {
    "begin": (programmes.begin, {}, {ProgrammeState.DRAFT: ProgrammeState.RUNNING}),
    "finish": (programmes.finish, {}, {ProgrammeState.RUNNING: ProgrammeState.FINISHED}),
    "stop": (programmes.stop, {"reason": "Te weinig geld"}, {ProgrammeState.RUNNING: ProgrammeState.STOPPED}),
    "reopen": (programmes.reopen, {"reason": "Vergeten"}, {ProgrammeState.FINISHED: ProgrammeState.RUNNING}),
}


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("state", ProgrammeState.values)
def test_every_move_of_a_programme_from_every_state(state: str, verb: str) -> None:
    boss = lead()
    programme = _in_state(state, boss)
    act, told, allowed = MOVES[verb]
    if state in allowed:
        assert act(programme=programme, by=boss, **told).state == allowed[ProgrammeState(state)]  # type: ignore[operator]
    else:
        with pytest.raises(WrongMoment):
            act(programme=programme, by=boss, **told)  # type: ignore[operator]


def test_it_can_not_begin_without_a_purpose_nor_stop_without_a_reason() -> None:
    boss = lead()
    made = programmes.create(title="Kaal", starts_on=clock.today(), by=boss)
    with pytest.raises(NetworkError):
        programmes.begin(programme=made, by=boss)
    with pytest.raises(NetworkError):
        programmes.stop(programme=running(by=boss), reason=" ", by=boss)


PAGES = ("plan", "phases", "questions", "money", "rules_staff", "roles", "life", "lead")
OF_FACILITATORS = ("questions", "rules_staff", "lead")


@pytest.mark.parametrize("page", PAGES)
def test_who_opens_which_page_of_the_plan(page: str) -> None:
    boss = lead()
    programme = running(by=boss)
    helper = UserFactory()
    programmes.give_role(programme=programme, user=helper, kind=ProgrammeRoleKind.FACILITATOR, by=boss)
    other_lead = lead()
    insider = participant(enrolment(programme))
    expected = {
        boss: 200,
        helper: 200 if page in OF_FACILITATORS else 403,
        other_lead: 403,
        insider: 403,
        UserFactory(): 404,
    }
    for person, status in expected.items():
        assert seen_by(person).get(at(page, programme)).status_code == status, person
    assert "/account/login/" in Client().get(at(page, programme)).headers["Location"]


def test_who_runs_programmes_logs_in_in_two_steps(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = True
    boss = lead()
    programme = running(by=boss)
    assert seen_by(boss).get(at("life", programme)).status_code == 302


def test_only_who_manages_the_installation_appoints_leads() -> None:
    root = UserFactory(is_superuser=True, is_staff=True)
    page = reverse("learning_network:leaders")
    new = UserFactory(email="nieuw@leiders.example")
    client = seen_by(root)
    assert client.post(page, {"email": new.email}).status_code == 302
    appointed = NetworkLead.objects.get(user=new)
    assert seen_by(lead()).get(page).status_code == 403
    assert seen_by(UserFactory()).get(page).status_code == 404
    client.post(page, {"lead": appointed.pk})
    assert not NetworkLead.objects.exists() or not NetworkLead.objects.filter(user=new).exists()
    with pytest.raises(PermissionDenied):
        programmes.create(title="Mag niet", starts_on=clock.today(), by=type(new).objects.get(pk=new.pk))


@pytest.mark.parametrize("page", ["questions", "money", "roles", "rules_staff"])
def test_pages_cost_the_same_with_more_rows(page: str) -> None:
    counts = []
    for many in (1, 4):
        boss = lead()
        programme = running(by=boss)
        for number in range(many):
            plan.add_question(programme=programme, theme="tasks", text=f"Vraag {number}", by=boss)
            plan.save_partner(programme=programme, partner=None, by=boss, name="P", kind="partner", amount_cents=1)
            plan.save_cost(programme=programme, cost=None, by=boss, name="K", amount_cents=1, is_each=False)
            programmes.give_role(programme=programme, user=UserFactory(), kind="facilitator", by=boss)
            participant(enrolment(programme))
        client = seen_by(boss)
        client.get(at(page, programme))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(at(page, programme))
        counts.append(len(seen))
    assert counts[0] == counts[1]
