"""A civil servant builds and publishes a survey; residents answer it on a phone, and without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.core import clock
from foundation.surveys.addresses import address
from foundation.surveys.models import SealedSheet
from foundation.surveys.services import box
from tests.factories import surveys as make
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.usefixtures("single_factor")


def test_from_question_to_result_on_a_phone(page: Page, phone: Page, log_in: Any, axe: Any, fits: Any) -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    log_in(page, by)
    page.goto(address(municipality, "library"))
    axe(page)
    page.get_by_role("button", name=re.compile("Neem deze ?: Tevredenheid van deelnemers")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tevredenheid van deelnemers")
    page.get_by_role("button", name=re.compile("Omlaag ?: Welk rapportcijfer")).click()
    axe(page)
    page.get_by_role("link", name="Schaal").click()
    page.get_by_label("Vraag", exact=False).first.fill("Hoe was de koffie?")
    page.get_by_role("button", name="Bewaar de vraag").click()
    expect(page.get_by_text("Hoe was de koffie?").first).to_be_visible()

    survey = make.opened(municipality, by=by, results_are_public=True)
    for grade in (6, 7, 8, 9):
        make.answer(survey, scale=grade)
    phone.goto(survey.get_absolute_url())
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Begin met invullen").click()
    phone.get_by_role("button", name="Volgende pagina").click()
    expect(phone.get_by_role("alert")).to_contain_text("Geef antwoord op deze vraag.")
    axe(phone)
    fits(phone)
    phone.get_by_label("8", exact=True).press("Space")
    phone.get_by_role("button", name="Volgende pagina").click()
    expect(phone.get_by_text("Pagina 2 van 2")).to_be_visible()
    phone.get_by_label("Wat kan beter?").fill("Meer banken.")
    phone.get_by_role("button", name="Bewaar en ga later verder").click()
    expect(phone.get_by_text("Je antwoorden zijn bewaard")).to_be_visible()
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Verstuur je antwoorden").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bedankt voor je antwoorden")
    assert SealedSheet.objects.filter(survey=survey).count() == 5

    page.goto(survey.address("staff_detail"))
    axe(page)
    page.get_by_role("button", name="Sluit nu").click()
    assert box.count(survey_id=survey.pk, now=clock.now())
    page.goto(survey.address("results"))
    expect(page.get_by_text("Meer banken.")).to_be_visible()
    axe(page)
    phone.goto(survey.address("result"))
    axe(phone)
    fits(phone)


def test_answering_by_a_personal_link_without_javascript(no_js: Page) -> None:
    survey = make.opened(audiences=["participants"])
    invitation = make.invited(survey, email="bo@example.org")
    no_js.goto(survey.address("personal", invitation.token))
    no_js.get_by_role("link", name="Begin met invullen").click()
    no_js.get_by_label("7", exact=True).press("Space")
    no_js.get_by_role("button", name="Volgende pagina").click()
    no_js.get_by_role("button", name="Vorige pagina").click()
    expect(no_js.get_by_label("7", exact=True)).to_be_checked()
    no_js.get_by_role("button", name="Volgende pagina").click()
    no_js.get_by_role("button", name="Verstuur je antwoorden").click()
    expect(no_js.get_by_role("heading", level=1)).to_have_text("Bedankt voor je antwoorden")
    no_js.goto(survey.address("personal", invitation.token))
    expect(no_js.get_by_text("Je hebt geantwoord. Bedankt!")).to_be_visible()
