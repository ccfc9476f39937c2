"""A discussion in a real browser: written before logging in, changed, reported, hidden, looked at anew; and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.discussion.enums import HostRole
from foundation.discussion.models import Comment
from tests.factories import discussion as talk
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def debate(settings: Any, transactional_db: None) -> Any:
    settings.TWO_FACTOR_FOR_STAFF = False
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    thread = talk.debate(
        municipality, title="Moestuin aan de Singel", hosts=[(host := UserFactory(name="Ria"), HostRole.INITIATOR)]
    )
    first = talk.comment(thread, host, "Samen **tuinieren** verbindt de buurt.")
    talk.reply(first, civil_servant(municipality, name="Fatma"), "De gemeente denkt graag mee.")
    talk.comment(thread, UserFactory(name="Kees"), "Er is al te weinig plek om te parkeren.", side="against")
    return thread


def test_from_draft_to_second_look(
    debate: Any,
    new_context: Callable[..., Any],
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
) -> None:
    writer, neighbour = UserFactory(name="Joris"), UserFactory(name="Mina")
    moderator, colleague = (civil_servant(debate.municipality, name=name) for name in ("Bea", "Ton"))
    page = new_context().new_page()
    page.goto(debate.get_absolute_url())
    axe(page)
    assert page.context.cookies() == []  # who reads gets none
    page.locator(".choice__label", has_text="Tegen").click()
    page.get_by_label("Je argument").fill("Wie houdt het bij in de winter?")
    page.get_by_role("button", name="Log in en plaats").click()
    page.get_by_label("E-mailadres").fill(writer.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("Je tekst is bewaard")).to_be_visible()
    expect(page.get_by_label("Je argument")).to_have_value("Wie houdt het bij in de winter?")
    expect(page.get_by_label("Tegen", exact=True)).to_be_checked()
    axe(page)
    page.get_by_role("button", name="Plaats je argument").click()
    made = Comment.objects.get(author=writer)
    item = page.locator(f"#{made.anchor}")
    expect(item).to_contain_text("Wie houdt het bij in de winter?")
    axe(page)

    item.get_by_role("link", name="Verander").click()
    page.get_by_label("Je tekst").fill("Wie houdt het bij in de herfst?")
    axe(page)
    page.get_by_role("button", name="Bewaar de aangepaste tekst").click()
    item.get_by_role("link", name="aangepast").click()
    expect(page.locator("del")).to_contain_text("winter?")
    expect(page.locator("ins")).to_contain_text("herfst?")
    axe(page)

    other = new_context().new_page()
    log_in(other, neighbour)
    other.goto(debate.get_absolute_url())
    other.locator(f"#{made.anchor}").get_by_role("link", name="Meld").click()
    axe(other)
    other.locator(".choice__label", has_text="beledigt of bedreigt iemand").click()
    other.get_by_role("button", name="Stuur je melding").click()
    expect(other.get_by_text("Dank je wel. De gemeente kijkt ernaar")).to_be_visible()

    desk = new_context().new_page()
    log_in(desk, moderator)
    desk.goto("/waterstad/beheer/gesprek/")
    axe(desk)
    desk.get_by_role("link", name="Joris in Moestuin").click()
    axe(desk)
    desk.locator(".choice__label", has_text="verberg").click()
    desk.get_by_role("button", name="Leg het besluit vast").click()
    expect(desk.locator("[data-error-summary]")).to_be_focused()
    desk.locator("#id_reason").select_option("off_topic")
    desk.locator("#id_explanation").fill("Dit gaat over het onderhoud, niet over het plan.")
    desk.get_by_role("button", name="Leg het besluit vast").click()
    other.reload()
    expect(other.locator(f"#{made.anchor}")).to_contain_text("De gemeente heeft deze tekst verborgen")
    expect(other.locator("body")).not_to_contain_text("herfst")

    page.goto(debate.get_absolute_url())
    page.get_by_role("link", name="Waarom, en wat kan ik doen?").click()
    expect(page.get_by_text("Dit gaat over het onderhoud")).to_be_visible()
    page.get_by_label("Waarom ben je het er niet mee eens?").fill("Zonder onderhoud is er geen plan.")
    axe(page)
    page.get_by_role("button", name="Vraag om een nieuwe blik").click()

    desk.goto(f"/waterstad/beheer/gesprek/reactie/{made.pk}/")
    expect(desk.get_by_text("Een collega moet dit besluiten")).to_be_visible()
    second = new_context().new_page()
    log_in(second, colleague)
    second.goto(f"/waterstad/beheer/gesprek/reactie/{made.pk}/")
    axe(second)
    second.locator(".choice__label", has_text="de tekst is weer te lezen").click()
    second.get_by_label("Toelichting").fill("Het hoort erbij.")
    second.get_by_role("button", name="Leg het besluit vast").click()
    other.reload()
    expect(other.locator(f"#{made.anchor}")).to_contain_text("herfst")


def test_reading_replying_and_following_on_a_phone_without_javascript(
    debate: Any,
    new_context: Callable[..., Any],
    log_in: Callable[[Page, Any], None],
    fits: Callable[[Page], None],
) -> None:
    page = new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False).new_page()
    log_in(page, UserFactory(name="Joris"))
    page.goto(debate.get_absolute_url())
    page.get_by_role("button", name="Volg", exact=True).click()
    expect(page.get_by_role("button", name="Volg niet meer")).to_be_visible()
    page.get_by_role("article").filter(has_text="Fatma").get_by_role("link", name="Reageer").click()
    expect(page.get_by_label("Je antwoord")).to_have_value("@Fatma ")
    page.get_by_label("Je antwoord").fill("@Fatma wanneer dan? " + "x" * 5000)
    page.get_by_role("button", name="Plaats je antwoord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reageer")
    expect(page.get_by_text("Deze tekst heeft 5020 tekens").first).to_be_visible()
    assert len(page.get_by_label("Je antwoord").input_value()) == 5020
    page.get_by_label("Je antwoord").fill("@Fatma wanneer dan?")
    page.get_by_role("button", name="Plaats je antwoord").click()
    expect(page.get_by_role("article").filter(has_text="wanneer dan?")).to_be_visible()
