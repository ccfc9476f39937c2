"""The outcome of a count with its own story: codes and exact data, from which pages and programs make sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .canonical import canonical_json, fraction_text, sha256_hex
from .records import Duels, Grades, Round, Verdict

# Raised by hand whenever the same profile and settings could give another outcome or record than before.
COUNTING_VERSION = "1"

# Why an option was chosen, or not. `data` of the story holds what is named here; money in minor units.
CODES: Mapping[str, tuple[str, ...]] = {
    "chosen_by_votes": ("left",),  # left after it was paid
    # full_share: what a supporter pays who has enough (per point, with points as utility). Of the `supporters`, those in
    # `payments` paid the amounts told there, `others` people paid smaller sums of `others_together` in all, and `broke`
    # people had nothing left to pay with.
    "chosen_by_shares": ("left", "full_share", "supporters", "others", "others_together", "broke"),
    "chosen_by_fill": ("left",),
    "does_not_fit": ("needs", "left"),  # left at the moment it was considered
    "stopped": ("after", "left"),  # the count ended at option `after`, which did not fit
    "below_threshold": ("threshold",),
    "no_votes": (),
    "supporters_short": ("had", "needs", "left"),  # had: what its supporters together still had at the end
    # Plurality, threshold, most votes, points. ahead: of the best not chosen; behind: the last chosen; 0 is a tie.
    "chosen_by_support": ("place", "ahead"),
    "too_little_support": ("behind",),
    "share_not_reached": ("needs_votes", "valid"),
    "turnout_not_reached": ("cast", "turnout_needs", "electorate"),
    # Instant run-off and STV: `held` are the votes it had when that was decided, in round (stage) `stage`.
    "chosen_by_majority": ("stage", "held", "of"),  # of: the votes that still counted
    "elected_by_quota": ("stage", "held", "quota"),
    "elected_by_remaining": ("stage", "held", "quota"),
    "excluded": ("stage", "held"),
    "not_elected": ("stage", "held"),
    # Schulze. beats: how many others. by: the option just above it that has the stronger path (`strength`) than back.
    "chosen_by_duels": ("place", "beats"),
    "beaten": ("place", "by", "strength", "back"),
    "tied_in_duels": ("place", "equal_to"),  # the tie-break put it below that one
    # Median grade: name of the grade, votes above and below it, marks counted.
    "chosen_by_grade": ("place", "grade", "above", "below", "marks"),
    "lower_grade": ("place", "grade", "above", "below", "marks"),
    "grade_too_low": ("place", "grade", "above", "below", "marks", "least"),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """`supporters` people each paid exactly `amount` minor units."""

    amount: Fraction
    supporters: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that were exactly equal in a round of a phase, best first by the tie-break, and what separated them.

    `chosen` is the one that was taken: the first, or the last where the tie was about who goes out (phase "exclusion").
    """

    round: int
    phase: str
    options: tuple[str, ...]
    chosen: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one option.

    `support` is what the rule sorts by (points where points are given, else votes). `round` counts from 1 over the
    whole count and is None for options not chosen. `payments` (equal shares) run from high to low; with
    `others_together` they sum to the cost. `data` per `code` is listed in `CODES`.
    """

    option: str
    cost: int
    votes: int
    support: int
    code: str
    round: int | None = None
    phase: str = ""
    data: Mapping[str, int | str | Fraction] = field(default_factory=dict)
    payments: tuple[Payment, ...] = ()

    @property
    def chosen(self) -> bool:
        return self.round is not None

    @property
    def cost_per_supporter(self) -> Fraction | None:
        """Cost divided by votes, in minor units; None without votes."""
        return Fraction(self.cost, self.votes) if self.votes else None


@dataclass(frozen=True, slots=True)
class Shares:
    """How equal shares divided the money. Amounts in minor units per voter.

    `start`: the budget divided by the voters with a choice. `final`: the share in the step that gave the outcome, `steps`
    increments later. `stopped_by`: "no_completion", "exhaustive" (nothing supported fits any more), "overspend" (one
    more step would spend too much) or "all_chosen".
    """

    voters: int
    start: Fraction
    final: Fraction
    increment: Fraction
    steps: int
    stopped_by: str


@dataclass(frozen=True)
class Outcome:
    """Result of one count. `winners` are option ids in the order chosen; money in minor units, `units` to the whole.

    Rules that spend nothing have budget and spent 0. `rounds` (instant run-off, STV), `duels` (Schulze), `grades` (median
    grade), `verdict` (threshold) and `quota` (STV) are there for those rules only.
    """

    rule: str
    settings: Mapping[str, Any]
    winners: tuple[str, ...]
    budget: int
    spent: int
    units: int
    cast: int
    blank: int
    stories: tuple[Story, ...]
    ties: tuple[Tie, ...] = ()
    shares: Shares | None = None
    rounds: tuple[Round, ...] = ()
    duels: Duels | None = None
    grades: Grades | None = None
    verdict: Verdict | None = None
    quota: int | None = None
    version: str = COUNTING_VERSION

    @property
    def left(self) -> int:
        return self.budget - self.spent

    def story(self, option: str) -> Story:
        """The story of the option with this id; raises KeyError when there is none."""
        for story in self.stories:
            if story.option == option:
                return story
        raise KeyError(option)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able form with everything; exact amounts as "n/d" text."""
        made = self._shared_dict()
        # Only where the rule has them, so that records of rules without keep the form in which they were published.
        if self.rounds:
            made["rounds"] = [round.to_dict() for round in self.rounds]
        if self.duels:
            made["duels"] = self.duels.to_dict()
        if self.grades:
            made["grades"] = self.grades.to_dict()
        if self.verdict:
            made["verdict"] = self.verdict.to_dict()
        if self.quota is not None:
            made["quota"] = self.quota
        return made

    def _shared_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "settings": dict(self.settings),
            "version": self.version,
            "winners": list(self.winners),
            "budget": self.budget,
            "spent": self.spent,
            "left": self.left,
            "units": self.units,
            "cast": self.cast,
            "blank": self.blank,
            "stories": [_story_dict(story) for story in self.stories],
            "ties": [
                {
                    "round": tie.round,
                    "phase": tie.phase,
                    "options": list(tie.options),
                    "chosen": tie.chosen,
                    "decided_by": tie.decided_by,
                }
                for tie in self.ties
            ],
            "shares": None
            if self.shares is None
            else {
                "voters": self.shares.voters,
                "start": fraction_text(self.shares.start),
                "final": fraction_text(self.shares.final),
                "increment": fraction_text(self.shares.increment),
                "steps": self.shares.steps,
                "stopped_by": self.shares.stopped_by,
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """Inverse of `to_dict`."""
        shares = data["shares"]
        return cls(
            rule=data["rule"],
            settings=data["settings"],
            winners=tuple(data["winners"]),
            budget=data["budget"],
            spent=data["spent"],
            units=data["units"],
            cast=data["cast"],
            blank=data["blank"],
            stories=tuple(_story_from(item) for item in data["stories"]),
            ties=tuple(
                Tie(item["round"], item["phase"], tuple(item["options"]), item["chosen"], item["decided_by"])
                for item in data["ties"]
            ),
            shares=shares
            and Shares(
                voters=shares["voters"],
                start=Fraction(shares["start"]),
                final=Fraction(shares["final"]),
                increment=Fraction(shares["increment"]),
                steps=shares["steps"],
                stopped_by=shares["stopped_by"],
            ),
            rounds=tuple(Round.from_dict(item) for item in data.get("rounds", ())),
            duels=Duels.from_dict(data["duels"]) if "duels" in data else None,
            grades=Grades.from_dict(data["grades"]) if "grades" in data else None,
            verdict=Verdict.from_dict(data["verdict"]) if "verdict" in data else None,
            quota=data.get("quota"),
            version=data["version"],
        )

    def canonical(self) -> str:
        """Canonical JSON: equal counts give equal bytes."""
        return canonical_json(self.to_dict())

    def sha256(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256_hex(self.to_dict())


# Values of `Story.data` that are exact amounts and therefore text in JSON, even when whole.
_EXACT = frozenset({"had", "full_share", "others_together", "held"})


def _story_dict(story: Story) -> dict[str, Any]:
    return {
        "option": story.option,
        "cost": story.cost,
        "votes": story.votes,
        "support": story.support,
        "code": story.code,
        "round": story.round,
        "phase": story.phase,
        "data": {key: fraction_text(Fraction(value)) if key in _EXACT else value for key, value in story.data.items()},
        "payments": [[fraction_text(payment.amount), payment.supporters] for payment in story.payments],
    }


def _story_from(item: Mapping[str, Any]) -> Story:
    return Story(
        option=item["option"],
        cost=item["cost"],
        votes=item["votes"],
        support=item["support"],
        code=item["code"],
        round=item["round"],
        phase=item["phase"],
        data={key: Fraction(value) if key in _EXACT else value for key, value in item["data"].items()},
        payments=tuple(Payment(Fraction(amount), supporters) for amount, supporters in item["payments"]),
    )
