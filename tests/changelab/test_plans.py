from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changelab.enums import Carrier, PlanState, Side
from changelab.errors import ChangelabError, Stale, WrongMoment
from changelab.models import Lab, LabMember, PlanTask, Sums, TransferPlan
from changelab.queries import labs as queries
from changelab.queries import plan_pages
from changelab.services import decisions, plans
from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Municipality, Role
from initiatives.models import Agreement
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, lab_member
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db


def leader(of: Lab) -> User:
    user = LabMember.objects.get(lab=of, role="lead").user
    assert user is not None
    return user


def written(of: Lab, *, by: User | None = None, tasks: int = 2) -> TransferPlan:
    """A plan with tasks, a group and a start."""
    by = by or leader(of)
    plan = plans.begin(lab=of, title="Onderhoud van het groen", by=by)
    for number in range(tasks):
        plans.add_task(
            plan=plan,
            by=by,
            title=f"Taak {number}",
            present_cents=1_000_003,
            saving_cents=100_001,
            transfer_cents=800_000,
            own_cents=50_000,
        )
    plans.add_risk(plan=plan, by=by, text="Vrijwilligers stoppen", carrier=Carrier.BOTH)
    return plans.change(plan=plan, by=by, group_name="Vereniging De Wielen", starts_on=clock.today())


