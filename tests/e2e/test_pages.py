"""Every page in a real browser: nothing for axe to say, no scrolling sideways at 320 px, readable without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from tests.pages import PageUrl, World
from tests.test_urls import A_MAIL, BACKEND, DESTROYS

# What only one kind of person sees; pages that everybody sees are looked at once, as a reader.
PEOPLE = ("anonymous", "resident", "administrator")
WIDE: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture
def world(transactional_db: None, single_factor: None) -> World:
    return World.make()


def _pages(world: World, person: str) -> list[PageUrl]:
    """The pages that answer this person with HTML: one of each name, and every state of a ballot's own pages."""
    client = Client()
    if person != "anonymous":
        client.force_login(world.people[person], BACKEND)
    reader = Client()
    found: dict[str, PageUrl] = {}
    for url in world.urls():
        key = url.path if url.name in ("voting:detail", "voting:staff_detail", "voting:result") else url.name
        if key in found or url.name in A_MAIL or DESTROYS.search(url.path):
            continue
        if person != "anonymous" and reader.get(url.path).status_code == 200:
            continue
        response = client.get(url.path)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            found[key] = url
    return list(found.values())


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_is_accessible_and_fits(
    world: World,
    phone: Page,
    axe: Callable[..., None],
    fits: Callable[[Page], None],
    log_in: Callable[..., None],
    person: str,
) -> None:
    """Each page is looked at on a telephone, made wide, and scanned by axe at one of the two in turn: journeys do both."""
    pages = _pages(world, person)
    assert len(pages) > 3
    if person != "anonymous":
        log_in(phone, world.people[person])
    small = phone.viewport_size
    assert small is not None
    wrong: list[str] = []
    for number, url in enumerate(pages):
        phone.set_viewport_size(small)
        phone.goto(url.path)
        for turn, size in enumerate((small, WIDE)):
            phone.set_viewport_size(size)
            for check in (fits, axe) if number % 2 == turn else (fits,):
                try:
                    check(phone)
                except AssertionError as error:
                    wrong.append(f"{size['width']} px, {url.path}: {error}")
    assert not wrong, "\n\n".join(wrong)


def test_public_pages_can_be_read_without_javascript(world: World, no_js: Page) -> None:
    for url in _pages(world, "anonymous"):
        no_js.goto(url.path)
        assert no_js.locator("main h1").is_visible(), url.path
        assert no_js.locator("main").inner_text().strip(), url.path


@pytest.mark.urls("tests.portal.urls_demo")
def test_the_demos_own_pages_are_accessible_and_fit(
    phone: Page, axe: Callable[..., None], fits: Callable[[Page], None], settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    connection = get_connection("portal.demo.mailbox.MailboxBackend")
    EmailMessage("Je inlogcode is 123456", "Hallo", "a@example.nl", ["b@example.nl"], connection=connection).send()

    for path in ("/demo/", "/demo/mailbox/"):
        phone.goto(path)
        axe(phone)
        fits(phone)
    phone.get_by_role("link", name="Je inlogcode").click()
    phone.get_by_role("heading", name="Je inlogcode").wait_for()
    axe(phone)
    fits(phone)
