from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest
import segno

from foundation.core import quick_qr


def _of_segno(text: str, version: int | None = None) -> list[list[int]]:
    code = segno.make(text, version=version, error="m", mode="alphanumeric", mask=3, boost_error=False, micro=False)
    return [[int(bool(module)) for module in row] for row in code.matrix]


def _rows(side: int, bits: int) -> list[list[int]]:
    text = f"{bits:0{side * side}b}"
    return [[int(module) for module in text[row * side : (row + 1) * side]] for row in range(side)]


@pytest.mark.parametrize("length", [1, 2, 13, 14, 31])
def test_the_quick_code_is_the_code_that_segno_draws(length: int) -> None:
    chance = random.Random(length)
    for _turn in range(25):
        text = "".join(chance.choice(quick_qr.ALPHABET) for _letter in range(length))
        assert _rows(*quick_qr.matrix(text)) == _of_segno(text)


def test_the_picture_shows_the_modules_with_a_border() -> None:
    text = "ABCD-EFGH-JKMN"
    picture = ElementTree.fromstring(quick_qr.svg(text))
    assert picture.get("viewBox") == "0 0 29 29"
    shown = [[0] * 29 for _row in range(29)]
    for x, y, wide in re.findall(r"M(\d+) (\d+)\.5h(\d+)", picture[0].get("d") or ""):
        for column in range(int(x), int(x) + int(wide)):
            shown[int(y)][column] = 1
    inside = [row[4:-4] for row in shown[4:-4]]
    assert inside == _of_segno(text)
    assert sum(map(sum, shown)) == sum(map(sum, inside))


def test_a_letter_that_the_mode_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError):
        quick_qr.matrix("abc")
