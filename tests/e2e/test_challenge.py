"""Residents challenge the maintenance of a park: from request to agreement to looking back, on a telephone and at a desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from foundation.core import clock
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState, Outcome
from initiatives.models import Initiative
from initiatives.services import desk, initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, administrator


@pytest.fixture
def municipality(transactional_db: None) -> Municipality:
    return MunicipalityFactory(name="Waterstad", slug="waterstad")


def picture(page: Page, name: str) -> None:
    """A picture for who wants to look: AANZET_PICTURES names a folder."""
    if folder := os.environ.get("AANZET_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Ga verder").click()


def ask(page: Page, look: Callable[[str], None]) -> None:
    """All pages of the wizard, up to the last one."""
    page.goto("/waterstad/initiatieven/uitdagen/")
    look("begin")
    page.get_by_role("button", name="Beginnen").click()
    go_on(page)
    assert page.locator("[data-error-summary] a").count() == 1
    page.get_by_label("Welke taak willen jullie overnemen?").fill("Onderhoud van het Singelpark")
    page.get_by_label("Hoe gaat het nu?").fill(
        "De gemeente maait twee keer per jaar en haalt elke maand het afval weg."
    )
    page.get_by_label("Wat kost het nu per jaar?").fill("12.000")
    look("taak")
    go_on(page)
    page.get_by_label("Hoe noem je je uitdaging?").fill("Wij houden ons park")
    page.get_by_label("Je uitdaging in een of twee zinnen").fill("Buren onderhouden samen het Singelpark.")
    page.get_by_text("Beter", exact=True).click()
    page.get_by_label("Hoe zouden jullie het doen?").fill("Elke zaterdag met twintig buren, en bloemen langs het pad.")
    page.get_by_label("Wat zou het per jaar kosten?").fill("9.500")
    page.get_by_label("Wat levert het de buurt op?").fill("Mensen leren elkaar kennen.")
    page.get_by_label("Vertel het hele plan").fill("Wij maken een rooster en lenen gereedschap.")
    look("aanbod")
    go_on(page)
    page.get_by_label("Wie gaan het doen?").fill("Vrienden van het Singelpark")
    page.get_by_text("Stichting", exact=True).click()
    page.get_by_label("Voor wie is het, en hoe bereik je hen?").fill("Iedereen in de buurt, met een krantje.")
    look("groep")
    go_on(page)
    page.get_by_label("Wanneer wil je beginnen?").fill("2027-04-01")
    page.get_by_label("Voor hoeveel maanden?").fill("24")
    look("middelen")
    go_on(page)
    look("fotos")
    go_on(page)
    look("controleren")


def test_from_request_to_agreement_to_looking_back(
    phone: Page,
    page: Page,
    municipality: Municipality,
    single_factor: None,
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[..., None],
) -> None:
    def look(name: str) -> None:
        axe(phone)
        fits(phone)
        picture(phone, f"320-{name}")

    def look_wide(name: str) -> None:
        axe(page)
        picture(page, f"1280-{name}")

    ask(phone, look)
    here = phone.url
    log_in(phone, resident := UserFactory(name="Anna de Vries"))
    phone.goto(here)
    phone.get_by_role("button", name="Stuur de uitdaging naar de gemeente").click()
    phone.get_by_text("De gemeente is nu aan zet").wait_for()
    look("verstuurd")
    initiative = Initiative.objects.get()
    boss = administrator(municipality)
    desk.take_up(initiative=initiative, by=boss)

    log_in(page, boss)
    case = f"/waterstad/beheer/initiatieven/{initiative.slug}/"
    page.goto(case)
    look_wide("zaak")
    page.get_by_role("link", name="Loop de eisen na").click()
    page.locator("#id_verdict_0").select_option("met")
    page.locator("#id_verdict_1").select_option("partly")
    look_wide("toetsen")
    page.get_by_role("button", name="Bewaar de beoordeling").click()
    page.get_by_text("2 van de 11 eisen bekeken").wait_for()
    page.goto("/waterstad/beheer/initiatieven/eisen/")
    look_wide("eisen")
    today = clock.today()
    desk.decide(
        initiative=initiative,
        by=boss,
        outcome=Outcome.AGREED,
        decided_on=today,
        notified_on=today,
        reasons="Het park wordt er mooier van en het kost minder.",
    )

    page.goto(case)
    page.get_by_role("link", name="Schrijf de overeenkomst").click()
    page.get_by_label("Wat spreken jullie af?").fill("De vrienden van het park doen het hele onderhoud.")
    page.locator("#id_starts_on").fill(today.isoformat())
    page.locator("#id_ends_on").fill((today + timedelta(days=730)).isoformat())
    page.locator("#id_budget_cents").fill("9500")
    page.locator("#id_if_not_kept").fill("Dan praten we eerst.")
    page.locator("#id_ending").fill("Met twee maanden opzegtermijn.")
    page.locator("#id_part_cents_0").fill("9500")
    page.locator("#id_part_day_0").fill((today + timedelta(days=5)).isoformat())
    page.locator("#id_talk_day_0").fill((today + timedelta(days=30)).isoformat())
    page.locator("#id_talk_subject_0").fill("De eerste maand")
    look_wide("schrijven")
    page.get_by_role("button", name="Bewaar de overeenkomst").click()
    page.get_by_role("link", name="Beide kanten hebben getekend").click()
    page.get_by_role("button", name="Beide kanten hebben getekend").click()
    page.get_by_role("link", name="Het is betaald").click()
    page.get_by_role("button", name="Het is betaald").click()
    look_wide("overeenkomst")

    initiatives.start(initiative=initiative, by=resident)
    phone.goto(f"/waterstad/initiatieven/{initiative.slug}/")
    phone.get_by_role("link", name="Vertel hoe het gaat").click()
    phone.get_by_label("Hoe gaat het?").fill("De eerste bloemen staan er.")
    look("voortgang")
    phone.get_by_role("button", name="Vertel hoe het gaat").click()
    phone.get_by_text("De eerste bloemen staan er.").wait_for()
    initiatives.finish(initiative=initiative, by=resident)

    page.goto(case)
    page.get_by_role("link", name="Kijk terug op het plan").click()
    page.get_by_label("Wat is ervan gekomen?").fill("Een park met bloemen.")
    page.get_by_label("Wat ging niet goed?").fill("In augustus waren er te weinig mensen.")
    page.get_by_text("4: goed").click()
    page.get_by_role("button", name="Sluit de terugblik af").click()
    page.get_by_text("De terugblik is afgesloten").wait_for()
    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.EVALUATED
    phone.goto(f"/waterstad/initiatieven/{initiative.slug}/")
    phone.get_by_text("In augustus waren er te weinig mensen.").wait_for()
    look("pagina")
    page.goto(f"/waterstad/initiatieven/{initiative.slug}/")
    look_wide("pagina")
    for one, see in ((phone, look), (page, look_wide)):
        one.goto("/waterstad/uitdagingen/")
        one.get_by_text("Een park met bloemen.").wait_for()
        see("register")
