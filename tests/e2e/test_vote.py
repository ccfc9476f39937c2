"""A whole vote in a real browser: by keyboard, on a phone, without JavaScript; axe looks at every step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.voting.models import Ballot, InletVote, VoterRecord
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("Bankjes", "Moestuin", "Speeltoestel", "Buurtkas", "Leeszaal", "Fietspad", "Waterpomp", "Bijenhotel", "Podium")


def picture(page: Page, name: str) -> None:
    """Keep a picture for people who want to look (set AANZET_PICTURES to a folder)."""
    if folder := os.environ.get("AANZET_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def tick(page: Page, project: str) -> None:
    """Click a project, ticked or not: its whole card is the label."""
    page.locator(".ballot-choice .choice__label", has_text=project).click()


@pytest.fixture
def ballot() -> Ballot:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    projects = [(name, (1_000 + 700 * place) * 100) for place, name in enumerate(NAMES)]
    return voting.opened(municipality, title="Buurtbudget Crabbehof", projects=projects, budget_cents=600_000)


@pytest.fixture
def anna(ballot: Ballot) -> Any:
    return voting.resident(
        ballot.municipality, NeighbourhoodFactory(municipality=ballot.municipality, name="Crabbehof")
    )


def test_somebody_who_is_not_logged_in_reads_first_what_to_do(
    page: Page, phone: Page, ballot: Ballot, axe: Callable, fits: Callable
) -> None:
    page.goto("/waterstad/stemmingen/")
    axe(page)
    picture(page, "lijst")
    page.get_by_role("link", name="Buurtbudget Crabbehof").click()
    expect(page.locator(".move")).to_contain_text("Log in")
    axe(page)
    picture(page, "stemming")
    assert page.context.cookies() == []
    for address in ("/waterstad/stemmingen/", f"/waterstad/stemmingen/{ballot.slug}/"):
        phone.goto(address)
        fits(phone)
        axe(phone)
        picture(phone, f"phone-{address.strip('/').replace('/', '-')}")


def test_a_whole_vote_by_keyboard(page: Page, ballot: Ballot, anna: Any, log_in: Callable, axe: Callable) -> None:
    log_in(page, anna)
    page.goto(f"/waterstad/stemmingen/{ballot.slug}/")
    page.locator(".move a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/waterstad')[0]}/waterstad/stemmingen/{ballot.slug}/stem/")
    axe(page)
    page.get_by_label("Bankjes").focus()
    page.keyboard.press("Space")
    page.get_by_label("Moestuin").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_contain_text("2")
    expect(page.locator(".money__text")).to_contain_text("3.300")
    axe(page)
    picture(page, "stembiljet")
    page.get_by_role("button", name="Controleer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("stem")
    axe(page)
    picture(page, "controle")
    page.get_by_role("button", name="Stuur mijn stem").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".receipt__code")).to_be_visible()
    axe(page)
    picture(page, "bewijs")
    assert InletVote.objects.get().choices == "1,2"
    code = page.locator(".receipt__code").inner_text()
    page.reload()  # the browser sends the form again
    assert page.locator(".receipt__code").inner_text() == code
    assert (VoterRecord.objects.count(), InletVote.objects.count()) == (1, 1)
    page.goto(f"/waterstad/stemmingen/{ballot.slug}/")
    expect(page.locator(".move")).to_contain_text("Je hebt gestemd")
    picture(page, "gestemd")


def test_a_whole_vote_without_javascript(no_js: Page, ballot: Ballot, anna: Any, log_in: Callable) -> None:
    log_in(no_js, anna)
    no_js.goto(f"/waterstad/stemmingen/{ballot.slug}/stem/")
    for name in ("Leeszaal", "Fietspad"):
        tick(no_js, name)
    no_js.get_by_role("button", name="Bereken").click()
    expect(no_js.locator(".money")).to_contain_text("te veel")
    no_js.get_by_role("button", name="Controleer").click()
    expect(no_js.get_by_role("alert")).to_contain_text("2.300")
    picture(no_js, "te-veel")
    expect(no_js.get_by_label("Fietspad")).to_be_checked()
    tick(no_js, "Fietspad")
    no_js.get_by_text("Zoeken, filteren en sorteren").click()
    no_js.get_by_label("Zoek").fill("pomp")  # filtering keeps what was chosen
    no_js.get_by_role("button", name="Toon", exact=True).last.click()
    expect(no_js.get_by_role("checkbox", name="Leeszaal")).to_have_count(0)
    expect(no_js.locator("[data-chosen]")).to_contain_text("1")
    no_js.get_by_role("button", name="Controleer").click()
    expect(no_js.get_by_text("Leeszaal")).to_be_visible()
    no_js.get_by_role("button", name="Stuur mijn stem").click()
    expect(no_js.locator(".receipt__code")).to_be_visible()
    assert InletVote.objects.get().choices == "5"


def test_a_vote_on_a_small_phone(
    phone: Page, ballot: Ballot, anna: Any, log_in: Callable, axe: Callable, fits: Callable
) -> None:
    log_in(phone, anna)
    phone.goto(f"/waterstad/stemmingen/{ballot.slug}/stem/")
    fits(phone)
    tick(phone, "Podium")
    axe(phone)
    picture(phone, "phone-stembiljet")
    phone.get_by_role("button", name="Controleer").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    fits(phone)
    axe(phone)
    tick(phone, "Podium")
    phone.get_by_role("button", name="Controleer").click()
    expect(phone.locator("h1")).to_contain_text("niets")
    fits(phone)
    axe(phone)
    phone.get_by_role("button", name="lege stem").click()
    expect(phone.locator(".receipt__code")).to_be_visible()
    fits(phone)
    axe(phone)
    picture(phone, "phone-bewijs")
    assert InletVote.objects.get().choices == ""


def test_the_result_and_the_back_office(
    page: Page, phone: Page, log_in: Callable, axe: Callable, fits: Callable, single_factor: None
) -> None:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    votes = [(1, 2)] * 9 + [(1,)] * 6 + [(3,)] * 5 + [()] * 2
    ballot = voting.published(municipality, votes=votes, title="Buurtbudget 2025")
    draft = voting.draft(municipality, title="Buurtbudget 2027")
    voting.counted(municipality, title="Buurtbudget 2026")
    import time_machine

    colleague = civil_servant(municipality)
    with time_machine.travel(ballot.closes_at.timestamp() + 120):
        for name, screen in (("wide", page), ("phone", phone)):
            screen.goto(f"/waterstad/stemmingen/{ballot.slug}/uitslag/")
            expect(screen.locator("h1")).to_contain_text("Uitslag")
            fits(screen)
            axe(screen)
            picture(screen, f"uitslag-{name}")
            log_in(screen, colleague)
            addresses = [
                "",
                "nieuw/",
                f"{draft.slug}/",
                f"{draft.slug}/projecten/",
                f"{draft.slug}/projecten/bestand/",
                f"{draft.slug}/regels/",
                f"{draft.slug}/wie-en-wanneer/",
                f"{draft.slug}/controle/",
                f"{draft.slug}/voorbeeld/",
                f"{draft.slug}/annuleren/",
                "buurtbudget-2026/",
            ]
            for address in addresses:
                screen.goto(f"/waterstad/beheer/stemmingen/{address}")
                expect(screen.locator("h1")).to_be_visible()
                fits(screen)
                axe(screen)
                picture(screen, f"beheer-{name}-{address.strip('/').replace('/', '-') or 'lijst'}")
