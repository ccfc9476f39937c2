"""Voting with the code of a letter in a real browser: on a small phone without JavaScript, and from the QR code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.voting import codes, letters
from foundation.voting.models import InletVote, VoterRecord
from tests.e2e.test_vote import picture, tick
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.factories.voting_codes import batch_of, with_codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper() -> Any:
    """An open ballot and two codes."""
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    return with_codes(voting.opened(municipality, electorate="codes", title="Buurtbudget Crabbehof"), size=2)


@pytest.fixture
def simple_phone(new_context: Any) -> Page:
    """320 pixels wide, without JavaScript."""
    found: Page = new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False).new_page()
    return found


def test_a_vote_with_a_code_on_a_small_phone_without_javascript(
    simple_phone: Page, phone: Page, paper: Any, axe: Callable, fits: Callable
) -> None:
    ballot, (code, _other) = paper
    simple_phone.goto(f"/waterstad/stemmingen/{ballot.slug}/")
    simple_phone.get_by_role("link", name="Typ je code").click()
    picture(simple_phone, "code-veld")
    simple_phone.get_by_label("Je stemcode").fill("7K3M9Q")
    simple_phone.get_by_role("button", name="Ga verder met deze code").click()
    expect(simple_phone.locator("main")).to_contain_text("18 letters en cijfers; jij typte er 6")
    picture(simple_phone, "code-typefout")
    simple_phone.get_by_label("Je stemcode").fill(codes.readable(code).lower().replace("-", " ").replace("0", "o"))
    simple_phone.get_by_role("button", name="Ga verder met deze code").click()
    tick(simple_phone, "Moestuin")
    simple_phone.get_by_role("button", name="Controleer").click()
    simple_phone.get_by_role("button", name="Stuur mijn stem").click()
    expect(simple_phone.locator(".receipt__code")).to_be_visible()
    picture(simple_phone, "code-bewijs")
    assert InletVote.objects.get().choices == "2"
    # axe and the measuring of widths need scripts: the same steps, looked at on the same width.
    phone.goto(f"/waterstad/stemmingen/{ballot.slug}/code/")
    fits(phone)
    axe(phone)
    for typed, told in (
        ("7K3M9Q", "18 letters"),
        (code, "Deze code is gebruikt"),
        (codes.new_code(), "kennen we niet"),
    ):
        phone.goto(f"/waterstad/stemmingen/{ballot.slug}/code/")
        phone.get_by_label("Je stemcode").fill(typed)
        phone.get_by_role("button", name="Ga verder met deze code").click()
        expect(phone.locator("main")).to_contain_text(told)
        fits(phone)
        axe(phone)
        picture(phone, f"code-{told.split()[0]}")


def test_the_qr_code_fills_the_field_and_leaves_no_trace_in_the_address(
    phone: Page, paper: Any, live_server: Any, axe: Callable
) -> None:
    ballot, (code, _other) = paper
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url + (request.header_value("referer") or "")))
    path = letters.qr_text(ballot, code).partition("/waterstad/")[2]
    phone.goto(f"/waterstad/{path}")
    expect(phone.get_by_label("Je stemcode")).to_have_value(codes.readable(code))
    assert "#" not in phone.url
    axe(phone)
    picture(phone, "code-van-qr")
    phone.keyboard.press("Enter")  # the button has the focus
    expect(phone.locator("h1")).to_contain_text("Buurtbudget Crabbehof")
    expect(phone.locator(".ballot-paper")).to_be_visible()
    assert not [url for url in asked if code in url.partition("#")[0] or codes.readable(code) in url.partition("#")[0]]
    assert not VoterRecord.objects.exists()


def test_the_back_office_of_codes(
    page: Page, phone: Page, paper: Any, log_in: Callable, axe: Callable, fits: Callable, single_factor: None
) -> None:
    ballot, _codes = paper
    area = NeighbourhoodFactory(municipality=ballot.municipality, name="Crabbehof")
    batch_of(ballot, size=3, area=area, language="en")
    batch_of(ballot, size=3, make=False)
    colleague = civil_servant(ballot.municipality)
    for name, screen in (("wide", page), ("phone", phone)):
        log_in(screen, colleague)
        for address in ("", "nieuw/", "vervangen/", "1/", "2/", "3/", "2/blokkeren/"):
            screen.goto(f"/waterstad/beheer/stemmingen/{ballot.slug}/codes/{address}")
            expect(screen.locator("h1")).to_be_visible()
            fits(screen)
            axe(screen)
            picture(screen, f"codes-{name}-{address.strip('/').replace('/', '-') or 'lijst'}")
