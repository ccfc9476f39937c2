"""A real browser for the journeys: wide, on a phone, and without JavaScript.

Every page fails its test on an error in the console, a script error, or something the content security policy blocked.
The browser is the Chromium of the system (``AANZET_CHROMIUM``, else the PATH), driven by Playwright's own sync API: the
pytest-playwright plugin is switched off, because it starts event loops that the rest of the suite would feel.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
HERE = Path(__file__).parent
# Milliseconds until something that should come is missed: a test that goes well never waits so long, but a machine may be busy.
PATIENCE = 40_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test in this folder is a journey: marked ``e2e``; those of one file share a worker, and so a browser."""
    parallel = config.pluginmanager.hasplugin("xdist")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if parallel and item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


def find_browser() -> str | None:
    """The path of a Chromium on this machine, or None."""
    named = os.environ.get("AANZET_CHROMIUM", "")
    if named:
        return named
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for the journeys. Package-scoped, so that its event loop is gone before other tests run."""
    path = find_browser()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's sync API keeps an event loop in this thread; Django would refuse its database calls beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        bundled = playwright.chromium.executable_path
        if path is None and not Path(bundled).exists():
            pytest.skip("no Chromium found: install one, or set AANZET_CHROMIUM to its path")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Problems(list[str]):
    """What went wrong in the pages of one test; a test that expects something clears it by ``problems.clear()``."""


@pytest.fixture
def problems() -> Iterator[Problems]:
    """Collects console errors, script errors and blocked content; the test fails when any are left at its end."""
    found = Problems()
    yield found
    assert not found, "The browser complained:\n" + "\n".join(found)


class ContextMaker(Protocol):
    def __call__(self, **options: Any) -> BrowserContext: ...


@pytest.fixture
def new_context(
    browser: Browser, live_server: Any, problems: Problems, transactional_db: None
) -> Iterator[ContextMaker]:
    """Makes browser contexts (each its own person, with own cookies) on the live server, in Dutch."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url, **{"viewport": WIDE, "locale": "nl-NL", "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(PATIENCE)
        context.on("page", lambda page: _watch(page, problems))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


def _watch(page: Page, problems: Problems) -> None:
    def response(answer: Response) -> None:
        if answer.status >= (500 if answer.request.is_navigation_request() else 400):
            problems.append(f"{answer.status} for {answer.url} on {page.url}")

    def console(message: ConsoleMessage) -> None:
        if message.type != "error" or message.text.startswith("Failed to load resource"):
            return  # a missing file is told by its response; a 404 page may be what the test asks for
        problems.append(f"console on {page.url}: {message.text}")

    page.on("response", response)
    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script error on {page.url}: {error}"))


@pytest.fixture
def page(new_context: ContextMaker) -> Page:
    """A page in a wide window (1280 px)."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: ContextMaker) -> Page:
    """A page on the smallest telephone (320 px)."""
    return new_context(viewport=PHONE).new_page()


@pytest.fixture
def no_js(new_context: ContextMaker) -> Page:
    """A page in a browser without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def log_in(live_server: Any) -> Callable[[Page, Any], None]:
    """``log_in(page, user)``: the user is logged in in the context of this page, without filling in the form."""

    def log_in(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return log_in


@pytest.fixture
def axe() -> Callable[..., None]:
    """``axe(page)``: asserts that axe finds nothing on the page (WCAG 2.2 A and AA, and axe's best practices).

    ``exclude``: CSS selectors of parts that are left out. Not for pages without JavaScript.
    """
    from axe_playwright_python.sync_playwright import Axe

    scan = Axe()

    def axe(page: Page, *, exclude: tuple[str, ...] = ()) -> None:
        # A half-parsed page has sections whose heading is still to come; the scan is of the whole page.
        page.wait_for_load_state("load")
        context = {"exclude": [[selector] for selector in exclude]} if exclude else None
        found = scan.run(page, context=context).response["violations"]
        assert not found, f"axe on {page.url}:\n" + "\n".join(_in_words(violation) for violation in found)

    return axe


def _in_words(violation: dict[str, Any]) -> str:
    nodes = [
        f"    {node['target']}: {node['html'][:160]}\n      {(node.get('failureSummary') or '').replace(chr(10), ' ')}"
        for node in violation["nodes"][:6]
    ]
    more = len(violation["nodes"]) - len(nodes)
    return "\n".join(
        [
            f"  {violation['id']} ({violation['impact']}): {violation['help']}",
            *nodes,
            *([f"    and {more} more"] * bool(more)),
        ]
    )


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """``fits(page)``: asserts that the page does not scroll sideways."""

    def fits(page: Page) -> None:
        page.wait_for_load_state("load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        screen = page.evaluate("document.documentElement.clientWidth")
        if wide > screen:
            culprits = page.evaluate(
                """() => [...document.querySelectorAll('body *')]
                    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                    .slice(0, 8).map(e => e.tagName + '.' + (e.getAttribute('class') || ''))"""
            )
            raise AssertionError(f"{page.url} is {wide} px wide on a screen of {screen} px: {culprits}")

    return fits


@pytest.fixture
def single_factor(settings: Any) -> None:
    """Staff pages without a second factor, for journeys that are about something else."""
    settings.TWO_FACTOR_FOR_STAFF = False
