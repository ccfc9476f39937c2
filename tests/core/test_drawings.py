"""Parts of pages are drawn once for what they show: never for something that only looks alike."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.safestring import mark_safe

from foundation.core.drawings import _kept, drawn

LINK = "components/nav_link.html"


def link(label: object, count: int | None = None, active: bool | None = None) -> str:
    return drawn(LINK, url="/", label=label, icon_name="", count=count, active=active)


def test_a_text_that_looks_like_safe_markup_is_escaped_all_the_same() -> None:
    assert "<b>x</b>" in link(mark_safe("<b>x</b>"))
    assert "<b>" not in link("<b>x</b>")
    assert "<b>x</b>" in link(mark_safe("<b>x</b>"))


def test_what_is_equal_in_python_but_not_on_the_page_is_drawn_apart() -> None:
    assert "True" in drawn("components/notice.html", text=True, kind="info", title="", icon_name="")
    assert "True" not in drawn("components/notice.html", text=1, kind="info", title="", icon_name="")


def test_the_same_words_in_another_language_are_another_drawing() -> None:
    with translation.override("nl"):
        dutch = link("x", count=3)
    with translation.override("en"):
        english = link("x", count=3)
    assert "waiting" in english
    assert "waiting" not in dutch


def test_the_same_is_drawn_once_and_what_is_no_plain_value_each_time() -> None:
    link("once")
    before = _kept.cache_info()
    link("once")
    assert _kept.cache_info().hits == before.hits + 1
    link(object())
    link("long" * 2000)
    drawn("components/notice.html", text=[date(2026, 1, 1), {"a": None}], kind="info", title="", icon_name="")
    assert _kept.cache_info().currsize <= before.currsize + 1
