"""Charts: the drawing and the table say the same, for everybody."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from foundation.core.charts import Bar, Chart, bar_chart, grouped_bars, line_chart, sparkline, stacked_bar

SVG = "{http://www.w3.org/2000/svg}"


def euros(cents: float) -> str:
    return f"€ {cents / 100:,.0f}".replace(",", ".")


def drawn(chart: Chart, kind: str, css_class: str) -> list[ET.Element]:
    return [
        element
        for element in ET.fromstring(chart.svg).iter(f"{SVG}{kind}")
        if css_class in (element.get("class") or "").split()
    ]


def widths(chart: Chart) -> list[float]:
    return [float(bar.get("width", "").removesuffix("%")) for bar in drawn(chart, "rect", "chart-bar")]


ALL = [
    bar_chart([("Bankjes", 230), Bar("Speeltuin", 480, "accent")], title="Stemmen"),
    bar_chart([], title="Nog niets"),
    stacked_bar([("Groen", 4), ("Spelen", 3)], title="Verdeling", total=10, rest_label="Over"),
    stacked_bar([], title="Nog niets"),
    grouped_bars([("Centrum", [1, 2]), ("De Staart", [3, 4])], series=["2025", "2026"], title="Per jaar"),
    line_chart([("1 maart", 3), ("2 maart", 8)], title="Per dag"),
    line_chart([("1 maart", 3)], title="Eén dag"),
    line_chart([], title="Nog niets"),
    sparkline([("1", 2), ("2", 0), ("3", 5)], title="Verloop"),
    sparkline([], title="Nog niets"),
]


@pytest.mark.parametrize("chart", ALL, ids=[f"{i}-{chart.caption}" for i, chart in enumerate(ALL)])
def test_drawing_is_a_named_image_without_inline_style(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    assert root.get("role") == "img"
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    named_by = (root.get("aria-labelledby") or "").split()
    assert [ids[name].tag for name in named_by] == [f"{SVG}title", f"{SVG}desc"]
    assert ids[named_by[0]].text == chart.caption
    assert not any("style" in element.attrib or element.tag == f"{SVG}style" for element in root.iter())
    assert all(len(row) == len(chart.head) for row in chart.rows)


def test_ids_on_a_page_with_all_charts_are_unique_per_drawing() -> None:
    patterned = [ALL[2], ALL[4]]
    ids = [e.get("id") for chart in patterned for e in ET.fromstring(chart.svg).iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_bars_are_as_long_as_their_values() -> None:
    chart = bar_chart([("Veel", 200), ("Helft", 100), ("Niets", 0)], title="Stemmen", head=["Plan", "Stemmen"])
    longest, half, none = widths(chart)
    assert half == pytest.approx(longest / 2)
    assert none == 0
    assert longest < 80  # the value stands behind it
    assert chart.head == ["Plan", "Stemmen"]
    assert chart.rows == [["Veel", "200"], ["Helft", "100"], ["Niets", "0"]]
    assert [value.text for value in drawn(chart, "text", "chart-value")] == ["200", "100", "0"]


def test_maximum_makes_charts_comparable() -> None:
    assert widths(bar_chart([("Helft", 50)], title="a", maximum=100)) == [37]
    assert widths(bar_chart([("Meer dan verwacht", 200)], title="a", maximum=100)) == [74]


def test_all_zero_draws_no_bar_and_does_not_divide_by_it() -> None:
    assert widths(bar_chart([("Niets", 0), ("Ook niets", 0)], title="Leeg")) == [0, 0]
    assert widths(stacked_bar([("Niets", 0)], title="Leeg", total=0)) == [0]
    assert line_chart([("ma", 0), ("di", 0)], title="Leeg").rows == [["ma", "0"], ["di", "0"]]


def test_long_label_breaks_in_two_lines_and_is_whole_in_the_table() -> None:
    label = "Speeltuin in het Weizigtpark opknappen met bewoners en kinderen van de basisschool"
    chart = bar_chart([(label, 1)], title="Stemmen")
    lines = [line.text or "" for line in drawn(chart, "text", "chart-label")]
    assert len(lines) == 2
    assert all(len(line) <= 34 for line in lines)
    assert lines[1].endswith("…")
    assert chart.rows[0][0] == label


def test_strange_characters_are_text() -> None:
    chart = bar_chart([("<script>alert(1)</script> & \"co'", 1), ("🚲🌳", 2)], title="<b>&")
    assert "<script" not in chart.svg
    assert chart.rows[0][0] == "<script>alert(1)</script> & \"co'"


def test_money_bar_shows_what_is_left() -> None:
    chart = stacked_bar(
        [("Groen", 45_000_00), ("Spelen", 30_000_00)],
        title="Budget",
        total=100_000_00,
        rest_label="Over",
        value_text=euros,
    )
    assert widths(chart) == [45, 30, 25]
    assert chart.rows == [["Groen", "€ 45.000"], ["Spelen", "€ 30.000"], ["Over", "€ 25.000"]]
    assert [item.label for item in chart.legend] == ["Groen: € 45.000", "Spelen: € 30.000", "Over: € 25.000"]
    assert chart.legend[2].css_class == "chart-bar chart-bar--muted"
    assert drawn(chart, "line", "chart-limit") == []


def test_money_bar_over_its_budget_marks_the_limit() -> None:
    chart = stacked_bar([("Groen", 60), ("Spelen", 60)], title="Budget", total=100, rest_label="Over")
    assert widths(chart) == [50, 50]
    assert [line.get("x1") for line in drawn(chart, "line", "chart-limit")] == ["83.33%"]
    assert len(chart.rows) == 2


def test_series_differ_by_pattern_and_not_by_colour_alone() -> None:
    chart = grouped_bars([("Centrum", [1, 2, 3])], series=["2024", "2025", "2026"], title="Per jaar", head="Wijk")
    root = ET.fromstring(chart.svg)
    patterns = {f"url(#{pattern.get('id')})" for pattern in root.iter(f"{SVG}pattern")}
    overlays = [rect.get("fill") for rect in root.iter(f"{SVG}rect") if rect.get("fill")]
    assert len(overlays) == 2
    assert set(overlays) == patterns
    assert chart.head == ["Wijk", "2024", "2025", "2026"]
    assert chart.rows == [["Centrum", "1", "2", "3"]]
    assert [item.label for item in chart.legend] == ["2024", "2025", "2026"]


def test_groups_must_fit_their_series() -> None:
    with pytest.raises(ValueError, match="Centrum has 1 values for 2 series"):
        grouped_bars([("Centrum", [1])], series=["2025", "2026"], title="x")
    with pytest.raises(ValueError, match="at most 6 series"):
        grouped_bars([], series=list("abcdefg"), title="x")


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf")])
def test_amount_below_zero_or_no_number_is_refused(wrong: float) -> None:
    for draw in (bar_chart, stacked_bar, line_chart, sparkline):
        with pytest.raises(ValueError, match="amounts of 0 or more"):
            draw([("x", wrong)], title="x")
    with pytest.raises(ValueError, match="amounts of 0 or more"):
        grouped_bars([("x", [wrong])], series=["a"], title="x")


def test_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="tone"):
        bar_chart([Bar("x", 1, "roze")], title="x")


@pytest.mark.parametrize(
    "values, levels",
    [
        ([0, 1], ["1"]),
        ([3], ["1", "2", "3"]),
        ([7], ["2", "4", "6", "8"]),
        ([95], ["25", "50", "75", "100"]),
        ([100], ["25", "50", "75", "100"]),
        ([0.3], ["0.1", "0.2", "0.3"]),
        ([1_500], ["500", "1000", "1500"]),
    ],
)
def test_grid_lines_stand_at_easy_numbers(values: list[float], levels: list[str]) -> None:
    chart = line_chart([(str(i), value) for i, value in enumerate(values)], title="x", value_text=lambda v: f"{v:g}")
    labels = [text.text for text in drawn(chart, "text", "chart-label")]
    assert labels[: len(levels)] == levels


def test_line_connects_its_points_in_order() -> None:
    chart = line_chart([("ma", 0), ("di", 10), ("wo", 5)], title="Per dag")
    points = [(p.get("cx"), p.get("cy")) for p in drawn(chart, "circle", "chart-point")]
    pieces = drawn(chart, "line", "chart-line")
    assert [(piece.get("x1"), piece.get("y1")) for piece in pieces] == points[:-1]
    assert [(piece.get("x2"), piece.get("y2")) for piece in pieces] == points[1:]
    heights = [float((y or "").removesuffix("rem")) for _x, y in points]
    assert heights[0] > heights[2] > heights[1]  # y runs down


def test_numbers_are_told_in_the_description() -> None:
    description = ET.fromstring(bar_chart([("Bankjes", 230)], title="Stemmen").svg).find(f"{SVG}desc")
    assert description is not None
    assert description.text == "Bankjes: 230"
