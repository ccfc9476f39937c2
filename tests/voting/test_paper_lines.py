"""What people type of a paper, for every type of ballot."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.voting import paper_lines
from foundation.voting.paper_lines import LineError, paper_of, read

OPTIONS = [{"number": number, "title": f"Plan {number}", "cost_cents": 100} for number in (1, 2, 3, 12)]
FREE = {"kind": "none", "max_choices": None}


def rules(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "options": OPTIONS, "limit": FREE, "budget_cents": 250, **more}


APPROVAL, SINGLE, RANKING = rules("approval"), rules("single"), rules("ranking")
POINTS = rules("points", points={"total": 5, "each": 3})
SCALE = rules("scale", scale=["slecht", "gaat wel", "goed"])


@pytest.mark.parametrize(
    ("on", "typed", "kept"),
    [
        (APPROVAL, "1,12,3", "1,3,12"),
        (APPROVAL, " 3 . 1 ", "1,3"),
        (APPROVAL, "1+2;3", "1,2,3"),
        (SINGLE, "012", "12"),
        (RANKING, "3 1 2", "3,1,2"),
        (POINTS, "3:2, 1 : 3", "1:3,3:2"),
        (POINTS, "1=3 3/2", "1:3,3:2"),
        (POINTS, "1:3 3:0", "1:3"),
        (POINTS, "1:0", "b"),
        (SCALE, "1:1,2*3", "1:0,2:2"),
        *((on, "B", "b") for on in (APPROVAL, SINGLE, RANKING, POINTS, SCALE)),
        (APPROVAL, "blanco", "b"),
        (SCALE, "x 3", "x3"),
    ],
)
def test_a_line_is_kept_in_one_form(on: dict[str, Any], typed: str, kept: str) -> None:
    assert read(on, typed) == kept
    assert read(on, paper_lines.typed_again(on, kept)) == kept
    assert paper_lines.in_words(on, kept)


@pytest.mark.parametrize(
    ("on", "typed"),
    [
        (APPROVAL, ""),
        (APPROVAL, " , "),
        (APPROVAL, "4"),
        (APPROVAL, "1,1"),
        (APPROVAL, "1,twee"),
        (APPROVAL, "1:2"),
        (APPROVAL, "x"),
        (APPROVAL, "x9"),
        (APPROVAL, "1,x2"),
        (APPROVAL, "²"),
        (APPROVAL, "999999"),
        (APPROVAL, "1" * 500),
        (rules("approval", limit={"kind": "number", "max_choices": 1}), "1,2"),
        (rules("approval", limit={"kind": "budget", "max_choices": None}), "1,2,3"),
        (SINGLE, "1,2"),
        (RANKING, "1,2,1"),
        (POINTS, "1"),
        (POINTS, "1:4"),
        (POINTS, "1:3,2:3"),
        (POINTS, "1:1,1:2"),
        (POINTS, "7:1"),
        (SCALE, "1:0"),
        (SCALE, "1:4"),
        (SCALE, "3"),
    ],
)
def test_a_line_that_can_not_be_a_paper_is_told(on: dict[str, Any], typed: str) -> None:
    with pytest.raises(LineError, match=r"\w"):
        read(on, typed)


def test_blank_and_invalid_papers_go_into_the_box_without_a_choice() -> None:
    assert paper_of("b") == paper_lines.Paper("")
    assert paper_of("x4") == paper_lines.Paper("", "x4")
    assert paper_of("1,3") == paper_lines.Paper("1,3")


def test_all_lines_are_read_and_each_mistake_has_its_number() -> None:
    read_, wrong = paper_lines.read_all(APPROVAL, ["1", "77", "b", ""])
    assert sorted(wrong) == [2, 4]
    assert read_ == ["1", "b"]
