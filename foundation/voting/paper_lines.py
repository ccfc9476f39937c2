"""What people type of one paper: "1,5,12", "3:2,7:1", "b" for a blank one, "x1" for an invalid one.

Pure functions. Between options any of space, comma, semicolon, point and plus will do; between an option and what it gets any of
colon, equals sign, slash, star and dash: all that lies near the figures of a keyboard. Answers of a scale are typed as they
are numbered on the paper, from 1; everything else is written as in the box (``papers``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation.voting import paper_types
from foundation.voting.enums_paper import InvalidReason
from foundation.voting.models.paper import LONGEST_LINE
from foundation.voting.paper_types import Choice

Rules = Mapping[str, Any]

BLANK = "b"
_BLANK_WORDS = frozenset({BLANK, "blanco", "blank"})
_INVALID = frozenset(InvalidReason.values)
_BETWEEN = re.compile(r"[\s,;.+]+")
_GIVES = re.compile(r"([0-9]{1,5})[:=/*-]([0-9]{1,5})")
_NUMBER = re.compile(r"[0-9]{1,5}")
_AROUND_MARK = re.compile(r"\s*([:=/*-])\s*")


class LineError(ValueError):
    """Why a line can't be read; ``str()`` is a sentence for who types."""


@dataclass(frozen=True)
class Paper:
    """One paper as it goes into the box: its text ("" for a blank or invalid one) and why it is invalid, or ""."""

    choices: str
    invalid: str = ""


def read(rules: Rules, typed: str) -> str:
    """The one way in which a line is kept: "b", "x1" to "x6", or the text of the box.

    Args:
        rules: the frozen rules of the ballot.
        typed: one line as somebody typed it.

    Raises:
        LineError: it can't be read, or is not allowed on this ballot.
    """
    text = typed.strip().casefold()
    if not text:
        raise LineError(_("Nothing is typed here. Type “b” for a blank paper."))
    if len(text) > LONGEST_LINE:
        raise LineError(_("This line is too long."))
    if text in _BLANK_WORDS:
        return BLANK
    if text.startswith("x"):
        bare = "".join(text.split())
        if bare not in _INVALID:
            raise LineError(_("Say why it is invalid: type x1 to x6."))
        return bare
    if not _NUMBER.search(text):
        raise LineError(_("Nothing is typed here. Type “b” for a blank paper."))
    kind = paper_types.of(rules)
    choice = _pairs(rules, text) if rules["type"] in ("points", "scale") else _numbers(rules, text)
    if kind.check(rules, choice):
        raise LineError(_("This is more than the ballot allows. Does it stand so on the paper? Then type x2."))
    return kind.text(choice) or BLANK


def paper_of(line: str) -> Paper:
    """What goes into the box for a line as ``read`` gives it. An invalid paper counts as a blank one."""
    if line in _INVALID:
        return Paper("", line)
    return Paper("" if line == BLANK else line)


def read_all(rules: Rules, lines: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """All lines of a batch, and by number of the paper (from 1) what is wrong; the lines count only when nothing is."""
    found, wrong = [], {}
    for number, typed in enumerate(lines, start=1):
        try:
            found.append(read(rules, typed))
        except LineError as error:
            wrong[number] = str(error)
    return found, wrong


def typed_again(rules: Rules, line: str) -> str:
    """A line as ``read`` gives it in the way in which it is typed."""
    if rules["type"] != "scale" or line == BLANK or line in _INVALID:
        return line
    return ",".join(f"{mark.partition(':')[0]}:{int(mark.partition(':')[2]) + 1}" for mark in line.split(","))


def in_words(rules: Rules, line: str) -> str:
    """A line as ``read`` gives it with the names of the options, for whoever looks a third time."""
    if line == BLANK:
        return _("blank")
    if line in _INVALID:
        return _("invalid: %(reason)s") % {"reason": InvalidReason(line).label}
    kind = paper_types.of(rules)
    names = {option["number"]: f"{option['number']}. {option['title']}" for option in rules["options"]}
    said = kind.said(rules, kind.parse(line))
    return "; ".join(f"{names[number]} ({given})" if given else names[number] for number, given in said)


def example(rules: Rules) -> str:
    """A line for the explanation on the page."""
    return {"single": "3", "ranking": "3,1,2", "points": "1:4,3:2", "scale": "1:2,2:3"}.get(rules["type"], "1,3")


def _numbers(rules: Rules, text: str) -> list[int]:
    known = {option["number"] for option in rules["options"]}
    numbers: list[int] = []
    for mark in filter(None, _BETWEEN.split(text)):
        if not _NUMBER.fullmatch(mark):
            raise LineError(_("“%(mark)s” is no number of an option.") % {"mark": mark})
        number = int(mark)
        if number not in known:
            raise LineError(_("There is no option %(number)d on this ballot.") % {"number": number})
        if number in numbers:
            raise LineError(_("Option %(number)d stands here twice.") % {"number": number})
        numbers.append(number)
    return numbers


def _pairs(rules: Rules, text: str) -> Choice:
    known = {option["number"] for option in rules["options"]}
    scale = rules["type"] == "scale"
    given: dict[int, int] = {}
    for mark in filter(None, _BETWEEN.split(_AROUND_MARK.sub(r"\1", text))):
        pair = _GIVES.fullmatch(mark)
        if pair is None:
            raise LineError(_("“%(mark)s” should be an option, a colon and a number, such as 3:2.") % {"mark": mark})
        number, value = int(pair[1]), int(pair[2])
        if number not in known:
            raise LineError(_("There is no option %(number)d on this ballot.") % {"number": number})
        if number in given:
            raise LineError(_("Option %(number)d stands here twice.") % {"number": number})
        if scale and not 1 <= value <= len(rules["scale"]):
            raise LineError(_("The answers are numbered 1 to %(last)d.") % {"last": len(rules["scale"])})
        given[number] = value - 1 if scale else value
    return {number: value for number, value in given.items() if value or scale}
