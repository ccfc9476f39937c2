"""The same questionnaire over processes, municipalities and years.

Surveys compare by lineage of the questionnaire and key of the question. Those with fewer than five answers don't take part.
Another municipality is named only where it agreed; the others are together one median, of at least three surveys: the
median of one or two would be theirs by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.clock import AMSTERDAM
from foundation.surveys.enums import CHOICE_KINDS, SCORED_KINDS, SMALLEST, Phase, QuestionKind
from foundation.surveys.models import Survey
from foundation.surveys.queries.results import counts_of
from foundation.surveys.statistics import Counts, mean, middle, score_text

FEWEST_UNNAMED = 3
_MOST_SURVEYS = 500


@dataclass(frozen=True)
class Line:
    """One score beside those of others. ``low`` and ``high``: the range of the middle half of the others."""

    label: str
    own: float | None
    median: float | None
    low: float | None
    high: float | None
    others: int
    percent: bool = False

    def text(self, value: float | None) -> str:
        if value is None:
            return "–"
        return f"{round(value)}%" if self.percent else score_text(value)

    @property
    def cells(self) -> list[str]:
        spread = "–" if self.low is None else f"{self.text(self.low)} – {self.text(self.high)}"
        return [self.label, self.text(self.own), self.text(self.median), spread, str(self.others)]


@dataclass(frozen=True)
class Named:
    """A survey that may be named, with its score per question of the own survey."""

    title: str
    who: str
    year: int
    is_own: bool
    scores: list[str]


@dataclass
class Benchmark:
    why_not: str = ""
    lines: list[Line] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    chart: charts.Chart | None = None
    others: int = 0


if TYPE_CHECKING:
    Score = tuple[str, str, bool]


def benchmark(survey: Survey, now: datetime) -> Benchmark:
    """The scores of a counted survey beside those of others with the same questionnaire.

    ``survey`` with ``version__questionnaire`` and ``municipality`` fetched. Four queries, however many surveys.
    """
    if survey.phase(now) != Phase.COUNTED or (survey.responses or 0) < SMALLEST:
        return Benchmark(why_not=_("A comparison needs a survey that is closed, with at least five answers."))
    others = list(_others(survey))
    counts = counts_of([survey.pk, *(other.pk for other in others)])
    foreign = [other for other in others if not _is_own(other, survey)]
    unnamed = [other for other in foreign if not other.is_named_in_benchmark]
    if 0 < len(unnamed) < FEWEST_UNNAMED:
        hidden = {other.pk for other in unnamed}
        foreign = [other for other in foreign if other.pk not in hidden]
    found = Benchmark(others=len(foreign))
    scored = []
    for question in survey.version.questions.order_by("position"):
        if question.kind in SCORED_KINDS:
            scored.append(question)
            values = [mean(_values(counts[other.pk].get(question.key, {}))) for other in foreign]
            own = mean(_values(counts[survey.pk].get(question.key, {})))
            found.lines.append(_line(question.text, own, values))
        elif question.kind in CHOICE_KINDS:
            for key, label in question.labels.items():
                values = [_share(counts[other.pk].get(question.key, {}), key) for other in foreign]
                own = _share(counts[survey.pk].get(question.key, {}), key)
                found.lines.append(_line(f"{question.text} {label}", own, values, percent=True))
    scales = [question for question in scored if question.kind == QuestionKind.SCALE]
    found.columns = [question.text for question in scales]
    for other in sorted([survey, *others], key=_year, reverse=True):
        if other.pk == survey.pk or _is_own(other, survey) or other.is_named_in_benchmark:
            scores = [score_text(mean(_values(counts[other.pk].get(question.key, {})))) for question in scales]
            found.named.append(Named(other.title, _who(other), _year(other), _is_own(other, survey), scores))
    found.chart = _chart(found.lines, {question.text for question in scales})
    return found


def _others(survey: Survey) -> list[Survey]:
    rows = (
        Survey.objects.filter(version__questionnaire__lineage=survey.version.questionnaire.lineage)
        .filter(counted_at__isnull=False, responses__gte=SMALLEST)
        .exclude(pk=survey.pk)
        .filter(Q(municipality__isnull=True) | Q(municipality__published_at__isnull=False))
        .select_related("municipality")
        .order_by("-closes_at")
    )
    return list(rows[:_MOST_SURVEYS])


def _is_own(other: Survey, survey: Survey) -> bool:
    return other.municipality_id == survey.municipality_id


def _who(survey: Survey) -> str:
    return survey.municipality.name if survey.municipality is not None else _("Learning network")


def _year(survey: Survey) -> int:
    assert survey.closes_at is not None
    return survey.closes_at.astimezone(AMSTERDAM).year


def _values(counts: Counts) -> Counts:
    return {value: count for value, count in counts.items() if value}


def _share(counts: Counts, key: str) -> float | None:
    answered = counts.get("", 0)
    return 100 * counts.get(key, 0) / answered if answered else None


def _line(label: str, own: float | None, values: list[float | None], *, percent: bool = False) -> Line:
    known = sorted(value for value in values if value is not None)
    if not known:
        return Line(label, own, None, None, None, 0, percent)
    quarter = len(known) // 4
    low, high = (known[quarter], known[-1 - quarter]) if len(known) >= FEWEST_UNNAMED else (None, None)
    return Line(label, own, middle(known), low, high, len(known), percent)


def _chart(lines: list[Line], labels: set[str]) -> charts.Chart | None:
    shown = [line for line in lines if line.label in labels and line.own is not None and line.median is not None]
    if not shown:
        return None
    return charts.grouped_bars(
        [(line.label, [max(line.own or 0, 0), max(line.median or 0, 0)]) for line in shown],
        series=[_("this survey"), _("median of others")],
        title=_("Own scores beside the median of others"),
        head=_("Question"),
        value_text=lambda value: score_text(value),
    )
