"""Charts as SVG, drawn on the server, each with the same numbers as rows for a table beside it.

A drawing has no viewBox: places run across in percents and down in rem. So bars fill the width of the page while the
letters keep the size the reader chose, on a telephone as on a wide screen, without JavaScript.

Classes (styled by the page): ``chart-drawing`` on the svg; ``chart-bar`` with ``chart-bar-0`` .. ``chart-bar-5``,
``chart-bar--muted`` or ``chart-bar--accent``; ``chart-hatch`` the lines that tell series apart without colour;
``chart-line``, ``chart-point``, ``chart-limit``, ``chart-axis``, ``chart-grid``, ``chart-label``, ``chart-value``.
"""

from __future__ import annotations

import hashlib
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

SERIES = 6  # chart-bar-0 to chart-bar-5
_LINE_LENGTH = 34  # letters that fit on a telephone of 320 pixels
_BAR_SPAN = 74.0  # percents of the width for the longest bar; its value stands behind it
_LINE = 1.35  # rem
_BAR = 0.95  # rem
_TONES = {"", "muted", "accent"}


@dataclass(frozen=True)
class Bar:
    """One bar or part. ``tone``: "", "muted" (does not count, such as not funded) or "accent" (to be noticed)."""

    label: str
    value: float
    tone: str = ""