def test_money_that_is_not_there_is_not_handed_over() -> None:
    made = lab()
    plan = plans.begin(lab=made, title="Groen", by=leader(made))
    with pytest.raises(ValidationError):
        plans.add_task(
            plan=plan, by=leader(made), title="Maaien", present_cents=100, saving_cents=1, transfer_cents=100
        )
    plans.add_task(plan=plan, by=leader(made), title="Duurder", present_cents=100, saving_cents=-50, transfer_cents=150)
    plans.add_task(plan=plan, by=leader(made), title="Niets", present_cents=0, transfer_cents=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanTask.objects.filter(plan=plan).update(transfer_cents=151)


amounts = st.integers(min_value=0, max_value=10_000_000_000)


@given(st.lists(st.tuples(amounts, st.integers(-1_000_000_000, 1_000_000_000), amounts, amounts), max_size=50))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_of_any_tasks_agree_to_the_cent(rows: list[tuple[int, int, int, int]]) -> None:
    tasks = [
        PlanTask(
            title="t",
            present_cents=max(present, saving + transfer),
            saving_cents=saving,
            transfer_cents=transfer,
            own_cents=own,
        )
        for present, saving, transfer, own in rows
    ]
    total = plans.sums(tasks)
    assert total.present == total.saving + total.transfer + total.remainder
    assert total.remainder >= 0
    assert total.transfer == sum(task.transfer_cents for task in tasks)
    assert total.group_budget == sum(task.transfer_cents + task.own_cents for task in tasks)
    table = plan_pages.money_rows(tasks)
    for column in range(1, 6):
        assert table[-1][column] == sum(row[column] for row in table[:-1])


@given(
    st.integers(0, 10_000_000_000),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(1, 4000),
    st.integers(1, 24),
)
@settings(max_examples=100, deadline=None)
def test_a_budget_in_parts_is_the_budget(cents: int, start: date, days: int, parts: int) -> None:
    if 0 < cents < parts:
        parts = cents
    found = decisions.spread(cents, start, start + timedelta(days=days), parts)
    assert sum(amount for amount, _day in found) == cents
    assert all(amount > 0 for amount, _day in found)
    assert all(start <= day < start + timedelta(days=days) for _amount, day in found)


def test_fifty_tasks_are_one_question_and_the_cohort_counts_them_to_the_cent(django_assert_num_queries) -> None:
    made = lab()
    plan = written(made, tasks=50)
    found = queries.one_plan(made, plan.pk, leader(made))
    assert found is not None
    total = plans.sums(found.tasks.all())
    assert total == Sums(50_000_150, 5_000_050, 40_000_000, 2_500_000)
    [row] = queries.overview(made.cohort)
    assert row["planned"] == total
    assert row["accepted"] == Sums()


def test_two_who_write_the_same_plan_lose_no_word() -> None:
    made = lab()
    first = leader(made)
    second = lab_member(made)
    plan = written(made)
    version = plan.version
    plans.change(plan=plan, by=first, version=version, conditions="Met overleg.")
    with pytest.raises(Stale):
        plans.change(plan=plan, by=second, version=version, conditions="Zonder overleg.")
    plan.refresh_from_db()
    assert plan.conditions == "Met overleg."
    task = plan.tasks.first()
    assert task is not None
    plans.change_task(task=task, by=first, version=task.version, title="Maaien")
    with pytest.raises(Stale):
        plans.change_task(task=task, by=second, version=task.version, title="Snoeien")


def test_a_plan_lies_still_to_be_signed_and_is_accepted_by_both_sides() -> None:
    made = lab()
    by = leader(made)
    plan = written(made)
    decisions.lay_down(plan=plan, by=by)
    with pytest.raises(WrongMoment):
        plans.change(plan=plan, by=by, summary="Toch anders")
    today = clock.today()
    with pytest.raises(PermissionDenied):
        decisions.sign(plan=plan, side=Side.COLLEGE, name="W. Houder", signed_on=today, by=lab_member(made))
    with pytest.raises(ChangelabError):
        decisions.sign(plan=plan, side=Side.COLLEGE, name="W", signed_on=today + timedelta(days=1), by=by)
    decisions.sign(plan=plan, side=Side.COLLEGE, name="W. Houder", signed_on=today, by=by)
    with pytest.raises(ChangelabError):
        decisions.sign(plan=plan, side=Side.COLLEGE, name="Nog eens", signed_on=today, by=by)
    decisions.take_up(plan=plan, reason="Een fout", by=by)
    plans.change(plan=plan, by=by, summary="Zonder fout")
    decisions.lay_down(plan=plan, by=by)
    decisions.sign(plan=plan, side=Side.COLLEGE, name="W. Houder", signed_on=today, by=by)
    plan.refresh_from_db()
    assert plan.state == PlanState.SIGNING  # the signature under the older version does not count
    decisions.sign(plan=plan, side=Side.RESIDENTS, name="B. Woner", signed_on=today, by=by)
    plan.refresh_from_db()
    assert plan.state == PlanState.ACCEPTED
    with pytest.raises(WrongMoment):
        decisions.reject(plan=plan, reason="Spijt", by=by)


def test_versions_tell_what_changed() -> None:
    made = lab()
    by = leader(made)
    plan = written(made)
    old = plans.keep_version(plan=plan, by=by, note="eerste dag")
    assert plans.keep_version(plan=plan, by=by) == old  # nothing new, no new version
    task = plan.tasks.first()
    assert task is not None
    plans.change_task(task=task, by=by, transfer_cents=700_000)
    plans.add_task(plan=plan, by=by, title="Snoeien", present_cents=100, transfer_cents=100)
    plans.change(plan=plan, by=by, conditions="Jaarlijks gesprek")
    new = plans.keep_version(plan=plan, by=by)
    told = {line["what"]: (line["old"], line["new"]) for line in plan_pages.compared(old, new)}
    assert len(told) == 3
    assert any("8.000" in before and "7.000" in after for before, after in told.values())


def test_an_accepted_plan_becomes_an_initiative_with_its_budget_to_the_cent() -> None:
    made = lab()
    tenant: Municipality = MunicipalityFactory()
    Lab.objects.filter(pk=made.pk).update(tenant=tenant)
    made.refresh_from_db()
    by = leader(made)
    plan = written(made, tasks=3)
    decisions.lay_down(plan=plan, by=by)
    for side in Side.values:
        decisions.sign(plan=plan, side=side, name="Iemand", signed_on=clock.today(), by=by)
    servant = UserFactory()
    rest = {
        "ends_on": clock.today() + timedelta(days=365),
        "instalments": 7,
        "if_not_kept": "Praten",
        "ending": "Brief",
    }
    with pytest.raises(PermissionDenied):
        decisions.hand_over(plan=plan, by=by, **rest)
    Role.objects.create(municipality=tenant, user=servant, kind=RoleKind.CIVIL_SERVANT)
    initiative = decisions.hand_over(plan=plan, by=servant, **rest)
    agreement = Agreement.objects.get(initiative=initiative)
    assert agreement.budget_cents == 2_400_000 == sum(part.amount_cents for part in agreement.instalments.all())
    assert initiative.origin_url == plan.get_absolute_url()
    with pytest.raises(WrongMoment):
        decisions.hand_over(plan=plan, by=servant, **rest)
    assert connection.in_atomic_block
