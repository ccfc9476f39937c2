"""The innovation power of a municipality over the years, and beside the median of the network.

Each municipality counts once in the median, with its newest measurement of at least five answers, and only where it ticked
that. A median of fewer than three others is not shown: it would be theirs by name, or follow by subtraction from what one
of them knows. Which municipalities are in it is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.clock import AMSTERDAM
from foundation.municipalities.models import Municipality, OfficialMunicipality
from foundation.surveys import standards
from foundation.surveys.enums import SMALLEST, QuestionKind
from foundation.surveys.models import Survey
from foundation.surveys.queries.results import counts_of
from foundation.surveys.statistics import Counts, mean, middle, score_text
from learning_network import visibility
from learning_network.models import InnovationSharing

if TYPE_CHECKING:
    from foundation.accounts.models import User

FEWEST_OTHERS = 3
STANDARD = "innovatiekracht"
Scores = dict[str, float]


@dataclass(frozen=True)
class Theme:
    """A page of the questionnaire with its questions: key -> words."""

    title: str
    questions: dict[str, str]


@dataclass(frozen=True)
class Line:
    """A question or theme: its score per measurement (oldest first) and the median of the others' newest."""

    label: str
    cells: list[str]
    median: str
    is_theme: bool = False
    years: tuple[str, ...] = ()

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Each score with its year."""
        return list(zip(self.cells, self.years, strict=True))


@dataclass
class Measurements:
    """``years`` are the columns; ``others`` how many municipalities are in the median, 0 where it is hidden."""

    surveys: list[Survey] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    others: int = 0
    over_years: charts.Chart | None = None
    beside: charts.Chart | None = None


def themes() -> list[Theme]:
    """The pages of the standard questionnaire, with the questions that have a score."""
    standard = standards.find(STANDARD)
    assert standard is not None
    found: list[Theme] = []
    for question in standard.questions:
        if question["kind"] == QuestionKind.PAGE:
            found.append(Theme(str(question["text"]), {}))
        elif question["kind"] == QuestionKind.SCALE and found:
            found[-1].questions[str(question["key"])] = str(question["text"])
    return found


def tenant_of(official: OfficialMunicipality) -> Municipality | None:
    """The municipality as it uses this installation, if it does."""
    return Municipality.objects.filter(cbs_code=official.pk).first()


def _counted() -> Any:
    standard = standards.find(STANDARD)
    assert standard is not None
    rows = Survey.objects.filter(version__questionnaire__lineage=standard.lineage, counted_at__isnull=False)
    return rows.filter(responses__gte=SMALLEST, municipality__isnull=False)


def measurements(official: OfficialMunicipality) -> Measurements:
    """The measurements of a municipality. Five queries, however many municipalities and years."""
    own = list(_counted().filter(municipality__cbs_code=official.pk).order_by("closes_at", "pk"))
    newest = (
        _counted()
        .filter(municipality__cbs_code__in=_in_median(official), municipality__published_at__isnull=False)
        .order_by("municipality_id", "-closes_at", "-pk")
        .distinct("municipality_id")
    )
    others = list(newest)
    counts = counts_of([one.pk for one in (*own, *others)])
    scores = {pk: _scores(found) for pk, found in counts.items()}
    hidden = len(others) < FEWEST_OTHERS
    found = Measurements(surveys=own, others=0 if hidden else len(others))
    found.years = _columns(own)
    compared: list[tuple[str, list[float]]] = []
    for theme in themes():
        for label, keys, is_theme in [(theme.title, list(theme.questions), True)] + [
            (words, [key], False) for key, words in theme.questions.items()
        ]:
            cells = [_score(scores[one.pk], keys) for one in own]
            rest = [] if hidden else [_score(scores[one.pk], keys) for one in others]
            known = [one for one in rest if one is not None]
            median = middle(known) if len(known) >= FEWEST_OTHERS else None
            found.lines.append(
                Line(label, [score_text(one) for one in cells], score_text(median), is_theme, tuple(found.years))
            )
            if not is_theme and cells and cells[-1] is not None and median is not None:
                compared.append((label, [cells[-1], median]))
    found.over_years = _over_years(own, scores)
    found.beside = _beside(compared)
    return found


def _in_median(official: OfficialMunicipality) -> list[str]:
    rows = InnovationSharing.objects.filter(counts_in_median=True).exclude(municipality=official.pk)
    return list(rows.values_list("municipality_id", flat=True))


def _scores(counts: Mapping[str, Counts]) -> Scores:
    """Key of the question -> mean, of questions that at least five people answered."""
    found: Scores = {}
    for key, values in counts.items():
        known = {value: count for value, count in values.items() if value}
        score = mean(known) if key and values.get("", 0) >= SMALLEST and _are_numbers(known) else None
        if score is not None:
            found[key] = score
    return found


def _are_numbers(values: Iterable[str]) -> bool:
    return all(value.replace("-", "", 1).replace(".", "", 1).isdigit() for value in values)


def _score(scores: Scores, keys: Iterable[str]) -> float | None:
    known = [scores[key] for key in keys if key in scores]
    return sum(known) / len(known) if known else None


def _columns(own: list[Survey]) -> list[str]:
    """Years; with the month where a year has more than one measurement."""
    days = [one.closes_at.astimezone(AMSTERDAM) for one in own if one.closes_at is not None]
    years = [day.year for day in days]
    return [f"{day.month}-{day.year}" if years.count(day.year) > 1 else str(day.year) for day in days]


def _over_years(own: list[Survey], scores: Mapping[int, Scores]) -> charts.Chart | None:
    keys = [key for theme in themes() for key in theme.questions]
    points = [(label, _score(scores[one.pk], keys)) for one, label in zip(own, _columns(own), strict=True)]
    known = [(label, score) for label, score in points if score is not None]
    if len(known) < 2:
        return None
    return charts.line_chart(
        known, title=_("All questions together, from 1 to 5"), head=[_("Year"), _("Score")], value_text=score_text
    )


def _beside(compared: list[tuple[str, list[float]]]) -> charts.Chart | None:
    if not compared:
        return None
    return charts.grouped_bars(
        compared,
        series=[_("this municipality"), _("median of others")],
        title=_("The newest scores beside the median of others"),
        head=_("Question"),
        value_text=score_text,
    )


# --- Who -----------------------------------------------------------------------------------------------------------------------


def may_see(user: Any, official: OfficialMunicipality) -> bool:
    """People of that municipality, and programme leads where it chose so."""
    if not user.is_authenticated:
        return False
    if official.pk in {code for _number, code in visibility.circle(user)}:
        return True
    tenant = tenant_of(official)
    if tenant is not None and user.has_perm("surveys.see", tenant):
        return True
    return visibility.keeps_network(user) and _leads_may_see(official)


def may_share(user: User, official: OfficialMunicipality) -> bool:
    """Who makes its surveys: the civil servants and administrators of the municipality in this installation."""
    tenant = tenant_of(official)
    return tenant is not None and user.has_perm("surveys.manage", tenant)


def _leads_may_see(official: OfficialMunicipality) -> bool:
    return InnovationSharing.objects.filter(municipality=official, leads_may_see=True).exists()


def readable(user: Any) -> list[OfficialMunicipality]:
    """The municipalities whose scores this person may see, by name."""
    codes = {code for _number, code in visibility.circle(user)}
    staff = Municipality.objects.filter(roles__user=user).distinct()
    codes |= {one.cbs_code for one in staff if one.cbs_code and user.has_perm("surveys.see", one)}
    if visibility.keeps_network(user):
        codes |= set(InnovationSharing.objects.filter(leads_may_see=True).values_list("municipality_id", flat=True))
    return list(OfficialMunicipality.objects.filter(pk__in=codes).order_by("name"))


def concerns(user: Any) -> bool:
    """Whether to show the way to these pages: to the network, and to who works for a municipality here."""
    return visibility.in_network(user) or bool(user.is_authenticated and user.roles.exists())
