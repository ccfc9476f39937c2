"""The pages to check a vote in a real browser: by hand without JavaScript, on a phone; axe looks at each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from foundation.voting.services import mixing
from tests.e2e.test_vote import picture
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_voter_looks_for_the_own_vote_and_an_observer_reads_the_log(
    no_js: Page, phone: Page, axe: Callable, fits: Callable
) -> None:
    ballot = voting.opened(MunicipalityFactory(name="Waterstad", slug="waterstad"), title="Buurtbudget Crabbehof")
    receipt = voting.vote(ballot, 1)
    for _batch in range(2):
        voting.vote(ballot, 2)
        mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    address = f"/waterstad/stemmingen/{ballot.slug}/"
    for path in ("nagaan", "logboek", "bewijs"):
        phone.goto(f"{address}{path}/")
        axe(phone)
        fits(phone)
        picture(phone, f"{path}-320")
        no_js.goto(f"{address}{path}/")
        picture(no_js, path)
    no_js.get_by_label("Code van je bewijs").fill(receipt.readable.lower())
    no_js.keyboard.press("Enter")
    expect(no_js.get_by_role("heading", name="Je stem is ontvangen")).to_be_visible()
    picture(no_js, "bewijs-gevonden")
    assert no_js.context.cookies() == []
    phone.get_by_label("Code van je bewijs").fill(receipt.code)
    phone.get_by_role("button", name="Zoek mijn stem").click()
    expect(phone.get_by_text("van het openbare logboek, in kop")).to_be_visible()
    axe(phone)
    fits(phone)
    picture(phone, "bewijs-gevonden-320")
