"""*Onderlinge vergelijking* (Schulze): every option against every other, and chains of such duels.

M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
method", Social Choice and Welfare 36 (2011): strongest paths, strength of a link by winning votes.
"""

from __future__ import annotations

from dataclasses import replace

from .greedy import story
from .most_support import plain_outcome
from .outcome import Outcome, Story, Tie
from .profile import Profile
from .records import Duels
from .settings import SchulzeSettings
from .ties import TieBreaker

Matrix = list[list[int]]


def count_schulze(profile: Profile, settings: SchulzeSettings) -> Outcome:
    """Count rankings by strongest paths.

    An option on a ballot is preferred to all below it and to all not on it; of options not on it a ballot says nothing.
    A link from a to b is as strong as the ballots with a above b, if they outnumber those with b above a, else nothing;
    a path is as strong as its weakest link. a goes before b when the strongest path from a to b is stronger than the one
    back. Place by place the best remaining option is taken; where several are beaten by none, the chain of the settings
    decides ("votes" there: named on more ballots). Blank ballots change nothing.
    """
    breaker = TieBreaker(profile, settings)
    size = len(profile.options)
    votes = duels(profile)
    paths = strongest_paths(votes)
    order: list[int] = []
    ties: list[Tie] = []
    remaining = set(range(size))
    while remaining and profile.valid:
        unbeaten = [a for a in remaining if all(paths[a][b] >= paths[b][a] for b in remaining)]
        if len(unbeaten) > 1:
            ties.append(breaker.describe(unbeaten, round=len(order) + 1, phase="duels"))
        order.append(breaker.first(unbeaten))
        remaining.remove(order[-1])
    winners = order[: settings.seats]
    stories: dict[int, Story] = {p: story(profile, p, "no_votes") for p in remaining}
    for place, position in enumerate(order, start=1):
        stories[position] = _story(profile, paths, order, place, chosen=place <= settings.seats)
    made = plain_outcome("schulze", profile, settings, winners=winners, stories=stories, ties=ties)
    ids = tuple(option.id for option in profile.options)
    return replace(
        made,
        duels=Duels(
            ids, tuple(tuple(row) for row in votes), tuple(tuple(row) for row in paths), tuple(ids[p] for p in order)
        ),
    )


def duels(profile: Profile) -> Matrix:
    """`[a][b]`: on how many ballots a stands above b."""
    size = len(profile.options)
    above = [[0] * size for _ in range(size)]  # both are on the ballot
    for ballot, times in profile.ballots:
        for place, a in enumerate(ballot.choices):
            row = above[a]
            for b in ballot.choices[place + 1 :]:
                row[b] += times
    # Where a is on the ballot, b is above it, below it or not on it.
    return [[profile.votes[a] - above[b][a] if a != b else 0 for b in range(size)] for a in range(size)]


def strongest_paths(votes: Matrix) -> Matrix:
    """`[a][b]`: strength of the strongest path from a to b, by winning votes (Floyd and Warshall)."""
    size = len(votes)
    paths = [[votes[a][b] if votes[a][b] > votes[b][a] else 0 for b in range(size)] for a in range(size)]
    for via in range(size):
        through = paths[via]
        for a in range(size):
            into = paths[a][via]
            if a == via or not into:
                continue
            row = paths[a]
            for b in range(size):
                strength = into if into < through[b] else through[b]
                if strength > row[b] and a != b:
                    row[b] = strength
    return paths


def _story(profile: Profile, paths: Matrix, order: list[int], place: int, *, chosen: bool) -> Story:
    position = order[place - 1]
    if chosen:
        beats = sum(paths[position][other] > paths[other][position] for other in order)
        return story(profile, position, "chosen_by_duels", round=place, phase="duels", place=place, beats=beats)
    above = order[place - 2]
    strength, back = paths[above][position], paths[position][above]
    if strength == back:
        return story(profile, position, "tied_in_duels", place=place, equal_to=profile.options[above].id)
    by = profile.options[above].id
    return story(profile, position, "beaten", place=place, by=by, strength=strength, back=back)
