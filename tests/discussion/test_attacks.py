"""Broken and hostile input to discussions."""

from __future__ import annotations

import time

import pytest

from foundation.discussion.queries.history import compare
from foundation.discussion.services.moderation import Seen


def test_two_versions_made_to_be_hard_to_compare_are_shown_whole_at_once() -> None:
    began = time.process_time()
    old, new = compare("x y " * 1_250, "x z " * 1_250)
    assert time.process_time() - began < 2
    assert "<del>" not in old + new
    assert new.startswith("x z x z")


def test_ordinary_texts_of_full_length_are_compared() -> None:
    words = [f"woord{number % 180}" for number in range(600)]
    old, new = compare(" ".join(words), " ".join([*words[:300], "nieuw", *words[300:]]))
    assert "<ins> nieuw</ins>" in new
    assert "<del>" not in old


@pytest.mark.parametrize("text", ["", "1-2", "1-2-x", f"{10**30}-1-0", f"{'9' * 5000}-1-0", f"{2**63}-1-0"])
def test_what_a_moderator_saw_is_three_numbers_of_the_database(text: str) -> None:
    with pytest.raises(ValueError):
        Seen.read(text)
