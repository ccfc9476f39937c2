"""Tables that some rules add to their outcome: rounds, duels, grades, a verdict. Exact, and JSON-able both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from .canonical import fraction_text


@dataclass(frozen=True, slots=True)
class Round:
    """One round of eliminations, or one stage of STV, with the votes after it.

    `action`: "first" (first preferences), "surplus" (of the elected `option`) or "excluded" (`option` left the count).
    `tallies` are votes by option id, for all options. `exhausted`: votes so far on papers without a next preference;
    `lost`: so far in rounding transfer values down. All of these together are the valid votes. `elected`: at the end of
    this round, in order.
    """

    number: int
    action: str
    option: str
    tallies: Mapping[str, Fraction]
    exhausted: Fraction
    lost: Fraction
    elected: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "action": self.action,
            "option": self.option,
            "tallies": {option: fraction_text(votes) for option, votes in self.tallies.items()},
            "exhausted": fraction_text(self.exhausted),
            "lost": fraction_text(self.lost),
            "elected": list(self.elected),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Round:
        return cls(
            number=data["number"],
            action=data["action"],
            option=data["option"],
            tallies={option: Fraction(votes) for option, votes in data["tallies"].items()},
            exhausted=Fraction(data["exhausted"]),
            lost=Fraction(data["lost"]),
            elected=tuple(data["elected"]),
        )


@dataclass(frozen=True, slots=True)
class Duels:
    """All options against each other. Rows and columns in the order of `options`.

    `votes[a][b]`: ballots with a above b. `paths[a][b]`: strength of the strongest path from a to b.
    `order`: all options from best to worst. The matrix `votes` alone is enough to count again.
    """

    options: tuple[str, ...]
    votes: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, ...], ...]
    order: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "options": list(self.options),
            "votes": [list(row) for row in self.votes],
            "paths": [list(row) for row in self.paths],
            "order": list(self.order),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Duels:
        return cls(
            options=tuple(data["options"]),
            votes=tuple(tuple(row) for row in data["votes"]),
            paths=tuple(tuple(row) for row in data["paths"]),
            order=tuple(data["order"]),
        )


@dataclass(frozen=True, slots=True)
class Grades:
    """How often every option got every grade: `counts[option id]` runs along `scale`, worst first.

    `order`: the options with a mark, from best to worst.
    """

    scale: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    order: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "scale": list(self.scale),
            "counts": {option: list(row) for option, row in self.counts.items()},
            "order": list(self.order),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Grades:
        counts = {option: tuple(row) for option, row in data["counts"].items()}
        return cls(scale=tuple(data["scale"]), counts=counts, order=tuple(data["order"]))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a vote with a threshold decided something.

    `reason`: "reached", "no_votes", "turnout" (too few people voted) or "share" (nothing got enough). `needs`: votes of
    the `valid` ones that are enough; `turnout_needs`: votes of the `electorate` that are enough, 0 without such a demand.
    """

    reason: str
    needs: int
    valid: int
    cast: int
    turnout_needs: int
    electorate: int

    @property
    def reached(self) -> bool:
        return self.reason == "reached"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        return cls(**data)
