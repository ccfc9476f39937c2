from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.core.terms import is_working_day
from learning_network import rhythm


def test_every_six_weeks_past_holidays_and_weeks_without_school() -> None:
    # 1 October 2026 is a Thursday. Six weeks on: 12 November; then 24 December (Christmas holiday), then 4 February.
    found = rhythm.days(date(2026, 10, 1), every_weeks=6, times=4)
    assert [one.day for one in found] == [date(2026, 10, 1), date(2026, 11, 12), date(2027, 1, 7), date(2027, 2, 4)]
    assert [one.why for one in found] == [(), (), ("christmas",), ()]
    assert found[2].meant == date(2026, 12, 24)


def test_the_lead_may_tick_off_weeks_and_holidays() -> None:
    kept = rhythm.days(date(2026, 12, 24), every_weeks=1, times=2, avoid_weekends=False, schools=[])
    assert [one.day for one in kept] == [date(2026, 12, 24), date(2026, 12, 31)]
    # Good Friday (26 March 2027) and Easter Monday: the next working day is Tuesday.
    [easter] = rhythm.days(date(2027, 3, 26), every_weeks=1, times=1)
    assert easter.day == date(2027, 3, 30)
    assert easter.why == ("weekends",)


def test_the_christmas_holiday_takes_two_weeks_also_in_a_year_of_53() -> None:
    assert rhythm.days(date(2025, 12, 31), every_weeks=1, times=1)[0].day == date(2026, 1, 7)  # weeks 52 and 1
    assert rhythm.days(date(2026, 12, 30), every_weeks=1, times=1)[0].day == date(2027, 1, 6)  # weeks 52 and 53


def test_two_sessions_never_land_on_one_day_behind_the_summer() -> None:
    # Every four weeks from 24 June 2027: 22 July and 19 August both lie in the summer holiday.
    found = rhythm.days(date(2027, 6, 24), every_weeks=4, times=4)
    assert [one.day for one in found] == [date(2027, 6, 24), date(2027, 9, 9), date(2027, 9, 23), date(2027, 10, 7)]


@given(
    first=st.dates(date(2025, 1, 1), date(2029, 12, 31)),
    every_weeks=st.integers(1, 26),
    times=st.integers(1, rhythm.MOST_SESSIONS),
    schools=st.sets(st.sampled_from(rhythm.SCHOOL_CODES)),
)
def test_days_are_apart_in_order_and_never_where_they_may_not_be(
    first: date, every_weeks: int, times: int, schools: set[str]
) -> None:
    found = rhythm.days(first, every_weeks=every_weeks, times=times, schools=schools)
    closed = {week for one in rhythm.SCHOOL_HOLIDAYS if one.code in schools for week in one.weeks}
    assert len(found) == times
    for one in found:
        assert is_working_day(one.day)
        week = one.day.isocalendar().week
        assert week not in closed or (week == 1 and (one.day - timedelta(weeks=1)).isocalendar().week == 53)
        assert one.day >= one.meant
    for earlier, later in pairwise(found):
        assert later.day - earlier.day >= timedelta(days=1)


def test_a_series_needs_a_rhythm() -> None:
    with pytest.raises(ValueError, match="at least"):
        rhythm.days(date(2026, 1, 1), every_weeks=0, times=1)
