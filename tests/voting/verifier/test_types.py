"""Every type of ballot from casting to the bundle: the verifier reads its papers and finds the same result."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from foundation.core import clock
from foundation.voting.models import Ballot
from foundation.voting.queries import bundle
from foundation.voting.services import casting
from foundation.voting.verifier import recount
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)
PROJECTS = [("Bankjes", 0), ("Moestuin", 0), ("Speeltoestel", 0)]
PLAIN: dict[str, Any] = {"budget_cents": None, "limit_kind": "none", "projects": PROJECTS}
POINTS: dict[str, Any] = {"type": "points", "points_total": 5, "points_each": 3}
SCALE: dict[str, Any] = {"type": "scale", "scale": ["oneens", "neutraal", "eens"]}
CASES: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "plurality": ({**PLAIN, "type": "single", "rule": "plurality"}, [{1}, {2}, {2}, ()]),
    "threshold": ({**PLAIN, "type": "single", "rule": "threshold"}, [{1}, {2}, {2}, {2}, ()]),
    "most_votes": (
        {**PLAIN, "type": "approval", "rule": "most_votes", "rule_settings": {"seats": 2}},
        [{1, 2}, {2, 3}, {3}, ()],
    ),
    "points_sum": ({**PLAIN, **POINTS, "rule": "points_sum"}, [{1: 3, 2: 2}, {3: 3}, {2: 1}, {}]),
    "equal_shares": (
        {**POINTS, "rule": "equal_shares", "limit_kind": "none", "rule_settings": {"utility": "points"}},
        [{1: 3, 2: 2}, {3: 3}, {2: 1}, {}],
    ),
    "stv": (
        {**PLAIN, "type": "ranking", "rule": "stv", "rule_settings": {"seats": 2}},
        [[3, 1], [2], [1, 2, 3], [3], ()],
    ),
    "instant_runoff": ({**PLAIN, "type": "ranking", "rule": "instant_runoff"}, [[3, 1], [2], [1, 2, 3], [3]]),
    "schulze": ({**PLAIN, "type": "ranking", "rule": "schulze"}, [[3, 1], [2], [1, 2, 3], [3]]),
    "median_grade": ({**PLAIN, **SCALE, "rule": "median_grade"}, [{1: 2, 2: 0}, {1: 1, 3: 2}, {2: 2}, {}]),
}


def cast(ballot: Ballot, choices: Any) -> None:
    casting.cast(
        ballot=Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk),
        by=voting.resident(ballot.municipality),
        choices=choices,
        form_token=secrets.token_urlsafe(24),
        now=clock.now(),
    )


@pytest.mark.parametrize("rule", CASES)
def test_a_vote_of_every_kind_is_published_and_recounted(rule: str) -> None:
    fields, papers = CASES[rule]
    ballot = voting.opened(**fields)
    for choices in papers:
        cast(ballot, choices)
    files = recount.read_zip(bundle.bundle(voting.finished(ballot)))
    said: list[str] = []
    recount.verify(files, lambda code, **data: said.append(code))
    # How many might vote is known to nobody here.
    wanted = ["ok_files", "ok_rules", "ok_heads", "ok_hours", "ok_votes", "ok_totals", "ok_roll_unknown", "ok_result"]
    assert said == wanted


def test_who_waits_for_a_long_count_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = voting.opened()
    cast(ballot, (1,))
    files = recount.read_zip(bundle.bundle(voting.finished(ballot)))
    said: list[str] = []
    recount.verify(files, lambda code, **data: said.append(code))
    assert "long_count" not in said
    monkeypatch.setattr(recount, "LONG_COUNT", 0)
    recount.verify(files, lambda code, **data: said.append(recount.TEXTS["nl"][code].format(**data)))
    assert any("opnieuw tellen, in" in line for line in said)


def test_a_vote_without_votes_is_published_and_recounted() -> None:
    files = recount.read_zip(bundle.bundle(voting.finished(voting.opened())))
    recount.verify(files, lambda code, **data: None)
    assert files["log.txt"] == b""
