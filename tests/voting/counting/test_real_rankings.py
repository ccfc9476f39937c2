"""Real elections: wards of the Scottish council elections of 5 May 2022, stage by stage with an independent count."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from foundation.voting.counting import Outcome, blt, count, lot_order

from . import ranking_oracles
from .elections import FILES, real_file
from .rankings import REAL_RANKED, papers, real_ranking

if not REAL_RANKED:
    pytest.skip("no ../shared/data/ranked on this machine", allow_module_level=True)

# Looked up where the outcome was published: a newspaper's list of all elected (Aberdeenshire 4), pages on the wards or the
# council with their councillors (the others). For the wards that are missing here only the independent count speaks.
PUBLISHED = {
    "aberdeenshire_2022_ward4": {"Geoff CROWSON", "David MAIR", "Hannah POWELL", "Anne Margaret SIMPSON"},
    "aberdeenshire_2022_ward8": {"Jenny NICOL", "Derek RITCHIE", "Paul JOHNSTON", "Andrew John HASSAN"},
    "dumgal_2022_ward2": {"David INGLIS", "Katie HAGMANN", "Jackie MCCAMON", "Sandy WHITELAW"},
    # published as two of the SNP and one of Labour; these are all they had
    "dundee_2022_ward5": {"Ken LYNN", "Lynne SHORT", "Georgia CRUICKSHANK"},
    "north_lanarkshire_2022_ward18": {"Gerry BRENNAN", "Anne THOMAS", "Andrew DUFFY-LAWSON", "Ayeshah KHAN"},
    "north_lanarkshire_2022_ward20": {
        "Robert John MCKENDRICK",
        "Cameron MCMANUS",
        "Louise ROARTY",
        "Nicky SHEVLIN",
    },
}


def _stv(name: str) -> Outcome:
    file = real_ranking(name)
    return count(file.profile(), "stv", {"seats": file.seats, "lot_seed": "real"})


@pytest.mark.parametrize("name", PUBLISHED)
def test_who_was_elected_is_elected(name: str) -> None:
    names = real_ranking(name).names
    assert {names[int(winner) - 1][0] for winner in _stv(name).winners} == PUBLISHED[name]


def test_murdostoun_stage_by_stage_as_published_in_whole_votes() -> None:
    """The table of its seven stages, candidates in the order of the file; gone or finished candidates are left out there."""
    published = [
        (305, 518, 1545, 1106, 853, 778, 584),
        (394, 545, None, 1167, 914, 834, 606),
        (394, 545, None, None, 916, 836, 629),
        (None, 624, None, None, 986, 892, 691),
        (None, None, None, None, 1191, 1007, 705),
        (None, None, None, None, None, 1049, 708),
        (None, None, None, None, None, 1317, None),
    ]
    outcome = _stv("north_lanarkshire_2022_ward20")
    assert (outcome.cast, outcome.quota) == (5689, 1138)
    assert len(outcome.rounds) == len(published)
    for stage, row in zip(outcome.rounds, published, strict=True):
        for votes, said in zip(stage.tallies.values(), row, strict=True):
            assert said is None or round(votes) == said


@pytest.mark.parametrize("path", REAL_RANKED, ids=lambda path: path.stem)
def test_the_independent_count_gives_the_same_stages(path: Path) -> None:
    profile, outcome = real_ranking(path.stem).profile(), _stv(path.stem)
    ids = [option.id for option in profile.options]
    seats = real_ranking(path.stem).seats
    elected, stages = ranking_oracles.scottish_stv(ids, papers(profile), seats, lot_order("real", ids))
    assert list(outcome.winners) == elected
    told = [{one: Fraction(votes) for one, votes in stage.items()} for stage in stages]
    assert [dict(stage.tallies) for stage in outcome.rounds] == told


@pytest.mark.parametrize("path", REAL_RANKED, ids=lambda path: path.stem)
def test_the_other_rules_agree_with_their_independent_counts(path: Path) -> None:
    profile = real_ranking(path.stem).profile()
    ids, ballots = [option.id for option in profile.options], papers(profile)
    asked = {"ties": ["lot"], "lot_seed": "real"}
    out_first = list(reversed(lot_order("real", ids)))
    winner = ranking_oracles.instant_runoff(ids, ballots, out_first)
    assert count(profile, "instant_runoff", asked).winners == (winner,)
    outcome = count(profile, "schulze", asked)
    assert len(outcome.duels.order) == len(ids)
    if len(ids) <= 6:  # every path is listed
        assert set(outcome.winners) == ranking_oracles.schulze_unbeaten(ids, ballots)


@pytest.mark.parametrize("path", REAL_RANKED, ids=lambda path: path.stem)
def test_a_real_file_survives_writing_and_reading(path: Path) -> None:
    file = real_ranking(path.stem)
    assert blt.read(blt.write(file)) == file
    assert all(party for _, party in file.names)
    assert not any('"' in name or '"' in party for name, party in file.names)
    assert file.title.startswith("Ward ")


def test_krakow_a_ranking_over_projects_is_counted_by_the_rules_for_rankings() -> None:
    """123 projects, 32,958 voters, three choices each. Its own rule (points by place, then greedy) is none of ours."""
    file = real_file("Poland_Krakow_2018")
    profile = file.profile()
    begin = time.process_time()
    schulze, runoff = count(profile, "schulze"), count(profile, "instant_runoff")
    stv = count(profile, "stv", {"seats": 5})
    assert time.process_time() - begin < 20  # about 1 second; the rest is for a busy machine
    assert schulze.winners == runoff.winners == stv.winners[:1] == ("23",)
    votes = [int(said) for said in file.project_column("votes") or ()]
    assert list(profile.votes) == votes
    # The file's own score is 3, 2 and 1 point by place: what our rounds call first preferences weighs in it.
    ids = [option.id for option in profile.options]
    by_place = dict.fromkeys(ids, 0)
    for ballot, times in profile.ballots:
        for place, position in enumerate(ballot.choices):
            by_place[ids[position]] += times * (3 - place)
    assert [int(said) for said in file.project_column("score") or ()] == list(by_place.values())


@pytest.mark.skipif(not (FILES / "Poland_Katowice_2023.pb").exists(), reason="no Katowice on this machine")
def test_katowice_points_are_summed_to_the_published_scores() -> None:
    file = real_file("Poland_Katowice_2023")
    outcome = count(file.profile(), "points_sum", {"seats": 25, "per_ballot": 3})
    score = dict(zip(file.project_column("project_id") or (), file.project_column("score") or (), strict=True))
    assert {story.option: str(story.support) for story in outcome.stories} == score
    assert list(outcome.winners) == sorted(score, key=lambda option: -int(score[option]))
