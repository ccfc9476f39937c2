from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changelab import links
from changelab.enums import ApplicationState, LabRole
from changelab.errors import ChangelabError, Stale, WrongMoment
from changelab.models import Lab, LabMember
from changelab.queries import costs
from changelab.services import applications, cohorts, labs, members
from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.changelab import application, lab, lab_member, open_cohort
from tests.factories.learning_network import lead, running

pytestmark = pytest.mark.django_db


def test_the_first_four_labs_pay_less_and_a_full_cohort_takes_no_more() -> None:
    boss = lead()
    cohort = open_cohort(by=boss, places=5, reduced_for=4)
    asked = [application(cohort) for _number in range(6)]
    made = [applications.select(application=one, reason="Goed plan.", by=boss) for one in asked[:5]]
    assert [one.application.fee_cents for one in made] == [1_000_000] * 4 + [2_000_000]
    with pytest.raises(ChangelabError):
        applications.select(application=asked[5], reason="Ook goed.", by=boss)
    waiting = applications.put_in_line(application=asked[5], reason="Geen plek.", by=boss)
    assert waiting.line_number == 1
    labs.stop(lab=made[0], reason="Wethouder weg.", by=boss)
    later = applications.select(application=waiting, reason="Er kwam plek.", by=boss)
    assert later.application.state == ApplicationState.SELECTED
    assert later.application.fee_cents == 2_000_000


def test_an_answer_needs_a_reason_and_is_given_once() -> None:
    boss = lead()
    cohort = open_cohort(by=boss)
    asked = application(cohort)
    with pytest.raises(ChangelabError):
        applications.refuse(application=asked, reason=" ", by=boss)
    with pytest.raises(Stale):
        applications.select(application=asked, reason="Ja", by=boss, version=asked.version + 1)
    with pytest.raises(PermissionDenied):
        applications.select(application=asked, reason="Ja", by=lead())
    applications.select(application=asked, reason="Ja", by=boss)
    with pytest.raises(WrongMoment):
        applications.refuse(application=asked, reason="Nee", by=boss)
    assert Lab.objects.count() == 1
    assert Message.objects.filter(kind="changelab.answered", recipient=asked.applied_by).count() == 1


def test_applications_close_after_the_last_day() -> None:
    cohort = open_cohort(apply_until=clock.today() - timedelta(days=1))
    with pytest.raises(WrongMoment):
        application(cohort)


def test_who_asked_leads_the_lab_and_somebody_without_an_account_comes_in_by_a_link() -> None:
    made = lab()
    first = LabMember.objects.get(lab=made)
    assert first.role == LabRole.LEAD
    boss = first.user
    assert boss is not None
    asked = members.invite(lab=made, email="Piet@Wielen.example", role=LabRole.RESIDENT, by=boss, name="Piet")
    assert Message.objects.filter(address="piet@wielen.example", kind="changelab.invited").count() == 1
    piet = UserFactory()
    client = Client()
    client.force_login(piet)
    page = client.get(links.address_of(asked))
    assert made.title.encode() in page.content
    assert client.post(links.address_of(asked)).url == made.get_absolute_url()
    asked.refresh_from_db()
    assert asked.user == piet
    stranger = UserFactory()
    with pytest.raises(ChangelabError):
        members.accept(member=asked, by=stranger)
    with pytest.raises(ChangelabError):
        members.leave(member=first, by=boss)  # the last lead


def test_pages_open_for_who_may_and_not_for_others(settings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    cohort = open_cohort(by=boss)
    made = lab(cohort)
    resident = lab_member(made)
    inside = [reverse("changelab:people", args=[cohort.slug, made.slug])]
    for_leads = [reverse(f"changelab:{name}", args=[cohort.slug]) for name in ("plan", "applications", "cohort_stop")]
    public = [reverse("changelab:home"), cohort.get_absolute_url(), made.get_absolute_url()]
    expected: list[tuple[User | None, list[str], int]] = [
        (None, public, 200),
        (None, inside + for_leads, 302),
        (UserFactory(), inside, 403),
        (UserFactory(), for_leads, 404),
        (resident, public + inside, 200),
        (resident, for_leads, 404),
        (LabMember.objects.get(lab=made, role="lead").user, for_leads, 403),
        (boss, public + inside + for_leads, 200),
    ]
    for person, paths, status in expected:
        client = Client()
        if person is not None:
            client.force_login(person)
        for path in paths:
            assert client.get(path).status_code == status, (person, path)


def test_a_cohort_in_preparation_is_not_there_for_others() -> None:
    boss = lead()
    programme = running(by=boss)
    today = clock.today()
    made = cohorts.create(programme=programme, title="Later", starts_on=today, ends_on=today + timedelta(1), by=boss)
    assert Client().get(made.get_absolute_url()).status_code == 404
    with pytest.raises(ChangelabError):
        cohorts.open_for_applications(cohort=made, by=boss)


def test_who_may_see_what_is_paid_for_a_cohort(settings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    programme = running(by=boss, fee_cents=500_000, fee_text="Zaal en begeleiding")
    cohort = open_cohort(programme, by=boss, reduced_for=1)
    first, second = lab(cohort), lab(cohort)
    cards = [one.application.enrolment for one in (first, second)]
    for card, paid in zip(cards, (123_400, 0), strict=True):
        type(card).objects.filter(pk=card.pk).update(
            fee_cents=500_000, reduction_cents=100_000, received_cents=paid, invoiced_on=clock.today()
        )
    facilitator = UserFactory()
    programme.roles.create(user=facilitator, kind="facilitator")

    def page(person: User | None) -> str:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client.get(cohort.get_absolute_url()).content.decode().replace("\xa0", " ")

    own = LabMember.objects.get(lab=first, role="lead").user
    other = LabMember.objects.get(lab=second, role="lead").user
    for person in (None, UserFactory(), facilitator, own, other, boss):
        html = page(person)
        for public in ("€ 20.000", "€ 10.000", "€ 5.000", "Zaal en begeleiding"):
            assert public in html, (person, public)
        assert ("€ 1.234" in html) == (person in (own, boss)), person  # what came in of the first
        assert ("Wat de labs betalen" in html) == (person is boss)
    assert "€ 30.000" in page(boss)  # both labs: 10.000 reduced and 20.000
    assert "€ 6.766" in page(boss)  # 2 x 4.000 less 1.234


def test_the_money_of_a_cohort_costs_the_same_for_any_number_of_labs(django_assert_num_queries) -> None:
    boss = lead()
    cohort = open_cohort(by=boss)
    lab(cohort)
    with CaptureQueriesContext(connection) as few:
        costs.of_cohort(cohort, User.objects.get(pk=boss.pk), clock.today())
    lab(cohort)
    lab(cohort)
    with django_assert_num_queries(len(few)):
        costs.of_cohort(cohort, User.objects.get(pk=boss.pk), clock.today())
