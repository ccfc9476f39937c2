"""The independent oracle: the same election given to pabutools, with the same ranking of ties."""

from __future__ import annotations

from fractions import Fraction

from pabutools.election import (
    AdditiveSatisfaction,
    ApprovalBallot,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    CumulativeBallot,
    CumulativeProfile,
    Instance,
    Project,
)
from pabutools.election.satisfaction import Additive_Cardinal_Sat
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.rules.exhaustion import exhaustion_by_budget_increase
from pabutools.tiebreaking import TieBreakingRule

from foundation.voting.counting import BallotType, EqualSharesSettings, GreedySettings, Profile
from foundation.voting.counting.ties import TieBreaker


class CostTimesPoints(AdditiveSatisfaction):
    """Greedy in pabutools divides by the cost; with this it sorts by points alone."""

    def __init__(self, instance, profile, ballot):
        super().__init__(
            instance, profile, ballot, lambda i, p, b, project, precomputed: b.get(project, 0) * project.cost
        )


def _election(profile: Profile, settings):
    projects = [Project(option.id, option.cost) for option in profile.options]
    instance = Instance(projects, budget_limit=profile.budget)
    if profile.ballot_type is BallotType.POINTS:
        ballots = [
            CumulativeBallot({projects[p]: Fraction(n) for p, n in zip(ballot.choices, ballot.points, strict=True)})
            for ballot, times in profile.ballots
            for _ in range(times)
            if ballot.choices
        ]
        made = CumulativeProfile(ballots).as_multiprofile()
    else:
        ballots = [
            ApprovalBallot([projects[p] for p in ballot.choices])
            for ballot, times in profile.ballots
            for _ in range(times)
            if ballot.choices  # pabutools would give blank voters a share
        ]
        made = ApprovalProfile(ballots).as_multiprofile()
    rank = dict(zip((option.id for option in profile.options), TieBreaker(profile, settings).rank, strict=True))
    return instance, made, TieBreakingRule(lambda _instance, _profile, project: rank[project.name])


def greedy(profile: Profile, settings: GreedySettings) -> list[str]:
    """Winners of pabutools' greedy, in order. Thresholds and stopping are not in pabutools."""
    assert not settings.threshold
    assert settings.when_full == "skip"
    instance, made, ties = _election(profile, settings)
    points = profile.ballot_type is BallotType.POINTS
    by_support = CostTimesPoints if points else Cost_Sat
    by_cost = Additive_Cardinal_Sat if points else Cardinality_Sat
    measure = by_support if settings.order == "votes" else by_cost
    return [project.name for project in greedy_utilitarian_welfare(instance, made, measure, tie_breaking=ties)]


def equal_shares(profile: Profile, settings: EqualSharesSettings) -> list[str]:
    """Winners of pabutools' equal shares, in order."""
    assert not settings.threshold
    assert settings.fill == "none"
    if not profile.valid:
        return []
    instance, made, ties = _election(profile, settings)
    measure = {"cost": Cost_Sat, "one": Cardinality_Sat, "points": Additive_Cardinal_Sat}[settings.utility]
    step = settings.increment * profile.units
    if settings.completion == "none":
        found = method_of_equal_shares(instance, made, measure, tie_breaking=ties)
    elif settings.stop_when_exhaustive:
        found = method_of_equal_shares(instance, made, measure, tie_breaking=ties, voter_budget_increment=step)
    else:
        found = exhaustion_by_budget_increase(
            instance,
            made,
            method_of_equal_shares,
            {"sat_class": measure, "tie_breaking": ties},
            exhaustive_stop=False,
            budget_step=step * profile.valid,
        )
    return [project.name for project in found]
