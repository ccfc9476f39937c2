"""The result story: from the codes of an outcome to sentences for people. The views ask the gate before they call this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import euro, whole
from foundation.municipalities.models import Area
from foundation.voting import counting
from foundation.voting.models import Result

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


@dataclass
class ResultStory:
    """Everything on the result page."""

    winners: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    ties: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    turnout: list[tuple[str, int]] = field(default_factory=list)
    cast: int = 0
    blank: int = 0
    budget_cents: int = 0
    spent_cents: int = 0
    rules_sha256: str = ""
    box_hash: str = ""
    outcome_sha256: str = ""
    counted_at: datetime | None = None
    has_turnout_hidden: bool = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [*self.winners, *self.others]


def story(ballot: Ballot) -> ResultStory:
    """The story of a counted ballot; titles and costs come from the frozen rules."""
    result = Result.objects.select_related("count").get(count__ballot=ballot)
    outcome = counting.Outcome.from_dict(result.outcome)
    titles = {str(option["number"]): option["title"] for option in ballot.frozen["options"]}
    rows = {item.option: _row(item, titles) for item in outcome.stories}
    losers = [item for item in outcome.stories if not item.chosen]
    losers.sort(key=lambda item: (-item.votes, int(item.option)))
    names = dict(Area.objects.filter(municipality_id=ballot.municipality_id).values_list("code", "name"))
    return ResultStory(
        winners=[{**rows[option], "rank": place} for place, option in enumerate(outcome.winners, start=1)],
        others=[rows[item.option] for item in losers],
        ties=[_tie(tie, titles) for tie in outcome.ties],
        shares=_shares(outcome),
        turnout=sorted(((names.get(code, code), voters) for code, voters in result.turnout.items())),
        cast=result.cast,
        blank=result.blank,
        budget_cents=outcome.budget,
        spent_cents=outcome.spent,
        rules_sha256=ballot.rules_sha256,
        box_hash=result.count.box_hash,
        outcome_sha256=result.outcome_sha256,
        counted_at=result.count.finished_at,
        has_turnout_hidden=sum(result.turnout.values()) < result.cast,
    )


def _row(item: counting.Story, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "title": titles[item.option],
        "number": int(item.option),
        "rank": "–",
        "votes": item.votes,
        "funded": item.chosen,
        "why": why(item, titles),
        "cost_cents": item.cost,
    }


def _cents(value: Any) -> str:
    """Money of the outcome (perhaps a fraction of a cent) as people read it, rounded down to the cent."""
    return euro(int(Fraction(value)))


def why(item: counting.Story, titles: dict[str, str]) -> str:
    """One plain sentence: why this project goes ahead, or why not."""
    data = item.data
    match item.code:
        case "chosen_by_votes":
            return _("It had the most votes of the projects that still fitted. After it %(left)s was left.") % {
                "left": _cents(data["left"])
            }
        case "chosen_by_shares":
            broke = int(Fraction(data["broke"]))
            paid = int(Fraction(data["supporters"])) - broke
            told = ngettext(
                "One supporter paid for it: %(share)s.",
                "%(n)s supporters paid for it together, each at most %(share)s.",
                paid,
            ) % {"n": whole(paid), "share": _cents(data["full_share"])}
            if broke:
                told += " " + ngettext(
                    "%(n)s other supporter had spent their share already.",
                    "%(n)s other supporters had spent their share already.",
                    broke,
                ) % {"n": whole(broke)}
            return told
        case "chosen_by_fill":
            return _("It was paid from what was left, because it had the most votes of the projects that still fitted.")
        case "does_not_fit":
            return _("It costs %(needs)s, but only %(left)s was left when it was its turn.") % {
                "needs": _cents(data["needs"]),
                "left": _cents(data["left"]),
            }
        case "stopped":
            return _("The count had stopped at “%(title)s”, which did not fit in what was left.") % {
                "title": titles.get(str(data["after"]), str(data["after"]))
            }
        case "below_threshold":
            return _("It had fewer votes than the %(threshold)s that a project needs.") % {
                "threshold": whole(int(Fraction(data["threshold"])))
            }
        case "no_votes":
            return _("Nobody voted for it.")
        case "supporters_short":
            return _("Its supporters together had %(had)s left of the %(needs)s that it costs.") % {
                "had": _cents(data["had"]),
                "needs": _cents(data["needs"]),
            }
    raise ValueError(f"no sentence for the story code {item.code!r}")


def _tie(tie: counting.Tie, titles: dict[str, str]) -> str:
    reasons = {
        "votes": _("it has more votes"),
        "cost": _("it costs less"),
        "lot": _("the draw that was fixed beforehand decided"),
        "listed": _("it stands first on the list"),
    }
    others = ", ".join(f"“{titles[option]}”" for option in tie.options if option != tie.chosen)
    return _("“%(chosen)s” was exactly equal to %(others)s and went first: %(reason)s.") % {
        "chosen": titles[tie.chosen],
        "others": others,
        "reason": reasons[tie.decided_by],
    }


def _shares(outcome: counting.Outcome) -> list[str]:
    shares = outcome.shares
    if shares is None:
        return []
    said = [
        _("The budget was divided over %(voters)s voters: %(start)s for each.")
        % {"voters": whole(shares.voters), "start": _cents(shares.start)}
    ]
    if shares.steps:
        said.append(
            _("With those shares money was left. So the shares were raised step by step, to %(final)s.")
            % {"final": _cents(shares.final)}
        )
    return said
