"""Settings of the counting rules: frozen, checked when made, with one canonical JSON to publish and hash.

Everything that can change an outcome is a setting here or part of the profile; there is no hidden default elsewhere.
Settings do not depend on the minor unit of money: amounts are in whole units of currency.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import Any, Self

from .canonical import canonical_json, sha256_hex

# What can separate equal options. `votes`: more ballots name it. `cost`: it costs less. `lot`: the seeded draw.
# `listed`: it stands earlier in the list of options. `lot` and `listed` separate any two, so one of them ends the chain.
TIE_CRITERIA = ("votes", "cost", "lot", "listed")
PUBLISHED_TIES = ("votes", "cost", "lot")
EQUALSHARES_NET_TIES = ("cost", "votes", "lot")


class SettingsError(ValueError):
    """A setting that cannot be; the text names it and says what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every rule shares.

    `ties`: criteria tried in turn until one separates. `lot_seed`: published text from which the draw follows.
    `threshold`: least support (votes, or points on a points ballot) with which an option may be chosen at all.
    """

    ties: tuple[str, ...] = PUBLISHED_TIES
    lot_seed: str = ""
    threshold: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "ties", tuple(self.ties))
        unknown = [name for name in self.ties if name not in TIE_CRITERIA]
        if unknown:
            raise SettingsError(f"Unknown tie-break {unknown[0]!r}: choose from {', '.join(TIE_CRITERIA)}.")
        if len(set(self.ties)) != len(self.ties):
            raise SettingsError("A tie-break is listed twice.")
        if not self.ties or self.ties[-1] not in ("lot", "listed"):
            raise SettingsError("The last tie-break must be 'lot' or 'listed', which separate any two options.")
        if not isinstance(self.lot_seed, str):
            raise SettingsError("The seed of the draw must be text.")
        _whole("threshold", self.threshold, least=0)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able form: tuples as lists, fractions as "n/d"."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`; missing keys take the default, unknown keys raise `SettingsError`."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise SettingsError(f"Unknown setting {unknown[0]!r}: this rule knows {', '.join(sorted(known))}.")
        return cls(**data)

    def canonical(self) -> str:
        """Canonical JSON of these settings."""
        return canonical_json(self.to_dict())

    def sha256(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256_hex(self.to_dict())


@dataclass(frozen=True, kw_only=True)
class GreedySettings(Settings):
    """*Meeste stemmen eerst*. `order`: "votes" (points on points ballots) or "votes_per_cost".

    `when_full`: "skip" goes on after an option that does not fit, "stop" ends the count there.
    """

    order: str = "votes"
    when_full: str = "skip"

    def __post_init__(self) -> None:
        super().__post_init__()
        _one_of("order", self.order, ("votes", "votes_per_cost"))
        _one_of("when_full", self.when_full, ("skip", "stop"))


@dataclass(frozen=True, kw_only=True)
class EqualSharesSettings(Settings):
    """*Methode van Gelijke Delen* (Peters, Pierczyński and Skowron 2021).

    `utility`: what a supporter gains from an option: "cost", "one", or "points" (points ballots only).
    `completion`: "none", or "add1": raise every share by `increment` and count anew until the next step would overspend.
    `increment`: in whole units of currency per voter, exact; default 1.
    `stop_when_exhaustive`: also end Add1 as soon as no supported option fits in what is left (pabutools and
    equalshares.net do). `fill`: "none", or "votes": spend the rest on options by votes, as far as they fit.
    """

    utility: str = "cost"
    completion: str = "add1"
    increment: Fraction = Fraction(1)
    stop_when_exhaustive: bool = True
    fill: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        _one_of("utility", self.utility, ("cost", "one", "points"))
        _one_of("completion", self.completion, ("none", "add1"))
        _one_of("fill", self.fill, ("none", "votes"))
        increment = _exact("increment", self.increment)
        if increment <= 0:
            raise SettingsError("The increment must be more than zero.")
        object.__setattr__(self, "increment", increment)
        if not isinstance(self.stop_when_exhaustive, bool):
            raise SettingsError("stop_when_exhaustive must be true or false.")


@dataclass(frozen=True, kw_only=True)
class SupportSettings(Settings):
    """Most support wins: plurality (single choice) and most votes (approval). `seats`: how many options are chosen."""

    seats: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _whole("seats", self.seats, least=1)


@dataclass(frozen=True, kw_only=True)
class ThresholdSettings(Settings):
    """Plurality that must also reach a part of the votes, and perhaps a turnout.

    `share`: the part of the valid (not blank) votes the winner needs, exact; `more_than` asks for more than that part
    instead of at least. `turnout`: the part of the electorate that must have cast a vote (blank ones included), 0 for
    none; `electorate`: how many people may vote, 0 while that is not known yet.
    """

    share: Fraction = Fraction(1, 2)
    more_than: bool = False
    turnout: Fraction = Fraction(0)
    electorate: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        share, turnout = _exact("share", self.share), _exact("turnout", self.turnout)
        if not 0 < share <= 1 or (self.more_than and share == 1):
            raise SettingsError("share must be a part that can be reached: more than 0, at most 1.")
        if not 0 <= turnout <= 1:
            raise SettingsError("turnout must be a part from 0 to 1.")
        if not isinstance(self.more_than, bool):
            raise SettingsError("more_than must be true or false.")
        object.__setattr__(self, "share", share)
        object.__setattr__(self, "turnout", turnout)
        _whole("electorate", self.electorate, least=0)


@dataclass(frozen=True, kw_only=True)
class PointsSettings(SupportSettings):
    """Most points. `per_ballot` and `per_option`: at most so many whole points may be given; 0 for no limit.

    The form holds voters to these limits; a count that finds a ballot over them refuses.
    """

    per_ballot: int = 0
    per_option: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        _whole("per_ballot", self.per_ballot, least=0)
        _whole("per_option", self.per_option, least=0)


@dataclass(frozen=True, kw_only=True)
class RankingSettings(Settings):
    """What rules for rankings share. These have no least support: `threshold` stays 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.threshold:
            raise SettingsError("threshold has no meaning for a rule that counts rankings.")


