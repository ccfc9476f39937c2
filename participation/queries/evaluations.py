"""What the pages of a look back show: the surveys of a process, their scores, and how those stand beside others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import charts, clock
from foundation.core.wording import near, short_day, whole
from foundation.surveys.enums import SMALLEST, AgeBand, Audience, Dimension, Phase, QuestionKind
from foundation.surveys.models import Survey
from foundation.surveys.queries import cards
from foundation.surveys.queries.benchmark import Benchmark, benchmark
from foundation.surveys.queries.results import Results, results
from foundation.surveys.queries.state import responses
from foundation.surveys.statistics import score_text
from participation.models import Process, ProcessSurvey
from participation.models.evaluation import ASKED

if TYPE_CHECKING:
    from foundation.accounts.models import User

HIGHEST = 10


def surveys_of(process: Process) -> list[ProcessSurvey]:
    """The surveys of a process with what their pages need, in one query; at most one per group."""
    rows = ProcessSurvey.objects.filter(process=process)
    rows = rows.select_related("survey__municipality", "survey__version__questionnaire")
    return [row for row in rows if row.survey.state != "cancelled"]


@dataclass(frozen=True)
class PublicLine:
    """A survey on the public page: the call to fill it in, or what came out with a chart."""

    survey: Survey
    card: cards.Card
    chart: charts.Chart | None


def public_lines(process: Process, user: User, now: datetime) -> list[PublicLine]:
    """What this visitor sees of the surveys; nothing of those that are nothing for them."""
    found = []
    for row in surveys_of(process):
        card = cards.card(row.survey, user, now)
        if card is not None:
            found.append(PublicLine(row.survey, card, score_chart(card.results) if card.results else None))
    return found


def score_chart(found: Results) -> charts.Chart | None:
    """The mean scores beside each other: of the questions with the scale that is used most, for unlike scales don't compare."""
    scored = [one for one in found.questions if one.question.kind == QuestionKind.SCALE and one.mean is not None]
    if not scored:
        return None
    (low, high), _number = Counter((one.question.low, one.question.high) for one in scored).most_common(1)[0]
    return charts.bar_chart(
        [(one.question.text, one.mean or 0) for one in scored if (one.question.low, one.question.high) == (low, high)],
        title=_("Mean scores, on a scale of %(low)s to %(high)s") % {"low": low, "high": high},
        head=[_("Question"), _("Score")],
        value_text=score_text,
        maximum=high,
    )


@dataclass(frozen=True)
class StaffLine:
    """One group that can be asked, for staff: not yet, open, or with its results. ``url``: the page of its survey."""

    audience: str
    label: str
    survey: Survey | None
    text: str
    url: str = ""
    open_url: str = ""


def staff_lines(process: Process, now: datetime) -> list[StaffLine]:
    """Both groups, whether or not they were asked. Three queries at most."""
    known = {row.audience: row.survey for row in surveys_of(process)}
    found = []
    for audience in ASKED:
        survey = known.get(audience.value)
        label = str(audience.label)
        if survey is None:
            base = [process.municipality.slug, process.slug, _WORDS[audience]]
            url = reverse("participation:evaluation_open", args=base) if process.is_public else ""
            found.append(StaffLine(audience.value, label, None, _("Not asked yet."), open_url=url))
            continue
        found.append(StaffLine(audience.value, label, survey, _state_text(survey, now), survey.address("staff_detail")))
    return found


# Dutch words of the addresses.
_WORDS = {Audience.PARTICIPANTS: "deelnemers", Audience.STAKEHOLDERS: "betrokkenen"}
AUDIENCES = {word: audience for audience, word in _WORDS.items()}


def _state_text(survey: Survey, now: datetime) -> str:
    number = responses(survey)
    phase = survey.phase(now)
    if phase == Phase.OPEN:
        told = _("Open until %(when)s.") % {"when": near(survey.closes_at)}
    elif phase == Phase.COUNTED:
        told = _("Closed, the results are there.")
    else:
        told = _("Closed. The answers are being counted.")
    if number < SMALLEST:
        return " ".join([told, _("Fewer than five people answered.")])
    counted = ngettext("%(n)s person answered.", "%(n)s people answered.", number) % {"n": whole(number)}
    return " ".join([told, counted])


@dataclass(frozen=True)
class Comparison:
    """A survey beside others with the same questions."""

    survey: Survey
    label: str
    found: Benchmark


def comparisons(process: Process, now: datetime) -> list[Comparison]:
    """Each counted survey of this process beside other processes, municipalities and years."""
    return [
        Comparison(row.survey, str(row.get_audience_display()), benchmark(row.survey, now))
        for row in surveys_of(process)
        if row.survey.phase(now) == Phase.COUNTED and (row.survey.responses or 0) >= SMALLEST
    ]


def ages(process: Process) -> list[tuple[str, int]]:
    """Answers per age band that people gave of their own will in the survey; groups under five were never kept."""
    asked = ProcessSurvey.objects.filter(process=process, audience=Audience.PARTICIPANTS)
    row = asked.filter(survey__counted_at__isnull=False).select_related("survey").first()
    if row is None:
        return []
    tallies = row.survey.tallies.filter(dimension=Dimension.AGE, question_key="", value="")
    sizes = dict(tallies.values_list("group", "count"))
    return [(str(label), sizes[value]) for value, label in AgeBand.choices if value in sizes]


def chapter(process: Process) -> dict[str, Any] | None:
    """For the final report: what people thought of it."""
    now = clock.now()
    blocks: list[dict[str, Any]] = []
    sentences = []
    for row in surveys_of(process):
        found = results(row.survey, now, texts=False)
        if found.why_not:
            continue
        label = str(row.get_audience_display())
        told = _("%(n)s %(who)s answered the survey that closed on %(day)s.") % {
            "n": whole(found.responses or 0),
            "who": label,
            "day": short_day(row.survey.closes_at),
        }
        scored = [one for one in found.questions if one.mean is not None]
        blocks += [{"kind": "heading", "level": 3, "text": label.capitalize()}, {"kind": "paragraph", "text": told}]
        if scored:
            rows = [[one.question.text, one.score, _scale(one.question)] for one in scored]
            head = [_("Question"), _("Mean"), _("Scale")]
            blocks.append(
                {"kind": "table", "caption": _("Scores: %(who)s") % {"who": label}, "head": head, "rows": rows}
            )
            first = scored[0]
            sentences.append(
                _("%(who)s gave it a %(score)s.") % {"who": label.capitalize(), "score": first.score}
                if first.question.high == HIGHEST
                else told
            )
    if age_rows := ages(process):
        blocks.append(
            {
                "kind": "table",
                "caption": _("Age of who answered (voluntary)"),
                "head": [_("Age"), _("People")],
                "rows": [[label, whole(number)] for label, number in age_rows],
            }
        )
    return (
        {"title": _("How people looked back"), "blocks": blocks, "sentence": " ".join(sentences), "part": "back"}
        if blocks
        else None
    )


def _scale(question: Any) -> str:
    return f"{question.low}–{question.high}" if question.kind == QuestionKind.SCALE else question.unit
