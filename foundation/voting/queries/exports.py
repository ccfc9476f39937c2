"""What is published of a counted ballot, for programs. The views ask the gate before they call this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.voting import counting, papers
from foundation.voting.counting import pabulib
from foundation.voting.models import Result, Vote
from foundation.voting.queries.options import counting_option

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def votes_pb(ballot: Ballot) -> str:
    """All votes as a Pabulib file: code and nonce of each, nothing about the voter, sorted by code."""
    result = _result(ballot)
    outcome = counting.Outcome.from_dict(result.outcome)
    rules = ballot.frozen
    settings = counting.make_settings(result.count.rule, result.count.settings)
    votes = Vote.objects.filter(ballot=ballot).order_by("code").values_list("code", "choices", "nonce")
    file = pabulib.build(
        meta={
            "description": rules["title"],
            "country": "Netherlands",
            "unit": rules["municipality"]["name"],
            "instance": rules["ballot"],
            "date_begin": rules["opens_at"][:10],
            "date_end": rules["closes_at"][:10],
            "language": "nl",
            "currency": "EUR",
            **_limit(rules),
            **pabulib.meta_of_rule(result.count.rule, settings, units=100, outcome=outcome),
            "aanzet_rules_sha256": ballot.rules_sha256,
            "aanzet_box_hash": result.count.box_hash,
        },
        options=[counting_option(option) for option in rules["options"]],
        votes=[
            (code, [str(n) for n in papers.parse_choices(choices)], {"nonce": bytes(nonce).hex()})
            for code, choices, nonce in votes.iterator(chunk_size=5000)
        ],
        budget=rules["budget_cents"],
        units=100,
        selected=outcome.winners,
    )
    return pabulib.write(file)


def _limit(rules: dict[str, Any]) -> dict[str, str]:
    if rules["limit"]["kind"] == "number":
        return {"max_length": str(rules["limit"]["max_choices"])}
    if rules["limit"]["kind"] == "budget":
        whole, part = divmod(rules["budget_cents"], 100)
        return {"max_sum_cost": f"{whole}.{part:02d}" if part else str(whole)}
    return {}


def result_record(ballot: Ballot) -> dict[str, Any]:
    """The outcome with its hashes and the turnout."""
    result = _result(ballot)
    return {
        "ballot": ballot.slug,
        "title": ballot.title,
        "rules_sha256": ballot.rules_sha256,
        "box_hash": result.count.box_hash,
        "outcome_sha256": result.outcome_sha256,
        "outcome": result.outcome,
        "votes_cast": result.cast,
        "blank": result.blank,
        "turnout_per_area": result.turnout,
    }


def _result(ballot: Ballot) -> Result:
    return Result.objects.select_related("count").get(count__ballot=ballot)
