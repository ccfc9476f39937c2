"""*Afvalrondes* (instant run-off): the option with fewest votes leaves, until one has more than half of what still counts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from .greedy import story
from .most_support import plain_outcome
from .outcome import Outcome, Story, Tie
from .profile import Profile
from .records import Round
from .settings import InstantRunoffSettings
from .ties import TieBreaker

# A bundle of equal papers: the ranking, where in it the paper now counts, how many papers.
Bundle = tuple[tuple[int, ...], int, int]


def count_instant_runoff(profile: Profile, settings: InstantRunoffSettings) -> Outcome:
    """Count rankings by elimination, one option a round.

    A ballot counts for the highest option on it that is still in. An option with more than half of the ballots that
    still count wins. Otherwise the one with fewest votes leaves; among equals the one that comes last in the chain of the
    settings ("votes" there: named on more ballots), and all of them are told. Blank ballots change nothing.
    """
    breaker = TieBreaker(profile, settings)
    ids = [option.id for option in profile.options]
    left = set(range(len(ids)))
    piles: dict[int, list[Bundle]] = {position: [] for position in left}
    tallies = [0] * len(ids)
    for ballot, times in profile.ballots:
        if ballot.choices:
            piles[ballot.choices[0]].append((ballot.choices, 0, times))
            tallies[ballot.choices[0]] += times
    counting, exhausted = profile.valid, 0
    rounds: list[Round] = []
    ties: list[Tie] = []
    stories: dict[int, Story] = {}
    action, gone = "first", ""
    winner: int | None = None
    while counting:
        number = len(rounds) + 1
        winner = next((p for p in sorted(left) if 2 * tallies[p] > counting), None)
        rounds.append(
            Round(
                number=number,
                action=action,
                option=gone,
                tallies={ids[p]: Fraction(tallies[p]) for p in range(len(ids))},
                exhausted=Fraction(exhausted),
                lost=Fraction(0),
                elected=() if winner is None else (ids[winner],),
            )
        )
        if winner is not None:
            break
        fewest = min(tallies[p] for p in left)
        tied = [p for p in left if tallies[p] == fewest]
        if len(tied) > 1:
            ties.append(breaker.describe(tied, round=number, phase="exclusion", last=True))
        loser = breaker.last(tied)
        left.remove(loser)
        stories[loser] = story(profile, loser, "excluded", stage=number + 1, held=Fraction(fewest))
        action, gone = "excluded", ids[loser]
        for choices, start, times in piles.pop(loser):
            at = next_place(choices, start + 1, left)
            if at is None:
                exhausted += times
                counting -= times
            else:
                piles[choices[at]].append((choices, at, times))
                tallies[choices[at]] += times
        tallies[loser] = 0
    last = len(rounds)
    for position in left:
        if winner is None:
            stories[position] = story(profile, position, "no_votes")
        elif position == winner:
            stories[position] = story(
                profile,
                position,
                "chosen_by_majority",
                round=1,
                phase="rounds",
                stage=last,
                held=Fraction(tallies[position]),
                of=counting,
            )
        else:
            stories[position] = story(profile, position, "not_elected", stage=last, held=Fraction(tallies[position]))
    made = plain_outcome(
        "instant_runoff",
        profile,
        settings,
        winners=[] if winner is None else [winner],
        stories=stories,
        ties=ties,
    )
    return replace(made, rounds=tuple(rounds))


def next_place(choices: tuple[int, ...], start: int, left: set[int]) -> int | None:
    """Where in a ranking, from `start` on, the next option stands that is still in; None when there is none."""
    for place in range(start, len(choices)):
        if choices[place] in left:
            return place
    return None
