"""Legal terms, worked out by hand on a calendar; weekdays of the dates are in the comments."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.core.terms import (
    Extension,
    Length,
    Suspension,
    Term,
    decision_deadline,
    dismissal_deadline,
    is_working_day,
    last_day,
    latest_day_before,
    objection_deadline,
    objection_decision_deadline,
    recognised_holidays,
    views_deadline,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


# --- Recognised holidays (Algemene termijnenwet art. 3) ------------------------------------------------------------------


def test_recognised_holidays_of_a_year_without_exceptions() -> None:
    assert recognised_holidays(2026) - {d("2026-04-05"), d("2026-05-24")} == {  # Easter and Whit Sunday may be in it
        d("2026-01-01"),
        d("2026-04-03"),  # Good Friday
        d("2026-04-06"),  # Easter Monday
        d("2026-04-27"),  # King's day
        d("2026-05-05"),
        d("2026-05-14"),  # Ascension
        d("2026-05-25"),  # Whit Monday
        d("2026-12-25"),
        d("2026-12-26"),
    }


@pytest.mark.parametrize(
    "day, works",
    [
        ("2025-04-26", False),  # King's day is on Saturday: the 27th is a Sunday
        ("2025-04-28", True),  # the Monday after it is an ordinary day
        ("2031-04-26", False),
        ("2024-04-29", True),
        ("2026-04-27", False),
        ("2026-05-05", False),  # every year, also outside the five-yearly celebration
        ("2027-05-05", False),
        ("2028-05-05", False),
        ("2026-04-03", False),
        ("2026-12-24", True),
        ("2026-12-31", True),
        ("2027-01-01", False),
        ("2026-03-14", False),  # Saturday
        ("2026-03-16", True),
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert is_working_day(d(day)) is works


def test_equated_day_is_no_working_day() -> None:
    assert not is_working_day(d("2026-05-15"), equated={d("2026-05-15")})


# --- Decision (Awb 4:13) with the move off weekends and holidays (ATW 1) --------------------------------------------------


@pytest.mark.parametrize(
    "received, weeks, due",
    [
        ("2026-01-07", 8, "2026-03-04"),  # Wednesday to Wednesday
        ("2026-02-06", 8, "2026-04-07"),  # ends on Good Friday: Tuesday after Easter
        ("2026-02-07", 8, "2026-04-07"),  # Saturday before Easter
        ("2026-02-08", 8, "2026-04-07"),  # Easter
        ("2026-02-09", 8, "2026-04-07"),  # Easter Monday
        ("2026-02-10", 8, "2026-04-07"),  # the Tuesday itself
        ("2026-03-02", 8, "2026-04-28"),  # King's day on a Monday
        ("2026-03-10", 8, "2026-05-06"),  # 5 May on a Tuesday
        ("2026-03-19", 8, "2026-05-15"),  # Ascension
        ("2026-03-30", 8, "2026-05-26"),  # Whit Monday
        ("2026-10-30", 8, "2026-12-28"),  # Christmas on Friday and Saturday
        ("2026-10-31", 8, "2026-12-28"),
        ("2026-11-06", 8, "2027-01-04"),  # New Year's day on a Friday
        ("2025-03-02", 8, "2025-04-28"),  # 27 April 2025 is a Sunday: King's day was the 26th
        ("2025-03-01", 8, "2025-04-28"),  # that Saturday
        ("2025-03-10", 8, "2025-05-06"),  # 5 May on a Monday
        ("2025-02-21", 8, "2025-04-22"),  # Good Friday 2025
        ("2024-10-30", 8, "2024-12-27"),  # Christmas on Wednesday and Thursday
        ("2024-10-31", 8, "2024-12-27"),
        ("2024-11-06", 8, "2025-01-02"),
        ("2024-01-04", 8, "2024-02-29"),  # a leap day
        ("2023-01-04", 8, "2023-03-01"),
        # Terms of by-laws.
        ("2026-12-11", 2, "2026-12-28"),
        ("2026-12-18", 1, "2026-12-28"),
        ("2026-02-16", 10, "2026-04-28"),
        ("2026-01-09", 12, "2026-04-07"),  # twelve weeks: still moves off Good Friday
        ("2026-01-02", 13, "2026-04-03"),  # thirteen weeks: ATW 4, stays on Good Friday
        ("2026-01-03", 26, "2026-07-04"),  # stays on a Saturday
        ("2026-01-01", 52, "2026-12-31"),
    ],
)
def test_decision_is_due_after_the_weeks_on_a_working_day(received: str, weeks: int, due: str) -> None:
    assert decision_deadline(d(received), weeks=weeks) == d(due)


def test_equated_bridging_day_moves_the_end_on() -> None:
    assert decision_deadline(d("2026-03-19"), equated=frozenset({d("2026-05-15")})) == d("2026-05-18")


def test_term_that_does_not_move_ends_on_its_saturday() -> None:
    assert decision_deadline(d("2026-02-07"), moves=False) == d("2026-04-04")


# --- Suspension (Awb 4:15) -------------------------------------------------------------------------------------------------

additions = Suspension.for_additions
RECEIVED = d("2026-01-07")  # due Wednesday 4 March without more


@pytest.mark.parametrize(
    "suspensions, due",
    [
        ([additions(d("2026-02-02"), d("2026-02-16"))], "2026-03-17"),  # 3 to 15 February: 13 days
        ([additions(d("2026-02-02"), d("2026-02-02"))], "2026-03-04"),  # completed the same day
        ([additions(d("2026-02-02"), d("2026-02-03"))], "2026-03-04"),  # the next day: nothing in between
        ([additions(d("2026-02-02"), d("2026-02-04"))], "2026-03-05"),  # one day
        ([Suspension.by_consent(d("2026-02-02"), d("2026-02-15"))], "2026-03-18"),  # 14 days
        (
            [additions(d("2026-02-02"), d("2026-02-16")), Suspension.by_consent(d("2026-02-10"), d("2026-02-20"))],
            "2026-03-23",  # 3 to 20 February once: 18 days, to a Sunday, to Monday
        ),
        (
            [additions(d("2026-01-12"), d("2026-01-19")), additions(d("2026-02-02"), d("2026-02-09"))],
            "2026-03-16",  # twice six days
        ),
        ([additions(d("2026-03-09"), d("2026-03-30"))], "2026-03-04"),  # asked after the end: too late
        ([additions(d("2026-03-04"), d("2026-03-30"))], "2026-03-04"),  # asked on the last day: no day left to suspend
        ([additions(d("2026-03-03"), d("2026-03-31"))], "2026-03-31"),  # one day left, used on the day of completion
        (
            [Suspension.by_force_majeure(d("2026-01-08"), d("2026-01-31"))],
            "2026-03-30",
        ),  # 24 days, to Saturday 28 March
        ([Suspension.by_applicant(d("2026-02-28"), d("2026-03-01"))], "2026-03-06"),
        ([Suspension.by_applicant(d("2026-01-01"), d("2026-01-07"))], "2026-03-04"),  # before the term began
        ([Suspension.by_applicant(d("2026-01-01"), d("2026-01-08"))], "2026-03-05"),  # one day of it within the term
    ],
)
def test_suspended_days_come_on_top_once(suspensions: list[Suspension], due: str) -> None:
    assert decision_deadline(RECEIVED, suspensions=tuple(suspensions)) == d(due)
    assert decision_deadline(RECEIVED, suspensions=tuple(reversed(suspensions))) == d(due)


def test_suspension_over_the_turn_of_the_year() -> None:
    pause = additions(d("2026-12-21"), d("2027-01-11"))  # 22 December to 10 January: 20 days
    assert decision_deadline(d("2026-11-06"), suspensions=(pause,)) == d("2027-01-21")


def test_suspended_days_do_not_make_a_term_too_long_to_move() -> None:
    pause = additions(d("2026-01-08"), d("2026-04-10"))  # 9 January to 9 April: 91 days, from 4 March to 3 June
    assert decision_deadline(RECEIVED, suspensions=(pause,)) == d("2026-06-03")
    day_more = additions(d("2026-01-08"), d("2026-04-13"))  # 94 days, to Saturday 6 June
    assert decision_deadline(RECEIVED, suspensions=(day_more,)) == d("2026-06-08")


def test_while_waiting_for_additions_there_is_no_last_day() -> None:
    term = Term(RECEIVED, suspensions=(additions(d("2026-02-02")),))
    assert term.due is None
    assert term.is_suspended(d("2026-02-03"))
    assert not term.is_suspended(d("2026-02-02"))
    # Wednesday 4 March is 30 days after 2 February; and so it stays.
    assert [term.days_left(d(day)) for day in ("2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05")] == [
        30,
        29,
        29,
        29,
    ]
    with pytest.raises(ValueError, match="stands still"):
        decision_deadline(RECEIVED, suspensions=term.suspensions)


def test_open_suspension_after_the_end_changes_nothing() -> None:
    term = Term(RECEIVED, suspensions=(additions(d("2026-03-20")),))
    assert term.due == d("2026-03-04")
    assert not term.is_suspended(d("2026-03-25"))
    assert term.is_late(d("2026-03-25"))


def test_senseless_suspension_is_refused() -> None:
    with pytest.raises(ValueError, match="after they were asked"):
        additions(d("2026-02-02"), d("2026-02-01"))
    with pytest.raises(ValueError, match="ends after it began"):
        Suspension.by_consent(d("2026-02-02"), d("2026-01-31"))


# --- Extension (Awb 4:14) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "received, weeks, told, length, due",
    [
        ("2026-01-07", 8, "2026-02-25", Length(weeks=6), "2026-04-15"),
        ("2026-02-06", 8, "2026-04-07", Length(weeks=4), "2026-05-01"),  # from Good Friday, told on the moved last day
        ("2026-01-10", 8, "2026-03-01", Length(weeks=13), "2026-06-06"),  # more than twelve weeks: stays on a Saturday
        ("2026-01-03", 26, "2026-06-01", Length(weeks=4), "2026-08-03"),  # the four weeks end on Saturday 1 August
        ("2026-01-07", 8, "2026-03-04", Length(days=10), "2026-03-16"),  # Saturday 14 March
        ("2026-01-07", 8, "2026-03-04", Length(months=1), "2026-04-07"),  # Saturday 4 April, then Easter
    ],
)
def test_extension_told_in_time_moves_the_end(received: str, weeks: int, told: str, length: Length, due: str) -> None:
    assert decision_deadline(d(received), weeks=weeks, extensions=(Extension(d(told), length),)) == d(due)


def test_extension_told_after_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match=r"within the term, which ended on 2026-03-04 \(Awb 4:14\)"):
        Term(RECEIVED, extensions=(Extension(d("2026-03-05"), Length(weeks=6)),))


def test_second_extension_counts_on_from_the_first() -> None:
    extensions = (Extension(d("2026-03-01"), Length(weeks=2)), Extension(d("2026-03-18"), Length(weeks=2)))
    assert decision_deadline(RECEIVED, extensions=extensions) == d("2026-04-01")
    with pytest.raises(ValueError, match="2026-03-18"):
        Term(RECEIVED, extensions=(extensions[0], Extension(d("2026-03-19"), Length(weeks=2))))


@pytest.mark.parametrize(
    "pause, told, due",
    [
        (additions(d("2026-02-02"), d("2026-02-16")), "2026-03-10", "2026-04-28"),  # 13 days before the extension
        (additions(d("2026-03-30"), d("2026-04-08")), "2026-02-25", "2026-04-23"),  # 8 days during it
    ],
)
def test_extension_and_suspension_add_up(pause: Suspension, told: str, due: str) -> None:
    term = Term(RECEIVED, suspensions=(pause,), extensions=(Extension(d(told), Length(weeks=6)),))
    assert term.due == d(due)


# --- Objection, views, incomplete applications ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "notified, due",
    [
        ("2026-04-01", "2026-05-13"),  # Wednesday to Wednesday
        ("2026-04-02", "2026-05-15"),  # Ascension
        ("2026-04-13", "2026-05-26"),  # Whit Monday
        ("2026-05-02", "2026-06-15"),  # Saturday
        ("2026-11-13", "2026-12-28"),  # Christmas
        ("2026-11-20", "2027-01-04"),  # New Year
        ("2025-03-16", "2025-04-28"),  # Sunday 27 April 2025
    ],
)
def test_objection_runs_six_weeks_from_the_day_after_notice(notified: str, due: str) -> None:
    assert objection_deadline(d(notified)) == d(due)


@pytest.mark.parametrize(
    "deposited, due",
    [
        ("2026-04-02", "2026-05-13"),  # Thursday to Wednesday: the day itself counts
        ("2026-04-03", "2026-05-15"),  # to Ascension
        ("2026-06-01", "2026-07-13"),  # to Sunday 12 July
        ("2026-11-14", "2026-12-28"),  # to Christmas
    ],
)
def test_views_run_six_weeks_from_the_day_of_deposit(deposited: str, due: str) -> None:
    assert views_deadline(d(deposited)) == d(due)


def test_leaving_an_application_untreated_is_told_within_four_weeks() -> None:
    assert dismissal_deadline(d("2026-03-06")) == d("2026-04-07")  # Good Friday


@pytest.mark.parametrize(
    "committee, adjourned, due",
    [
        (False, False, "2026-06-24"),
        (True, False, "2026-08-05"),
        (False, True, "2026-08-05"),
        (True, True, "2026-09-16"),
    ],
)
def test_objection_is_decided_on_after_its_term(committee: bool, adjourned: bool, due: str) -> None:
    assert objection_decision_deadline(d("2026-05-13"), committee=committee, adjourned=adjourned) == d(due)


# --- Short and long terms (ATW 2 and 4) -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event, length, due",
    [
        ("2026-04-02", Length(days=3), "2026-04-08"),  # Good Friday to Easter: Tuesday and Wednesday are the two
        ("2026-04-02", Length(days=2), "2026-04-07"),  # shorter than three days: no two working days needed
        ("2026-04-01", Length(days=3), "2026-04-07"),  # Thursday and Tuesday
        ("2026-04-03", Length(days=4), "2026-04-08"),
        ("2026-03-13", Length(days=3), "2026-03-17"),  # Saturday, Sunday, Monday: and Tuesday
        ("2026-03-12", Length(days=3), "2026-03-16"),  # Friday and Monday
        ("2026-03-13", Length(days=2), "2026-03-16"),
        ("2026-03-13", Length(days=1), "2026-03-16"),
        ("2025-12-24", Length(days=3), "2025-12-30"),
        ("2026-12-24", Length(days=5), "2026-12-29"),  # Friday to Sunday free, then Monday and Tuesday
        ("2026-12-24", Length(days=4), "2026-12-29"),  # Monday is the last day, Tuesday the second working day
        ("2026-01-03", Length(days=90), "2026-04-07"),  # Good Friday
        ("2026-01-02", Length(days=91), "2026-04-03"),
        ("2026-01-03", Length(months=3), "2026-04-07"),
        ("2025-12-03", Length(months=4), "2026-04-03"),
        ("2025-04-03", Length(years=1), "2026-04-03"),
        ("2026-01-31", Length(months=1), "2026-03-02"),  # Saturday 28 February
        ("2024-01-31", Length(months=1), "2024-02-29"),
        ("2024-02-29", Length(years=1), "2025-02-28"),
        ("2026-11-30", Length(months=2), "2027-02-01"),  # Saturday 30 January
    ],
)
def test_end_of_terms_of_any_length(event: str, length: Length, due: str) -> None:
    assert last_day(d(event), length) == d(due)


def test_equated_day_counts_for_the_two_working_days_too() -> None:
    assert last_day(d("2026-04-02"), Length(days=3), equated={d("2026-04-08")}) == d("2026-04-09")


@pytest.mark.parametrize(
    "event, length, day",
    [
        ("2026-06-01", Length(weeks=18), "2026-01-26"),
        ("2026-03-15", Length(weeks=1), "2026-03-08"),  # stays on a Sunday
        ("2026-03-31", Length(months=1), "2026-02-28"),
        ("2026-01-15", Length(months=2), "2025-11-15"),
        ("2026-04-13", Length(days=10), "2026-04-03"),  # stays on Good Friday
    ],
)
def test_terms_that_count_back_do_not_move(event: str, length: Length, day: str) -> None:
    assert latest_day_before(d(event), length) == d(day)


@pytest.mark.parametrize("wrong", [{}, {"days": 1, "weeks": 1}, {"weeks": -1}, {"months": 0}])
def test_length_is_one_amount_of_one_unit(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one of them"):
        Length(**wrong)


def test_term_without_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one week"):
        Term(RECEIVED, weeks=0)


# --- The life of a term ----------------------------------------------------------------------------------------------------


def test_days_left_count_down_and_go_below_zero() -> None:
    term = Term(RECEIVED)
    assert [term.days_left(d(day)) for day in ("2026-03-02", "2026-03-04", "2026-03-06")] == [2, 0, -2]
    assert [term.is_late(d(day)) for day in ("2026-03-04", "2026-03-05")] == [False, True]


def test_history_tells_each_step_with_the_end_as_known_then() -> None:
    term = Term(
        RECEIVED,
        suspensions=(additions(d("2026-02-02"), d("2026-02-16"), "Begroting ontbreekt"),),
        extensions=(Extension(d("2026-03-10"), Length(weeks=6), "Advies gevraagd"),),
        article="Verordening art. 5",
    )
    assert [(event.day, event.what, event.article, event.due, event.reason) for event in term.history] == [
        (d("2026-01-07"), "received", "Verordening art. 5", d("2026-03-04"), ""),
        (d("2026-02-03"), "suspended", "Awb 4:15 lid 1 onder a", None, "Begroting ontbreekt"),
        (d("2026-02-16"), "resumed", "Awb 4:15 lid 1 onder a", d("2026-03-17"), "Begroting ontbreekt"),
        (d("2026-03-10"), "extended", "Awb 4:14", d("2026-04-28"), "Advies gevraagd"),
    ]
    assert term.history[-1].due == term.due


# --- What holds for every term ----------------------------------------------------------------------------------------------

calm = settings(deadline=None)  # the other core may be busy
days = st.dates(d("2015-01-01"), d("2045-12-31"))
within_law = st.one_of(
    st.integers(1, 90).map(lambda n: Length(days=n)),
    st.integers(1, 12).map(lambda n: Length(weeks=n)),
    st.integers(1, 3).map(lambda n: Length(months=n)),
)
beyond_law = st.one_of(
    st.integers(91, 400).map(lambda n: Length(days=n)),
    st.integers(13, 60).map(lambda n: Length(weeks=n)),
    st.integers(4, 30).map(lambda n: Length(months=n)),
    st.integers(1, 3).map(lambda n: Length(years=n)),
)


@calm
@given(days, within_law)
def test_term_within_the_law_ends_on_a_working_day_and_is_never_shortened(event: date, length: Length) -> None:
    last = last_day(event, length)
    assert is_working_day(last)
    assert length.after(event) <= last <= length.after(event) + timedelta(days=7)


@calm
@given(days, beyond_law)
def test_term_beyond_the_law_never_moves(event: date, length: Length) -> None:
    assert last_day(event, length) == length.after(event)


@calm
@given(days, st.integers(3, 90))
def test_term_of_three_days_or_more_holds_two_working_days(event: date, number: int) -> None:
    last = last_day(event, Length(days=number))
    inside = [event + timedelta(days=i) for i in range(1, (last - event).days + 1)]
    assert sum(map(is_working_day, inside)) >= 2


@calm
@given(days, st.integers(1, 30), st.integers(0, 400))
def test_later_start_never_gives_an_earlier_end(received: date, weeks: int, later: int) -> None:
    after = received + timedelta(days=later)
    assert decision_deadline(received, weeks=weeks) <= decision_deadline(after, weeks=weeks)


@calm
@given(days, st.integers(1, 52))
def test_more_weeks_never_give_an_earlier_end(received: date, weeks: int) -> None:
    assert decision_deadline(received, weeks=weeks) <= decision_deadline(received, weeks=weeks + 1)


pauses = st.lists(
    st.tuples(st.integers(-10, 90), st.integers(0, 60)).map(
        lambda pair: additions(RECEIVED + timedelta(days=pair[0]), RECEIVED + timedelta(days=sum(pair)))
    ),
    max_size=4,
)


@calm
@given(pauses, pauses)
def test_more_suspension_never_gives_an_earlier_end(some: list[Suspension], more: list[Suspension]) -> None:
    assert decision_deadline(RECEIVED, suspensions=tuple(some)) <= decision_deadline(
        RECEIVED, suspensions=tuple(some + more)
    )


@calm
@given(pauses)
def test_days_that_count_are_as_many_as_the_term_has(suspensions: list[Suspension]) -> None:
    last = decision_deadline(RECEIVED, suspensions=tuple(suspensions), moves=False)
    counted = [RECEIVED + timedelta(days=i) for i in range(1, (last - RECEIVED).days + 1)]
    assert sum(not any(pause.covers(day) for pause in suspensions) for day in counted) == 56


@calm
@given(pauses)
def test_history_ends_with_the_end_of_the_term(suspensions: list[Suspension]) -> None:
    term = Term(RECEIVED, suspensions=tuple(suspensions))
    history = term.history
    assert [event.day for event in history] == sorted(event.day for event in history)
    assert history[-1].due == term.due
