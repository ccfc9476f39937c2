"""Between programmes: asking for advice and closing it on a phone, first aid without JavaScript, and search with a keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from foundation.core import clock
from learning_network.models import Member
from learning_network.services import advice, tools
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

LogIn = Callable[[Page, Any], None]
Axe = Callable[..., None]
Fits = Callable[[Page], None]
TOOL = {
    "title": "De lege stoel",
    "summary": "Zie wie er niet aan tafel zit.",
    "situation": "Er komen steeds dezelfde mensen.",
    "steps": "Zet een stoel neer\nVraag wie daar hoort",
    "matters": ["few"],
    "moments": ["begin"],
    "time_needed": "hour",
}


@pytest.mark.django_db(transaction=True)
def test_a_question_is_asked_answered_and_closed_on_a_phone(phone: Page, log_in: LogIn, axe: Axe, fits: Fits) -> None:
    programme = running(by=lead())
    ina = participant(enrolment(programme, municipality=OfficialFactory(name="Kadewoude")), UserFactory(name="Ina"))
    bo = participant(enrolment(programme, municipality=OfficialFactory(name="Zandmeer")), UserFactory(name="Bo"))
    Member.objects.update(welcomed_at=clock.now())
    log_in(phone, ina)
    phone.goto(programme.get_absolute_url())
    phone.get_by_role("link", name="Vraag advies").click()
    phone.get_by_label("Je vraag in één zin").fill("Wie verzekert de bewoners?")
    phone.get_by_label("Wat is je situatie?").fill("Drie groepen willen een plein beheren.")
    phone.get_by_label("Wat wil je weten?").fill("Welke polis hebben jullie?")
    phone.get_by_label("Tot wanneer helpt advies je?").fill((clock.today() + timedelta(days=9)).isoformat())
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Vraag advies").click()
    phone.get_by_role("heading", name="Wie verzekert de bewoners?", level=1).wait_for()
    question = phone.url

    log_in(phone, bo)
    phone.goto(question)
    phone.get_by_label("Je advies").fill("Bij ons vallen ze onder de polis van de gemeente.")
    phone.get_by_role("button", name="Geef je advies").click()
    phone.get_by_text("Je advies is gegeven").wait_for()
    axe(phone)

    log_in(phone, ina)
    phone.goto(question)
    phone.get_by_role("button", name="Bedank hiervoor").click()
    phone.get_by_text("1 persoon bedankt hiervoor").wait_for()
    phone.get_by_role("link", name="Vertel wat je ermee deed").click()
    phone.locator("label").filter(has_text=re.compile("^Gebruikt$")).click()
    phone.get_by_label("Wat deed je uiteindelijk, en wat kwam ervan?").fill("De polis is uitgebreid.")
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Rond de vraag af en laat het je adviseurs weten").click()
    phone.get_by_role("heading", name="Wat er met het advies is gedaan").wait_for()
    axe(phone)
    fits(phone)


@pytest.mark.django_db(transaction=True)
def test_three_answers_lead_to_a_tool_without_javascript(no_js: Page, log_in: LogIn) -> None:
    keeper = member(municipality=OfficialFactory(name="Kadewoude"))
    town = Member.objects.get(user=keeper).municipality
    tools.add(by=keeper, municipality=town, visibility="everyone", **TOOL)
    no_js.goto("/leernetwerk/ehbo/")
    for answer in ("Er doen weinig mensen mee, of steeds dezelfde", "Aan het begin", "Een uur of twee"):
        no_js.get_by_role("link", name=answer).click()
    no_js.get_by_role("link", name="De lege stoel").click()
    no_js.get_by_text("Vraag wie daar hoort").wait_for()
    user = member(user=UserFactory(name="Bo"))
    log_in(no_js, user)
    no_js.reload()
    no_js.locator("label").filter(has_text=re.compile("^Het lukte$")).click()
    no_js.get_by_label("Wat gebeurde er?").fill("Er kwamen vijf jongeren bij.")
    no_js.get_by_role("button", name="Vertel je ervaring").click()
    no_js.get_by_text("Anderen zien nu hoe het bij jullie ging").wait_for()


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_is_welcomed_once_and_finds_everything_with_the_keyboard(
    page: Page, log_in: LogIn, axe: Axe
) -> None:
    town = OfficialFactory(name="Kadewoude", province="Drenthe")
    keeper = member(user=UserFactory(name="Ria Kanters"), municipality=town, about="Weet van polissen")
    tools.add(by=keeper, municipality=town, visibility="network", **TOOL)
    advice.ask(
        by=keeper,
        municipality=town,
        title="Wie zit er op de lege stoel?",
        situation="Niemand.",
        wants="Wie wel?",
        until=clock.today() + timedelta(days=9),
        visibility="network",
    )
    log_in(page, member(user=UserFactory(name="Nieuw Lid")))
    page.goto("/leernetwerk/")
    page.get_by_role("heading", name="Welkom in het leernetwerk", level=1).wait_for()
    axe(page)
    page.goto("/leernetwerk/")
    page.get_by_role("heading", name="Leernetwerk", level=1).wait_for()
    axe(page)
    page.goto("/leernetwerk/zoeken/")
    page.get_by_label("Zoeken", exact=True).press_sequentially("lege stoel")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Adviesvragen").wait_for()
    axe(page)
    for url, words in (
        ("/leernetwerk/leden/", "Weet van polissen"),
        ("/leernetwerk/leden/mijn-pagina/", "Bewaar je pagina"),
        ("/leernetwerk/agenda/", "Geen"),
        ("/leernetwerk/ehbo/", "De lege stoel"),
    ):
        page.goto(url)
        page.get_by_text(words).first.wait_for()
        axe(page)
