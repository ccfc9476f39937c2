"""A participant shares what went wrong, others find and compare it, and the facilitator makes red threads of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from learning_network.enums import Visibility
from learning_network.models import Lesson, Member, RedThread
from tests.factories.learning_network import enrolment, lead, participant, running
from tests.factories.learning_sharing import answer, lesson, place, practice

LogIn = Callable[[Page, Any], None]
Axe = Callable[..., None]


def _seen(page: Page, name: str) -> None:
    """A picture to look at by hand, where a folder is named; and nothing wider than the screen."""
    width = page.viewport_size["width"] if page.viewport_size else 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    if folder := os.environ.get("AANZET_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def _tick(page: Page, label: str) -> None:
    """The label is what a finger meets: it lies over its own field."""
    page.locator("label.choice__label", has_text=label).first.click()


@pytest.mark.django_db(transaction=True)
def test_from_a_lesson_to_red_threads(
    page: Page, phone: Page, no_js: Page, log_in: LogIn, axe: Axe, settings: Any
) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    programme = running(by=boss, title="Burgers aan het stuur")
    here, there = enrolment(programme), enrolment(programme)
    author, other = participant(here), participant(there)
    Member.objects.update(welcomed_at=timezone.now())
    farm = practice(place(programme, here.municipality, author), place="De Weide")
    park = practice(
        place(programme, there.municipality, other), title="Een park met bewoners", saving_cents=None, obstacles=""
    )
    lesson(place(programme, there.municipality, other), practice=park, title="Maak een zomerrooster")
    answer(place(programme, there.municipality, other), visibility=Visibility.EVERYONE)

    # On a phone: a lesson of one's own practice, as a draft, then for the whole network.
    log_in(phone, author)
    phone.goto(farm.get_absolute_url())
    axe(phone)
    _seen(phone, "praktijk")
    phone.get_by_role("link", name="Schrijf een les van deze praktijk op").click()
    phone.get_by_label("De les in één regel").fill("Bel eerst de verzekeraar")
    _tick(phone, "dit ging mis")
    phone.get_by_label("Wat leerde je?").fill("Zonder polis tekent niemand.")
    axe(phone)
    _seen(phone, "les-schrijven")
    phone.get_by_role("button", name="Bewaar het concept").click()
    phone.get_by_role("link", name="Kies wie het leest").click()
    axe(phone)
    _seen(phone, "delen")
    _tick(phone, "het hele netwerk")
    phone.get_by_role("button", name="Ga verder").click()
    phone.get_by_text("leden van het leernetwerk").first.wait_for()
    axe(phone)
    phone.get_by_role("button", name="Ja, deel het").click()
    phone.get_by_role("heading", name="Bel eerst de verzekeraar", level=1).wait_for()
    axe(phone)
    _seen(phone, "les")
    assert Lesson.objects.get(title="Bel eerst de verzekeraar").visibility == Visibility.NETWORK

    # Without JavaScript: who has done this before, and side by side.
    log_in(no_js, other)
    no_js.goto(reverse("learning_network:practices"))
    no_js.get_by_label("Wat zoek je?").first.fill("bewoner")
    no_js.get_by_role("button", name="Zoek").first.click()
    no_js.get_by_role("link", name="Bel eerst de verzekeraar").wait_for()
    _seen(no_js, "zoeken")
    no_js.locator(f"label[for=p{farm.pk}]").click()
    no_js.locator(f"label[for=p{park.pk}]").click()
    no_js.get_by_role("button", name="Zet de gekozen praktijken naast elkaar").click()
    no_js.get_by_text("alleen hier").first.wait_for()
    address = no_js.url
    _seen(no_js, "naast-elkaar")
    phone.goto(address)
    axe(phone)
    _seen(phone, "naast-elkaar")
    page.goto(reverse("learning_network:practices"))
    axe(page)
    _seen(page, "praktijken")
    page.goto(reverse("learning_network:question", args=[programme.slug, 1]))
    axe(page)
    _seen(page, "leervraag")

    # Who runs the programme composes the red threads.
    log_in(page, boss)
    page.goto(reverse("learning_network:red_threads_work", args=[programme.slug]))
    axe(page)
    page.get_by_role("link", name="Begin rode draden").click()
    page.get_by_label("Titel").fill("Wat wij leerden")
    _tick(page, "het hele netwerk")
    page.get_by_role("button", name="Beginnen").click()
    page.get_by_role("link", name="Kies lessen en praktijken").click()
    _tick(page, "Bel eerst de verzekeraar")
    _tick(page, "Maak een zomerrooster")
    _tick(page, farm.title)
    axe(page)
    page.get_by_role("button", name="Voeg toe wat ik aankruiste").click()
    page.get_by_label("Tekst").fill("Beginnen")
    page.get_by_role("button", name="Zet het aan het eind").click()
    page.get_by_role("button", name=re.compile(r"Omhoog\s*: 4")).click()
    page.get_by_label(re.compile(r"Naar nummer\s*\(3\)")).fill("1")
    page.get_by_role("button", name=re.compile(r"Verplaats\s*: 3")).click()
    axe(page)
    _seen(page, "rode-draden-werk")
    kinds = list(RedThread.objects.get().pieces.values_list("kind", flat=True))
    assert kinds == ["heading", "lesson", "lesson", "practice"]
    page.get_by_role("link", name="Publiceren").click()
    page.get_by_role("button", name="Ja, publiceer het").click()
    page.get_by_role("heading", name="Wat wij leerden", level=1).wait_for()
    axe(page)
    _seen(page, "rode-draden")
    phone.goto(RedThread.objects.get().get_absolute_url())
    axe(phone)
    _seen(phone, "rode-draden")
