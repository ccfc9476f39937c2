"""How ready municipalities are to begin: their answers to the survey ``gereedheid``, per municipality and side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import charts, clock
from foundation.surveys import standards
from foundation.surveys.enums import Phase
from foundation.surveys.models import Sheet, Survey
from learning_network.models import EnrolmentSurvey

HIGHEST = 5
AREA = "g-wijk"
# The keys of the standard never change their meaning (foundation.surveys.standards).
SCALES: tuple[tuple[str, Promise], ...] = (
    ("g-wil", gettext_lazy("Will of the board")),
    ("g-opdrachtgever", gettext_lazy("Client at the town hall")),
    ("g-capaciteit", gettext_lazy("Capacity")),
    ("g-open", gettext_lazy("Open mind")),
)


@dataclass
class Picture:
    """What a municipality answered last, and where the survey that was sent last stands.

    ``scores``: condition -> 1 to 5; ``words``: (question, answer) of what they wrote themselves.
    """

    survey: Survey
    sent_at: datetime
    answered_at: datetime | None = None
    scores: dict[str, int] = field(default_factory=dict)
    area: str = ""
    words: list[tuple[str, str]] = field(default_factory=list)
    waits: bool = False

    @property
    def mean(self) -> float | None:
        return round(sum(self.scores.values()) / len(self.scores), 1) if self.scores else None

    @property
    def in_short(self) -> str:
        """For a card: the mean, or why there is none."""
        if self.mean is not None:
            return _("Readiness: %(mean)s of 5") % {"mean": number_format(self.mean, 1)}
        return _("Survey sent, no answer yet") if self.waits else _("Survey closed without an answer")

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The scales in order: ``label``, ``score`` (None: not answered) and ``dots`` that draw it."""
        return [
            {
                "label": str(label),
                "score": self.scores.get(key),
                "dots": "●" * self.scores.get(key, 0) + "○" * (HIGHEST - self.scores.get(key, 0)),
            }
            for key, label in SCALES
        ]

    @property
    def chart(self) -> charts.Chart | None:
        """The scales as bars out of five, with their table."""
        if not self.scores:
            return None
        return charts.bar_chart(
            [charts.Bar(str(label), self.scores[key]) for key, label in SCALES if key in self.scores],
            title=_("Scores from 1 (not yet) to 5 (fully)"),
            head=[_("Condition"), _("Score (1 to 5)")],
            value_text=lambda value: _("%(score)g of 5") % {"score": value},
            maximum=HIGHEST,
        )


def pictures(ids: Iterable[int], *, words: bool = False) -> dict[int, Picture]:
    """The picture of each municipality on the board that got the survey; two queries, whatever their number.

    Args:
        ids: of enrolments.
        words: also what they wrote in their own words.
    """
    now = clock.now()
    sent = list(
        EnrolmentSurvey.objects.filter(enrolment__in=list(ids)).select_related("survey").order_by("sent_at", "pk")
    )
    sheets = (
        {one.survey_id: one for one in Sheet.objects.filter(survey__in=[one.survey_id for one in sent])} if sent else {}
    )
    found: dict[int, Picture] = {}
    for (
        one
    ) in sent:  # the oldest first: a later answer replaces an earlier one, a later question without answer does not
        before = found.get(one.enrolment_id)
        sheet = sheets.get(one.survey_id)
        made = Picture(one.survey, one.sent_at)
        if sheet is not None:
            _fill(made, sheet, words=words)
        elif before is not None:
            made.answered_at, made.scores, made.area, made.words = (
                before.answered_at,
                before.scores,
                before.area,
                before.words,
            )
        made.waits = sheet is None and one.survey.phase(now) in (Phase.OPEN, Phase.PLANNED)
        found[one.enrolment_id] = made
    return found


def _fill(picture: Picture, sheet: Sheet, *, words: bool) -> None:
    picture.answered_at = sheet.answered_at
    picture.scores = {key: int(sheet.answers[key]) for key, _label in SCALES if sheet.answers.get(key) is not None}
    standard = standards.find("gereedheid")
    assert standard is not None  # it comes with the portal
    for question in standard.questions:
        value = sheet.answers.get(question["key"])
        if value in (None, ""):
            continue
        if question["key"] == AREA:
            picture.area = dict(question["options"]).get(str(value), "")
        elif words and question["key"] not in dict(SCALES):
            unit = question.get("unit", "")
            picture.words.append((question["text"], f"{value} {unit}".strip()))


def averages(found: Iterable[Picture]) -> list[str]:
    """The mean of each condition over the municipalities that answered, as text; "" where nobody did."""
    answered = [one for one in found if one.scores]
    told = []
    for key, _label in SCALES:
        values = [one.scores[key] for one in answered if key in one.scores]
        told.append(f"{sum(values) / len(values):.1f}".replace(".", ",") if values else "")
    return told


def head() -> list[str]:
    return [str(label) for _key, label in SCALES]