@dataclass(frozen=True)
class LegendItem:
    """What a colour and pattern stand for; ``swatch`` is a small drawing of it."""

    swatch: SafeString
    label: str
    css_class: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its table: ``head`` are the column heads of ``rows``; all cells are texts."""

    svg: SafeString
    head: list[str]
    rows: list[list[str]]
    caption: str
    legend: list[LegendItem] = field(default_factory=list)


def _number(value: float) -> str:
    return f"{value:g}"


def _checked(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"a chart shows amounts of 0 or more, not {value}")
    return float(value)


def _share(value: float, whole: float, span: float = 100.0) -> str:
    """Percents with two decimals of ``span``."""
    return f"{(value / whole * span if whole else 0):.2f}".rstrip("0").rstrip(".") + "%"


def _rem(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "rem"


def _wrapped(label: str) -> list[str]:
    """At most two lines; SVG text does not break by itself. The table has the whole label."""
    return textwrap.wrap(" ".join(label.split()), _LINE_LENGTH, max_lines=2, placeholder="…") or [""]


def _bar_class(index: int, tone: str = "") -> str:
    if tone not in _TONES:
        raise ValueError(f"a bar has tone '', 'muted' or 'accent', not {tone!r}")
    return f"chart-bar chart-bar--{tone}" if tone else f"chart-bar chart-bar-{index % SERIES}"


def _pattern(name: str, index: int) -> str:
    """Lines in the direction of the series: even series are plain or crossed, odd ones leaning left or right."""
    turn, size = {1: (45, 7), 2: (0, 5), 3: (135, 7), 4: (90, 5), 5: (45, 4)}[index]
    return (
        f'<pattern id="{name}-{index}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><path class="chart-hatch" d="M1 0V{size}" stroke="#fff" stroke-width="1.2"/></pattern>'
    )


def _swatch(uid: str, index: int, css_class: str) -> SafeString:
    hatch = f'<rect width="18" height="18" fill="url(#{uid}-{index})"/>' if index % SERIES else ""
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">'
        f'<rect class="{css_class}" width="18" height="18"/>{hatch}</svg>'
    )


def _uid(*parts: object) -> str:
    return "c" + hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


def _document(
    uid: str,
    title: str,
    description: str,
    height: float,
    drawn: str,
    *,
    width: str = "100%",
    patterns: Iterable[int] = (),
) -> SafeString:
    hatches = "".join(_pattern(uid, index) for index in sorted({i % SERIES for i in patterns} - {0}))
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-drawing" width="{width}" height="{_rem(height)}" '
        f'font-size=".9rem" role="img" aria-labelledby="{uid}-t {uid}-d">'
        f'<title id="{uid}-t">{escape(title)}</title><desc id="{uid}-d">{escape(description)}</desc>'
        f"{f'<defs>{hatches}</defs>' if hatches else ''}{drawn}</svg>"
    )


def _text(css_class: str, x: str, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text class="{css_class}" x="{x}" y="{_rem(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(css_class: str, x: str, y: float, width: str, *, title: str, height: float = _BAR, hatch: str = "") -> str:
    box = f'x="{x}" y="{_rem(y)}" width="{width}" height="{_rem(height)}"'
    over = f'<rect {box} fill="url(#{hatch})" pointer-events="none"/>' if hatch else ""
    return f'<rect class="{css_class}" {box}><title>{escape(title)}</title></rect>{over}'


def _label(label: str, top: float) -> tuple[str, float]:
    """The drawn label and where the next thing may begin."""
    drawn = ""
    for line in _wrapped(label):
        drawn += _text("chart-label", "0", top + 1.0, line)
        top += _LINE
    return drawn, top + 0.1


def _told(rows: Sequence[Sequence[str]]) -> str:
    """The numbers in words, for who does not see the drawing; the table has them all."""
    shown = [f"{row[0]}: {', '.join(row[1:])}" for row in rows[:12]]
    return "; ".join(shown) + (f"; … ({len(rows)})" if len(rows) > 12 else "")


def bar_chart(
    bars: Iterable[Bar | tuple[str, float]],
    *,
    title: str,
    head: Sequence[str] = (),
    value_text: Callable[[float], str] = _number,
    maximum: float | None = None,
) -> Chart:
    """Horizontal bars, each with its label above and its value behind it.

    Args:
        bars: in the order to draw; values of 0 or more.
        title: what is compared.
        head: the two column heads of the table.
        value_text: a value as people read it, such as "€ 4.500".
        maximum: the value of a full bar; the highest value by default.

    Raises:
        ValueError: a value below 0, or no number; a tone that does not exist.
    """
    known = [bar if isinstance(bar, Bar) else Bar(*bar) for bar in bars]
    whole = max([_checked(bar.value) for bar in known] + [maximum or 0])
    drawn, top = "", 0.0
    rows = [[bar.label, value_text(bar.value)] for bar in known]
    for bar, (_name, shown) in zip(known, rows, strict=True):
        label, top = _label(bar.label, top)
        title_of = f"{bar.label}: {shown}"
        drawn += label + _rect(_bar_class(0, bar.tone), "0", top, _share(bar.value, whole, _BAR_SPAN), title=title_of)
        drawn += _text("chart-value", "100%", top + 0.82, shown, anchor="end")
        top += _BAR + 0.75
    uid = _uid("bars", title, rows)
    svg = _document(uid, title, _told(rows), max(top - 0.4, 1.0), drawn)
    return Chart(svg=svg, head=list(head) or [_("Name"), _("Number")], rows=rows, caption=title)


def stacked_bar(
    parts: Iterable[Bar | tuple[str, float]],
    *,
    title: str,
    total: float | None = None,
    rest_label: str = "",
    head: Sequence[str] = (),
    value_text: Callable[[float], str] = _number,
) -> Chart:
    """One bar of several parts: how a whole is divided, such as money spent and left.

    Args:
        parts: in order; values of 0 or more.
        total: what the bar stands for as a whole, such as the budget; the sum of the parts by default. When the parts are
            more than it, a line marks where it ends.
        rest_label: name of what is not divided, shown muted when there is a ``total`` with something left.

    Raises:
        ValueError: a value below 0, or no number.
    """
    known = [part if isinstance(part, Bar) else Bar(*part) for part in parts]
    used = sum(_checked(part.value) for part in known)
    if total is not None and rest_label and _checked(total) > used:
        known.append(Bar(rest_label, total - used, "muted"))
    whole = max(used, total or 0)
    rows = [[part.label, value_text(part.value)] for part in known]
    uid = _uid("stack", title, rows, total)
    drawn, start, legend, height = "", 0.0, [], 1.6
    for index, (part, (_name, shown)) in enumerate(zip(known, rows, strict=True)):
        css_class = _bar_class(index, part.tone)
        hatched = 0 if part.tone else index % SERIES
        drawn += _rect(
            css_class,
            _share(start, whole),
            0.2,
            _share(part.value, whole),
            title=f"{part.label}: {shown}",
            height=height,
            hatch=f"{uid}-{hatched}" if hatched else "",
        )
        legend.append(LegendItem(_swatch(uid, hatched, css_class), f"{part.label}: {shown}", css_class))
        start += part.value
    if total is not None and used > total:
        at = _share(total, whole)
        drawn += f'<line class="chart-limit" x1="{at}" x2="{at}" y1="0" y2="{_rem(height + 0.4)}" stroke="#111"/>'
    svg = _document(uid, title, _told(rows), height + 0.4, drawn, patterns=range(len(known)))
    return Chart(svg=svg, head=list(head) or [_("Name"), _("Number")], rows=rows, caption=title, legend=legend)


def grouped_bars(
    groups: Iterable[tuple[str, Sequence[float]]],
    *,
    series: Sequence[str],
    title: str,
    head: str = "",
    value_text: Callable[[float], str] = _number,
) -> Chart:
    """Groups of bars: the same series (years, answers) side by side for each thing.

    Args:
        groups: label and one value per series.
        series: names; at most six can be told apart.
        head: head of the first column.

    Raises:
        ValueError: more than six series, a group with too few or too many values, a value below 0.
    """
    if len(series) > SERIES:
        raise ValueError(f"at most {SERIES} series can be told apart, not {len(series)}")
    known = [(label, [_checked(value) for value in values]) for label, values in groups]
    for label, values in known:
        if len(values) != len(series):
            raise ValueError(f"{label} has {len(values)} values for {len(series)} series")
    whole = max((value for _label_, values in known for value in values), default=0)
    rows = [[label, *map(value_text, values)] for label, values in known]
    uid = _uid("groups", title, list(series), rows)
    drawn, top = "", 0.0
    for (name, values), row in zip(known, rows, strict=True):
        label, top = _label(name, top)
        drawn += label
        for index, (value, shown) in enumerate(zip(values, row[1:], strict=True)):
            drawn += _rect(
                _bar_class(index),
                "0",
                top,
                _share(value, whole, _BAR_SPAN),
                title=f"{name}, {series[index]}: {shown}",
                hatch=f"{uid}-{index}" if index else "",
            )
            drawn += _text("chart-value", "100%", top + 0.82, shown, anchor="end")
            top += _BAR + 0.25
        top += 0.6
    legend = [LegendItem(_swatch(uid, i, _bar_class(i)), name, _bar_class(i)) for i, name in enumerate(series)]
    svg = _document(uid, title, _told(rows), max(top - 0.4, 1.0), drawn, patterns=range(len(series)))
    return Chart(svg=svg, head=[head or _("Name"), *series], rows=rows, caption=title, legend=legend)


def _steps(values: Sequence[float]) -> list[float]:
    """Where grid lines come: at 0 and at one to four easy numbers, the last at or just above the highest value."""
    highest = max(values, default=0)
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(size * power for size in (0.25, 0.5, 1.0, 2.0, 2.5) if highest / (size * power) <= 4)
    if all(value.is_integer() for value in values):
        step = math.ceil(step)  # no half votes
    count = math.ceil(highest / step - 1e-9)
    return [round(step * index, 10) for index in range(count + 1)]


def _line_marks(values: Sequence[float], whole: float, top: float, bottom: float) -> tuple[str, list[tuple[str, str]]]:
    """Line pieces between the points, and where the points are."""
    last = max(len(values) - 1, 1)
    # One percent free on both sides, so that the first and last point are drawn whole.
    places = [
        (f"{1 + 98 * index / last:.2f}%", _rem(bottom - (value / whole if whole else 0) * (bottom - top)))
        for index, value in enumerate(values)
    ]
    pieces = "".join(
        f'<line class="chart-line" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#12685a"/>'
        for (x1, y1), (x2, y2) in pairwise(places)
    )
    return pieces, places


def line_chart(
    points: Iterable[tuple[str, float]],
    *,
    title: str,
    head: Sequence[str] = (),
    value_text: Callable[[float], str] = _number,
) -> Chart:
    """How a number went over time.

    Args:
        points: label (a day, a month) and value of 0 or more, evenly spaced, oldest first.

    Raises:
        ValueError: a value below 0, or no number.
    """
    known = [(label, _checked(value)) for label, value in points]
    rows = [[label, value_text(value)] for label, value in known]
    levels = _steps([value for _label_, value in known])
    whole, top, bottom = levels[-1], 1.4, 11.5
    drawn = ""
    for level in levels:
        y = bottom - level / whole * (bottom - top)
        kind = "chart-grid" if level else "chart-axis"
        drawn += f'<line class="{kind}" x1="0" x2="100%" y1="{_rem(y)}" y2="{_rem(y)}" stroke="#999"/>'
        drawn += _text("chart-label", "0", y - 0.3, value_text(level)) if level else ""
    pieces, places = _line_marks([value for _label_, value in known], whole, top, bottom)
    drawn += pieces
    for (x, y_place), (label, shown) in zip(places, rows, strict=True):
        drawn += f'<circle class="chart-point" cx="{x}" cy="{y_place}" r="4"><title>{escape(f"{label}: {shown}")}</title></circle>'
    if known:
        drawn += _text("chart-label", "0", bottom + 1.3, known[0][0])
    if len(known) > 1:
        drawn += _text("chart-label", "100%", bottom + 1.3, known[-1][0], anchor="end")
    svg = _document(_uid("line", title, rows), title, _told(rows), bottom + 1.9, drawn)
    return Chart(svg=svg, head=list(head) or [_("Moment"), _("Number")], rows=rows, caption=title)


def sparkline(
    points: Iterable[tuple[str, float]], *, title: str, value_text: Callable[[float], str] = _number
) -> Chart:
    """A small line without axes, to stand in a table or beside a number. Arguments as of ``line_chart``."""
    known = [(label, _checked(value)) for label, value in points]
    rows = [[label, value_text(value)] for label, value in known]
    pieces, places = _line_marks([v for _l, v in known], max((v for _l, v in known), default=0), 0.3, 1.7)
    if places:
        pieces += f'<circle class="chart-point" cx="{places[-1][0]}" cy="{places[-1][1]}" r="3"/>'
    svg = _document(_uid("spark", title, rows), title, _told(rows[-3:]), 2.0, pieces, width="7rem")
    return Chart(svg=svg, head=[_("Moment"), _("Number")], rows=rows, caption=title)
