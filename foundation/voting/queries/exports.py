"""What is published of a counted ballot, for programs. The views ask the gate before they call this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from foundation.voting import counting, papers
from foundation.voting.counting import blt, pabulib
from foundation.voting.models import ReplacedVote, Result, Vote
from foundation.voting.queries.options import counting_option

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def votes_pb(ballot: Ballot) -> str:
    """All votes as a Pabulib file: code and nonce of each, nothing about the voter, sorted by code."""
    result = _result(ballot)
    outcome = counting.Outcome.from_dict(result.outcome)
    rules = ballot.frozen
    settings = counting.make_settings(result.count.rule, result.count.settings)
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
            **({"max_sum_points": str(rules["points"]["total"])} if rules["type"] == "points" else {}),
            **pabulib.meta_of_rule(result.count.rule, settings, units=100, outcome=outcome),
            "aanzet_rules_sha256": ballot.rules_sha256,
            "aanzet_box_hash": result.count.box_hash,
        },
        options=[counting_option(option) for option in rules["options"]],
        votes=[_pb_line(rules, code, choices, nonce) for code, choices, nonce in _votes(ballot)],
        budget=rules["budget_cents"],
        units=100,
        vote_type="cumulative" if rules["type"] == "points" else "approval",
        selected=outcome.winners,
    )
    return pabulib.write(file)


def _pb_line(rules: dict[str, Any], code: str, choices: str, nonce: Any) -> tuple[str, list[str], dict[str, str]]:
    more = {"nonce": bytes(nonce).hex()}
    if rules["type"] != "points":
        return code, [str(number) for number in papers.parse_choices(choices)], more
    marks = [mark.partition(":") for mark in choices.split(",") if mark]
    return code, [number for number, _, _ in marks], {"points": ",".join(points for _, _, points in marks), **more}


def votes_blt(ballot: Ballot) -> str:
    """All rankings as a BLT file: each under its code, the rule and the outcome in its comments, sorted by code."""
    result = _result(ballot)
    rules = ballot.frozen
    outcome = counting.Outcome.from_dict(result.outcome)
    settings = counting.make_settings(result.count.rule, result.count.settings)
    votes = list(_votes(ballot))
    file = blt.build(
        title=rules["title"],
        seats=max(1, int(result.count.settings.get("seats", 1))),
        options=[counting_option(option) for option in rules["options"]],
        ballots=[(1, choices.split(",") if choices else []) for _, choices, _ in votes],
        codes=[code for code, _, _ in votes],
        meta={
            **pabulib.meta_of_rule(result.count.rule, settings, units=100, outcome=outcome),
            "aanzet_rules_sha256": ballot.rules_sha256,
            "aanzet_box_hash": result.count.box_hash,
        },
        outcome=outcome,
    )
    return blt.write(file)


def votes_csv(ballot: Ballot) -> str:
    """All votes: ``code;choices;nonce`` (choices as in ``papers``, nonce in hexadecimal), sorted by code; votes that were
    replaced by their voter as ``code;vervangen;commitment``."""
    lines = [f"{code};{choices};{bytes(nonce).hex()}" for code, choices, nonce in _votes(ballot)]
    return "\n".join(["code;choices;nonce", *sorted([*lines, *replaced_lines(ballot)])]) + "\n"


def replaced_lines(ballot: Ballot) -> list[str]:
    """Votes that were replaced by their voter, as they are published: ``code;vervangen;commitment``, sorted."""
    replaced = ReplacedVote.objects.filter(ballot=ballot).values_list("code", "commitment")
    return sorted(f"{code};vervangen;{bytes(seal).hex()}" for code, seal in replaced.iterator(chunk_size=5000))


def kind(ballot: Ballot) -> str:
    """The file format that holds the votes of this ballot with its rule: "pb", "blt", or only "csv"."""
    if ballot.spends:
        return "pb"
    return "blt" if ballot.type == "ranking" else "csv"


def _votes(ballot: Ballot) -> Iterator[tuple[str, str, Any]]:
    rows = Vote.objects.filter(ballot=ballot).order_by("code").values_list("code", "choices", "nonce")
    return rows.iterator(chunk_size=5000)


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
