"""Added value: the five values of one initiative per portfolio, and over all initiatives of a municipality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Avg, Count, Sum
from django.utils.translation import gettext as _

from foundation.core.charts import Bar, Chart, bar_chart
from foundation.core.wording import euro
from foundation.municipalities.models import Municipality
from initiatives.enums import PublicValue
from initiatives.models import AddedValue, Initiative

MOST, LEAST = 2, -2  # of a score


@dataclass(frozen=True)
class ValueLine:
    """One of the five values: its scores per portfolio, their mean from -2 to 2, and the euros a year."""

    value: PublicValue
    rows: list[AddedValue]
    mean: float | None
    cents: int | None


@dataclass(frozen=True)
class Portfolio:
    """What one portfolio gains: bars of the values that were scored for it, and the same as texts, with euros a year.

    ``cells`` are (value, score) for all five values in order; "–" where nobody scored it.
    """

    name: str
    cells: list[tuple[str, str]]
    euros: str
    chart: Chart


@dataclass(frozen=True)
class ValueTotal:
    """One value over all initiatives of a municipality."""

    label: str
    initiatives: int
    mean: str
    euros: str


@dataclass(frozen=True)
class Totals:
    """Everything that was scored in a municipality; ``chart`` is None where nothing was."""

    values: list[ValueTotal]
    portfolios: list[Portfolio]
    chart: Chart | None


def lines(initiative: Initiative) -> list[ValueLine]:
    """The five values of one initiative, scored or not."""
    rows: dict[str, list[AddedValue]] = defaultdict(list)
    for row in initiative.added_values.select_related("sector"):
        rows[row.value].append(row)
    return [_line(value, rows[value]) for value in PublicValue]


def _line(value: PublicValue, rows: list[AddedValue]) -> ValueLine:
    euros = [row.cents_per_year for row in rows if row.cents_per_year is not None]
    mean = sum(row.score for row in rows) / len(rows) if rows else None
    return ValueLine(value, rows, mean, sum(euros) if euros else None)


def chart(lines: Sequence[ValueLine]) -> Chart | None:
    """Bars of the mean scores over the portfolios; None without any score."""
    return _bars(_("Added value, from −2 (takes away much) to +2 (adds much)"), {n.value: n.mean for n in lines})


def portfolios(lines: Sequence[ValueLine]) -> list[Portfolio]:
    """What each portfolio gains of one initiative, the municipality as a whole last."""
    scored = [
        (row.sector.name if row.sector else "", row.value, float(row.score), row.cents_per_year)
        for line in lines
        for row in line.rows
    ]
    return _portfolios(scored)


def totals(municipality: Municipality) -> Totals:
    """What all initiatives together add, as far as it was scored: per value and per portfolio. Two queries."""
    known = AddedValue.objects.filter(initiative__municipality=municipality).order_by()
    rows = {
        row["value"]: row
        for row in known.values("value").annotate(
            n=Count("initiative", distinct=True), mean=Avg("score"), cents=Sum("cents_per_year")
        )
    }
    per_portfolio = known.values_list("sector__name", "value").annotate(Avg("score"), Sum("cents_per_year"))
    return Totals(
        values=[
            ValueTotal(
                str(value.label),
                rows[value]["n"] if value in rows else 0,
                _signed(float(rows[value]["mean"])) if value in rows else "–",
                euro(rows[value]["cents"]) if value in rows and rows[value]["cents"] is not None else "–",
            )
            for value in PublicValue
        ],
        portfolios=_portfolios([(name or "", value, float(mean), cents) for name, value, mean, cents in per_portfolio]),
        chart=_bars(
            _("Mean score over all initiatives, from −2 (takes away much) to +2 (adds much)"),
            {value: float(rows[value]["mean"]) if value in rows else None for value in PublicValue},
        ),
    )


def _portfolios(scored: Sequence[tuple[str, str, float, int | None]]) -> list[Portfolio]:
    """From (portfolio or "" for the municipality as a whole, value, score, cents)."""
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    cents: dict[str, list[int]] = defaultdict(list)
    for portfolio, code, score, amount in scored:
        scores[portfolio][code] = score
        if amount is not None:
            cents[portfolio].append(amount)
    found = []
    for name in sorted(scores, key=lambda name: (not name, name)):
        shown = name or str(_("the municipality as a whole")).capitalize()
        drawn = _bars(shown, {value: scores[name].get(value) for value in PublicValue})
        if drawn is None:  # pragma: no cover - a portfolio is only there with a score
            continue
        cells = [
            (str(value.label), _signed(scores[name][value]) if value in scores[name] else "–") for value in PublicValue
        ]
        # The numbers stand once, in the table under all of them.
        found.append(Portfolio(shown, cells, euro(sum(cents[name])) if cents[name] else "–", replace(drawn, rows=[])))
    return found


def _bars(title: str, means: dict[PublicValue, float | None]) -> Chart | None:
    """Bars from -2 (no bar) to 2 (a full bar), of what was scored."""
    bars = [
        Bar(str(value.label).capitalize(), mean - LEAST, "muted" if mean < 0 else "")
        for value, mean in means.items()
        if mean is not None
    ]
    if not bars:
        return None
    return bar_chart(
        bars,
        title=title,
        head=[_("Value"), _("Mean score")],
        value_text=lambda height: _signed(height + LEAST),
        maximum=MOST - LEAST,
    )


def _signed(score: float) -> str:
    return f"{score:+.1f}".replace(".", ",").replace("-", "−")
