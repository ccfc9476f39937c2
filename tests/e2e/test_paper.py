"""Votes on paper in a real browser: two members of staff, one difference, and a bundle that the verifier finds right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from foundation.voting.models import Ballot, Result
from foundation.voting.queries import bundle
from foundation.voting.services import ballots, counting
from foundation.voting.verifier import recount
from tests.e2e.test_vote import picture, tick
from tests.factories.municipalities import MunicipalityFactory
from tests.factories.voting_codes import with_codes
from tests.factories.voting_paper import takes_paper, two

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_bring_paper_into_the_ballot_box(
    new_context: Callable, log_in: Callable, axe: Callable, fits: Callable, single_factor: None
) -> None:
    ballot = takes_paper(
        MunicipalityFactory(name="Waterstad", slug="waterstad"), electorate="codes", title="Buurtbudget Crabbehof"
    )
    ballot, codes = with_codes(ballot, size=4)
    used, *letters = codes
    anna, bilal = two(ballot)
    # Anna works with a keyboard and no JavaScript; Bilal on a small screen.
    first = new_context(java_script_enabled=False).new_page()
    second = new_context(viewport={"width": 320, "height": 700}).new_page()
    log_in(first, anna)
    log_in(second, bilal)
    here = f"/waterstad/beheer/stemmingen/{ballot.slug}/papier/"
    _online(first, ballot, used)
    _closed(ballot)
    for code in letters:
        first.goto(here + "envelop/")
        first.get_by_label("Stemcode op de envelop").fill(code)
        first.keyboard.press("Enter")
        expect(first.locator("main")).to_contain_text("Toegelaten.")
    second.goto(here + "envelop/")
    fits(second)
    axe(second)
    second.get_by_label("Stemcode op de envelop").fill(used)
    second.keyboard.press("Enter")
    expect(second.locator("main")).to_contain_text("Leg deze envelop apart")
    picture(second, "papier-apart")
    first.goto(here + "nieuw/")
    first.get_by_label("Aantal enveloppen").fill("3")
    first.keyboard.press("Enter")
    _type(first, ["1,3", "77", ""])
    expect(first.locator(".error-summary")).to_contain_text("Stembiljet 2")
    picture(first, "papier-fouten")
    first.get_by_label("Stembiljet 2", exact=True).fill("2")
    first.keyboard.press("Enter")  # without JavaScript: kept, and on to the first empty line
    expect(first.get_by_label("Stembiljet 3", exact=True)).to_be_focused()
    first.keyboard.type("b")
    first.get_by_role("button", name="Alles is getypt").click()
    second.goto(here)
    fits(second)
    axe(second)
    picture(second, "papier-lijst-320")
    second.get_by_role("link", name="Stapel 1").click()
    second.get_by_role("button", name="Typ deze stapel").click()
    fits(second)
    axe(second)
    picture(second, "papier-typen-320")
    second.keyboard.type("1 3")  # the first line has the focus
    second.keyboard.press("Enter")
    second.keyboard.type("2")
    second.keyboard.press("Enter")
    second.keyboard.type("3")
    second.get_by_role("button", name="Alles is getypt").click()
    second.get_by_role("link", name="Beslis over de verschillen").click()
    fits(second)
    axe(second)
    picture(second, "papier-verschil-320")
    second.get_by_label("Wat op stembiljet 3 staat").fill("b")
    second.get_by_label("Hoe dit is beslist").fill("Anna en Bilal bekeken het papier samen")
    second.get_by_role("button", name="Beslis", exact=True).click()
    second.get_by_role("button", name="Doe in de stembus").click()
    expect(second.locator("main")).to_contain_text("gewist")
    axe(second)
    first.goto(here)
    picture(first, "papier-klaar")
    first.get_by_role("button", name="Al het papier is binnen").click()
    expect(first.locator("main")).to_contain_text("Al het papier is binnen sinds")
    counting.count_ballot(ballot_id=ballot.pk)
    result = Result.objects.get()
    assert (result.cast, result.blank) == (4, 1)
    said: list[str] = []
    recount.verify(
        recount.read_zip(bundle.bundle(Ballot.objects.get(pk=ballot.pk))), lambda code, **_data: said.append(code)
    )
    assert said[-2:] == ["ok_paper", "ok_result"]


def _online(page: Page, ballot: Ballot, code: str) -> None:
    """The holder of one letter votes with a browser."""
    page.goto(f"/waterstad/stemmingen/{ballot.slug}/code/")
    page.get_by_label("Je stemcode").fill(code)
    page.keyboard.press("Enter")
    tick(page, "Moestuin")
    page.get_by_role("button", name="Controleer").click()
    page.get_by_role("button", name="Stuur mijn stem").click()
    expect(page.locator(".receipt__code")).to_be_visible()


def _closed(ballot: Ballot) -> None:
    assert ballot.closes_at is not None
    ballots.advance(ballot_id=ballot.pk, now=ballot.closes_at + timedelta(seconds=10))
    assert Ballot.objects.get(pk=ballot.pk).state == "closed"


def _type(page: Page, lines: list[str]) -> None:
    page.get_by_role("button", name="Typ deze stapel").click()
    for number, line in enumerate(lines, start=1):
        page.get_by_label(f"Stembiljet {number}", exact=True).fill(line)
    page.get_by_role("button", name="Alles is getypt").click()
