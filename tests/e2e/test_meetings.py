"""A meeting in a real browser: signed up for on a telephone, minuted by a resident, read without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.meetings import personal_links
from foundation.meetings.addresses import address
from foundation.meetings.models import Attendee
from foundation.meetings.services import agenda, minutes
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("AANZET_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def town(settings: Any, transactional_db: None) -> Any:
    settings.TWO_FACTOR_FOR_STAFF = False
    return MunicipalityFactory(name="Waterstad", slug="waterstad")


def test_signed_up_on_a_telephone_and_minuted_by_a_resident(
    town: Any,
    new_context: Callable[..., Any],
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[[Page], None],
) -> None:
    notes, joris = UserFactory(name="Noor"), UserFactory(name="Joris")
    clerk = civil_servant(town, name="Fatma")
    series = make.series(town, title="Rivierdam aan tafel", purpose="Praten als gelijken.")
    before = make.meeting(series, make.evening(3), title="Eerste avond")
    minutes.add_action(meeting=before, by=clerk, text="Prijzen van bankjes opvragen", owner_name="Truus")
    meeting = make.meeting(
        series,
        make.evening(2),
        title="Tafel over de Wendekade",
        capacity=1,
        chair=notes,
        note_taker=notes,
        purpose="Wat doen we **samen**?",
    )
    for title, length in (("Soep en welkom", 20), ("Wat speelt er?", 45)):
        agenda.add_item(part=meeting.parts.get(), by=None, title=title, minutes=length)

    phone = new_context(viewport={"width": 320, "height": 700}).new_page()
    phone.goto("/waterstad/bijeenkomsten/")
    axe(phone)
    fits(phone)
    assert phone.context.cookies() == []
    shoot(phone, "index-320")
    phone.get_by_role("link", name="Tafel over de Wendekade").click()
    axe(phone)
    log_in(phone, joris)
    phone.reload()
    shoot(phone, "detail-320")
    phone.get_by_label("Wat heb je nodig").fill("Plek voor een rolstoel")
    phone.get_by_role("button", name="Meld me aan").click()
    expect(phone.get_by_text("Je hebt een plaats").first).to_be_visible()
    axe(phone)
    fits(phone)
    shoot(phone, "place-320")
    phone.get_by_role("link", name="Meld iemand anders aan").click()
    phone.get_by_label("Naam van de ander").fill("Oma")
    phone.locator(".choice__label", has_text="De ander weet").click()
    axe(phone)
    fits(phone)
    shoot(phone, "other-320")
    phone.get_by_role("button", name="Meld de ander aan").click()
    expect(phone.get_by_text("Het is vol. Oma staat op de wachtlijst")).to_be_visible()
    axe(phone)

    desk = new_context().new_page()
    log_in(desk, notes)
    desk.goto(address("attendance", series, meeting.pk))
    desk.locator(".choice__label", has_text="Joris").click()
    axe(desk)
    shoot(desk, "attendance-1280")
    desk.get_by_role("button", name="Bewaar de lijst").click()
    expect(desk.get_by_text("1 persoon is aangevinkt")).to_be_visible()
    desk.goto(address("minutes_write", series, meeting.pk))
    desk.locator("#notulen_text").fill("# Opening\nSoep en **verhalen**.")
    axe(desk)
    desk.get_by_role("button", name="Bewaar de notulen").click()
    desk.locator("#besluit_text").fill("We beginnen met drie bankjes.")
    desk.get_by_role("button", name="Voeg het besluit toe").click()
    desk.locator("#actie_text").fill("Prijzen opvragen")
    desk.get_by_label("Wie doet het?").select_option(label="Joris")
    desk.get_by_label("Klaar op").fill("2027-02-01")
    desk.get_by_role("button", name="Voeg het actiepunt toe").click()
    axe(desk)
    shoot(desk, "minutes-write-1280")
    desk.get_by_role("button", name="Publiceer de notulen").click()
    expect(desk.get_by_role("heading", name="Opening")).to_be_visible()
    axe(desk)
    shoot(desk, "minutes-1280")
    desk.goto(address("agenda", series, meeting.pk))
    axe(desk)
    shoot(desk, "agenda-1280")

    phone.goto(address("minutes", series, meeting.pk))
    axe(phone)
    fits(phone)
    shoot(phone, "minutes-320")
    phone.get_by_role("button", name="Het is klaar").click()
    expect(phone.get_by_text("Opgeslagen").or_(phone.get_by_text("Bewaard")).first).to_be_visible()
    phone.goto("/agenda/")
    phone.get_by_role("button", name="Maak een adres").click()
    axe(phone)
    fits(phone)
    shoot(phone, "mine-320")


def test_staff_plan_a_series_and_a_guest_answers_without_javascript(
    town: Any,
    new_context: Callable[..., Any],
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[[Page], None],
    no_js: Page,
) -> None:
    clerk = civil_servant(town, name="Fatma")
    page = new_context().new_page()
    log_in(page, clerk)
    page.goto("/waterstad/beheer/bijeenkomsten/")
    axe(page)
    page.get_by_role("link", name="Maak een reeks").click()
    page.get_by_label("Titel").fill("Leerkring Passend samenwerken")
    axe(page)
    page.get_by_role("button", name="Maak de reeks").click()
    axe(page)
    page.get_by_role("link", name="Plan een hele reeks").click()
    page.get_by_label("Eerste dag").fill("2027-04-13")
    page.get_by_label("Van", exact=True).fill("19:30")
    page.get_by_label("Tot", exact=True).fill("21:30")
    page.locator("#id_place").fill("Stadhuis")
    axe(page)
    shoot(page, "rhythm-1280")
    page.get_by_role("button", name="Laat de data zien").click()
    expect(page.get_by_text("Verschoven")).to_be_visible()  # King's day
    axe(page)
    shoot(page, "dates-1280")
    page.get_by_role("button", name="Plan deze bijeenkomsten").click()
    expect(page.get_by_text("4 bijeenkomsten zijn gepland")).to_be_visible()
    axe(page)
    shoot(page, "series-manage-1280")
    page.get_by_role("link", name="Leerkring Passend samenwerken").first.click()
    axe(page)
    page.get_by_role("link", name="Nodig mensen uit").click()
    page.get_by_label("Wie nodig je uit?").fill("Ria <ria@example.nl>")
    axe(page)
    page.get_by_role("button", name="Verstuur de uitnodigingen").or_(
        page.get_by_role("button", name="Stuur de uitnodigingen")
    ).click()
    axe(page)
    shoot(page, "manage-1280")
    page.get_by_role("link", name="Verplaats").first.click()
    axe(page)
    shoot(page, "move-1280")
    page.goto("/waterstad/beheer/bijeenkomsten/")
    axe(page)
    shoot(page, "staff-index-1280")
    page.set_viewport_size({"width": 320, "height": 700})
    fits(page)
    shoot(page, "staff-index-320")
    page.goto("/waterstad/bijeenkomsten/")
    page.set_viewport_size({"width": 1280, "height": 900})
    shoot(page, "index-1280")

    guest = Attendee.objects.get(email="ria@example.nl")
    no_js.goto(personal_links.address_of(guest))
    no_js.locator(".choice__label", has_text="Ja, ik kom").click()
    no_js.get_by_role("button", name="Stuur je antwoord").click()
    expect(no_js.get_by_text("Je hebt een plaats").first).to_be_visible()
    shoot(no_js, "invitation-1280")
    no_js.goto(guest.meeting.get_absolute_url())
    shoot(no_js, "detail-1280")
