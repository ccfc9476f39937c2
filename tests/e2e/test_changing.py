"""Changing a vote, and joining a group, on a phone without JavaScript; axe and the width are looked at on every new page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.voting.models import InletVote, VoterRecord
from foundation.voting.services import groups
from tests.e2e.test_vote import picture, tick
from tests.factories import voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_member_of_a_group_votes_and_changes_the_vote(
    no_js: Page, page: Page, log_in: Callable, axe: Callable, fits: Callable, settings: Any
) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    by = civil_servant(municipality)
    group = groups.create(municipality=municipality, name="Jongerenraad", description="Gekozen jongeren.", by=by)
    groups.add_members(group=group, addresses=[f"lid{n}@example.org" for n in range(12)], by=by)
    ballot = voting.opened(municipality, by=by, electorate="group", group=group, allow_change=True, limit_kind="none")
    here = f"/waterstad/stemmingen/{ballot.slug}/"
    log_in(no_js, UserFactory(email="lid4@example.org"))
    no_js.goto(here)
    no_js.get_by_role("link", name="Zeg dat jij het bent").click()
    picture(no_js, "groep-meedoen")
    no_js.get_by_role("button", name="Ja, dat ben ik").click()
    no_js.goto(here + "stem/")
    tick(no_js, "Moestuin")
    no_js.get_by_role("button", name="Controleer je stem").click()
    picture(no_js, "wijzigen-eerste-stem")
    no_js.get_by_role("button", name="Stuur mijn stem in").click()
    code = no_js.locator(".receipt__code").inner_text()
    picture(no_js, "wijzigen-eerste-bewijs")

    no_js.goto(here)
    no_js.get_by_role("link", name="Verander je stem").first.click()
    picture(no_js, "wijzigen-uitleg")
    no_js.get_by_role("link", name="Vul een nieuw stembiljet in").click()
    tick(no_js, "Bankjes")
    no_js.get_by_role("button", name="Controleer je stem").click()
    no_js.get_by_label("Code van het bewijs van je huidige stem").fill("0000-0000-0000")
    no_js.get_by_role("button", name="Verander mijn stem").click()
    expect(no_js.locator(".error-summary")).to_contain_text("Er is geen stem met deze code")
    picture(no_js, "wijzigen-foute-code")
    no_js.get_by_label("Code van het bewijs van je huidige stem").fill(code.lower())
    no_js.get_by_role("button", name="Verander mijn stem").click()
    expect(no_js.locator("h1")).to_have_text("Je stem is veranderd")
    picture(no_js, "wijzigen-nieuw-bewijs")
    assert no_js.locator(".receipt__code").inner_text() != code
    assert InletVote.objects.get().choices == "1"
    assert VoterRecord.objects.count() == 1

    log_in(page, by)
    for name, path in (
        ("groepen", "/waterstad/beheer/stemmingen/groepen/"),
        ("groep", f"/waterstad/beheer/stemmingen/groepen/{group.pk}/"),
        ("waarnemers", f"/waterstad/beheer/stemmingen/{ballot.slug}/waarnemers/"),
        ("wijzigen-niet-gestemd", f"{here}stem/wijzigen/"),
        ("logboek-uur", f"{here}logboek/"),
    ):
        page.goto(path)
        axe(page)
        picture(page, name)
        page.set_viewport_size({"width": 320, "height": 700})
        fits(page)
        picture(page, f"{name}-smal")
        page.set_viewport_size({"width": 1280, "height": 900})