@dataclass(frozen=True, kw_only=True)
class InstantRunoffSettings(RankingSettings):
    """*Afvalrondes*: one winner."""


@dataclass(frozen=True, kw_only=True)
class StvSettings(RankingSettings):
    """Single transferable vote by the Scottish rules. `seats`: how many are elected.

    `ties` come after the votes at earlier stages, which the rules put first; they prescribe a lot then.
    """

    ties: tuple[str, ...] = ("lot",)
    seats: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _whole("seats", self.seats, least=1)


@dataclass(frozen=True, kw_only=True)
class SchulzeSettings(RankingSettings):
    """*Onderlinge vergelijking*. `seats`: how many are chosen from the top of the order; not proportional."""

    seats: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _whole("seats", self.seats, least=1)


@dataclass(frozen=True, kw_only=True)
class MedianGradeSettings(SupportSettings):
    """Median grade. `seats`: how many are chosen at most, of those with a median of at least `least_grade`.

    `least_grade`: place in the scale, 0 (the worst grade) for no demand. `missing`: what an unmarked option gets from a
    voter who marked another: "left_out" (no opinion; for statements) or "lowest" (for choosing between candidates).
    """

    least_grade: int = 0
    missing: str = "left_out"

    def __post_init__(self) -> None:
        super().__post_init__()
        _whole("least_grade", self.least_grade, least=0)
        _one_of("missing", self.missing, ("left_out", "lowest"))


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}: choose from {', '.join(allowed)}.")


def _whole(name: str, value: object, *, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SettingsError(f"{name} must be a whole number of at least {least}.")


def _exact(name: str, value: object) -> Fraction:
    if isinstance(value, float | bool):
        raise SettingsError(f"The {name} must be exact: a whole number or a fraction such as '1/2'.")
    try:
        return Fraction(value)  # type: ignore[call-overload, no-any-return]
    except (ValueError, TypeError, ZeroDivisionError):
        raise SettingsError(f"The {name} must be a whole number or a fraction such as '1/2'.") from None
