"""The innovation power of a municipality in a real browser, wide and on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.test_sessions import shoot
from tests.learning_network.test_innovation import Town

pytestmark = pytest.mark.django_db(transaction=True)


def test_scores_over_the_years_and_beside_others(
    settings: Any,
    page: Page,
    phone: Page,
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[[Page], None],
) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    own, *others = [Town() for _ in range(4)]
    own.measures(2)
    own.measures(3)
    for number, town in enumerate(others, start=2):
        town.measures(number)
    url = reverse("learning_network:innovation", args=[own.official.pk])
    for browser, name in ((page, "1280"), (phone, "320")):
        log_in(browser, own.staff)
        browser.goto(url)
        axe(browser)
        fits(browser)
        shoot(browser, f"innovation-{name}")
    page.get_by_role("button", name="Begin de meting van dit jaar").click()
    expect(page.get_by_text("De vragenlijst staat klaar")).to_be_visible()
