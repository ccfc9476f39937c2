from __future__ import annotations

import hashlib

from foundation.voting.counting import GreedySettings, count, lot_order
from foundation.voting.counting.ties import TieBreaker

from .elections import election


def test_the_draw_can_be_repeated_with_sha256_by_hand() -> None:
    ids = ["12", "7", "é"]
    by_hand = sorted(ids, key=lambda option: hashlib.sha256(b"seed\n" + option.encode()).hexdigest())
    assert lot_order("seed", ids) == lot_order("seed", reversed(ids)) == by_hand


def test_another_seed_gives_another_draw() -> None:
    ids = [str(number) for number in range(20)]
    assert lot_order("one", ids) != lot_order("two", ids)


def test_criteria_are_tried_in_the_order_of_the_settings() -> None:
    profile = election(["ab", "ab", "c", "c", "c"], {"a": 5, "b": 3, "c": 9}, 20)
    assert TieBreaker(profile, GreedySettings(ties=("votes", "cost", "lot"))).rank == [2, 1, 0]
    assert TieBreaker(profile, GreedySettings(ties=("cost", "votes", "lot"))).rank == [1, 0, 2]
    assert TieBreaker(profile, GreedySettings(ties=("listed",))).rank == [0, 1, 2]


def test_a_tie_says_who_was_equal_and_what_decided() -> None:
    profile = election(["ab", "ab", "c"], {"a": 5, "b": 3, "c": 1}, 20)
    (tie,) = count(profile, "greedy").ties
    assert (tie.options, tie.chosen, tie.decided_by, tie.round) == (("b", "a"), "b", "cost", 1)
    same_cost = election(["ab", "ab"], {"a": 3, "b": 3}, 20)
    (tie,) = count(same_cost, "greedy", {"lot_seed": "x"}).ties
    assert tie.decided_by == "lot"
    assert tie.chosen == lot_order("x", "ab")[0]
