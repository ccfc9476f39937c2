"""Median grade with the whole distribution (majority judgement).

M. Balinski and R. Laraki, "A theory of measuring, electing, and ranking", PNAS 104 (2007), and "Majority Judgment" (MIT
Press, 2011): the majority-grade is the (lower) median; options with the same one are ordered by the majority-gauge.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import groupby

from .greedy import story
from .most_support import plain_outcome
from .outcome import Outcome, Story, Tie
from .profile import Profile
from .records import Grades
from .settings import MedianGradeSettings
from .ties import TieBreaker

# Median, sign of the gauge, what decides within the sign: larger is better.
Key = tuple[int, int, Fraction]


def count_median_grade(profile: Profile, settings: MedianGradeSettings) -> Outcome:
    """Order options by their median grade, of an even number of marks the lower middle one.

    Equal medians are ordered by the majority-gauge: with p the part of the marks above the median and q the part below, an
    option is "+" when p > q and "-" otherwise; "+" goes before "-", among "+" the larger p goes first, among "-" the
    smaller q. Whoever is equal then goes by the chain of the settings ("votes" there: marked on more ballots).
    Chosen are the first `seats` with a median of at least `least_grade`. Blank ballots change nothing.
    """
    breaker = TieBreaker(profile, settings)
    size, grades = len(profile.options), len(profile.scale)
    counts = [[0] * grades for _ in range(size)]
    for ballot, times in profile.ballots:
        for position, grade in zip(ballot.choices, ballot.points or (), strict=True):
            counts[position][grade] += times
    if settings.missing == "lowest":
        for position in range(size):
            counts[position][0] += profile.valid - profile.votes[position]
    stories: dict[int, Story] = {}
    keys: dict[int, Key] = {}
    for position in range(size):
        if not profile.votes[position]:
            stories[position] = story(profile, position, "no_votes")
        elif profile.votes[position] < settings.threshold:
            stories[position] = story(profile, position, "below_threshold", threshold=settings.threshold)
        else:
            keys[position] = gauge(counts[position])
    order = sorted(keys, key=lambda p: (*(-part for part in keys[p]), breaker.rank[p]))
    ties: list[Tie] = []
    place = 1
    for key, group in groupby(order, key=keys.__getitem__):
        tied = list(group)
        for number in range(len(tied) - 1):
            if place + number <= settings.seats and key[0] >= settings.least_grade:
                ties.append(breaker.describe(tied[number:], round=place + number, phase="grades"))
        place += len(tied)
    winners: list[int] = []
    for number, position in enumerate(order, start=1):
        made = _graded(profile, settings, position, counts[position], keys[position][0], number)
        if made.chosen:
            winners.append(position)
        stories[position] = made
    outcome = plain_outcome("median_grade", profile, settings, winners=winners, stories=stories, ties=ties)
    ids = [option.id for option in profile.options]
    table = Grades(
        profile.scale, {ids[p]: tuple(counts[p]) for p in range(size)}, tuple(ids[position] for position in order)
    )
    return replace(outcome, grades=table)


def median(counts: list[int]) -> int:
    """The place of the lower median grade; `counts` runs from the worst grade and is not empty."""
    middle = (sum(counts) - 1) // 2
    for grade, number in enumerate(counts):
        middle -= number
        if middle < 0:
            return grade
    raise ValueError("no marks")


def gauge(counts: list[int]) -> Key:
    """The majority-gauge as a key: a larger key is a better option."""
    middle = median(counts)
    marks = sum(counts)
    above, below = Fraction(sum(counts[middle + 1 :]), marks), Fraction(sum(counts[:middle]), marks)
    return (middle, 1, above) if above > below else (middle, 0, -below)


def _graded(
    profile: Profile, settings: MedianGradeSettings, position: int, counts: list[int], grade: int, place: int
) -> Story:
    told = partial(
        story,
        profile,
        position,
        place=place,
        grade=profile.scale[grade],
        above=sum(counts[grade + 1 :]),
        below=sum(counts[:grade]),
        marks=sum(counts),
    )
    if grade < settings.least_grade:
        return told(code="grade_too_low", least=profile.scale[settings.least_grade])
    if place > settings.seats:
        return told(code="lower_grade")
    return told(code="chosen_by_grade", round=place, phase="grades")
