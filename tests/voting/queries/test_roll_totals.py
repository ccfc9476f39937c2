"""What is published of the roll: it adds up with the votes, and no small group follows from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.municipalities.models import Area
from foundation.voting.models import Ballot, Result
from foundation.voting.queries import bundle
from foundation.voting.queries import codes as code_queries
from foundation.voting.queries.roll_totals import roll_totals
from foundation.voting.queries.turnout import SMALLEST_GROUP, publishable_turnout, too_small
from foundation.voting.services import casting, codes, counting
from foundation.voting.verifier import recount
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory
from tests.factories.voting_codes import with_codes

figures = st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=1), st.integers(1, 40))


@given(figures, st.integers(0, 25))
def test_nothing_under_ten_is_shown_or_follows_by_subtraction(known: dict[str, int], of_no_group: int) -> None:
    total = sum(known.values()) + of_no_group
    hidden = too_small(known, total)
    shown = {key: number for key, number in known.items() if key not in hidden}
    assert all(number >= SMALLEST_GROUP for number in shown.values())
    rest = total - sum(shown.values())
    assert not shown or rest == 0 or rest >= SMALLEST_GROUP
    if rest == 0:
        assert not hidden


def test_what_is_hidden_is_no_more_than_needed() -> None:
    assert too_small({"A": 12, "B": 30}, 42) == set()
    assert too_small({"A": 3, "B": 12, "C": 30}, 45) == {"A", "B"}  # A alone would follow
    assert too_small({"A": 3, "B": 4, "C": 12, "D": 30}, 49) == {"A", "B", "C"}  # so would both together
    assert too_small({"A": 6, "B": 5, "C": 30}, 41) == {"A", "B"}
    assert too_small({"A": 12, "B": 30}, 45) == {"A"}  # three voters of no area
    assert too_small({"A": 3}, 3) == {"A"}


def vote_in(ballot: Ballot, area: Area, times: int) -> None:
    for _ in range(times):
        voting.vote(ballot, 1, by=voting.resident(ballot.municipality, area))


@pytest.mark.django_db
def test_areas_of_ten_or_more_are_told_and_the_others_not() -> None:
    municipality = MunicipalityFactory()
    large, middle, small = (NeighbourhoodFactory(municipality=municipality, code=f"BU9900000{n}") for n in range(3))
    ballot = voting.opened(municipality)
    for area, times in ((large, 12), (middle, 11), (small, 2)):
        vote_in(ballot, area, times)
    told = roll_totals(ballot)
    assert told == {"voters": 25, "entitled": None, "areas": {large.code: {"voters": 12}}}


def statement_of(ballot: Ballot) -> dict[str, Any]:
    voting.close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    return dict(json.loads(Result.objects.get(count__ballot=ballot).statement))


@pytest.mark.django_db(transaction=True)
def test_codes_sent_used_replaced_and_blocked_stand_in_the_signed_statement_and_are_checked() -> None:
    made = voting.opened(electorate="codes", limit_kind="none")
    north, south = (NeighbourhoodFactory(municipality=made.municipality, code=f"BU9900000{n}") for n in range(2))
    ballot, clear = with_codes(made, size=12, area=north)
    _ballot, more = with_codes(ballot, size=11, area=south)
    by = ballot.announced_by
    codes.replace(ballot=ballot, letter=(1, 12), by=by)
    fresh = Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)
    for place, code in enumerate([*clear[:10], *more[:10]]):
        person = code_queries.voter_with(ballot, code)
        assert person is not None
        casting.cast(ballot=fresh, by=person, choices=(1,), form_token=f"{place:032d}", now=fresh.opened_at)
    codes.block(batch=ballot.code_batches.get(number=2), by=by, reason="Verkeerd bezorgd")
    voted = {"voters": 20, "entitled": 23, "codes": {"sent": 24, "used": 20, "replaced": 1, "blocked": 11}}
    areas = {north.code: {"voters": 10, "codes_sent": 13}, south.code: {"voters": 10, "codes_sent": 11}}
    assert roll_totals(ballot) == {**voted, "areas": areas}
    assert statement_of(ballot)["roll"] == {**voted, "areas": areas}
    ballot.refresh_from_db()
    ballot.__dict__.pop("frozen", None)
    told: list[str] = []
    recount.verify(recount.read_zip(bundle.bundle(ballot)), lambda code, **_data: told.append(code))
    assert {"ok_roll", "ok_codes"} <= set(told)
    assert publishable_turnout(ballot) == {north.code: 10, south.code: 10}


def check(roll: dict[str, Any], kind: str = "codes", **more: Any) -> str:
    rules = {"electorate": {"kind": kind, **more.pop("group", {})}}
    per_area = {code: area["voters"] for code, area in roll.get("areas", {}).items()}
    try:
        recount.check_roll(
            rules, {"votes": 30, "voters_per_area": per_area, "roll": roll, **more}, lambda *_, **__: None
        )
    except recount.Wrong as error:
        return str(error.data["what"])
    return ""


CODES = {"sent": 60, "used": 30, "replaced": 2, "blocked": 5}
RIGHT = {
    "voters": 30,
    "entitled": 58,
    "codes": CODES,
    "areas": {"A": {"voters": 10, "codes_sent": 20}, "B": {"voters": 10, "codes_sent": 20}},
}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"voters": 29}, "voters"),
        ({"entitled": 29}, "entitled"),
        ({"entitled": None}, "entitled"),
        ({"codes": {**CODES, "used": 29}}, "codes"),
        ({"codes": {**CODES, "sent": 59}}, "codes"),
        ({"codes": {**CODES, "blocked": 59}}, "codes"),
        ({"codes": None}, "codes"),
        ({"areas": {"A": {"voters": 25, "codes_sent": 30}}}, "areas"),  # five are left over
        ({"areas": {"A": {"voters": 20, "codes_sent": 19}}}, "codes"),
        ({"areas": {"A": {"voters": 20, "codes_sent": 61}}}, "codes"),
        ({"areas": {"A": {"voters": -1, "codes_sent": 9}}}, "numbers"),
        ({"paper": 3}, "paper"),
        ({"voters": True}, "numbers"),
    ],
)
def test_the_verifier_finds_totals_that_cannot_be(changes: dict[str, Any], wrong: str) -> None:
    assert check({**RIGHT, **changes}) == wrong


def test_the_verifier_holds_a_group_to_its_members() -> None:
    plain = {"voters": 30, "entitled": 40, "areas": {}}
    group = {"group": {"group": {"name": "Jongerenraad", "members": 40}}}
    assert check(plain, "group", **group) == ""
    assert check({**plain, "entitled": 41}, "group", **group) == "entitled"
    assert check({**plain, "entitled": None}, "residents") == ""
