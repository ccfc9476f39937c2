"""The rules of a ballot as one canonical JSON: what is decided beforehand, published with its hash at opening."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC
from typing import Any

from foundation.voting import public_log
from foundation.voting.counting import COUNTING_VERSION, make_settings
from foundation.voting.counting.canonical import canonical_json
from foundation.voting.enums import BallotType
from foundation.voting.models import Ballot, VoterGroup
from foundation.voting.queries.groups import electorate_record

FORMAT = "aanzet-rules-1"


def rules_of(ballot: Ballot) -> dict[str, Any]:
    """Everything that decides who may vote, on what and how it is counted. Money in cents, times in UTC."""
    areas = [row.area for row in ballot.ballot_areas.select_related("area").order_by("area__code")]
    settings = make_settings(ballot.rule, ballot.rule_settings).to_dict()
    assert ballot.opens_at is not None
    assert ballot.closes_at is not None
    return {
        "format": FORMAT,
        "municipality": {"name": ballot.municipality.name, "code": ballot.municipality.cbs_code or ""},
        "ballot": ballot.slug,
        "title": ballot.title,
        "question": ballot.question,
        "type": ballot.type,
        "limit": {"kind": ballot.limit_kind, "max_choices": ballot.max_choices},
        "budget_cents": ballot.budget_cents,
        **_marks(ballot),
        "options": [
            {
                "number": option.number,
                "title": option.title,
                "text": option.text,
                "cost_cents": option.cost_cents,
                "area": option.area.code if option.area else "",
                "category": option.category,
            }
            for option in ballot.options.select_related("area").order_by("number")
        ],
        "electorate": {
            "kind": ballot.electorate,
            "areas": [area.code for area in areas],
            "area_ids": [area.pk for area in areas],
            "minimum_age": ballot.minimum_age,
            "assurance": ballot.required_assurance,
            **electorate_record(ballot),
        },
        "binding": ballot.is_binding,
        **({"paper": True} if ballot.takes_paper else {}),
        "allow_change": ballot.allow_change,
        "rule": {"name": ballot.rule, "settings": settings, "counting_version": COUNTING_VERSION},
        "opens_at": ballot.opens_at.astimezone(UTC).isoformat(),
        "closes_at": ballot.closes_at.astimezone(UTC).isoformat(),
    }


def _marks(ballot: Ballot) -> dict[str, Any]:
    """What may be filled in per option, for the types that have it: points, or grades from worst to best."""
    if ballot.type == BallotType.POINTS:
        return {"points": {"total": ballot.points_total, "each": ballot.points_each}}
    return {"scale": list(ballot.scale)} if ballot.type == BallotType.SCALE else {}


def freeze(ballot: Ballot) -> bytes:
    """Fill in ``rules_json`` and ``rules_sha256`` (not saved). The draw gets its published seed here.

    Returns the private key that signs the public log of this ballot; its public half is one of the rules.

    At the count the root of the box is added to the seed, so that nobody could choose the draw when opening.
    """
    if not ballot.rule_settings.get("lot_seed"):
        ballot.rule_settings = {**ballot.rule_settings, "lot_seed": secrets.token_hex(16)}
    if ballot.group_id is not None:  # who changes its list waits, and finds the vote open
        VoterGroup.objects.select_for_update(of=("self",)).get(pk=ballot.group_id)
    signing_key, public_key = public_log.new_key()
    rules = {**rules_of(ballot), "log": {"format": public_log.HEAD_FORMAT, "public_key": public_key}}
    ballot.rules_json = canonical_json(rules)
    ballot.rules_sha256 = hashlib.sha256(ballot.rules_json.encode()).hexdigest()
    ballot.__dict__.pop("frozen", None)
    return signing_key
