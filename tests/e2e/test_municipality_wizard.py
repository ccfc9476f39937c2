"""An empty municipality becomes one with neighbourhoods, style and people: in the browser, from beginning to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from foundation.municipalities.enums import SetupStep
from foundation.municipalities.models import Area, ImportRun, Invitation, Municipality, Residency
from foundation.municipalities.tasks import read_import
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    buurt,
    geojson,
    installation_manager,
    square,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("single_factor")]

SMALL = geojson(*[buurt(100 * district + n, wijknaam=f"Wijk {district}") for district in (1, 2) for n in range(1, 5)])
GENERATED: FilePayload = {
    "name": "buurten_2024_met_een_lange_naam_erbij_zodat_het_krap_wordt.geojson",
    "mimeType": "application/geo+json",
    "buffer": SMALL,
}


def send(page: Page, name: str) -> None:
    """Press the button of this name in the page itself (not in the header)."""
    page.get_by_role("main").get_by_role("button", name=name).click()


def look(page: Page, check: Callable[[Page], None] | None) -> None:
    if check is not None:
        check(page)


def walk(page: Page, manager: Any, file: FilePayload | Path, check: Callable[[Page], None] | None = None) -> None:
    """All steps, as somebody does them who reads what the page says."""
    page.goto("/nieuwe-gemeente/")
    look(page, check)
    page.get_by_label("Naam").fill("Dordrecht")
    page.get_by_label("CBS-code").fill("GM0505")
    page.get_by_label("E-mailadres van de eerste beheerder").fill(manager.email)
    send(page, "Begin deze gemeente")

    expect(page.get_by_role("heading", level=1)).to_have_text("Gegevens")
    look(page, check)
    send(page, "Sla op en ga verder")
    expect(page.get_by_label("Contactadres")).to_have_attribute("aria-invalid", "true")
    look(page, check)
    page.get_by_label("Contactadres").fill("meedoen@dordrecht.example")
    send(page, "Sla op en ga verder")

    expect(page.get_by_role("heading", level=1)).to_have_text("Buurten")
    look(page, check)
    page.get_by_label("Bestand met buurten").set_input_files(file)
    send(page, "Lees dit bestand in")
    expect(page.get_by_role("main")).to_contain_text("wacht op zijn beurt")
    look(page, check)
    # Leave the page and find the work again.
    page.goto("/dordrecht/beheer/inrichten/")
    page.get_by_role("link", name="bekijk hoe ver het is").click()
    expect(page.get_by_role("main")).to_contain_text("wacht op zijn beurt")
    read_import(ImportRun.objects.get().pk)  # what the worker does
    if page.evaluate("typeof htmx") == "undefined":
        page.get_by_role("link", name="Bekijk hoe ver het is").click()
    expect(page.get_by_role("main")).to_contain_text("De buurten zijn nu die van 2024")
    look(page, check)
    page.get_by_role("link", name="Ga verder").click()
    expect(page.locator("main svg.map-drawing")).to_be_visible()
    look(page, check)
    send(page, "Ga naar de volgende stap")

    expect(page.get_by_role("heading", level=1)).to_have_text("Huisstijl")
    look(page, check)
    css = b":root { --basis-color-action-1-inverse-bg-default: #7a1e48; }"
    page.get_by_label("Eigen themabestand", exact=False).last.set_input_files(
        {"name": "huisstijl.css", "mimeType": "text/css", "buffer": css}
    )
    send(page, "Sla op en ga verder")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sectoren")
    page.get_by_label("Nieuwe sectoren").fill("Openbare ruimte\nZorg")
    send(page, "Voeg deze sectoren toe")
    expect(page.get_by_role("main")).to_contain_text("Openbare ruimte")
    look(page, check)
    send(page, "Ga naar de volgende stap")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mensen")
    page.get_by_label("E-mailadressen").fill("anna@example.nl\nali@example.nl")
    page.locator(".choice__label", has_text=re.compile("^ambtenaar")).click()
    send(page, "Stuur de uitnodigingen")
    expect(page.get_by_role("main")).to_contain_text("2 uitnodigingen verstuurd")
    look(page, check)
    page.go_back()  # safe: nothing is sent twice
    page.goto("/dordrecht/beheer/inrichten/mensen/")
    send(page, "Ga naar de volgende stap")

    expect(page.get_by_role("heading", level=1)).to_have_text("Verordening")
    look(page, check)
    page.get_by_label("Weken om op een verzoek te besluiten").fill("10")
    send(page, "Sla op en ga verder")

    expect(page.get_by_role("heading", level=1)).to_have_text("Controleren en openen")
    look(page, check)
    send(page, "Open Dordrecht voor iedereen")
    expect(page.get_by_role("main")).to_contain_text("Dordrecht is open voor iedereen")


def is_ready(neighbourhoods: int) -> None:
    town = Municipality.objects.get()
    assert town.is_published
    assert set(town.setup_steps) == set(SetupStep)
    assert Area.objects.current().neighbourhoods().count() == neighbourhoods
    assert town.by_law.decision_weeks == 10
    assert Invitation.objects.count() == 2
    assert town.theme == "own"


def test_a_municipality_is_set_up_and_opened(page: Page, log_in: Callable, axe: Callable) -> None:
    manager = installation_manager(name="Bea")
    log_in(page, manager)
    walk(page, manager, GENERATED, axe)
    is_ready(8)


def test_it_works_without_javascript(no_js: Page, log_in: Callable) -> None:
    manager = installation_manager(name="Bea")
    log_in(no_js, manager)
    walk(no_js, manager, GENERATED)
    is_ready(8)


def test_it_fits_on_a_telephone(phone: Page, log_in: Callable, fits: Callable) -> None:
    manager = installation_manager(name="Bea")
    log_in(phone, manager)
    walk(phone, manager, GENERATED, fits)
    is_ready(8)


def test_dordrecht_with_its_real_neighbourhoods(page: Page, log_in: Callable, axe: Callable, shared_data: Path) -> None:
    manager = installation_manager(name="Bea")
    log_in(page, manager)
    walk(page, manager, shared_data / "geo" / "buurten_2024_doelgemeenten_benaderd.geojson")
    is_ready(132)
    page.goto("/dordrecht/buurten/")
    axe(page)
    page.get_by_role("link", name="Groenmarkt en omgeving").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Groenmarkt en omgeving")
    axe(page)


def test_a_wrong_file_says_what_is_wrong_and_another_can_be_chosen(page: Page, log_in: Callable, axe: Callable) -> None:
    manager = installation_manager()
    MunicipalityFactory(slug="dordrecht", cbs_code="GM0505")
    log_in(page, manager)
    page.goto("/dordrecht/beheer/instellingen/buurten/")
    wrong: FilePayload = {"name": "rd.csv", "mimeType": "text/csv", "buffer": b"buurtcode;buurtnaam\nBU05050101;\n"}
    page.get_by_label("Bestand met buurten").set_input_files(wrong)
    page.get_by_label("Jaar van de lijst").fill("2024")
    send(page, "Lees dit bestand in")
    read_import(ImportRun.objects.get().pk)
    expect(page.get_by_role("main")).to_contain_text("Regel 2 (BU05050101): de naam ontbreekt.")
    axe(page)
    page.get_by_role("link", name="Kies een ander bestand").click()
    expect(page.get_by_label("Bestand met buurten")).to_be_visible()


def test_a_resident_clicks_where_they_live(no_js: Page, log_in: Callable) -> None:
    town = MunicipalityFactory(name="Dordrecht", slug="dordrecht")
    for number in (1, 2, 3):
        NeighbourhoodFactory(municipality=town, name=f"Buurt {number}", geometry=square(4.6 + number / 100, 51.8))
    user = UserFactory()
    log_in(no_js, user)
    no_js.goto("/dordrecht/mijn-buurt/")
    no_js.locator("input[type=image]").click()  # in the middle
    expect(no_js.get_by_role("radio", name="Buurt 2")).to_be_checked()
    no_js.get_by_label("Je geboortejaar").fill("1980")
    send(no_js, "Sla mijn buurt op")
    expect(no_js.get_by_role("main")).to_contain_text("Opgeslagen: je woont in Buurt 2.")
    assert Residency.objects.get(user=user).birth_year == 1980
