"""The look in a real browser: scanned in every theme and scheme, on a telephone, by keyboard and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(
    not django_settings.FRONTEND_DIR.exists(), reason="'manage.py frontend' has not run: there is no style to look at"
)
ERRORS = ("403", "403_csrf", "404", "429", "500", "503")


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["aanzet", "voorbeeld"])
@pytest.mark.parametrize("path", ["/stijlgids/", "/stijlgids/ambtenaar/"])
def test_axe_finds_nothing_in_any_theme(
    new_context: Callable[..., Any], axe: Callable[..., None], path: str, theme: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{path}?thema={theme}")
    for details in page.locator("details:not(.site-menu)").all():
        details.evaluate("element => { element.open = true }")
    axe(page)


@pytest.mark.parametrize("path", [*(f"fout/{name}" for name in ERRORS), "bevestig/bewoner", "bevestig/ambtenaar"])
def test_axe_finds_nothing_on_an_error_or_confirm_page(page: Page, axe: Callable[..., None], path: str) -> None:
    page.goto(f"/stijlgids/{path}/")
    axe(page)


@pytest.mark.parametrize("path", ["/stijlgids/", "/stijlgids/ambtenaar/", "/stijlgids/fout/403_csrf/"])
def test_nothing_is_wider_than_the_smallest_telephone(phone: Page, fits: Callable[[Page], None], path: str) -> None:
    phone.goto(path)
    fits(phone)


def test_nothing_is_cut_off_at_twice_the_size(new_context: Callable[..., Any], fits: Callable[[Page], None]) -> None:
    page = new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2).new_page()
    page.goto("/stijlgids/ambtenaar/")
    fits(page)


def test_another_theme_changes_the_button_and_the_accent(page: Page) -> None:
    seen = []
    for theme in ("aanzet", "voorbeeld"):
        page.goto(f"/stijlgids/?thema={theme}")
        seen.append(
            [
                page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")
                for selector in (".utrecht-button--primary-action", ".move--you")
            ]
        )
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_the_menu_of_a_telephone_opens_by_keyboard_and_closes_with_escape(
    phone: Page, axe: Callable[..., None]
) -> None:
    phone.goto("/stijlgids/ambtenaar/")
    menu = phone.locator("details.site-menu")
    summary = menu.locator("summary")
    summary.focus()
    phone.keyboard.press("Enter")
    assert menu.evaluate("element => element.open") is True
    axe(phone)
    phone.keyboard.press("Escape")
    assert menu.evaluate("element => element.open") is False
    assert summary.evaluate("element => element === document.activeElement")


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/stijlgids/ambtenaar/")
    page.keyboard.press("Tab")
    link = page.locator(".utrecht-skip-link")
    assert link.evaluate("element => element === document.activeElement")
    assert link.bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_wrong_has_the_focus_with_and_without_javascript(
    new_context: Callable[..., Any], javascript: bool
) -> None:
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto("/stijlgids/")
    assert page.locator(".error-summary:focus").count() == 1


def test_a_link_of_the_summary_puts_the_focus_in_the_field(page: Page) -> None:
    page.goto("/stijlgids/")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "fout-title"


def test_a_form_is_sent_once_however_often_the_button_is_pressed(page: Page) -> None:
    page.goto("/stijlgids/")
    counts = page.evaluate(
        """() => {
            const form = document.querySelector('form[method=post]');
            const stopped = [];
            for (let i = 0; i < 3; i++) {
                const event = new SubmitEvent('submit', {bubbles: true, cancelable: true});
                form.dispatchEvent(event);
                stopped.push(event.defaultPrevented);
            }
            return [stopped, form.getAttribute('aria-busy')];
        }"""
    )
    assert counts == [[False, True, True], "true"]


def test_letters_are_eighteen_pixels_at_the_browsers_default(page: Page) -> None:
    page.goto("/stijlgids/ambtenaar/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18


def test_htmx_is_fetched_only_where_it_is_used_and_a_swap_is_announced(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/stijlgids/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "htmx" in url]

    page.goto("/stijlgids/ambtenaar/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("htmx.config.allowEval") is False
    page.evaluate("window.notReloaded = true")
    page.get_by_role("link", name="Ververs de lijst").click()
    page.locator("#live", has_text="2 stemmingen gevonden").wait_for(state="attached")
    assert page.evaluate("window.notReloaded") is True
