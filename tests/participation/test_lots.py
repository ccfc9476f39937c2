"""Lots: the same for everybody who draws them again, fair over seeds, and nobody twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.lots import drawn

NUMBERS = st.lists(st.integers(1, 10_000), unique=True, min_size=1, max_size=20)


@given(NUMBERS, st.text(min_size=1, max_size=40), st.randoms())
def test_the_order_follows_from_seed_and_numbers_alone(numbers: list[int], seed: str, random: object) -> None:
    mixed = list(numbers)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert drawn(mixed, seed) == drawn(numbers, seed)
    assert sorted(drawn(numbers, seed)) == sorted(numbers)


@given(NUMBERS, st.text(min_size=1, max_size=20))
def test_somebody_who_leaves_changes_no_order_of_the_others(numbers: list[int], seed: str) -> None:
    without = numbers[1:]
    assert [number for number in drawn(numbers, seed) if number != numbers[0]] == drawn(without, seed)


def test_everybody_is_first_about_as_often() -> None:
    first = Counter(drawn(range(1, 11), f"trekking {n}")[0] for n in range(5_000))
    assert all(400 < times < 600 for times in first.values())
    assert len(first) == 10


def test_anybody_can_draw_again_with_what_every_computer_has() -> None:
    program = (
        "import hashlib; print(sorted([3, 1, 2, 7], key=lambda n: hashlib.sha256(f'7-14-21:{n}'.encode()).hexdigest()))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(drawn([1, 2, 3, 7], "7-14-21"))


def test_a_number_takes_part_once_and_a_seed_is_needed() -> None:
    with pytest.raises(ValueError, match="once"):
        drawn([1, 1], "a")
    with pytest.raises(ValueError, match="seed"):
        drawn([1], "")
