"""Every page in a real browser: nothing for axe to say, no scrolling sideways at 320 px, readable without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from playwright.sync_api import Page

from tests.e2e.conftest import PHONE, WIDE, ContextMaker
from tests.pages import PageUrl, World
from tests.test_urls import A_MAIL, BACKEND, DESTROYS

# What only one kind of person sees; pages that everybody sees are looked at once, as a reader.
PEOPLE = ("anonymous", "resident", "administrator")


@pytest.fixture
def world(transactional_db: None, single_factor: None) -> World:
    return World.make()


def _pages(world: World) -> dict[str, list[PageUrl]]:
    """The pages that answer each of these people with HTML: one of each name, and every state of a ballot's own pages."""
    clients = {person: Client() for person in PEOPLE}
    for person in PEOPLE[1:]:
        clients[person].force_login(world.people[person], BACKEND)
    found: dict[str, dict[str, PageUrl]] = {person: {} for person in PEOPLE}
    for url in world.urls():
        key = url.path if url.name in ("voting:detail", "voting:staff_detail", "voting:result") else url.name
        if url.name in A_MAIL or DESTROYS.search(url.path) or all(key in pages for pages in found.values()):
            continue
        for person in PEOPLE:
            if person != "anonymous" and key in found[person]:
                continue
            response = clients[person].get(url.path)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                found[person].setdefault(key, url)
            if person == "anonymous" and response.status_code == 200:
                break  # everybody sees it: looked at as a reader
    return {person: list(pages.values()) for person, pages in found.items()}


def test_every_page_is_accessible_and_fits_and_is_read_without_javascript(
    world: World,
    new_context: ContextMaker,
    axe: Callable[..., None],
    fits: Callable[[Page], None],
    log_in: Callable[..., None],
) -> None:
    """Each page is looked at on a telephone, made wide, and scanned by axe at one of the two in turn: journeys do both.

    Those that everybody reads are opened once more without JavaScript.
    """
    pages = _pages(world)
    wrong: list[str] = []
    for person in PEOPLE:
        assert len(pages[person]) > 3
        phone = new_context(viewport=PHONE).new_page()
        if person != "anonymous":
            log_in(phone, world.people[person])
        for number, url in enumerate(pages[person]):
            phone.set_viewport_size(PHONE)
            phone.goto(url.path)
            for turn, size in enumerate((PHONE, WIDE)):
                phone.set_viewport_size(size)
                for check in (fits, axe) if number % 2 == turn else (fits,):
                    try:
                        check(phone)
                    except AssertionError as error:
                        wrong.append(f"{size['width']} px, {url.path}: {error}")
        phone.context.close()
    no_js = new_context(java_script_enabled=False).new_page()
    for url in pages["anonymous"]:
        no_js.goto(url.path)
        if not no_js.locator("main h1").is_visible() or not no_js.locator("main").inner_text().strip():
            wrong.append(f"without JavaScript, {url.path}: nothing to read")
    assert not wrong, "\n\n".join(wrong)


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
