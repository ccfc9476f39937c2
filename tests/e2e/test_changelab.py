"""A lab on a telephone without JavaScript, and its pages scanned: what people do in the room at a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from changelab.enums import Carrier, ObstacleKind
from changelab.models import Lab, Observation, Prototype
from changelab.services import applications, decisions, journey, labs, obstacles, plans, stakeholders
from foundation.core import clock
from tests.e2e.conftest import PHONE
from tests.factories.changelab import application, lab, lab_member, open_cohort
from tests.factories.learning_network import lead


@pytest.fixture
def made(transactional_db: None, single_factor: None) -> Lab:
    return lab(open_cohort(by=lead()))


def test_a_resident_observes_groups_and_tries_on_a_telephone_without_javascript(
    made: Lab, new_context: Callable[..., Any], log_in: Callable[..., None], fits: Callable[[Page], None]
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    log_in(page, lab_member(made))
    home = reverse("changelab:journey", args=[made.cohort.slug, made.slug])
    for text in ("De bankjes zijn leeg.", "Er is nergens schaduw."):
        page.goto(home)
        page.get_by_label("Wat zag of hoorde je?").fill(text)
        page.get_by_role("button", name="Breng het in").click()
    fits(page)
    page.locator("label", has_text="De bankjes zijn leeg.").click()
    page.locator("label", has_text="Er is nergens schaduw.").click()
    page.get_by_label("Wat vertellen ze samen?").fill("Mensen missen een koele plek.")
    page.get_by_role("button", name="Voeg ze samen").click()
    page.get_by_role("heading", name="Mensen missen een koele plek.").wait_for()
    assert Observation.objects.filter(insight__text="Mensen missen een koele plek.").count() == 2

    page.get_by_role("link", name="Probeer iets").click()
    page.get_by_label("Wat proberen we?").fill("Een boom in een bak")
    page.get_by_label("Wat denken we dat er gebeurt?").fill("Er komt iemand zitten.")
    page.get_by_role("button", name="Sla op").click()
    for button in ("Wordt geprobeerd", "Losgelaten"):  # nothing was learned yet: the second is refused, in words
        page.get_by_role("button", name=button).click()
    assert Prototype.objects.get().state == "trying"
    page.get_by_text("Schrijf eerst op wat je leerde.").wait_for()
    fits(page)


def test_the_pages_of_a_lab_and_its_cohort_have_nothing_for_axe_to_say(
    made: Lab, page: Page, phone: Page, log_in: Callable[..., None], axe: Callable[..., None], fits: Callable[..., None]
) -> None:
    boss = made.cohort.created_by
    assert boss is not None
    stakeholders.add(lab=made, by=boss, name="Woonstichting", kind="institution", presence="in_room")
    stakeholders.add(lab=made, by=boss, name="Bewoners", kind="resident", interest=5)
    seen = journey.observe(lab=made, by=boss, text="De bankjes zijn leeg.")
    journey.observe(lab=made, by=boss, text="Er is nergens schaduw.")
    journey.find_insight(lab=made, by=boss, text="Mensen missen een koele plek.", observations=[seen])
    journey.try_something(lab=made, by=boss, title="Een boom in een bak", hypothesis="Er komt iemand zitten.")
    obstacles.add(
        lab=made, by=boss, kind=ObstacleKind.LEGAL, title="Contract", due_on=clock.today() - timedelta(days=1)
    )
    plan = plans.begin(lab=made, title="Groen in eigen beheer", by=boss)
    plans.add_task(plan=plan, by=boss, title="Maaien", present_cents=100_00, transfer_cents=90_00)
    plans.add_risk(plan=plan, by=boss, text="Droogte", carrier=Carrier.BOTH)
    decisions.ask_advice(plan=plan, by=boss)
    decisions.advise(plan=plan, text="Vraag de school.", by=boss)
    applications.put_in_line(application=application(made.cohort), reason="Vol", by=boss)
    labs.move_to(lab=made, movement="realising", by=boss)
    base = [made.cohort.slug, made.slug]
    pages = [
        *(
            reverse(f"changelab:{name}", args=base)
            for name in ("lab", "people", "journey", "stakeholders", "obstacles")
        ),
        *(reverse(f"changelab:{name}", args=base) for name in ("plans", "kitchen")),
        plan.get_absolute_url(),
        *(reverse(f"changelab:{name}", args=base[:1]) for name in ("cohort", "side_by_side", "applications")),
        reverse("changelab:home"),
    ]
    wrong: list[str] = []
    for number, one in enumerate((page, phone)):
        log_in(one, boss)
        for turn, path in enumerate(pages):
            one.goto(path)
            for check in (axe, fits) if turn % 2 == number else (fits,):
                try:
                    check(one)
                except AssertionError as error:
                    wrong.append(str(error))
    assert not wrong, "\n\n".join(wrong)
