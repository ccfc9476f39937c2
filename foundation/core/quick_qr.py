"""QR codes of many texts of one length, quickly.

For a fixed version, error correction and mask every module of a QR code is an affine function over GF(2) of the bits of the
text (Reed-Solomon codes are linear, and the mask and the patterns are constants). So a code is the code of one text XOR what
each differing bit changes. Those changes are measured once with segno, which stays the authority; after that a code costs some
XORs of integers instead of milliseconds. The tests compare with segno.
"""

from __future__ import annotations

import re
from functools import lru_cache

import segno

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # of the alphanumeric mode, ISO/IEC 18004 table 5
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_MASK = 3  # any mask can be read; one for all keeps the sum linear
_DARK = re.compile("1+")
_STRIP = 7  # modules that are drawn at once: a third of the smallest code
_STRIP_MASK = (1 << _STRIP) - 1
BORDER = 4  # the quiet zone that the standard asks


def matrix(text: str) -> tuple[int, int]:
    """The modules of the code of ``text`` (letters of ``ALPHABET`` only), error correction M.

    Returns (side, bits): the rows from the top, the leftmost module of the first row the highest bit.
    """
    side, bits, changes = _sheet(len(text))
    for place in range(0, len(text), 2):
        pair = text[place : place + 2]
        value = 45 * _VALUE[pair[0]] + _VALUE[pair[1]] if len(pair) == 2 else _VALUE[pair]
        bits ^= changes[place // 2][value]
    return side, bits


def svg(text: str) -> str:
    """An ``<svg>`` element with the code, dark on nothing, with the quiet zone around it."""
    side, bits = matrix(text)
    before, strips, after = _strips(side)
    return before + "".join([strip[bits >> shift & _STRIP_MASK] for shift, strip in strips]) + after


@lru_cache(maxsize=8)
def _strips(side: int) -> tuple[str, list[tuple[int, list[str]]], str]:
    """How a code of this side is drawn: the beginning, for each strip of modules where its bits are and what is drawn for
    each of their values, and the end.

    Strips lie side by side without a seam, since the edges are not smoothed (``crispEdges``); that helps cameras, too.
    """
    strips = []
    for row in range(side):
        for first in range(0, side, _STRIP):
            width = min(_STRIP, side - first)
            drawn = []
            for value in range(1 << _STRIP):
                modules = f"{value:0{_STRIP}b}"[-width:]  # bits to the left of these are of the strip before
                drawn.append(
                    "".join(
                        f"M{first + run.start() + BORDER} {row + BORDER}.5h{run.end() - run.start()}"
                        for run in _DARK.finditer(modules)
                    )
                )
            strips.append((side * side - row * side - first - width, drawn))
    size = side + 2 * BORDER
    before = f'<svg viewBox="0 0 {size} {size}"><path stroke="#000" shape-rendering="crispEdges" d="'
    return before, strips, '"/></svg>'


@lru_cache(maxsize=8)
def _sheet(length: int) -> tuple[int, int, list[list[int]]]:
    """(side, bits of the text of zeros, for each pair of letters what each of its values changes)."""
    zeros = "0" * length
    side, base, version = _drawn(zeros, None)
    changes = []
    for place in range(0, length, 2):
        letters = min(2, length - place)
        known = []
        for bit in range(11 if letters == 2 else 6):
            value = 1 << bit
            pair = ALPHABET[value // 45] + ALPHABET[value % 45] if letters == 2 else ALPHABET[value]
            known.append(_drawn(zeros[:place] + pair + zeros[place + letters :], version)[1] ^ base)
        table = [0]
        for change in known:  # doubling: the changes of 0..2^n-1 give those of 2^n..2^(n+1)-1
            table += [before ^ change for before in table]
        changes.append(table)
    return side, base, changes


def _drawn(text: str, version: int | None) -> tuple[int, int, int]:
    code = segno.make(text, version=version, error="m", mode="alphanumeric", mask=_MASK, boost_error=False, micro=False)
    rows = [bytes(row) for row in code.matrix]
    return len(rows), int("".join("1" if module else "0" for row in rows for module in row), 2), int(code.version)
