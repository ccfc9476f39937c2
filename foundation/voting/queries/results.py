"""The result story: from the codes of an outcome to sentences for people. The views ask the gate before they call this."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.charts import Chart
from foundation.core.wording import whole
from foundation.municipalities.models import Area
from foundation.voting import counting
from foundation.voting.enums import BallotType
from foundation.voting.models import Result
from foundation.voting.queries import result_tables
from foundation.voting.queries import why as why_
from foundation.voting.queries.paper import invalid_words, paper_totals
from foundation.voting.queries.why import why

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
    tables: list[result_tables.Table] = field(default_factory=list)
    chart: Chart | None = None
    verdict: str = ""
    roll: list[tuple[str, int]] = field(default_factory=list)
    invalid_papers: list[tuple[str, int]] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [*self.winners, *self.others]


def story(ballot: Ballot) -> ResultStory:
    """The story of a counted ballot; titles and costs come from the frozen rules."""
    result = Result.objects.select_related("count").get(count__ballot=ballot)
    names = dict(Area.objects.filter(municipality_id=ballot.municipality_id).values_list("code", "name"))
    return replace(
        tell(ballot, counting.Outcome.from_dict(result.outcome)),
        turnout=sorted(((names.get(code, code), voters) for code, voters in result.turnout.items())),
        cast=result.cast,
        blank=result.blank,
        rules_sha256=ballot.rules_sha256,
        box_hash=result.count.box_hash,
        outcome_sha256=result.outcome_sha256,
        counted_at=result.count.finished_at,
        has_turnout_hidden=sum(result.turnout.values()) < result.cast,
        roll=_roll(json.loads(result.statement).get("roll", {}) if result.statement else {}),
        invalid_papers=invalid_words(paper) if (paper := paper_totals(ballot)) else [],
    )


def _roll(totals: dict[str, Any]) -> list[tuple[str, int]]:
    """What was signed of the roll, in words: how many might vote, codes, paper."""
    codes = totals.get("codes") or {}
    lines = [
        (_("People who might vote"), totals.get("entitled")),
        (_("Voting codes sent"), codes.get("sent")),
        (_("of which replaced"), codes.get("replaced")),
        (_("of which blocked"), codes.get("blocked")),
        (_("Voting codes used"), codes.get("used")),
        (_("Votes on paper"), totals.get("paper")),
        (_("Lines in the roll"), totals.get("voters")),
    ]
    return [(label, int(number)) for label, number in lines if number is not None]


def tell(ballot: Ballot, outcome: counting.Outcome) -> ResultStory:
    """What an outcome says by itself, whether of real votes or of test votes; ``ballot.frozen`` must be filled."""
    titles = {str(option["number"]): option["title"] for option in ballot.frozen["options"]}
    rows = {item.option: _row(item, titles, ballot) for item in outcome.stories}
    losers = [item for item in outcome.stories if not item.chosen]
    losers.sort(key=_from_best)
    return ResultStory(
        winners=[{**rows[option], "rank": place} for place, option in enumerate(outcome.winners, start=1)],
        others=[rows[item.option] for item in losers],
        ties=[why_.tie(tie, titles) for tie in outcome.ties],
        shares=_shares(outcome),
        cast=outcome.cast,
        blank=outcome.blank,
        budget_cents=outcome.budget,
        spent_cents=outcome.spent,
        tables=result_tables.tables(outcome, titles),
        chart=result_tables.chart(outcome, titles),
        verdict=result_tables.verdict(outcome),
    )


def _from_best(item: counting.Story) -> tuple[int, ...]:
    """Those not chosen as far as the rule orders them, then by support."""
    place, stage = (int(item.data.get(key, 0)) for key in ("place", "stage"))
    return (place, -stage, -item.support, int(item.option))


def _row(item: counting.Story, titles: dict[str, str], ballot: Ballot) -> dict[str, Any]:
    """One line of the story. The bar shows points where points were given, else on how many papers it stands."""
    points = ballot.type == BallotType.POINTS
    shown: dict[str, Any] = {"votes": item.votes}
    if points:
        shown = {"votes": item.support, "votes_text": why_.support(item.support, True)}
    if ballot.type == BallotType.RANKING:
        shown["votes_text"] = ngettext("on %(n)s ballot paper", "on %(n)s ballot papers", item.votes) % {
            "n": whole(item.votes)
        }
    if ballot.type == BallotType.SCALE:
        shown["votes_text"] = ngettext("%(n)s answer", "%(n)s answers", item.votes) % {"n": whole(item.votes)}
    return {
        "title": titles[item.option],
        "number": int(item.option),
        "rank": "–",
        **shown,
        "funded": item.chosen,
        "why": why(item, titles, points=points),
        "cost_cents": item.cost if ballot.spends else None,
    }


def _shares(outcome: counting.Outcome) -> list[str]:
    shares = outcome.shares
    if shares is None:
        return []
    said = [
        _("The budget was divided over %(voters)s voters: %(start)s for each.")
        % {"voters": whole(shares.voters), "start": why_.cents(shares.start)}
    ]
    if shares.steps:
        said.append(
            _("With those shares money was left. So the shares were raised step by step, to %(final)s.")
            % {"final": why_.cents(shares.final)}
        )
    return said
