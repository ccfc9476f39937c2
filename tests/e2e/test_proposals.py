"""A resident proposes on a phone, a neighbour without JavaScript supports it, and the municipality checks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from participation.enums_proposals import ProposalState
from participation.models import Proposal
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant
from tests.factories.proposals import gathering, submitted

LogIn = Callable[[Page, Any], None]
Axe = Callable[..., None]


@pytest.mark.django_db(transaction=True)
def test_from_a_phone_to_a_verdict(
    page: Page, phone: Page, no_js: Page, log_in: LogIn, axe: Axe, settings: Any
) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    process = gathering(title="Het plein")
    submitted(process, title="Bomen op het plein")
    resident, neighbour = UserFactory(name="Samira"), UserFactory()
    servant = civil_servant(process.municipality)
    base = [process.municipality.slug, process.slug]

    log_in(phone, resident)
    phone.goto(process.get_absolute_url())
    phone.get_by_role("link", name="Maak een voorstel").first.click()
    phone.get_by_label("Wat stel je voor").fill("Lampen langs het pad")
    phone.get_by_label("Je voorstel in één of twee zinnen").fill("Licht waar je loopt.")
    phone.get_by_label("Vertel wat je wilt").fill("Zes lampen op **zonne-energie**.")
    phone.get_by_label("Wat kost het, ongeveer?").fill("4.500")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    phone.get_by_role("button", name="Dien je voorstel in").click()
    phone.get_by_role("heading", name="Lampen langs het pad", level=1).wait_for()
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    made = Proposal.objects.get(title="Lampen langs het pad")
    assert (made.state, made.cost_cents) == (ProposalState.SUBMITTED, 450_000)

    log_in(no_js, neighbour)
    no_js.goto(reverse("participation:proposals", args=base))
    no_js.get_by_role("link", name="Lampen langs het pad").click()
    no_js.get_by_role("button", name="Ik steun dit").click()
    no_js.get_by_text("Je steunt dit voorstel.").first.wait_for()
    made.refresh_from_db()
    assert made.supporters_total == 2

    log_in(page, servant)
    page.goto(reverse("participation:proposal_work", args=base))
    axe(page)
    page.get_by_role("link", name="Lampen langs het pad").click()
    page.get_by_label("Wat kost het, volgens de gemeente?").fill("5000")
    page.locator("label[for=id_verdict_0]").click()
    page.get_by_label("Waarom?").fill("Het past binnen het geld.")
    axe(page)
    page.get_by_role("button", name="Geef dit oordeel").click()
    page.get_by_text("Het oordeel is gegeven.").wait_for()
    phone.goto(made.get_absolute_url())
    phone.get_by_text("Het past binnen het geld.").wait_for()
    made.refresh_from_db()
    assert (made.state, made.municipal_cost_cents) == (ProposalState.FEASIBLE, 500_000)
