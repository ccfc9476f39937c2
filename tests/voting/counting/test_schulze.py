from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.voting.counting import Profile, count

from . import ranking_oracles
from .rankings import options, papers, ranking, rankings

# Schulze's best known example: five candidates, 45 voters.
SCHULZE_45 = (
    ["acbed"] * 5
    + ["adecb"] * 5
    + ["bedac"] * 8
    + ["cabed"] * 3
    + ["caebd"] * 7
    + ["cbade"] * 2
    + ["dceba"] * 7
    + ["ebadc"] * 8
)


def test_the_well_known_example_of_45_voters() -> None:
    outcome = count(ranking(SCHULZE_45, "abcde"), "schulze", {"seats": 5})
    assert outcome.winners == ("e", "a", "c", "b", "d")
    assert outcome.ties == ()
    assert outcome.duels.votes[0] == (0, 20, 26, 30, 22)
    assert outcome.duels.paths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )


def test_an_option_on_a_ballot_goes_before_one_that_is_not() -> None:
    outcome = count(ranking(["a", "a", "bc"]), "schulze")
    assert outcome.duels.votes == ((0, 2, 2), (1, 0, 1), (1, 0, 0))
    assert outcome.winners == ("a",)
    assert outcome.story("b").data == {"place": 2, "by": "a", "strength": 2, "back": 0}


def test_winning_votes_not_margins_are_the_strength() -> None:
    """b beats a 4 to 2, a beats c 5 to 3, c beats b 5 to 4. By margins the last link is the weakest, and b would win."""
    outcome = count(ranking(["ac", "ac", "b", "ba", "ba", "bac", "c", "c", "c"]), "schulze")
    assert outcome.duels.votes == ((0, 2, 5), (4, 0, 4), (3, 5, 0))
    assert outcome.winners == ("a",)
    assert outcome.ties == ()


def test_a_tie_is_settled_by_the_chain_and_told() -> None:
    outcome = count(ranking(["ab", "ba"], "ab"), "schulze", {"ties": ["listed"]})
    assert outcome.winners == ("a",)
    assert [(tie.phase, tie.options, tie.decided_by) for tie in outcome.ties] == [("duels", ("a", "b"), "listed")]
    assert outcome.story("b").code == "tied_in_duels"


def test_without_votes_nobody_is_chosen() -> None:
    outcome = count(ranking([""]), "schulze")
    assert (outcome.winners, outcome.duels.order, outcome.story("a").code) == ((), (), "no_votes")


@settings(max_examples=150)
@given(rankings(blanks=False))
def test_the_winner_is_unbeaten_by_the_definition(profile: Profile) -> None:
    ids = [option.id for option in profile.options]
    unbeaten = ranking_oracles.schulze_unbeaten(ids, papers(profile))
    outcome = count(profile, "schulze")
    assert outcome.winners[0] in unbeaten
    first = [tie for tie in outcome.ties if tie.round == 1]
    assert (set(first[0].options) if first else set(outcome.winners)) == unbeaten


@given(rankings(blanks=False, min_options=2), st.data())
def test_raising_the_only_winner_does_not_harm_it(profile: Profile, data: st.DataObject) -> None:
    before = count(profile, "schulze")
    if any(tie.round == 1 for tie in before.ties):
        return
    winner = before.winners[0]
    votes = [list(ballot) for ballot in papers(profile)]
    for vote in votes:
        if data.draw(st.booleans()):
            at = vote.index(winner) if winner in vote else len(vote)
            if winner in vote:
                vote.remove(winner)
            vote.insert(data.draw(st.integers(0, at)), winner)
    again = Profile.ranked(options(option.id for option in profile.options), votes)
    assert count(again, "schulze").winners == (winner,)
