"""*Methode van Gelijke Delen*: every voter gets the same share of the budget, and supporters together buy projects.

D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive Utilities" (2021); the
completion Add1 and the tie-break chain "cost, votes, lot" as equalshares.net describes them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from .add1 import Add1, Stop
from .electorate import Electorate
from .greedy import story, walk_by_support
from .outcome import Outcome, Shares, Story, Tie
from .profile import Profile
from .settings import EqualSharesSettings
from .shares_run import Bought, Result, run_shares
from .ties import TieBreaker


def count_equal_shares(profile: Profile, settings: EqualSharesSettings, *, screening: bool = True) -> Outcome:
    """Count by equal shares.

    The budget is divided by the voters with a choice (blank ballots change nothing). Again and again the project is
    bought that costs its supporters least per unit of utility, paid by them as equally as their shares allow. Options
    that cost nothing and are supported come first. With Add1 all shares are raised by the increment and everything is
    counted anew, until the next step would overspend, or (setting) nothing supported fits any more, or all is chosen;
    the outcome is that of the last step that does not overspend. `fill` then spends the rest by votes.

    Every tie met is in the outcome: phase "shares" in the run that gave the outcome, "add1" in other steps of Add1,
    "fill" in the completion. Turning `screening` off changes nothing but the time.
    """
    assert profile.budget is not None
    breaker = TieBreaker(profile, settings)
    positions = range(len(profile.options))
    eligible = [p for p in positions if profile.votes[p] and profile.support[p] >= settings.threshold]
    free = sorted((p for p in eligible if not profile.options[p].cost), key=breaker.rank.__getitem__)
    electorate = Electorate.of(profile, eligible, settings.utility)
    shares, result, other_ties = _complete(profile, settings, electorate, breaker, len(free) + 1, screening)

    stories: dict[int, Story] = {}
    left = profile.budget
    for number, position in enumerate(free, start=1):
        stories[position] = story(
            profile,
            position,
            "chosen_by_shares",
            round=number,
            phase="shares",
            left=left,
            full_share=Fraction(0),
            supporters=profile.votes[position],
            others=0,
            others_together=Fraction(0),
            broke=0,
        )
    for number, purchase in enumerate(result.bought, start=len(free) + 1):
        left -= profile.options[purchase.position].cost
        stories[purchase.position] = _bought_story(profile, purchase, number, left)
    winners = [*free, *(purchase.position for purchase in result.bought)]
    ties = [*result.ties, *other_ties]
    after_shares = left
    rest = [position for position in positions if position not in stories]
    if settings.fill == "votes":
        walk = walk_by_support(
            profile, settings, breaker, candidates=rest, left=left, first_round=len(winners) + 1, phase="fill"
        )
        for position in walk.winners:
            stories[position] = walk.stories[position]
        winners += walk.winners
        ties += walk.ties
        left = walk.left
    for position in rest:
        if position not in stories:
            stories[position] = _left_out_story(profile, settings, position, result, after_shares)
    return Outcome(
        rule="equal_shares",
        settings=settings.to_dict(),
        winners=tuple(profile.options[p].id for p in winners),
        budget=profile.budget,
        spent=profile.budget - left,
        units=profile.units,
        cast=profile.cast,
        blank=profile.blank,
        stories=tuple(stories[p] for p in positions),
        ties=tuple(ties),
        shares=shares,
    )


def _complete(
    profile: Profile,
    settings: EqualSharesSettings,
    electorate: Electorate,
    breaker: TieBreaker,
    first_round: int,
    screening: bool,
) -> tuple[Shares, Result, list[Tie]]:
    """The runs of Add1 (or the single one): how the shares ended, the run that counts, ties met in other steps."""
    assert profile.budget is not None
    voters = profile.valid
    start = Fraction(profile.budget, voters) if voters else Fraction(0)
    increment = settings.increment * profile.units
    if settings.completion == "add1":
        stop = Add1(
            electorate,
            breaker,
            start=start,
            increment=increment,
            budget=profile.budget,
            stop_when_exhaustive=settings.stop_when_exhaustive,
            first_round=first_round,
            screening=screening,
        ).stop()
    else:
        stop = Stop(0, "no_completion", (), ())
    final = run_shares(
        electorate, breaker, start + stop.step * increment, budget=profile.budget, first_round=first_round, story=True
    )
    assert settings.completion == "none" or tuple(purchase.position for purchase in final.bought) == stop.bought
    others = [replace(tie, phase="add1") for tie in stop.ties if tie not in final.ties]
    return (
        Shares(
            voters=voters,
            start=start,
            final=start + stop.step * increment,
            increment=increment,
            steps=stop.step,
            stopped_by=stop.reason,
        ),
        final,
        others,
    )


def _bought_story(profile: Profile, purchase: Bought, number: int, left: int) -> Story:
    made = story(
        profile,
        purchase.position,
        "chosen_by_shares",
        round=number,
        phase="shares",
        left=left,
        full_share=purchase.price,
        supporters=profile.votes[purchase.position],
        others=purchase.others,
        others_together=purchase.others_together,
        broke=purchase.broke,
    )
    return replace(made, payments=purchase.payments)


def _left_out_story(profile: Profile, settings: EqualSharesSettings, position: int, result: Result, left: int) -> Story:
    if profile.support[position] < settings.threshold:
        return story(profile, position, "below_threshold", threshold=settings.threshold)
    if not profile.votes[position]:
        return story(profile, position, "no_votes")
    cost = profile.options[position].cost
    return story(profile, position, "supporters_short", had=result.had[position], needs=cost, left=left)
