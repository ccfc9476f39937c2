"""*Meeste stemmen eerst*: options by votes; take what still fits; go on. The usual Dutch and Polish practice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from .outcome import Outcome, Story, Tie
from .profile import Profile
from .settings import GreedySettings, Settings
from .ties import TieBreaker


@dataclass
class Walk:
    """What a walk over options by votes decided: stories by position, winners in order, what is left."""

    left: int
    stories: dict[int, Story] = field(default_factory=dict)
    winners: list[int] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)


def count_greedy(profile: Profile, settings: GreedySettings) -> Outcome:
    """Count by most votes first.

    Options below `settings.threshold` are left out. The others are walked from most to least support (or support per
    unit of cost), ties by the chain of the settings; each is taken if what is left of the budget pays it. At the first
    that does not fit the walk goes on ("skip") or ends ("stop"). Blank ballots change nothing.

    With threshold 0 an option without any vote is taken when it fits, as Pabulib's "greedy" does; 1 prevents that.
    """
    assert profile.budget is not None
    walk = walk_by_support(
        profile,
        settings,
        TieBreaker(profile, settings),
        candidates=range(len(profile.options)),
        left=profile.budget,
        order=settings.order,
        when_full=settings.when_full,
    )
    return Outcome(
        rule="greedy",
        settings=settings.to_dict(),
        winners=tuple(profile.options[p].id for p in walk.winners),
        budget=profile.budget,
        spent=profile.budget - walk.left,
        units=profile.units,
        cast=profile.cast,
        blank=profile.blank,
        stories=tuple(walk.stories[p] for p in range(len(profile.options))),
        ties=tuple(walk.ties),
    )


def walk_by_support(
    profile: Profile,
    settings: Settings,
    breaker: TieBreaker,
    *,
    candidates: Iterable[int],
    left: int,
    order: str = "votes",
    when_full: str = "skip",
    first_round: int = 1,
    phase: str = "votes",
) -> Walk:
    """Walk the candidate positions by support and take what fits in `left` minor units.

    Also the completion of equal shares, then with `phase="fill"`. Rounds count on from `first_round`.
    """
    walk = Walk(left)
    key = [_priority(profile, position, order) for position in range(len(profile.options))]
    eligible: list[int] = []
    for position in candidates:
        if profile.support[position] < settings.threshold:
            walk.stories[position] = story(profile, position, "below_threshold", threshold=settings.threshold)
        else:
            eligible.append(position)
    eligible.sort(key=lambda position: (_descending(key[position]), breaker.rank[position]))
    stopped_at: str | None = None
    for _, group in groupby(eligible, key=lambda position: key[position]):
        tied = list(group)
        if len(tied) > 1 and stopped_at is None:
            walk.ties.append(breaker.describe(tied, round=first_round + len(walk.winners), phase=phase))
        for position in tied:
            cost = profile.options[position].cost
            if stopped_at is not None:
                walk.stories[position] = story(profile, position, "stopped", after=stopped_at, left=walk.left)
            elif cost <= walk.left:
                walk.left -= cost
                walk.winners.append(position)
                code = "chosen_by_fill" if phase == "fill" else "chosen_by_votes"
                number = first_round + len(walk.winners) - 1
                walk.stories[position] = story(profile, position, code, round=number, phase=phase, left=walk.left)
            else:
                walk.stories[position] = story(profile, position, "does_not_fit", needs=cost, left=walk.left)
                if when_full == "stop":
                    stopped_at = profile.options[position].id
    return walk


def story(
    profile: Profile,
    position: int,
    code: str,
    *,
    round: int | None = None,
    phase: str = "",
    **data: int | str | Fraction,
) -> Story:
    """The story of the option at `position`, figures filled in from the profile."""
    option = profile.options[position]
    return Story(
        option=option.id,
        cost=option.cost,
        votes=profile.votes[position],
        support=profile.support[position],
        code=code,
        round=round,
        phase=phase,
        data=data,
    )


def _priority(profile: Profile, position: int, order: str) -> tuple[int, Fraction]:
    """What options are sorted by, exact. The first number lifts supported options that cost nothing above the rest."""
    support, cost = profile.support[position], profile.options[position].cost
    if order == "votes":
        return (0, Fraction(support))
    if cost == 0:
        return (1, Fraction(support)) if support else (0, Fraction(0))
    return (0, Fraction(support, cost))


def _descending(key: tuple[int, Fraction]) -> tuple[int, Fraction]:
    return (-key[0], -key[1])
