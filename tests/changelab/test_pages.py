"""What the pages of a lab say first, and to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from changelab import links
from changelab.enums import Carrier, LabRole
from changelab.forms.labs import InviteForm
from changelab.models import Lab, LabMember
from changelab.queries import plan_pages
from changelab.services import members, obstacles, plans
from foundation.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, open_cohort
from tests.factories.learning_network import lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Lab:
    return lab(open_cohort(by=lead()))


@pytest.fixture
def boss(made: Lab) -> User:
    assert made.cohort.created_by is not None
    return made.cohort.created_by


def test_a_plan_names_at_its_top_who_carries_which_risk(made: Lab, boss: User) -> None:
    plan = plans.begin(lab=made, title="Groen", by=boss)
    for text, carrier in (
        ("Droogte", Carrier.BOTH),
        ("Het dak", Carrier.MUNICIPALITY),
        ("Brand", Carrier.MUNICIPALITY),
    ):
        plans.add_risk(plan=plan, by=boss, text=text, carrier=carrier)
    assert plan_pages.carried(list(plan.risks.all())) == [
        {"label": "De gemeente", "texts": ["Het dak", "Brand"]},
        {"label": "Beide samen", "texts": ["Droogte"]},
    ]
    facts = dict(plan_pages.document(plan)["facts"])
    assert facts["Risico's: de gemeente"] == "Het dak; Brand"


def test_a_reader_hears_that_a_lab_shares_nothing_and_not_that_it_has_nothing(made: Lab, boss: User) -> None:
    obstacles.add(lab=made, by=boss, kind="legal", title="Het contract")
    for name in ("obstacles", "stakeholders", "plans", "journey"):
        page = Client().get(reverse(f"changelab:{name}", args=[made.cohort.slug, made.slug])).content.decode()
        assert "Het lab deelt hiervan nog niets" in page, name


def test_whoever_is_logged_out_is_asked_to_log_in_by_the_link_they_used_before(made: Lab, boss: User) -> None:
    asked = members.invite(lab=made, email="bewoner@example.org", role=LabRole.RESIDENT, by=boss)
    address = reverse("changelab:join", args=[links.token_of(asked)])
    members.accept(member=LabMember.objects.get(pk=asked.pk), by=UserFactory(email="bewoner@example.org"))
    page = Client().get(address).content.decode()
    assert "Log in om naar het lab te gaan" in page
    assert "Iemand anders" not in page


def test_an_invitation_makes_nobody_a_lead_by_the_way() -> None:
    assert InviteForm().fields["role"].initial == LabRole.RESIDENT
