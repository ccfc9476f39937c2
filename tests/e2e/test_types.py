"""Papers that are filled in, in a real browser: a ranking without JavaScript, points on a small phone, the results."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from foundation.voting.models import InletVote
from tests.e2e.test_vote import picture
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [("Een park met veel bomen", 0), ("Plein", 0), ("Fietspad langs de Vaart", 0), ("Poort", 0)]


def test_a_ranking_by_buttons_on_a_phone(phone: Page, log_in: Callable, axe: Callable, fits: Callable) -> None:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    ballot = voting.opened(municipality, projects=NAMES, **voting.PAPERS["ranking"])
    log_in(phone, voting.resident(municipality))
    phone.goto(f"/waterstad/stemmingen/{ballot.slug}/stem/")
    axe(phone)
    phone.get_by_role("button", name="Geef Poort de volgende plaats").click()
    phone.get_by_role("button", name="Geef Plein de volgende plaats").click()
    phone.get_by_role("button", name="Zet Plein hoger").click()
    expect(phone.locator(".mark").first).to_contain_text("Plein")
    fits(phone)
    axe(phone)
    picture(phone, "phone-volgorde")
    phone.get_by_label("Plaats: Poort").select_option("1")
    phone.get_by_role("button", name="Controleer").click()
    expect(phone.get_by_role("alert")).to_contain_text("meer dan één keer")
    fits(phone)
    axe(phone)
    picture(phone, "phone-volgorde-fout")
    phone.get_by_label("Plaats: Poort").select_option("3")
    phone.get_by_role("button", name="Controleer").click()
    expect(phone.locator("h1")).to_contain_text("Is dit je stem")
    fits(phone)
    axe(phone)
    phone.get_by_role("button", name="Stuur mijn stem").click()
    expect(phone.locator(".receipt__code")).to_be_visible()
    assert InletVote.objects.get().choices == "2,4"


@pytest.mark.parametrize("kind", ["points", "scale", "single"])
def test_a_paper_on_a_phone_by_keyboard(
    phone: Page, kind: str, log_in: Callable, axe: Callable, fits: Callable
) -> None:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    ballot = voting.opened(municipality, projects=NAMES, **voting.PAPERS[kind])
    log_in(phone, voting.resident(municipality))
    phone.goto(f"/waterstad/stemmingen/{ballot.slug}/stem/")
    fits(phone)
    axe(phone)
    if kind == "points":
        phone.get_by_label("Punten: Plein").fill("6")
        phone.get_by_label("Punten: Poort").fill("9")
        expect(phone.locator("[data-counter]")).to_contain_text("15")
        phone.get_by_role("button", name="Controleer").click()
        expect(phone.get_by_role("alert")).to_contain_text("hoogstens 6 punten")
        fits(phone)
        axe(phone)
        picture(phone, "phone-punten-fout")
        phone.get_by_label("Punten: Poort").fill("4")
    elif kind == "scale":
        phone.get_by_role("group", name="Plein").get_by_label("eens", exact=True).focus()
        phone.keyboard.press("Space")
    else:
        phone.get_by_label("Plein").focus()
        phone.keyboard.press("Space")
    picture(phone, f"phone-{kind}")
    phone.get_by_role("button", name="Controleer").click()
    expect(phone.locator("h1")).to_contain_text("Is dit je stem")
    fits(phone)
    axe(phone)
    phone.get_by_role("button", name="Stuur mijn stem").click()
    expect(phone.locator(".receipt__code")).to_be_visible()
    assert InletVote.objects.get().choices == {"points": "2:6,4:4", "scale": "2:2", "single": "2"}[kind]


RESULTS = [
    ("ranking", {"rule": "stv", "rule_settings": {"seats": 2}}, [(1, 2), (1, 3), (2, 1), (3, 2), (1,), (2,)]),
    ("ranking", {"rule": "schulze"}, [(1, 2), (1, 3), (2, 1), (3, 1, 2)]),
    ("points", {}, [({1: 6, 2: 4},), ({2: 6},), ({3: 1},)]),
    ("scale", {"rule_settings": {"seats": 4, "least_grade": 2}}, [({1: 2, 2: 0},), ({1: 2, 3: 1},)]),
]


@pytest.mark.parametrize(("kind", "more", "votes"), RESULTS)
def test_the_result_of_every_kind(
    page: Page, phone: Page, kind: str, more: dict, votes: list, axe: Callable, fits: Callable
) -> None:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    ballot = voting.published(municipality, votes=votes, projects=NAMES, **{**voting.PAPERS[kind], **more})
    with time_machine.travel(ballot.closes_at.timestamp() + 120):
        for name, screen in (("wide", page), ("phone", phone)):
            screen.goto(f"/waterstad/stemmingen/{ballot.slug}/uitslag/")
            expect(screen.locator("h1")).to_contain_text("Uitslag")
            fits(screen)
            axe(screen)
            picture(screen, f"uitslag-{name}-{kind}-{ballot.rule}")
