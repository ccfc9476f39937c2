"""Figures, hidden groups, comparison."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.core import clock
from foundation.surveys import statistics
from foundation.surveys.grouping import shown
from foundation.surveys.models import Survey
from foundation.surveys.queries.benchmark import benchmark
from foundation.surveys.queries.exports import result_rows
from foundation.surveys.queries.results import Results, results
from foundation.surveys.services import questionnaires
from tests.factories import surveys as make
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant

SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(min_value=0, max_value=20))


@given(SIZES)
def test_no_small_group_follows_by_subtraction(sizes: dict[str, int]) -> None:
    kept = shown(sizes)
    hidden = {name: size for name, size in sizes.items() if size and name not in kept}
    assert all(sizes[name] >= 5 for name in kept)
    rest = sum(sizes.values()) - sum(sizes[name] for name in kept)
    assert rest == sum(hidden.values())
    # What is left is nobody, or at least five people of at least two groups; or nothing is shown at all.
    assert not hidden or (rest >= 5 and len(hidden) >= 2) or not kept


def test_enough_is_shown_where_all_groups_are_large() -> None:
    assert shown({"a": 5, "b": 6, "c": 30}) == {"a", "b", "c"}
    assert shown({"a": 40, "b": 3}) == set()
    assert shown({"a": 40, "b": 7, "c": 3}) == {"a"}


@given(st.lists(st.integers(min_value=-9, max_value=99), min_size=1, max_size=40))
def test_mean_and_median_are_those_of_the_values(values: list[int]) -> None:
    import statistics as oracle

    counts = {str(value): values.count(value) for value in values}
    assert statistics.mean(counts) == pytest.approx(oracle.mean(values))
    assert statistics.median(counts) == oracle.median(values)
    assert sum(count for _label, count in statistics.bins(counts, 8)) == len(values)


def test_numbers_fall_in_a_few_classes() -> None:
    counts = {str(n): 1 for n in range(0, 60, 3)}
    found = statistics.bins(counts, 8)
    assert found[0] == ("0 – <10", 4)
    assert len(found) == 6
    assert statistics.bins({"2.5": 3, "4": 1}, 8) == [("2,5", 3), ("4", 1)]


def _read(survey: Survey) -> Results:
    return results(survey, clock.now())


@pytest.mark.django_db
def test_counts_percentages_mean_and_median() -> None:
    survey = make.opened()
    for grade, choice, ways in (
        (6, "Ja", ["Online"]),
        (7, "Ja", ["Online", "Bijeenkomst"]),
        (7, "Nee", []),
        (8, "Ja", []),
        (10, "Ja", []),
    ):
        make.answer(survey, scale=grade, single=choice, multiple=ways)
    found = _read(make.counted(survey))
    scale, single, multiple, number, words = found.questions
    assert (scale.mean, scale.median, scale.answered) == (7.6, 7, 5)
    assert [(row.label, row.count, row.share) for row in single.rows] == [("Ja", 4, 80.0), ("Nee", 1, 20.0)]
    assert [(row.label, row.count) for row in multiple.rows] == [("Online", 2), ("Bijeenkomst", 1)]
    assert multiple.answered == 2
    assert (number.answered, words.answered, words.texts) == (0, 0, [])
    assert scale.chart is not None
    assert scale.chart.rows[6] == ["7", "2 (40%)"]


def _grouped() -> Survey:
    municipality = MunicipalityFactory()
    north, south, west = NeighbourhoodFactory.create_batch(3, municipality=municipality)
    survey = make.opened(municipality, asks_area=True, asks_age=True)
    for area, number, age in ((north, 9, "18-34"), (south, 6, "35-49"), (west, 2, "65-79")):
        for _n in range(number):
            make.answer(survey, scale=2 if area == west else 8, single="Ja", _area=area.code, _age=age)
    return make.counted(survey)


@pytest.mark.django_db
def test_small_groups_are_hidden_everywhere_and_can_not_be_computed() -> None:
    survey = _grouped()
    found = _read(survey)
    # West has two people: it is hidden, and South with it, else West would be the rest.
    areas, ages = found.groups
    assert [size for _name, size in areas.rows] == [9]
    assert (areas.hidden, ages.hidden) == (8, 8)
    head, rows = result_rows(found)
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    groups = {row[2] for row in rows} - {"iedereen"}
    assert groups == {f"{areas.label}: {areas.rows[0][0]}", f"{ages.label}: {ages.rows[0][0]}"}
    # All sums and differences of what is told: nothing gives the two of West.
    told = [17, *(size for _name, size in areas.rows)]
    assert 2 not in {abs(one - other) for one, other in combinations(told, 2)}


@pytest.mark.django_db
def test_the_attack_by_subtraction_works_where_only_the_small_group_is_hidden(monkeypatch: Any) -> None:
    from foundation.surveys.services import box

    monkeypatch.setattr(box, "shown", lambda sizes: {name for name, size in sizes.items() if size >= 5})
    found = _read(_grouped())
    assert found.responses is not None
    assert found.responses - sum(size for _name, size in found.groups[0].rows) == 2


def _surveys(number: int, lineage_of: Survey, *, named: bool, grade: int) -> list[Survey]:
    made = []
    for _n in range(number):
        other = MunicipalityFactory()
        by = civil_servant(other)
        questions = questionnaires.copy(
            questionnaire=lineage_of.version.questionnaire, municipality=other, title="Kopie", by=by
        )
        survey = make.opened(other, by=by, questions=questions, is_named_in_benchmark=named)
        for _m in range(5):
            make.answer(survey, scale=grade)
        made.append(make.counted(survey))
    return made


@pytest.mark.django_db
def test_others_are_compared_by_key_and_named_only_when_they_agreed() -> None:
    own = make.opened()
    for _n in range(5):
        make.answer(own, scale=7)
    own = make.counted(own)
    (named,) = _surveys(1, own, named=True, grade=9)
    unnamed = _surveys(2, own, named=False, grade=3)
    found = benchmark(own, clock.now())
    line = found.lines[0]
    # Two without a name would be known by the median: they don't take part.
    assert (line.own, line.median, line.others) == (7, 9, 1)
    unnamed += _surveys(1, own, named=False, grade=5)
    line = (found := benchmark(own, clock.now())).lines[0]
    assert (line.own, line.median, line.others) == (7, 4, 4)
    names = {row.who for row in found.named}
    assert names == {own.municipality.name, named.municipality.name}
    assert not names & {survey.municipality.name for survey in unnamed}


@pytest.mark.django_db
def test_a_survey_with_too_few_answers_compares_with_nothing() -> None:
    own = make.opened()
    make.answer(own)
    assert benchmark(own, clock.now()).why_not
    Survey.objects.filter(pk=own.pk).update(
        closes_at=clock.now() - timedelta(days=40), opens_at=clock.now() - timedelta(days=50)
    )
    from foundation.surveys.services import box

    assert box.count(survey_id=own.pk, now=clock.now())
    own.refresh_from_db()
    assert "Minder dan vijf" in _read(own).why_not
