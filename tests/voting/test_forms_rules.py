"""Step 3 of the wizard: for every type only rules that go with it, and a ballot that can be announced."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.core import clock
from foundation.voting.counting import CODES, Story
from foundation.voting.enums import PAIRS
from foundation.voting.forms_rules import RulesForm
from foundation.voting.queries.readiness import problems
from foundation.voting.queries.why import why
from foundation.voting.services import ballots
from tests.factories import voting

NEEDED: dict[str, dict[str, Any]] = {
    "single": {},
    "approval": {"limit_kind": "none"},
    "points": {"points_total": "10", "points_each": "4"},
    "ranking": {"seats": "1"},
    "scale": {"grades": "oneens\nneutraal\neens", "least_grade": "3"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind, rules in PAIRS.items() for rule in rules])
def test_every_pair_makes_a_ballot_that_can_be_announced(kind: str, rule: str) -> None:
    ballot = voting.draft()
    form = RulesForm({"type": kind, "rule": rule, "budget_cents": "10.000", **NEEDED[kind]}, instance=ballot)
    assert form.is_valid(), form.errors
    ballot = ballots.change(ballot=ballot, by=ballot.created_by, **form.fields_of_ballot())
    assert problems(ballot, clock.now()) == []
    assert (ballot.budget_cents is not None) == ballot.spends


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("approval", {"rule": "stv", "limit_kind": "none"}, "rule"),
        ("approval", {"rule": "greedy", "limit_kind": "none"}, "budget_cents"),
        ("approval", {"rule": "most_votes", "limit_kind": "budget"}, "limit_kind"),
        ("points", {"rule": "points_sum", "points_total": "5", "points_each": "6"}, "points_each"),
        ("single", {"rule": "threshold", "turnout": "30"}, "electorate_size"),
        ("scale", {"rule": "median_grade", "grades": "eens"}, "grades"),
    ],
)
def test_what_makes_no_sense_is_told_beside_the_field(kind: str, data: dict[str, str], field: str) -> None:
    form = RulesForm({"type": kind, **data}, instance=voting.draft())
    assert not form.is_valid()
    assert field in form.errors


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("points", [False, True])
def test_there_is_a_sentence_for_every_code(code: str, points: bool) -> None:
    story = Story("1", 100, 1, 1, code, data=dict.fromkeys(CODES[code], 3))
    told = why(story, {"1": "Park", "3": "Plein"}, points=points)
    assert told
    assert "%(" not in told
