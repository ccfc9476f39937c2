"""Money, dates and components as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from foundation.core import wording
from foundation.core.templatetags import aanzet

NB = "\u00a0"


@pytest.fixture(autouse=True)
def _dutch():
    with translation.override("nl"):
        yield


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "cents, text",
    [
        (450_000, f"€{NB}4.500"),
        (450_050, f"€{NB}4.500,50"),
        (5, f"€{NB}0,05"),
        (0, f"€{NB}0"),
        (-1_250, f"-€{NB}12,50"),
        (123_456_789_00, f"€{NB}123.456.789"),
        (None, ""),
    ],
)
def test_money_has_cents_only_where_there_are_any(cents, text):
    assert wording.euro(cents) == text


def test_a_day_and_a_moment_are_written_out_in_amsterdam_time():
    late = datetime(2026, 3, 12, 18, 30, tzinfo=UTC)
    assert wording.day(date(2026, 3, 12)) == "donderdag 12 maart 2026"
    assert wording.moment(late) == "donderdag 12 maart 2026, 19.30 uur"
    assert wording.short_moment(late) == "12 maart 2026, 19.30 uur"


def test_a_moment_just_after_midnight_is_the_next_day_in_amsterdam():
    assert wording.day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "donderdag 2 juli 2026"


@pytest.mark.parametrize(
    "value, words",
    [
        (datetime(2026, 3, 12, 12, 30, tzinfo=UTC), "over 30 minuten"),
        (datetime(2026, 3, 12, 12, 1, 30, tzinfo=UTC), "over 1 minuut"),
        (datetime(2026, 3, 12, 14, 0, tzinfo=UTC), "over 2 uur"),
        (datetime(2026, 3, 12, 9, 0, tzinfo=UTC), "vandaag"),
        (date(2026, 3, 12), "vandaag"),
        (date(2026, 3, 13), "morgen"),
        (date(2026, 3, 11), "gisteren"),
        (date(2026, 3, 15), "over 3 dagen"),
        (date(2026, 3, 10), "2 dagen geleden"),
        (date(2026, 5, 1), ""),
    ],
)
def test_what_is_near_is_told_relatively(value, words):
    assert wording.relative(value, now=datetime(2026, 3, 12, 12, 0, tzinfo=UTC)) == words


def test_over_a_change_of_the_clock_a_day_is_still_a_day():
    now = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00.30 on Sunday 29 March, the night the clock goes forward
    assert wording.relative(date(2026, 3, 30), now=now) == "morgen"


def test_the_money_bar_tells_what_is_too_much_in_words():
    html = render("{% money_bar 10000 12050 %}")
    assert "money--over" in html
    assert f"€{NB}20,50 te veel" in html


def test_the_money_bar_of_no_budget_divides_by_nothing():
    assert 'width="0"' in render("{% money_bar 0 0 %}")


def test_the_widths_of_bars_have_a_point_in_dutch_too():
    html = render(
        "{% result_story rows %}",
        rows=[{"title": "A", "votes": 3, "funded": True}, {"title": "B", "votes": 1, "funded": False}],
    )
    assert 'width="33.3"' in html
    assert "3 stemmen" in html
    assert "1 stem<" in html


def test_the_path_tells_screen_readers_the_step_and_the_state():
    steps = [
        {"name": "Plannen", "state": "done"},
        {"name": "Stemmen", "state": "now", "end": date(2026, 3, 12)},
        {"name": "Uitslag", "state": "next"},
    ]
    html = render("{% path steps %}", steps=steps)
    assert "Stap 2 van 3, nu bezig:" in html
    assert "tot 12 maart 2026" in html
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    "kind, words", [("you", "Jij bent aan zet"), ("municipality", "De gemeente is aan zet"), ("done", "Klaar")]
)
def test_the_move_card_says_who_is_at_the_move(kind, words):
    assert words in render("{% move_card kind 'Stem' %}", kind=kind)


def test_an_unknown_move_is_refused():
    with pytest.raises(TemplateSyntaxError, match="municipality"):
        render("{% move_card 'nobody' 'Stem' %}")


def test_what_people_typed_is_escaped_in_a_card():
    html = render("{% card '/x' title text=title fact1=title %}", title="<script>x</script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 3


def test_a_card_shows_at_most_three_facts():
    facts = [{"text": f"feit {n}"} for n in range(5)]
    assert render("{% card '/x' 'T' facts=facts %}", facts=facts).count("feit") == 3


def test_a_misspelt_argument_of_a_card_is_refused():
    with pytest.raises(TemplateSyntaxError, match="fact9"):
        render("{% card '/x' 'T' fact9='a' %}")


def test_the_pattern_is_the_same_for_the_same_title_only():
    assert aanzet.pattern("Moestuin") == aanzet.pattern("Moestuin")
    assert aanzet.pattern("Moestuin") != aanzet.pattern("Speeltuin")


def test_pagination_keeps_the_filter():
    request = RequestFactory().get("/", {"q": "groen & geel", "page": "2"})
    html = render("{% pagination page %}", request=request, page=Paginator(range(100), 10).page(2))
    assert "?q=groen+%26+geel&amp;page=3" in html
    assert html.count('aria-current="page"') == 1


def test_one_page_has_no_pagination():
    request = RequestFactory().get("/")
    assert render("{% pagination page %}", request=request, page=Paginator(range(3), 10).page(1)).strip() == ""


def test_url_with_takes_a_parameter_away():
    request = RequestFactory().get("/", {"q": "x", "page": "2"})
    assert render("{% url_with page=None %}", request=request) == "?q=x"


def test_breadcrumbs_end_with_this_page():
    html = render("{% breadcrumbs '/' 'Home' 'Hier' %}")
    assert '<a href="/">Home</a>' in html
    assert '<span aria-current="page">Hier</span>' in html
