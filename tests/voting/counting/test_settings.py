from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import EqualSharesSettings, GreedySettings, SettingsError, make_settings


@given(
    st.builds(
        EqualSharesSettings,
        ties=st.sampled_from([("votes", "cost", "lot"), ("cost", "votes", "listed"), ("lot",)]),
        lot_seed=st.text(max_size=5),
        threshold=st.integers(0, 9),
        utility=st.sampled_from(["cost", "one", "points"]),
        completion=st.sampled_from(["none", "add1"]),
        increment=st.fractions(min_value=Fraction(1, 9)),
        stop_when_exhaustive=st.booleans(),
        fill=st.sampled_from(["none", "votes"]),
    )
)
def test_settings_survive_json(settings: EqualSharesSettings) -> None:
    again = make_settings("equal_shares", settings.to_dict())
    assert again == settings
    assert again.canonical() == settings.canonical()
    assert again.sha256() == settings.sha256()


def test_the_canonical_form_is_fixed_because_published_hashes_rest_on_it() -> None:
    assert GreedySettings(lot_seed="é").canonical() == (
        '{"lot_seed":"é","order":"votes","threshold":0,"ties":["votes","cost","lot"],"when_full":"skip"}'
    )
    assert EqualSharesSettings(increment=Fraction(1, 2)).canonical() == (
        '{"completion":"add1","fill":"none","increment":"1/2","lot_seed":"","stop_when_exhaustive":true,'
        '"threshold":0,"ties":["votes","cost","lot"],"utility":"cost"}'
    )


# One of every rule without a budget, nothing left at its default that hides in the form.
OTHERS = {
    "plurality": '{"lot_seed":"","seats":1,"threshold":0,"ties":["votes","cost","lot"]}',
    "threshold": (
        '{"electorate":0,"lot_seed":"","more_than":false,"share":"1/2","threshold":0,'
        '"ties":["votes","cost","lot"],"turnout":"0"}'
    ),
    "most_votes": '{"lot_seed":"","seats":1,"threshold":0,"ties":["votes","cost","lot"]}',
    "points_sum": (
        '{"lot_seed":"","per_ballot":0,"per_option":0,"seats":1,"threshold":0,"ties":["votes","cost","lot"]}'
    ),
    "schulze": '{"lot_seed":"","seats":1,"threshold":0,"ties":["votes","cost","lot"]}',
    "instant_runoff": '{"lot_seed":"","threshold":0,"ties":["votes","cost","lot"]}',
    "stv": '{"lot_seed":"","seats":1,"threshold":0,"ties":["lot"]}',
    "median_grade": (
        '{"least_grade":0,"lot_seed":"","missing":"left_out","seats":1,"threshold":0,"ties":["votes","cost","lot"]}'
    ),
}


@pytest.mark.parametrize("rule", OTHERS)
def test_every_other_rule_has_one_canonical_form_too(rule: str) -> None:
    made = make_settings(rule)
    assert made.canonical() == OTHERS[rule]
    assert make_settings(rule, json.loads(OTHERS[rule])) == made


@pytest.mark.parametrize(
    ("rule", "data", "says"),
    [
        ("greedy", {"ties": ["votes"]}, "last tie-break"),
        ("greedy", {"ties": []}, "last tie-break"),
        ("greedy", {"ties": ["age", "lot"]}, "Unknown tie-break 'age'"),
        ("greedy", {"ties": ["lot", "lot"]}, "listed twice"),
        ("greedy", {"threshold": -1}, "threshold must be a whole number"),
        ("greedy", {"threshold": True}, "threshold must be a whole number"),
        ("greedy", {"lot_seed": 7}, "seed"),
        ("greedy", {"order": "age"}, "choose from votes, votes_per_cost"),
        ("greedy", {"when_full": "maybe"}, "skip, stop"),
        ("greedy", {"utility": "cost"}, "Unknown setting 'utility'"),
        ("equal_shares", {"utility": "joy"}, "cost, one, points"),
        ("equal_shares", {"completion": "add2"}, "none, add1"),
        ("equal_shares", {"fill": "all"}, "none, votes"),
        ("equal_shares", {"increment": 0}, "more than zero"),
        ("equal_shares", {"increment": "1/0"}, "fraction"),
        ("equal_shares", {"increment": "one"}, "fraction"),
        ("equal_shares", {"increment": 0.5}, "exact"),
        ("equal_shares", {"stop_when_exhaustive": "yes"}, "true or false"),
        ("plurality", {"seats": 0}, "seats must be a whole number"),
        ("threshold", {"share": 0}, "more than 0"),
        ("threshold", {"share": "3/2"}, "at most 1"),
        ("threshold", {"share": 1, "more_than": True}, "can be reached"),
        ("threshold", {"share": 0.5}, "exact"),
        ("threshold", {"turnout": "2"}, "from 0 to 1"),
        ("threshold", {"turnout": "half"}, "fraction"),
        ("threshold", {"more_than": 1}, "true or false"),
        ("threshold", {"electorate": -1}, "electorate"),
        ("points_sum", {"per_option": -1}, "per_option"),
        ("points_sum", {"per_ballot": "10"}, "per_ballot"),
        ("instant_runoff", {"seats": 1}, "Unknown setting 'seats'"),
        ("instant_runoff", {"threshold": 1}, "no meaning"),
        ("schulze", {"seats": True}, "seats"),
        ("median_grade", {"least_grade": -1}, "least_grade"),
        ("median_grade", {"missing": "best"}, "left_out, lowest"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(rule: str, data: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        make_settings(rule, data)
