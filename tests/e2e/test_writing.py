"""Writing together in a real browser: a remark on a telephone without JavaScript, the next version by a resident."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from participation.enums import PhaseKind, ProcessRole
from participation.models import Process, Role
from participation.services import answers, documents
from portal.demo.participation_writing import TEXT, TITLE
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.participation import running

pytestmark = pytest.mark.django_db(transaction=True)


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("AANZET_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def process(settings: Any, transactional_db: None) -> Process:
    settings.TWO_FACTOR_FOR_STAFF = False
    town = MunicipalityFactory(name="Waterstad", slug="waterstad")
    return running(town, kind=PhaseKind.WRITING, slug="kade", title="Parkeerplan Wendekade")


def test_a_remark_on_a_telephone_changes_the_next_version(
    process: Process,
    new_context: Callable[..., Any],
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[[Page], None],
) -> None:
    servant = civil_servant(process.municipality)
    document = documents.create(process=process, by=servant, title=TITLE, text=TEXT, intro="Lees mee.")
    documents.publish(document=document, by=servant, version=None)
    resident, chair = UserFactory(name="Samira"), UserFactory(name="Noor")
    Role.objects.create(process=process, user=chair, role=ProcessRole.CHAIR)

    phone = new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False).new_page()
    log_in(phone, resident)
    phone.goto("/waterstad/meedoen/kade/fase-1/")
    phone.get_by_role("link", name=TITLE).click()
    shoot(phone, "text-320")
    phone.get_by_role("link", name="Plaats een opmerking bij alinea 3").click()
    phone.get_by_label("Je opmerking").fill("Hoeveel vakken dan?")
    phone.get_by_label("Hoe kan het er beter staan?").fill("Er komen acht nieuwe vakken aan de Rietlaan.")
    phone.get_by_role("button", name="Stuur je opmerking").click()
    expect(phone).to_have_url(re.compile(r"/tekst-1/#p-5$"))
    expect(phone.get_by_role("link", name="1 opmerking bij alinea 3")).to_be_visible()
    remark = document.remarks.get()
    answers.answer(contribution=remark, outcome="adopted", text="We noemen nu het aantal.", by=servant)

    wide = new_context().new_page()
    log_in(wide, chair)
    wide.goto(f"{document.get_absolute_url()}schrijven/")
    wide.get_by_role("button", name="Begin de volgende versie").click()
    axe(wide)
    shoot(wide, "write-1280")
    wide.get_by_role("link", name=re.compile(r"Verander ?: Alinea 3")).click()
    wide.get_by_label("De tekst").fill("Er komen acht nieuwe vakken aan de Rietlaan.")
    wide.get_by_text("Hoeveel vakken dan?").click()
    axe(wide)
    shoot(wide, "edit-1280")
    wide.get_by_role("button", name="Sla de alinea op").click()
    wide.get_by_role("button", name=re.compile(r"Omhoog ?: Alinea 5")).click()
    wide.get_by_role("link", name=re.compile(r"Haal eruit ?: Alinea 1")).click()
    wide.get_by_role("button", name="Haal de alinea weg").click()
    wide.get_by_role("link", name="Publiceer versie 2").click()
    wide.get_by_label("Wat is er veranderd?").fill("Het aantal vakken.")
    wide.get_by_role("button", name="Publiceer versie 2").click()
    axe(wide)
    shoot(wide, "text-1280")
    wide.get_by_role("link", name="Bekijk wat er veranderd is").click()
    expect(wide.locator("ins", has_text="acht").first).to_be_visible()
    expect(wide.get_by_text("Hoeveel vakken dan?")).to_be_visible()
    axe(wide)
    shoot(wide, "compare-1280")

    for path, name in (("", "text"), ("vergelijken/?alles=1", "compare"), ("paragraaf-5/", "paragraph")):
        phone.goto(f"{document.get_absolute_url()}{path}")
        fits(phone)
        shoot(phone, f"{name}-320")
