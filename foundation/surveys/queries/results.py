"""Results: read from the tallies that the count left behind, so what was hidden there can't turn up here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.wording import whole
from foundation.municipalities.models import Area
from foundation.surveys.enums import (
    CHOICE_KINDS,
    SCORED_KINDS,
    SMALLEST,
    AgeBand,
    Audience,
    Dimension,
    Phase,
    QuestionKind,
)
from foundation.surveys.models import OpenAnswer, Question, Tally
from foundation.surveys.statistics import Counts, bins, mean, median, score_text

if TYPE_CHECKING:
    from foundation.surveys.models import Survey

_MOST_BARS = 8
Cell = tuple[str, str]  # group of a dimension


@dataclass(frozen=True)
class Row:
    """One answer with its count; ``share`` in percents of those who answered the question."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class GroupTable:
    """The groups of one dimension beside each other, as texts."""

    label: str
    head: list[str]
    rows: list[list[str]]


@dataclass
class QuestionResult:
    """What came out of one question. ``mean`` and ``median`` for scales and numbers; ``texts`` for own words."""

    number: int
    question: Question
    answered: int
    rows: list[Row] = field(default_factory=list)
    mean: float | None = None
    median: float | None = None
    chart: charts.Chart | None = None
    groups: list[GroupTable] = field(default_factory=list)
    texts: list[OpenAnswer] = field(default_factory=list)

    @property
    def score(self) -> str:
        return score_text(self.mean)

    @property
    def middle(self) -> str:
        return score_text(self.median)

    @property
    def is_open(self) -> bool:
        return bool(self.question.kind == QuestionKind.OPEN)


@dataclass
class GroupSizes:
    """How many answered per group of a dimension, and whether some groups are hidden."""

    label: str
    rows: list[tuple[str, int]]
    hidden: int


@dataclass
class Results:
    """``why_not`` says why there is nothing to see; "" when there is."""

    responses: int | None
    why_not: str = ""
    questions: list[QuestionResult] = field(default_factory=list)
    groups: list[GroupSizes] = field(default_factory=list)


def why_not(survey: Survey, now: datetime) -> str:
    """Why there are no results (yet), as a sentence; "" when there are."""
    phase = survey.phase(now)
    if phase in (Phase.DRAFT, Phase.PLANNED, Phase.OPEN):
        return _("There are results after the survey has closed. Until then nobody can see an answer.")
    if phase == Phase.CANCELLED:
        return _("This survey was cancelled. Its answers were destroyed.")
    if survey.is_anonymous and survey.responses is not None and survey.responses < SMALLEST:
        return _("Fewer than five people answered. Their answers were destroyed, so that nobody can be recognised.")
    if phase == Phase.CLOSED:
        return _(
            "The survey has closed. The answers are counted within a few minutes, if there are at least five. With fewer you "
            "can let the survey run longer."
        )
    if not survey.responses:
        return _("Nobody answered.")
    return ""


def results(survey: Survey, now: datetime, *, texts: bool = True) -> Results:
    """Everything that may be shown.

    Args:
        texts: also open answers (for staff; those that were hidden come with their reason).

    The number of queries does not depend on the number of answers, questions or groups.
    """
    reason = why_not(survey, now)
    if reason:
        return Results(survey.responses, reason)
    questions = [one for one in survey.version.questions.order_by("position") if one.kind != QuestionKind.PAGE]
    counts = _counts([survey.pk])[survey.pk]
    words = _own_words(survey) if texts else {}
    sizes = _sizes(survey, counts)
    found = []
    for number, question in enumerate(questions, 1):
        result = question_result(question, counts.get(("", ""), {}).get(question.key, {}), number)
        result.texts = words.get(question.key, [])
        if not result.is_open:
            result.groups = [
                _group_table(size.label, question, dimension, counts, names)
                for dimension, (size, names) in sizes.items()
            ]
        found.append(result)
    return Results(survey.responses, "", found, [size for size, _names in sizes.values()])


def question_result(question: Question, counts: Counts, number: int = 0) -> QuestionResult:
    """One question from its counts per value (``""`` for how many answered it)."""
    answered = counts.get("", 0)
    result = QuestionResult(number, question, answered)
    values = {value: count for value, count in counts.items() if value}
    if question.kind in CHOICE_KINDS:
        result.rows = [_row(label, values.get(key, 0), answered) for key, label in question.labels.items()]
    elif question.kind == QuestionKind.SCALE:
        result.rows = [
            _row(place_label(question, place), values.get(str(place), 0), answered) for place in question.places
        ]
    elif question.kind == QuestionKind.NUMBER:
        result.rows = [_row(label, count, answered) for label, count in bins(values, _MOST_BARS)]
    if question.kind in SCORED_KINDS and answered:
        result.mean, result.median = mean(values), median(values)
    if result.rows and answered:
        result.chart = charts.bar_chart(
            [charts.Bar(row.label, row.count) for row in result.rows],
            title=question.text,
            head=[_("Answer"), _("People")],
            value_text=_value_text(answered),
        )
    return result


