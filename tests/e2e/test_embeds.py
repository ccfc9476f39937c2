"""The frame of a vote inside somebody else's page, the page with its code, and the page about the API; on a phone and with axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from foundation.voting.models import Ballot
from tests.e2e.test_vote import picture
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_frame_its_code_and_the_page_of_the_api(phone: Page, page: Page, axe: Callable, fits: Callable) -> None:
    town = MunicipalityFactory(name="Waterstad", slug="waterstad")
    ballot: Ballot = voting.opened(town, title="Buurtbudget Crabbehof")
    here = f"/waterstad/stemmingen/{ballot.slug}/"
    for path, name in ((f"{here}kader/", "kader"), (f"{here}insluiten/", "insluiten"), ("/api/", "api")):
        phone.goto(path)
        axe(phone)
        fits(phone)
        picture(phone, f"{name}-320")
    assert phone.context.cookies() == []
    page.goto(f"{here}insluiten/")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Buurtbudget Crabbehof")).to_be_visible()
    expect(frame.get_by_role("link", name="Ga naar de stemming")).to_have_attribute("target", "_blank")
    picture(page, "insluiten")
    page.goto("/api/")
    axe(page)
    picture(page, "api")
