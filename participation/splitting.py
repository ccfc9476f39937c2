"""A text as the paragraphs it is made of, so that each can be numbered, changed and remarked on. No database."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

_HASHES = re.compile(r"\s{0,3}#{1,6}\s+|\s+#+\s*$")
# Residents indent without meaning program code (as in foundation.core.text).
_READER = MarkdownIt("commonmark").disable("code")
DEEPEST = 3


@dataclass(frozen=True)
class Piece:
    """A paragraph, list, quotation (``level`` 0) or heading (1 to 3, without its hashes), in Markdown."""

    text: str
    level: int = 0


def split(text: str) -> list[Piece]:
    """The blocks of a Markdown text in their order. A list or a quotation is one block; rules are left out.

    Args:
        text: Markdown, any line ends.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    starts: list[tuple[int, int]] = []
    for token in _READER.parse("\n".join(lines)):
        if token.level or token.nesting < 0 or token.map is None:
            continue
        level = min(int(token.tag[1]), DEEPEST) if token.type == "heading_open" else -1 if token.type == "hr" else 0
        starts.append((token.map[0], level))
    if starts:  # what the reader keeps for itself (the address of a link) stays with what stands before it
        starts[0] = (0, starts[0][1]) if starts[0][1] <= 0 else starts[0]
    else:
        whole = "\n".join(lines).strip()
        return [Piece(whole)] if whole else []
    found: list[Piece] = []
    for (first, level), following in zip(starts, [*starts[1:], (len(lines), 0)], strict=True):
        if level < 0:
            continue
        block = "\n".join(lines[first : following[0]]).strip("\n").rstrip()
        if level:
            block = _heading(block)
        if block.strip():
            found.append(Piece(block, level))
    return found


def joined(pieces: Sequence[Piece]) -> str:
    """The Markdown of a whole text, as ``split`` takes it."""
    return "\n\n".join(f"{'#' * piece.level} {piece.text}" if piece.level else piece.text for piece in pieces)


def matched(old: Sequence[Piece], new: Sequence[Piece]) -> list[int | None]:
    """For each new piece the place of the old one that it is, or None where it is new.

    The same text is the same paragraph; between those, paragraphs that changed are taken in their order.
    """
    found: list[int | None] = [None] * len(new)
    for verb, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            found[c:d] = range(a, b)
        elif verb == "replace":
            candidates = list(range(a, b))
            for place in range(c, d):
                there = next((one for one in candidates if bool(old[one].level) == bool(new[place].level)), None)
                if there is not None:
                    found[place] = there
                    candidates = [one for one in candidates if one > there]
    return found


def moved(old: Sequence[int], new: Sequence[int]) -> frozenset[int]:
    """Of the keys that are in both orders, those that stand elsewhere: as few as possible.

    The others are a longest increasing subsequence of the old places in the new order.
    """
    place_of = {key: place for place, key in enumerate(old)}
    common = [key for key in new if key in place_of]
    ends: list[int] = []  # place of the last of the best run of each length
    last: list[int] = []  # which of ``common`` that is
    before: list[int] = []
    for index, key in enumerate(common):
        at = bisect_left(ends, place_of[key])
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place_of[key])
            last.append(index)
        else:
            ends[at], last[at] = place_of[key], index
    stayed = set()
    index = last[-1] if last else -1
    while index >= 0:
        stayed.add(common[index])
        index = before[index]
    return frozenset(key for key in common if key not in stayed)


def _heading(block: str) -> str:
    lines = [line for line in block.split("\n") if line.strip()]
    if len(lines) > 1 and set(lines[-1].strip()) <= {"=", "-"}:  # underlined
        lines.pop()
    return " ".join(_HASHES.sub("", line).strip() for line in lines)
