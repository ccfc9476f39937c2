"""The recruitment board as a programme lead uses it: by mouse, by keyboard, without JavaScript, on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from foundation.core import clock
from foundation.municipalities.models import OfficialShape
from learning_network.enums import Stage
from learning_network.models import Enrolment, Programme
from tests.factories.learning_network import OfficialFactory, enrolment, lead, running

pytestmark = pytest.mark.usefixtures("single_factor")


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    made = running(by=lead(name="Lea de Lead"), title="Loslaten in de wijk")
    for number, (name, stage) in enumerate(
        (("Aalburg", Stage.INVITED), ("Bergdorp", Stage.INVITED), ("Zandstad", Stage.IN_TALKS))
    ):
        place = OfficialFactory(name=name, province="Utrecht")
        west = 5 + number / 10
        ring = [[west, 52.0], [west + 0.1, 52.0], [west + 0.1, 52.1], [west, 52.1], [west, 52.0]]
        OfficialShape.objects.create(municipality=place, geometry={"type": "Polygon", "coordinates": [ring]}, year=2026)
        enrolment(
            made,
            municipality=place,
            stage=stage,
            contact_name="Ans Bos",
            contact_email="ans@gemeente.example",
            next_step="Bellen",
            next_step_on=clock.today() - timedelta(days=1),
            fee_cents=1_000_000,
        )
    OfficialFactory(name="Dijkhuizen", province="Zeeland")
    return made


def stage_of(name: str) -> str:
    return Enrolment.objects.get(municipality__name=name).stage


def column(page: Page, stage: str) -> Any:
    return page.locator(f"[data-stage={stage}]")


def test_a_lead_moves_cards_by_mouse_and_by_keyboard(
    page: Page, programme: Programme, log_in: Any, axe: Callable[..., None]
) -> None:
    log_in(page, programme.roles.get().user)
    page.set_viewport_size(
        {"width": 1280, "height": 1500}
    )  # a page that scrolls between press and move drags another card
    page.goto(reverse("learning_network:board", args=[programme.slug]))
    axe(page)
    page.locator("[data-card]", has_text="Aalburg").drag_to(column(page, "in_talks"))
    expect(page.get_by_text("Aalburg staat nu op ‘in gesprek’.")).to_be_visible()
    assert stage_of("Aalburg") == Stage.IN_TALKS
    # The keyboard: pick up, one stage on, put down. The card has the focus afterwards.
    page.get_by_role("button", name="Verplaats: Bergdorp").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Bergdorp is opgepakt")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("Fase: in gesprek")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bergdorp staat nu op ‘in gesprek’.")).to_be_visible()
    expect(page.locator("[data-card]", has_text="Bergdorp")).to_be_focused()
    # What the table of stages does not allow is said, and does nothing.
    page.get_by_role("button", name="Verplaats: Zandstad").focus()
    page.keyboard.press("Enter")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("Naar doet mee kan niet.")
    page.keyboard.press("Escape")
    assert stage_of("Zandstad") == Stage.IN_TALKS
    # Who stops is asked why.
    page.locator("[data-card]", has_text="Zandstad").drag_to(column(page, "stopped"))
    page.get_by_label("Waarom stoppen ze?").fill("De raad wil niet")
    axe(page)
    page.get_by_role("button", name="Zet ze op gestopt").click()
    expect(page.get_by_text("Zandstad staat nu op ‘gestopt’.")).to_be_visible()


def test_without_javascript_the_plain_form_does_it_all(no_js: Page, programme: Programme, log_in: Any) -> None:
    log_in(no_js, programme.roles.get().user)
    no_js.goto(reverse("learning_network:board", args=[programme.slug]))
    no_js.get_by_label("Vink Aalburg aan").check()
    no_js.get_by_label("Vink Bergdorp aan").check()
    no_js.get_by_label("Verplaats wat aangevinkt is naar").select_option("nearly_agreed")
    no_js.get_by_role("button", name="Verplaats", exact=True).click()
    expect(no_js.get_by_text("2 gemeenten staan nu op")).to_be_visible()
    assert stage_of("Aalburg") == stage_of("Bergdorp") == Stage.NEARLY_AGREED
    no_js.get_by_role("link", name="Voeg gemeenten toe").click()
    no_js.get_by_label("Dijkhuizen").check()
    no_js.get_by_role("button", name="Zet wat aangevinkt is op het bord").click()
    assert stage_of("Dijkhuizen") == Stage.INVITED


def test_every_page_of_the_board_fits_a_telephone(
    phone: Page, programme: Programme, log_in: Any, axe: Callable[..., None], fits: Callable[[Page], None]
) -> None:
    log_in(phone, programme.roles.get().user)
    code = Enrolment.objects.filter(municipality__name="Aalburg").values_list("municipality_id", flat=True).get()
    for name, *more in (
        ("board",),
        ("board_table",),
        ("board_map",),
        ("board_readiness",),
        ("board_money",),
        ("board_letters",),
        ("board_add",),
        ("card", code),
        ("card_money", code),
        ("letter_words", "invitation"),
    ):
        phone.goto(reverse(f"learning_network:{name}", args=[programme.slug, *more]))
        fits(phone)
        axe(phone)
