"""Which counting rule goes with which ballot, as data, and the one door through which everything is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .equal_shares import count_equal_shares
from .greedy import count_greedy
from .instant_runoff import count_instant_runoff
from .median_grade import count_median_grade
from .most_support import count_most_votes, count_plurality, count_points_sum, count_threshold
from .outcome import Outcome
from .profile import BallotType, Profile
from .schulze import count_schulze
from .settings import (
    EqualSharesSettings,
    GreedySettings,
    InstantRunoffSettings,
    MedianGradeSettings,
    PointsSettings,
    SchulzeSettings,
    Settings,
    SettingsError,
    StvSettings,
    SupportSettings,
    ThresholdSettings,
)
from .stv import count_stv


class CountingError(ValueError):
    """This profile cannot be counted by this rule; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A counting rule: its settings, the ballots it makes sense for, and whether it spends a budget."""

    name: str
    settings: type[Settings]
    ballot_types: frozenset[BallotType]
    needs_budget: bool
    run: Callable[[Profile, Any], Outcome]


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "greedy",
            GreedySettings,
            frozenset({BallotType.SINGLE, BallotType.APPROVAL, BallotType.POINTS}),
            True,
            count_greedy,
        ),
        Rule(
            "equal_shares",
            EqualSharesSettings,
            frozenset({BallotType.SINGLE, BallotType.APPROVAL, BallotType.POINTS}),
            True,
            count_equal_shares,
        ),
        Rule("plurality", SupportSettings, frozenset({BallotType.SINGLE}), False, count_plurality),
        Rule("threshold", ThresholdSettings, frozenset({BallotType.SINGLE}), False, count_threshold),
        Rule("most_votes", SupportSettings, frozenset({BallotType.APPROVAL}), False, count_most_votes),
        Rule("points_sum", PointsSettings, frozenset({BallotType.POINTS}), False, count_points_sum),
        Rule("schulze", SchulzeSettings, frozenset({BallotType.RANKING}), False, count_schulze),
        Rule("instant_runoff", InstantRunoffSettings, frozenset({BallotType.RANKING}), False, count_instant_runoff),
        Rule("stv", StvSettings, frozenset({BallotType.RANKING}), False, count_stv),
        Rule("median_grade", MedianGradeSettings, frozenset({BallotType.SCALE}), False, count_median_grade),
    )
}


def rules_for(ballot_type: BallotType | str, *, budget: bool) -> tuple[str, ...]:
    """Names of the rules that make sense for this ballot, with or without a budget to spend."""
    return tuple(
        name
        for name, rule in RULES.items()
        if BallotType(ballot_type) in rule.ballot_types and rule.needs_budget == budget
    )


def make_settings(rule_name: str, data: Mapping[str, Any] | None = None) -> Settings:
    """Checked settings of a rule from a plain dict (a frozen rule, a form); raises `SettingsError` or `CountingError`."""
    return _rule(rule_name).settings.from_dict(dict(data or {}))


def count(profile: Profile, rule_name: str, settings: Settings | Mapping[str, Any] | None = None) -> Outcome:
    """Count a profile. The same profile, rule and settings always give the same outcome, to the byte.

    `settings` may be the rule's settings object, its plain dict, or None for the defaults. Raises `CountingError` when
    rule and profile do not go together, `SettingsError` for a setting that cannot be.
    """
    rule = _rule(rule_name)
    if not isinstance(settings, Settings):
        settings = make_settings(rule_name, settings)
    if not isinstance(settings, rule.settings):
        raise SettingsError(f"These are settings of another rule than {rule_name!r}.")
    if profile.ballot_type not in rule.ballot_types:
        raise CountingError(f"The rule {rule_name!r} does not count {profile.ballot_type.value} ballots.")
    if rule.needs_budget and profile.budget is None:
        raise CountingError(f"The rule {rule_name!r} needs a budget, and there is none.")
    if (
        isinstance(settings, EqualSharesSettings)
        and settings.utility == "points"
        and profile.ballot_type is not BallotType.POINTS
    ):
        raise SettingsError("Points as utility need ballots with points.")
    if isinstance(settings, ThresholdSettings) and settings.turnout and not settings.electorate:
        raise SettingsError("A least turnout can only be judged when the size of the electorate is given.")
    if isinstance(settings, MedianGradeSettings) and settings.least_grade >= len(profile.scale):
        raise SettingsError("least_grade is not on the scale of these ballots.")
    return rule.run(profile, settings)


def _rule(name: str) -> Rule:
    try:
        return RULES[name]
    except KeyError:
        raise CountingError(f"Unknown counting rule {name!r}: choose from {', '.join(RULES)}.") from None
