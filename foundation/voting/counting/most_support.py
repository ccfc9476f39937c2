"""Most support wins: plurality, threshold, most votes (approval) and the sum of points."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import groupby

from .greedy import story
from .outcome import Outcome, Story, Tie
from .profile import Profile, ProfileError
from .records import Verdict
from .settings import PointsSettings, Settings, SupportSettings, ThresholdSettings
from .ties import TieBreaker


def count_plurality(profile: Profile, settings: SupportSettings) -> Outcome:
    """Single choice: the option (or the `seats` options) with most votes; blank ballots change nothing."""
    return _count("plurality", profile, settings, settings.seats)


def count_most_votes(profile: Profile, settings: SupportSettings) -> Outcome:
    """Approval without a budget: the `seats` options named on most ballots."""
    return _count("most_votes", profile, settings, settings.seats)


def count_points_sum(profile: Profile, settings: PointsSettings) -> Outcome:
    """Points: the `seats` options with most points. Raises `ProfileError` for a ballot over the limits of the settings."""
    for ballot, _ in profile.ballots:
        points = ballot.points or ()
        if settings.per_ballot and sum(points) > settings.per_ballot * profile.point_units:
            raise ProfileError(f"A ballot gives more than the {settings.per_ballot} points that may be given.")
        if settings.per_option and max(points, default=0) > settings.per_option * profile.point_units:
            raise ProfileError(f"A ballot gives an option more than {settings.per_option} points.")
    return _count("points_sum", profile, settings, settings.seats)


def count_threshold(profile: Profile, settings: ThresholdSettings) -> Outcome:
    """Single choice: the option with most votes, if it has the asked part of the valid votes and turnout is enough.

    The part is exact: with "at least 1/2" of 7 votes 4 are needed, of 8 votes 4; with "more than 1/2" of 8 votes 5.
    Blank votes count for the turnout and not for the part.
    """
    part = settings.share * profile.valid
    needs = math.floor(part) + 1 if settings.more_than else math.ceil(part)
    turnout_needs = math.ceil(settings.turnout * settings.electorate)
    plain = _count("threshold", profile, settings, 1)
    most = max((item.support for item in plain.stories if item.chosen), default=0)
    if not plain.winners:
        reason = "no_votes"
    elif profile.cast < turnout_needs:
        reason = "turnout"
    else:
        reason = "reached" if most >= needs else "share"
    verdict = Verdict(reason, needs, profile.valid, profile.cast, turnout_needs, settings.electorate)
    if reason not in ("turnout", "share"):
        return replace(plain, verdict=verdict)
    stories = tuple(
        _refused(profile, item, verdict) if item.code != "below_threshold" else item for item in plain.stories
    )
    # Who came first decides nothing when nobody wins, so no tie was met.
    return replace(plain, verdict=verdict, stories=stories, winners=(), ties=())


def _refused(profile: Profile, item: Story, verdict: Verdict) -> Story:
    position = profile.index[item.option]
    if not item.votes:
        return item
    if verdict.reason == "turnout":
        return story(
            profile,
            position,
            "turnout_not_reached",
            cast=verdict.cast,
            turnout_needs=verdict.turnout_needs,
            electorate=verdict.electorate,
        )
    return story(profile, position, "share_not_reached", needs_votes=verdict.needs, valid=verdict.valid)


def _count(rule: str, profile: Profile, settings: Settings, seats: int) -> Outcome:
    """The `seats` options with most support; options without support, or below the threshold, are never chosen."""
    breaker = TieBreaker(profile, settings)
    support = profile.support
    able = [p for p in range(len(support)) if support[p] and support[p] >= settings.threshold]
    able.sort(key=lambda position: (-support[position], breaker.rank[position]))
    chosen, rest = able[:seats], able[seats:]
    ties: list[Tie] = []
    place = 1
    for _, group in groupby(able, key=lambda position: support[position]):
        tied = list(group)
        # One tie for every place that equal options competed for; among those who all fail nothing was decided.
        for number in range(len(tied) - 1):
            if place + number <= seats:
                ties.append(breaker.describe(tied[number:], round=place + number, phase="votes"))
        place += len(tied)
    stories: dict[int, Story] = {}
    best_left = support[rest[0]] if rest else 0
    for number, position in enumerate(chosen, start=1):
        stories[position] = story(
            profile,
            position,
            "chosen_by_support",
            round=number,
            phase="votes",
            place=number,
            ahead=support[position] - best_left,
        )
    for position in range(len(support)):
        if position in stories:
            continue
        if not support[position]:
            stories[position] = story(profile, position, "no_votes")
        elif support[position] < settings.threshold:
            stories[position] = story(profile, position, "below_threshold", threshold=settings.threshold)
        else:
            behind = support[chosen[-1]] - support[position]
            stories[position] = story(profile, position, "too_little_support", behind=behind)
    return plain_outcome(rule, profile, settings, winners=chosen, stories=stories, ties=ties)


def plain_outcome(
    rule: str, profile: Profile, settings: Settings, *, winners: list[int], stories: dict[int, Story], ties: list[Tie]
) -> Outcome:
    """An outcome of a rule that spends nothing, from positions in the profile."""
    return Outcome(
        rule=rule,
        settings=settings.to_dict(),
        winners=tuple(profile.options[p].id for p in winners),
        budget=0,
        spent=0,
        units=profile.units,
        cast=profile.cast,
        blank=profile.blank,
        stories=tuple(stories[p] for p in range(len(profile.options))),
        ties=tuple(ties),
    )
