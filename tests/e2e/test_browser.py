"""The fixtures themselves: a page that is wrong is seen to be wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Problems


def test_axe_finds_a_picture_without_a_text(page: Page, axe: Callable[..., None]) -> None:
    page.set_content('<html lang="nl"><title>Proef</title><main><h1>Proef</h1><img src="data:,"></main>')

    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_what_the_policy_blocks_is_a_problem(page: Page, problems: Problems) -> None:
    page.goto("/account/login/")
    page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    for _turn in range(200):  # the browser tells it in its own time
        if any("Content Security Policy" in problem for problem in problems):
            break
        page.wait_for_timeout(50)

    assert any("Content Security Policy" in problem for problem in problems)
    problems.clear()


def test_a_page_wider_than_the_telephone_is_told(phone: Page, fits: Callable[[Page], None]) -> None:
    phone.set_content("<p>" + "x" * 400)

    with pytest.raises(AssertionError, match="320 px"):
        fits(phone)
