from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import BallotType, Option, count, make_settings, pabulib
from foundation.voting.counting.pabulib_errors import MESSAGES

from .elections import REAL, real_file

SMALL = """META
key;value
description;Test
budget;10
vote_type;approval
num_votes;2
PROJECTS
project_id;cost;name
1;6;Bench
2;5;"Tree; a ""big"" one"
VOTES
voter_id;vote;age
a;1,2;30
b;;41
"""


def replaced(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.skipif(not REAL, reason="no ../shared/data/pabulib on this machine")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_file_is_read_whole_and_written_equal_in_content(path: Path) -> None:
    file = real_file(path.stem)
    profile = file.profile()
    assert profile.cast == int(file.get("num_votes"))
    assert len(profile.options) == int(file.get("num_projects"))
    again = pabulib.read(pabulib.write(file).encode())
    assert again == file
    assert again.profile() == profile


@pytest.mark.skipif(not REAL, reason="no ../shared/data/pabulib on this machine")
def test_all_ballot_types_are_among_the_real_files() -> None:
    kinds = {real_file(path.stem).profile().ballot_type for path in REAL}
    assert kinds == {BallotType.SINGLE, BallotType.APPROVAL, BallotType.POINTS, BallotType.RANKING}


def test_text_bytes_and_path_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "x.pb"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert pabulib.read(path) == pabulib.read(path.read_bytes()) == pabulib.read(SMALL)


def test_the_profile_of_a_file() -> None:
    profile = pabulib.read(SMALL).profile()
    assert [(o.id, o.name, o.cost) for o in profile.options] == [("1", "Bench", 6), ("2", 'Tree; a "big" one', 5)]
    assert (profile.budget, profile.units, profile.cast, profile.blank) == (10, 1, 2, 1)
    cents = pabulib.read(SMALL).profile(units=100)
    assert (cents.budget, cents.units, cents.options[0].cost) == (1000, 100, 600)


def test_decimal_costs_are_exact_on_a_common_denominator() -> None:
    text = replaced("1;6;", "1;6,25;", replaced("budget;10", "budget;10.5"))
    profile = pabulib.read(text).profile()
    assert (profile.units, profile.budget, profile.options[0].cost, profile.options[1].cost) == (4, 42, 25, 20)
    assert pabulib.read(text).profile(units=100).options[0].cost == 625


@pytest.mark.parametrize(
    "text",
    [
        SMALL.lower().replace("key;value", "Key ; Value"),
        replaced("META\n", "\n\nMETA;;\n"),
        replaced("VOTES\n", "\n votes \n"),
        replaced("a;1,2;30", "a; 1 , 2 ;30;;"),
        replaced("b;;41", "b;none"),
    ],
)
def test_odd_but_readable_files_are_read(text: str) -> None:
    file = pabulib.read(text)
    assert file.profile().votes == (1, 1)
    assert pabulib.read(pabulib.write(file)) == file


def test_points_and_rankings() -> None:
    points = """META\nkey;value\nbudget;9\nvote_type;cumulative\nPROJECTS\nproject_id;cost\n1;5\n2;5
VOTES\nvoter_id;vote;points\na;2,1;2,0.5\nb;1;1\n"""
    profile = pabulib.read(points).profile()
    assert profile.point_units == 2
    assert profile.support == (3, 4)
    ranking = replaced("approval", "ordinal", replaced("a;1,2;", "a;2,1;"))
    assert pabulib.read(ranking).profile().ballots[1][0].choices == (1, 0)


def test_what_disagrees_but_hinders_nothing_is_a_note() -> None:
    assert pabulib.read(SMALL).notes() == ()
    assert "99" in pabulib.read(replaced("num_votes;2", "num_votes;99")).notes()[0]
    twice = pabulib.read(replaced("a;1,2;", "a;1,2,1;"))
    assert twice.profile().votes == (1, 1)
    assert "twice" in twice.notes()[0]


BAD = {
    "empty": ("", "The file is empty"),
    "blank": (" \n\n", "The file is empty"),
    "not a pb file": ("name,cost\n1,2\n", "Line 1: the file should begin with META"),
    "no projects section": (SMALL[: SMALL.index("PROJECTS")], "The section PROJECTS is missing"),
    "no votes section": (SMALL[: SMALL.index("VOTES")], "The section VOTES is missing"),
    "a section twice": (SMALL + "VOTES\nvoter_id;vote\n", "Line 15: the section VOTES occurs twice"),
    "a section without heading": (
        replaced("project_id;cost;name\n1;6;Bench\n2;5", "VOTES\n2;5"),
        "Line 8: the section PROJECTS",
    ),
    "wrong meta heading": (replaced("key;value", "name;value"), "Line 2: the heading of META"),
    "no cost column": (
        replaced("project_id;cost", "project_id;price"),
        "Line 8: the heading of PROJECTS has no column cost",
    ),
    "no vote column": (
        replaced("voter_id;vote", "voter_id;choice"),
        "Line 12: the heading of VOTES has no column vote",
    ),
    "a column twice": (replaced("vote;age", "vote;vote"), "Line 12: .* column vote twice"),
    "no budget": (replaced("budget;10\n", ""), "META has no budget"),
    "budget no number": (replaced("budget;10", "budget;ten"), "Line 4: the budget is 'ten', which is not a number"),
    "budget infinite": (replaced("budget;10", "budget;1e999"), "Line 4: the budget"),
    "budget of a thousand digits": (replaced("budget;10", "budget;" + "9" * 5000), "Line 4: the budget"),
    "budget twice": (replaced("budget;10", "budget;10\nbudget;11"), "Line 5: the META key budget occurs twice"),
    "no vote type": (replaced("vote_type;approval\n", ""), "META has no vote_type"),
    "unknown vote type": (replaced("approval", "telepathy"), "Line 5: the vote_type is 'telepathy'"),
    "negative cost": (replaced("1;6;", "1;-6;"), "Line 9: the cost of project '1' is '-6'"),
    "cost no number": (replaced("1;6;", "1;NaN;"), "Line 9: the cost of project '1' is 'NaN'"),
    "cost missing": (replaced("1;6;", "1;;"), "Line 9: the cost of project '1' is missing"),
    "project without id": (replaced("1;6;", ";6;"), "Line 9: this project has no project_id"),
    "project twice": (replaced("2;5;", "1;5;"), "Line 10: the project_id '1' occurs twice"),
    "no project at all": (SMALL[: SMALL.index("1;6;")] + SMALL[SMALL.index("VOTES") :], "PROJECTS holds no project"),
    "unknown project": (replaced("a;1,2;", "a;1,3;"), "Line 13: this vote names project '3', which is not in PROJECTS"),
    "voter twice": (replaced("b;;", "a;;"), "Line 14: the voter_id 'a' occurs twice"),
    "too many cells": (replaced("b;;41", "b;;41;x"), "Line 14: this row of VOTES has 4 cells where the heading has 3"),
    "two choices of one": (
        replaced("approval", "choose-1"),
        "Line 13: this vote names 2 projects, but vote_type choose-1",
    ),
    "no points": (replaced("approval", "scoring"), "Line 13: this vote names 2 projects but gives 0"),
    "zero bytes": (replaced("Bench", "Be\0ch"), "Line 9: this is not a text file"),
    "latin-1": (SMALL.replace("Bench", "Plein vóór").encode("latin-1"), "Line 9: the file is not UTF-8"),
    "utf-16": (SMALL.encode("utf-16"), "UTF-16"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Line 1: the file is not UTF-8"),
    "a quote never closed": (replaced("b;;41", 'b;;"41') + "c;1;2\n" * 300, "Line 14: a quotation mark"),
    "a cell without end": (replaced("Bench", "x" * 200_000), "Line 9: a cell is longer"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_the_line_and_the_reason(case: str) -> None:
    source, says = BAD[case]
    with pytest.raises(pabulib.PabulibError, match=says) as caught:
        pabulib.read(source)
    text = str(caught.value)
    assert text.endswith(".")
    assert len(text) < 200
    assert (caught.value.line is not None) == text.startswith("Line ")
    dutch = caught.value.text("nl")
    assert dutch != text
    assert (caught.value.line is not None) == dutch.startswith("Regel ")


def test_every_message_has_the_same_values_in_both_languages() -> None:
    fields = string.Formatter().parse
    for english, dutch in MESSAGES.values():
        assert {name for _, name, _, _ in fields(english)} == {name for _, name, _, _ in fields(dutch)}
        assert english != dutch


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.pb"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)  # takes no space on disk
    with pytest.raises(pabulib.PabulibError, match="larger than 64 MB"):
        pabulib.read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(pabulib.PabulibError, match="cannot be read: no such file"):
        pabulib.read(tmp_path / "none.pb")


@given(
    st.text(alphabet='META\nkeyvaluPROJCTSi_dbg;",10\0é', max_size=200)
    | st.text(max_size=100)
    | st.binary(max_size=100)
)
def test_nonsense_never_gives_anything_but_a_clear_refusal(source: str | bytes) -> None:
    with pytest.raises(pabulib.PabulibError):
        pabulib.read(source)


@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 9)))
    text = SMALL[:start] + data.draw(st.text(alphabet=';,"\n12aM -.', max_size=4)) + SMALL[end:]
    try:
        file = pabulib.read(text)
    except pabulib.PabulibError:
        return
    assert pabulib.read(pabulib.write(file)) == file


def _exported(**changes: object) -> pabulib.PabulibFile:
    given: dict[str, object] = {
        "meta": {"description": "Vote; of 2026", "country": "Nederland", "rule": "greedy", "currency": "EUR"},
        "options": [Option("12", "Bench\nfor two", 120_050, (("area", "Noord"),)), Option("15", "Tree", 80_000)],
        "votes": [("code1", ["12", "15"]), ("code2", [])],
        "budget": 200_000,
        "selected": ["12"],
    }
    return pabulib.build(**{**given, **changes})  # type: ignore[arg-type]


def test_an_export_of_our_own_is_a_file_like_any_other() -> None:
    file = _exported()
    assert pabulib.read(pabulib.write(file)) == file
    assert file.meta[:2] == (("description", "Vote; of 2026"), ("country", "Nederland"))
    assert (file.get("num_votes"), file.get("num_projects"), file.get("budget")) == ("2", "2", "2000")
    assert file.project_columns == ("project_id", "cost", "votes", "name", "selected", "area")
    assert file.projects[0] == ("12", "1200.50", "1", "Bench for two", "1", "Noord")
    assert file.selected == ("12",)
    profile = file.profile(units=100)
    assert (profile.budget, profile.options[0].cost, profile.blank) == (200_000, 120_050, 1)


def test_options_from_a_file_can_be_exported_again() -> None:
    again = _exported(options=_exported().profile(units=100).options)
    assert again.project_columns == ("project_id", "cost", "votes", "name", "selected", "area")


def test_an_export_with_points_keeps_them() -> None:
    file = _exported(vote_type="cumulative", votes=[("c", ["15", "12"], {"points": "3,1"})])
    assert file.vote_columns == ("voter_id", "vote", "points")
    assert file.profile().support == (1, 3)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"options": [Option("1,2", "x", 100)], "votes": []}, "no commas"),
        ({"votes": [("a", ["99"])]}, "not in PROJECTS"),
        ({"votes": [("a", []), ("a", [])]}, "voter_id 'a' occurs twice"),
        ({"units": 300, "budget": 100}, "decimal number"),
    ],
)
def test_an_export_that_nobody_could_read_is_not_made(changes: dict[str, object], says: str) -> None:
    with pytest.raises(pabulib.PabulibError, match=says):
        _exported(**changes)


