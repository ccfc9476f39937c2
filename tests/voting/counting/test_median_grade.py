from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import Profile, ProfileError, SettingsError, count
from foundation.voting.counting.median_grade import gauge, median

from .rankings import SCALE, marks, options


def test_the_median_is_told_with_the_whole_distribution() -> None:
    outcome = count(marks({"a": "01344", "b": "00122"}), "median_grade")
    assert outcome.winners == ("a",)
    assert outcome.grades.scale == SCALE
    assert outcome.grades.counts == {"a": (1, 1, 0, 1, 2), "b": (2, 1, 2, 0, 0)}
    assert outcome.story("a").data == {"place": 1, "grade": "eens", "above": 2, "below": 2, "marks": 5}
    assert outcome.story("b").code == "lower_grade"
    assert outcome.story("b").data["grade"] == "oneens"


def test_of_an_even_number_the_lower_middle_one_counts() -> None:
    assert median([1, 0, 0, 1]) == 0
    assert median([1, 1, 1]) == 1
    assert median([0, 0, 2, 2]) == 2


def test_equal_medians_are_ordered_by_the_gauge() -> None:
    # All have median 2. a: 2 above, 1 below; b: 2 above of 7, none below; c: 1 above, 2 below; d: 1 above, 3 below.
    given_marks = {"a": "1222234", "b": "2222234", "c": "1122223", "d": "0112223"}
    outcome = count(marks(given_marks), "median_grade", {"seats": 4})
    # a and b are "+" with equal parts above, so the tie-break decides; c loses less below than d.
    assert outcome.winners[2:] == ("c", "d")
    assert [(tie.phase, set(tie.options)) for tie in outcome.ties] == [("grades", {"a", "b"})]


def test_unmarked_is_no_opinion_or_the_lowest_grade() -> None:
    profile = marks({"a": "4---", "b": "3333"})
    assert count(profile, "median_grade").winners == ("a",)
    outcome = count(profile, "median_grade", {"missing": "lowest"})
    assert outcome.winners == ("b",)
    assert outcome.grades.counts["a"] == (3, 0, 0, 0, 1)


def test_a_least_grade_keeps_the_others_out() -> None:
    profile = marks({"a": "344", "b": "012", "c": "333"})
    outcome = count(profile, "median_grade", {"seats": 3, "least_grade": 3})
    assert outcome.winners == ("a", "c")
    assert outcome.story("b").code == "grade_too_low"
    assert outcome.story("b").data["least"] == "eens"
    with pytest.raises(SettingsError, match="least_grade"):
        count(profile, "median_grade", {"least_grade": 5})


def test_the_lowest_grade_is_a_mark_and_no_mark_is_not() -> None:
    outcome = count(marks({"a": "0-", "b": "--"}), "median_grade")
    assert outcome.blank == 1
    assert outcome.story("a").data["marks"] == 1
    assert outcome.story("b").code == "no_votes"


def test_grades_must_be_on_a_scale() -> None:
    with pytest.raises(ProfileError, match="not on the scale"):
        Profile.graded(options("a"), [{"a": 5}], scale=SCALE)
    with pytest.raises(ProfileError, match="names of their own"):
        Profile.graded(options("a"), [], scale=["ja", "ja"])


def _compared(one: list[int], other: list[int]) -> int:
    """Balinski and Laraki's comparison spelled out, 1 when `one` is ahead."""

    def parts(grades: list[int]) -> tuple[int, Fraction, Fraction]:
        ordered = sorted(grades)
        middle = ordered[(len(ordered) + 1) // 2 - 1]
        better = Fraction(sum(grade > middle for grade in grades), len(grades))
        return middle, better, Fraction(sum(grade < middle for grade in grades), len(grades))

    (median_a, p_a, q_a), (median_b, p_b, q_b) = parts(one), parts(other)
    if median_a != median_b:
        return 1 if median_a > median_b else -1
    plus_a, plus_b = p_a > q_a, p_b > q_b
    if plus_a != plus_b:
        return 1 if plus_a else -1
    if plus_a:
        return (p_a > p_b) - (p_a < p_b)
    return (q_a < q_b) - (q_a > q_b)


MARKS = st.lists(st.integers(0, 4), min_size=1, max_size=9)


@given(st.lists(MARKS, min_size=1, max_size=5))
def test_the_order_is_that_of_the_comparison_spelled_out(rows: list[list[int]]) -> None:
    ours = sorted(rows, key=lambda grades: gauge([grades.count(grade) for grade in range(5)]))
    theirs = sorted(rows, key=cmp_to_key(_compared))
    assert all(_compared(a, b) == 0 for a, b in zip(ours, theirs, strict=True))


@given(MARKS, st.data())
def test_a_higher_mark_never_lowers_an_option(grades: list[int], data: st.DataObject) -> None:
    higher = [data.draw(st.integers(grade, 4)) for grade in grades]
    before, after = ([row.count(grade) for grade in range(5)] for row in (grades, higher))
    assert gauge(after) >= gauge(before)
