"""A resident on a telephone: from an idea to a plan that is sent, and what comes after; and the same without JavaScript."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState, Outcome
from initiatives.models import Initiative
from initiatives.services import desk, lines
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import submitted
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    civil_servant,
    square,
)


@pytest.fixture
def municipality(transactional_db: None) -> Municipality:
    found = MunicipalityFactory(name="Waterstad", slug="waterstad")
    for place, name in enumerate(["Binnenstad", "Dijkkwartier", "De Hoven"]):
        NeighbourhoodFactory(municipality=found, name=name, geometry=square(4.6 + place / 100, 51.8))
    return found


@pytest.fixture
def resident(municipality: Municipality) -> User:
    return UserFactory(name="Anna de Vries")


def picture(page: Page, name: str) -> None:
    """A picture for who wants to look: AANZET_PICTURES names a folder."""
    if folder := os.environ.get("AANZET_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def photo() -> Any:
    """A small picture, as a browser takes it."""
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(target, "JPEG")
    return {"name": "veldje.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def tell(page: Page, look: Callable[[str], None]) -> None:
    """The four pages of the wizard, up to the last one."""
    page.goto("/waterstad/initiatieven/nieuw/")
    look("begin")
    page.get_by_text("Buurtinitiatief", exact=True).click()
    page.get_by_role("button", name="Beginnen").click()
    page.get_by_role("button", name="Ga verder").click()
    assert page.locator("[data-error-summary] a").count() == 3
    look("fouten")
    page.get_by_label("Hoe noem je je plan?").fill("Moestuin achter de school")
    page.get_by_label("Je plan in een of twee zinnen").fill("Samen groente telen op het veldje.")
    page.get_by_label("Vertel wat je wilt doen").fill("Wij willen met de buurt een moestuin beginnen.")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label("Waar precies?").fill("Het veldje aan de Dijkstraat")
    page.get_by_role("button", name="Kaart van de buurten").click(position={"x": 140, "y": 60})
    assert page.get_by_label("In welke buurt?").locator("option:checked").inner_text() == "Dijkkwartier"
    assert page.get_by_label("Waar precies?").input_value() == "Het veldje aan de Dijkstraat"
    look("plek")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label("Met wie doe je het?").fill("Zes buren en de basisschool")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_text("Geld", exact=True).click()
    page.get_by_label("Vertel meer over wat je vraagt").fill("Vijfhonderd euro voor planten")
    look("vraag")
    page.get_by_role("button", name="Ga verder").click()
    page.locator("#id_image").set_input_files(photo())
    page.get_by_label("Wat staat er op de foto?").fill("Het veldje")
    page.get_by_role("button", name="Voeg deze foto toe").click()
    look("fotos")
    page.get_by_role("heading", name="Toegevoegd").wait_for()
    page.get_by_role("button", name="Ga verder").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Controleren en versturen"
    look("controleren")


def test_from_an_idea_to_a_decision_on_a_telephone(
    phone: Page,
    resident: User,
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[..., None],
) -> None:
    def look(name: str) -> None:
        axe(phone)
        fits(phone)
        picture(phone, f"320-{name}")

    tell(phone, look)
    assert not phone.context.cookies() or all(c["name"] != "aanzet_sessie" for c in phone.context.cookies())
    here = phone.url
    assert "next=" in (phone.get_by_role("link", name="Log in en verstuur").get_attribute("href") or "")
    log_in(phone, resident)
    phone.goto(here)
    phone.get_by_role("button", name="Stuur het plan naar de gemeente").click()
    phone.get_by_text("De gemeente is nu aan zet").wait_for()
    look("verstuurd")
    initiative = Initiative.objects.get()
    assert initiative.state == InitiativeState.SUBMITTED

    servant = civil_servant(initiative.municipality)
    until = clock.today() + timedelta(days=14)
    desk.ask_additions(initiative=initiative, reason="Wie zorgt voor het water?", until=until, by=servant)
    phone.goto(initiative.get_absolute_url())
    phone.get_by_role("link", name="Vul aan wat gevraagd is").click()
    look("aanvullen")
    phone.get_by_role("textbox", name="Je antwoord").fill("De school heeft een kraan.")
    phone.get_by_role("button", name="Verstuur de aanvullingen").click()
    phone.get_by_text("De gemeente is weer aan zet").wait_for()
    desk.take_up(initiative=initiative, by=servant)
    desk.decide(
        initiative=initiative,
        by=servant,
        outcome=Outcome.REFUSED,
        decided_on=clock.today(),
        notified_on=clock.today(),
        reasons="Op het veldje komen woningen.",
    )
    phone.goto(initiative.get_absolute_url())
    assert phone.get_by_text("Het antwoord is nee.").is_visible()
    assert phone.get_by_text("Dan kun je bezwaar maken tot en met").is_visible()
    look("besluit")


def test_without_javascript(
    no_js: Page, resident: User, log_in: Callable[[Page, Any], None], fits: Callable[..., None]
) -> None:
    tell(no_js, lambda _name: fits(no_js))
    log_in(no_js, resident)
    no_js.goto(no_js.url)
    no_js.get_by_role("button", name="Stuur het plan naar de gemeente").click()
    assert Initiative.objects.get().neighbourhood is not None
    no_js.get_by_role("link", name="Werk aan je pagina").click()
    no_js.get_by_role("link", name="Budget").click()
    no_js.locator("label").get_by_text("Kosten", exact=True).click()
    no_js.get_by_label("Waarvoor, of van wie?").fill("Planten")
    no_js.get_by_label("Bedrag").fill("499,95")
    no_js.get_by_role("button", name="Voeg de regel toe").click()
    assert no_js.get_by_text("€ 499,95").first.is_visible()


def test_a_full_page_and_the_list_on_a_wide_screen(
    page: Page,
    municipality: Municipality,
    resident: User,
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[..., None],
) -> None:
    area = municipality.areas.get(name="Dijkkwartier")
    initiative = submitted(
        municipality, by=resident, title="Moestuin achter de school", neighbourhood=area, lon=4.613, lat=51.804
    )
    for number in range(5):
        submitted(municipality, title=f"Plan {number} voor de buurt", neighbourhood=area if number % 2 else None)
    for kind, label, cents in (("cost", "Hek", 90_000), ("cost", "Planten", 45_050), ("own", "Collecte", 50_000)):
        lines.add_budget_line(initiative=initiative, by=resident, kind=kind, label=label, amount_cents=cents)
    lines.add_milestone(initiative=initiative, by=resident, title="Spitten", day=clock.today())
    lines.add_news(initiative=initiative, by=resident, title="De schep staat klaar", text="Kom **zaterdag** helpen.")
    from tests.initiatives.services.test_page import photo

    lines.add_picture(initiative=initiative, by=resident, image=photo(), alt="Het veldje")
    lines.add_picture(initiative=initiative, by=resident, image=photo(colour="olive"), alt="De schuur")
    for path, name in (
        ("/waterstad/initiatieven/", "lijst"),
        (initiative.get_absolute_url(), "pagina"),
        ("/waterstad/", "home"),
    ):
        page.goto(path)
        axe(page)
        fits(page)
        picture(page, f"1280-{name}")
    log_in(page, resident)
    for path, name in (
        (initiative.get_absolute_url(), "eigen"),
        (f"{initiative.get_absolute_url()}bewerken/", "tekst"),
        (f"{initiative.get_absolute_url()}bewerken/fotos/", "fotos"),
        (f"{initiative.get_absolute_url()}bewerken/begroting/", "begroting"),
        (f"{initiative.get_absolute_url()}bewerken/team/", "team"),
        (f"{initiative.get_absolute_url()}bewerken/plek/", "bewerkplek"),
    ):
        page.goto(path)
        axe(page)
        fits(page)
        picture(page, f"1280-{name}")
