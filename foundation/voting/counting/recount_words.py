"""How the recount report makes sentences from an outcome; the sentences themselves are in `recount_text`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from .outcome import Outcome, Story, Tie

Money = Callable[[Fraction | int], str]

_SPENDING = ("greedy", "equal_shares")
_SIGNS = {"EUR": "€", "": "€"}


@dataclass(frozen=True)
class Words:
    """All sentences of one language; templates are filled with `str.format`."""

    decimal: str
    thousands: str
    cannot: str
    rules: Mapping[str, str]
    head: str
    head_plain: str
    assumed: str
    quota: str
    verdict: Mapping[str, str]
    actions: Mapping[str, str]
    exhausted: str
    duels: str
    grades: str
    sum_plain: str
    shares: str
    stopped_by: Mapping[str, str]
    stories: Mapping[str, str]
    facts: str
    facts_votes: str
    facts_points: str
    full: str
    per_point: str
    less: str
    broke: str
    tied: str
    criteria: Mapping[str, str]
    phases: Mapping[str, str]
    sum: str
    nothing_stated: str
    same: str
    different: str
    missing: str
    extra: str
    other_record: str

    def money(self, currency: str, units: int) -> Money:
        """A printer of minor units, rounded down to the cent as on the pages; whole amounts without decimals."""
        sign = _SIGNS.get(currency.upper(), currency)

        def show(amount: Fraction | int) -> str:
            cents = floor(Fraction(amount) * 100 / units)
            whole, part = divmod(cents, 100)
            text = f"{whole:,}".replace(",", self.thousands)
            return f"{sign} {text}{self.decimal}{part:02d}" if part else f"{sign} {text}"

        return show

    def heading(self, outcome: Outcome, assumed: bool, money: Money) -> str:
        head = self.head if outcome.rule in _SPENDING else self.head_plain
        text = head.format(
            rule=self.rules[outcome.rule], cast=outcome.cast, blank=outcome.blank, budget=money(outcome.budget)
        )
        if assumed:
            text += " " + self.assumed
        settings = ", ".join(f"{key}={value}" for key, value in outcome.settings.items())
        text += f"\n({settings})"
        if outcome.shares is not None:
            shares = outcome.shares
            text += "\n" + self.shares.format(
                voters=shares.voters,
                start=money(shares.start),
                final=money(shares.final),
                steps=shares.steps,
                why=self.stopped_by[shares.stopped_by],
            )
        if outcome.quota is not None:
            text += "\n" + self.quota.format(quota=outcome.quota)
        if outcome.verdict is not None:
            text += "\n" + self.verdict[outcome.verdict.reason].format(**outcome.verdict.to_dict())
        return text

    def votes(self, amount: Fraction) -> str:
        """Votes of a stage; all that we count have at most five decimals."""
        units = round(amount * 100_000)
        whole, part = divmod(units, 100_000)
        return f"{whole}{self.decimal}{part:05d}" if part else str(whole)

    def story(self, story: Story, money: Money, outcome: Outcome) -> str:
        values: dict[str, object] = dict(story.data)
        for key, value in story.data.items():
            if key == "held":
                values[key] = self.votes(Fraction(value))
            elif isinstance(value, Fraction) or (isinstance(value, int) and key in ("needs", "left")):
                values[key] = money(value)
        facts = self.facts if outcome.rule in _SPENDING else self.facts_votes
        if outcome.rule == "points_sum":
            facts = self.facts_points
        text = (
            facts.format(cost=money(story.cost), votes=story.votes, support=story.support)
            + " "
            + self.stories[story.code].format(**values)
        )
        if story.code == "chosen_by_shares" and story.payments:
            first, *rest = story.payments
            price = story.data["full_share"]
            assert isinstance(price, Fraction)
            by_points = first.amount != price  # then people pay for the points they gave
            fewer = sum(line.supporters for line in rest) + int(story.data["others"])
            if by_points:
                text += " " + self.per_point.format(amount=money(price))
            else:
                text += " " + self.full.format(people=first.supporters, amount=money(price))
            if fewer and not by_points:
                text += " " + self.less.format(people=fewer)
            if story.data["broke"]:
                text += " " + self.broke.format(people=story.data["broke"])
            text = text.removesuffix(";") + "."
        return text

    def tie(self, tie: Tie) -> str:
        return self.tied.format(
            options=", ".join(tie.options),
            chosen=tie.chosen,
            criterion=self.criteria[tie.decided_by],
            round=tie.round,
            phase=self.phases[tie.phase],
        )

    def total(self, outcome: Outcome, money: Money) -> str:
        if outcome.rule not in _SPENDING:
            return self.sum_plain.format(winners=", ".join(outcome.winners) or "-")
        return self.sum.format(winners=len(outcome.winners), spent=money(outcome.spent), left=money(outcome.left))
