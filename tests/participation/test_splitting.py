"""A text as the paragraphs it is made of."""

from __future__ import annotations

from participation.splitting import Piece, joined, matched, moved, split

TEXT = """# Agenda

Eerste alinea
op twee regels.
## Wat we doen
- een
- twee

1. los

2. lijstje

Kop
---

***

    ingesprongen 🌳
"""


def test_a_text_is_split_on_its_blocks_and_headings_are_kept() -> None:
    assert split(TEXT) == [
        Piece("Agenda", 1),
        Piece("Eerste alinea\nop twee regels."),
        Piece("Wat we doen", 2),
        Piece("- een\n- twee"),
        Piece("1. los\n\n2. lijstje"),
        Piece("Kop", 2),
        Piece("    ingesprongen 🌳"),
    ]
    assert split(joined(split(TEXT))) == split(TEXT)


def test_nothing_makes_no_paragraphs_and_anything_else_makes_some() -> None:
    assert split(" \r\n \r\n") == []
    assert split("een\r\n\r\ntwee\x00") == [Piece("een"), Piece("twee")]
    assert split("[a]: https://example.org") == [Piece("[a]: https://example.org")]
    assert split("<script>alert(1)</script>") == [Piece("<script>alert(1)</script>")]


def test_a_rewritten_text_finds_its_paragraphs_again() -> None:
    old = [Piece("Kop", 1), Piece("een"), Piece("twee"), Piece("drie")]
    new = [Piece("Kop", 1), Piece("nieuw"), Piece("een"), Piece("twee, anders"), Piece("drie")]
    assert matched(old, new) == [0, None, 1, 2, 3]
    assert matched(old, [Piece("drie")]) == [3]
    assert matched([], new) == [None] * 5


def test_as_few_paragraphs_as_possible_count_as_moved() -> None:
    assert moved([1, 2, 3, 4], [2, 3, 4, 1]) == {1}
    assert moved([1, 2, 3], [1, 3]) == frozenset()
    assert moved([1, 2], [3]) == frozenset()
