"""Rounds, duels and grades of an outcome as lines of the recount report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .outcome import Outcome
from .recount_words import Words

# A wider table of duels says nothing on a terminal; it is in the JSON.
_MOST_COLUMNS = 12


def tables(outcome: Outcome, names: Mapping[str, str], words: Words) -> list[str]:
    """What the rule tells more than a story per option; nothing for rules that only have stories."""
    lines = _rounds(outcome, names, words)
    duels = outcome.duels
    if duels is not None and len(duels.options) <= _MOST_COLUMNS:
        lines.append(words.duels)
        lines.append(_row("", duels.options))
        lines += [_row(option, map(str, row)) for option, row in zip(duels.options, duels.votes, strict=True)]
        lines.append("")
    if outcome.grades is not None:
        lines.append(words.grades.format(scale=", ".join(outcome.grades.scale)))
        lines += [_row(option, map(str, row)) for option, row in outcome.grades.counts.items()]
        lines.append("")
    return lines


def _rounds(outcome: Outcome, names: Mapping[str, str], words: Words) -> list[str]:
    lines: list[str] = []
    for number in outcome.rounds:
        told = words.actions[number.action].format(option=f"{number.option} {names.get(number.option, '')}".strip())
        lines.append(f"{number.number:>3}. {told}")
        for option, votes in number.tallies.items():
            mark = "*" if option in number.elected else " "
            if votes:
                lines.append(f"     {mark} {words.votes(votes):>12}  {option}  {names[option]}")
        if number.exhausted or number.lost:
            told = words.exhausted.format(exhausted=words.votes(number.exhausted), lost=words.votes(number.lost))
            lines.append(f"       {told}")
    return [*lines, ""] if lines else []


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:>8}" + "".join(f"{cell:>8}" for cell in cells)