def place_label(question: Question, place: int) -> str:
    """A place of a scale, with the words that stand at its ends."""
    if place == question.low and question.low_label:
        return f"{place} · {question.low_label}"
    if place == question.high and question.high_label:
        return f"{place} · {question.high_label}"
    return str(place)


def own_counts(survey: Survey) -> dict[str, Counts]:
    """Counts of everybody together, by key of the question."""
    return _counts([survey.pk])[survey.pk].get(("", ""), {})


def counts_of(survey_ids: list[int]) -> dict[int, dict[str, Counts]]:
    """As ``own_counts``, of several surveys in one query."""
    found: dict[int, dict[str, Counts]] = {pk: defaultdict(dict) for pk in survey_ids}
    rows = Tally.objects.filter(survey__in=survey_ids, dimension="").order_by()
    for pk, key, value, count in rows.values_list("survey_id", "question_key", "value", "count"):
        found[pk][key][value] = count
    return found


def _counts(survey_ids: list[int]) -> dict[int, dict[Cell, dict[str, Counts]]]:
    found: dict[int, dict[Cell, dict[str, Counts]]] = {pk: {} for pk in survey_ids}
    rows = Tally.objects.filter(survey__in=survey_ids).order_by()
    for pk, dimension, group, key, value, count in rows.values_list(
        "survey_id", "dimension", "group", "question_key", "value", "count"
    ):
        found[pk].setdefault((dimension, group), {}).setdefault(key, {})[value] = count
    return found


def _row(label: str, count: int, answered: int) -> Row:
    return Row(label, count, 100 * count / answered if answered else 0.0)


def _value_text(answered: int) -> Callable[[float], str]:
    return lambda value: f"{whole(int(value))} ({round(100 * value / answered)}%)"


def _own_words(survey: Survey) -> dict[str, list[OpenAnswer]]:
    found: dict[str, list[OpenAnswer]] = defaultdict(list)
    for answer in OpenAnswer.objects.filter(survey=survey).order_by("id"):
        found[answer.question_key].append(answer)
    return found


def _sizes(survey: Survey, counts: Mapping[Cell, dict[str, Counts]]) -> dict[str, tuple[GroupSizes, dict[str, str]]]:
    """Per dimension that the survey has: sizes of the shown groups, and their names in order."""
    found: dict[str, tuple[GroupSizes, dict[str, str]]] = {}
    whole_size = survey.responses or 0
    for dimension, wanted in (
        (Dimension.AUDIENCE, len(survey.audiences) > 1),
        (Dimension.AREA, survey.asks_area),
        (Dimension.AGE, survey.asks_age),
    ):
        if not wanted:
            continue
        size_of = {group: cell[""][""] for (kind, group), cell in counts.items() if kind == dimension}
        names = _names(survey, dimension, list(size_of))
        rows = [(name, size_of[group]) for group, name in names.items()]
        label = str(dimension.label)
        found[dimension.value] = (GroupSizes(label, rows, whole_size - sum(size_of.values())), names)
    return found


def _names(survey: Survey, dimension: str, groups: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    if dimension == Dimension.AUDIENCE:
        names = {value: str(label) for value, label in Audience.choices}
    elif dimension == Dimension.AGE:
        names = {value: str(label) for value, label in AgeBand.choices}
    elif survey.municipality is not None:
        rows = Area.objects.for_municipality(survey.municipality).filter(code__in=groups).order_by("name")
        names = dict(rows.values_list("code", "name"))
    found = {group: name for group, name in names.items() if group in groups}
    if "?" in groups:
        found["?"] = _("not said")
    return found


def _group_table(
    label: str,
    question: Question,
    dimension: str,
    counts: Mapping[Cell, dict[str, Counts]],
    names: Mapping[str, str],
) -> GroupTable:
    scored = question.kind in SCORED_KINDS
    head = [label, _("Answered")]
    head += [_("Mean"), _("Median")] if scored else list(question.labels.values())
    rows = []
    for group, name in names.items():
        result = question_result_numbers(question, counts.get((dimension, group), {}).get(question.key, {}))
        rows.append([name, *result])
    return GroupTable(label, head, rows)


def question_result_numbers(question: Question, counts: Counts) -> list[str]:
    """How many answered, then mean and median, or the percentage of each choice; "–" where nobody answered."""
    answered = counts.get("", 0)
    values = {value: count for value, count in counts.items() if value}
    if question.kind in SCORED_KINDS:
        return [whole(answered), score_text(mean(values)), score_text(median(values))]
    shares = [f"{round(100 * values.get(key, 0) / answered)}%" if answered else "–" for key in question.labels]
    return [whole(answered), *shares]
