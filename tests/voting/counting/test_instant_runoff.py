from __future__ import annotations

from hypothesis import given, settings

from foundation.voting.counting import Profile, count, lot_order

from . import ranking_oracles
from .rankings import papers, ranking, rankings


def test_the_least_leaves_until_one_has_more_than_half() -> None:
    outcome = count(ranking(["abc"] * 4 + ["bca"] * 3 + ["cba"] * 2), "instant_runoff")
    assert outcome.winners == ("b",)
    assert outcome.story("b").data == {"stage": 2, "held": 5, "of": 9}
    assert outcome.story("c").data == {"stage": 2, "held": 2}
    assert outcome.story("a").code == "not_elected"
    assert [(r.action, r.option, r.elected) for r in outcome.rounds] == [("first", "", ()), ("excluded", "c", ("b",))]


def test_half_is_not_enough_while_others_are_in() -> None:
    outcome = count(ranking(["a", "a", "b", "c"]), "instant_runoff", {"ties": ["listed"]})
    assert outcome.winners == ("a",)
    assert len(outcome.rounds) == 2
    assert outcome.rounds[1].exhausted == 1


def test_all_who_were_equal_are_told_with_what_decided() -> None:
    outcome = count(ranking(["abc", "ab", "b", "c"]), "instant_runoff")
    tie = outcome.ties[0]
    # b is named on more ballots than c, so c goes out
    assert (tie.round, tie.phase, tie.options, tie.chosen, tie.decided_by) == (1, "exclusion", ("b", "c"), "c", "votes")


def test_without_votes_there_is_no_winner() -> None:
    outcome = count(ranking([""]), "instant_runoff")
    assert (outcome.winners, outcome.rounds) == ((), ())


@given(rankings(blanks=False))
def test_who_is_first_on_more_than_half_of_the_ballots_wins(profile: Profile) -> None:
    firsts = [ballot[0] for ballot in papers(profile)]
    for option in set(firsts):
        if 2 * firsts.count(option) > len(firsts):
            assert count(profile, "instant_runoff").winners == (option,)
            assert count(profile, "schulze").winners == (option,)


@settings(max_examples=200)
@given(rankings())
def test_the_independent_count_gives_the_same_winner(profile: Profile) -> None:
    ids = [option.id for option in profile.options]
    out_first = list(reversed(lot_order("s", ids)))
    winner = ranking_oracles.instant_runoff(ids, papers(profile), out_first)
    outcome = count(profile, "instant_runoff", {"ties": ["lot"], "lot_seed": "s"})
    assert outcome.winners == (() if winner is None else (winner,))
