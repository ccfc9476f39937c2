"""A civil servant works through a pile: how many pages and clicks that takes. ``AANZET_PILE=30`` for the whole hour."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from initiatives.enums import InitiativeState
from initiatives.models import Initiative
from tests.factories.initiatives import submitted
from tests.factories.municipalities import MunicipalityFactory, civil_servant

CASES = int(os.environ.get("AANZET_PILE", "6"))


@pytest.mark.usefixtures("transactional_db", "single_factor")
def test_a_pile_is_worked_through_without_going_back_to_the_list(
    page: Page, log_in: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    here = MunicipalityFactory(name="Waterstad", slug="waterstad")
    for number in range(CASES):
        submitted(here, title=f"Plan {number:02}", story="Wij willen dit met de hele straat. " * 40)
    log_in(page, civil_servant(here))
    served: list[float] = []
    clicks = 0

    def seen(request: Any) -> None:
        if request.resource_type == "document":
            served.append(request.timing["responseStart"] - request.timing["requestStart"])

    def click(role: Any, name: str) -> None:
        nonlocal clicks
        page.get_by_role(role, name=name).click()
        clicks += 1

    page.goto("/waterstad/beheer/initiatieven/?lijst=zonder-contact")
    page.on("requestfinished", seen)
    begin = time.monotonic()
    click("link", "Plan 00")
    for number in range(CASES):
        page.get_by_role("heading", level=1, name=f"Plan {number:02}").wait_for()
        last = number == CASES - 1
        if number % 3 == 0:
            click("link", "Vraag om aanvullingen")
            page.locator("#id_reason").fill("Wie onderhoudt het na een jaar?")
            click("button", "Vraag om aanvullingen" if last else "Opslaan en naar het volgende plan")
        else:
            click("button", "Het is compleet")
            click("link", "Leg het besluit vast")
            page.get_by_text("Akkoord", exact=True).click()
            clicks += 1
            page.locator("#id_reasons").fill("Het past bij de buurt.")
            click("button", "Leg het besluit vast" if last else "Opslaan en naar het volgende plan")
    page.get_by_text("Plan" if CASES > 1 else "termijn").first.wait_for()
    took = time.monotonic() - begin
    found = Initiative.objects.values_list("state", flat=True)
    assert sorted(found) == sorted(
        InitiativeState.INCOMPLETE if number % 3 == 0 else InitiativeState.AGREED for number in range(CASES)
    )
    with capsys.disabled():
        if "AANZET_PILE" in os.environ:
            print(  # noqa: T201
                f"\n{CASES} cases: {clicks / CASES:.1f} clicks and {len(served) / CASES:.1f} requests for a page each; "
                f"server {sum(served) / 1000 / CASES:.2f} s, browser with typing {took / CASES:.2f} s each"
            )
    assert clicks <= 5 * CASES
    assert len(served) <= 6 * CASES