@pytest.mark.parametrize(
    ("rule", "data", "official"),
    [
        ("greedy", {}, "greedy"),
        ("greedy", {"when_full": "stop"}, "greedy-no-skip"),
        ("greedy", {"threshold": 3}, "greedy-threshold"),
        ("greedy", {"order": "votes_per_cost"}, "greedy-custom"),
        ("equal_shares", {"completion": "none"}, "equalshares"),
        ("equal_shares", {"lot_seed": 'a;"b', "increment": "1/3"}, "equalshares/add1"),
        ("equal_shares", {"fill": "votes"}, "equalshares/add1u"),
    ],
)
def test_a_rule_stated_in_an_export_comes_back_whole(rule: str, data: dict[str, object], official: str) -> None:
    settings = make_settings(rule, data)
    file = _exported(meta=pabulib.meta_of_rule(rule, settings))
    file = pabulib.read(pabulib.write(file))
    assert file.get("rule") == official
    stated = pabulib.stated_rule(file)
    assert stated == pabulib.StatedRule(rule, settings, assumed=False, units=100)


@pytest.mark.parametrize(
    ("rule", "more", "name", "data"),
    [
        ("greedy", "", "greedy", {}),
        ("greedy-no-skip", "", "greedy", {"when_full": "stop"}),
        ("greedy-threshold", "min_project_score_threshold;7\n", "greedy", {"threshold": 7}),
        ("equalshares", "", "equal_shares", {"completion": "none", "ties": ["cost", "votes", "lot"]}),
        ("equalshares/add1", "", "equal_shares", {"ties": ["cost", "votes", "lot"]}),
        ("equalshares/add1u", "", "equal_shares", {"fill": "votes", "ties": ["cost", "votes", "lot"]}),
    ],
)
def test_official_names_of_rules_are_understood(rule: str, more: str, name: str, data: dict[str, object]) -> None:
    file = pabulib.read(replaced("num_votes;2\n", f"num_votes;2\nrule;{rule}\n{more}"))
    assert pabulib.stated_rule(file) == pabulib.StatedRule(name, make_settings(name, data), assumed=True)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("aanzet_rule;greedy\naanzet_settings;{\n", "not valid JSON"),
        ("aanzet_rule;greedy\naanzet_settings;[]\n", "not a JSON object"),
        ("aanzet_rule;dice\n", "Unknown counting rule 'dice'"),
        ('aanzet_rule;greedy\naanzet_settings;"{""order"":""age""}"\n', "order is 'age'"),
        ("aanzet_rule;greedy\naanzet_units;0\n", "aanzet_units"),
        ("rule;greedy-threshold\nmin_project_score_threshold;many\n", "min_project_score_threshold"),
    ],
)
def test_a_rule_stated_wrongly_is_refused(lines: str, says: str) -> None:
    file = pabulib.read(replaced("num_votes;2\n", f"num_votes;2\n{lines}"))
    with pytest.raises(pabulib.PabulibError, match=says):
        pabulib.stated_rule(file)


def test_a_file_without_a_rule_we_know_states_none() -> None:
    assert pabulib.stated_rule(pabulib.read(SMALL)) is None
    assert count(pabulib.read(SMALL).profile(), "greedy").winners == ("2",)
