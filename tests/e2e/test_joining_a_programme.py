"""From the mail of an invitation into a learning programme: with an account made on the way, on a phone and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from learning_network import links
from learning_network.enums import Stage
from learning_network.models import Agreement, Intention, Participant
from learning_network.services import participants
from tests.accounts.conftest import last_code
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, participant, running

LogIn = Callable[[Page, Any], None]
Axe = Callable[..., None]
NARROW = "document.documentElement.scrollWidth"


@pytest.mark.django_db(transaction=True)
def test_an_account_is_made_on_the_way_and_the_link_is_not_lost(no_js: Page) -> None:
    boss = lead()
    enrolled = enrolment(running(by=boss), municipality=OfficialFactory(name="Kadewoude"), stage=Stage.COMMITTED)
    asked = participants.invite(enrolment=enrolled, email="ina@kadewoude.example", by=boss)
    no_js.goto(links.address_of(asked))
    no_js.get_by_role("main").get_by_role("link", name="Maak een account").click()
    no_js.get_by_label("E-mailadres").press_sequentially("ina@kadewoude.example")
    no_js.keyboard.press("Enter")
    no_js.get_by_label("Code").wait_for()
    no_js.get_by_label("Code").press_sequentially(last_code())
    no_js.keyboard.press("Enter")
    no_js.get_by_label("Wat is je functie?").fill("Wijkmanager")
    no_js.get_by_label("Ik heb de spelregels gelezen en ik accepteer ze").press("Space")
    no_js.get_by_role("button", name="Meedoen").click()
    no_js.get_by_role("heading", name="Kadewoude", level=1).wait_for()
    me = Participant.objects.select_related("user").get(pk=asked.pk)
    assert me.joined_at is not None
    assert me.user is not None


@pytest.mark.django_db(transaction=True)
def test_a_municipality_invites_a_colleague_writes_its_intention_and_agrees_on_a_phone(
    phone: Page, log_in: LogIn, axe: Axe
) -> None:
    boss = lead()
    programme = running(by=boss)
    enrolled = enrolment(programme, municipality=OfficialFactory(name="Kadewoude"))
    other = enrolment(programme, municipality=OfficialFactory(name="Zandmeer"))
    ina = participant(enrolled, UserFactory(name="Ina"))
    participant(other)
    participants.publish_rules(programme=programme, text="- We komen altijd.", by=boss)
    log_in(phone, ina)

    phone.goto(programme.get_absolute_url())
    phone.get_by_role("link", name="Lees de spelregels").click()
    phone.get_by_label("Ik heb de spelregels gelezen en ik accepteer ze").press("Space")
    axe(phone)
    phone.get_by_role("button", name="Accepteer de spelregels").click()
    phone.get_by_role("heading", name="Kadewoude", level=1).wait_for()
    phone.get_by_text("Nodig een collega uit", exact=True).last.click()
    phone.get_by_label("E-mailadres").fill("bo@kadewoude.example")
    axe(phone)
    assert phone.evaluate(NARROW) <= 320
    phone.get_by_role("button", name="Nodig uit").click()
    phone.get_by_text("krijgt een uitnodiging met een eigen link").wait_for()

    phone.get_by_role("link", name="Schrijf je intentie").first.click()
    phone.get_by_label("Wat gaat je gemeente doen?").fill("Het groen gaat naar de buurt.")
    phone.get_by_role("button", name="Sla op").click()
    phone.get_by_text("Je intentie is bewaard.").wait_for()
    phone.get_by_label("Iedereen").press("Space")
    axe(phone)
    assert phone.evaluate(NARROW) <= 320
    phone.get_by_role("button", name="Deel de intentie").click()
    phone.get_by_text("Je intentie is gedeeld.").wait_for()
    assert Intention.objects.get().visibility == "everyone"

    phone.goto(reverse("learning_network:endings", args=[programme.slug]))
    axe(phone)
    phone.get_by_role("link", name="Nieuwe afspraak").click()
    phone.get_by_label("Wat spreken jullie af?").fill("Bij elkaar kijken")
    phone.get_by_label("Kadewoude").press("Space")
    phone.get_by_label("Zandmeer").press("Space")
    axe(phone)
    phone.get_by_role("button", name="Sla de afspraak op").click()
    phone.get_by_role("link", name="Bij elkaar kijken").click()
    axe(phone)
    assert phone.evaluate(NARROW) <= 320
    assert Agreement.objects.get().parties.count() == 2
