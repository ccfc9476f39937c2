"""Count a file of votes again and compare: `python -m foundation.voting.counting.recount FILE`, or `manage.py recount`.

FILE is a `.pb` (Pabulib) or a `.blt` (rankings; these name no rule of their own, so `--rule stv` or another tells it).
Needs no database, no settings and no network. Exit code 0: the count agrees with what the file states as selected (or
the file states nothing); 1: it differs; 2: the file or the question is no good.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from . import blt, pabulib
from .blt import BltFile
from .canonical import canonical_json
from .outcome import Outcome, Story
from .pabulib_errors import FileError
from .pabulib_file import PabulibFile
from .pabulib_rules import StatedRule, stated_rule
from .profile import Profile, ProfileError
from .recount_tables import tables
from .recount_text import TEXTS
from .recount_words import Words
from .registry import RULES, CountingError, count, make_settings
from .settings import SettingsError

SAME, DIFFERENT, UNUSABLE = 0, 1, 2


@dataclass(frozen=True)
class Recount:
    """A file counted again. `missing`: selected by the file, not by the count; `extra`: the other way round."""

    file: PabulibFile | BltFile
    rule: StatedRule
    profile: Profile
    outcome: Outcome
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    other_record: bool  # the file states the hash of another outcome

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.other_record)


def read(path: Path) -> PabulibFile | BltFile:
    """The file, by the end of its name. Raises `PabulibError` or `BltError`."""
    return blt.read(path) if path.suffix.lower() == ".blt" else pabulib.read(path)


def recount(file: PabulibFile | BltFile, *, rule: str | None = None, settings: dict[str, Any] | None = None) -> Recount:
    """Count a file by the rule it states, or by `rule` and `settings` where given, and compare with its selection.

    `settings` alone change single settings of the stated rule. Raises `FileError`, `CountingError`, `SettingsError`.
    """
    stated = stated_rule(file)
    if rule is not None and (stated is None or stated.name != rule):
        # A BLT file says how many seats there are, and nothing else about the rule.
        seats = {"seats": file.seats} if isinstance(file, BltFile) and rule == "stv" else {}
        stated = StatedRule(rule, make_settings(rule, seats), assumed=True, units=stated.units if stated else 1)
    if stated is None:
        name = file.get("rule") or "nothing"
        raise CountingError(f"The file states as its rule {name!r}, which is not one of ours; choose one with --rule.")
    if settings:
        changed = make_settings(stated.name, {**stated.settings.to_dict(), **settings})
        stated = StatedRule(stated.name, changed, assumed=False, units=stated.units)
    profile = file.profile(stated.units)
    outcome = count(profile, stated.name, stated.settings)
    official = file.selected
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    if official is not None:
        missing = tuple(option for option in official if option not in outcome.winners)
        extra = tuple(option for option in outcome.winners if option not in official)
    hashed = file.get("aanzet_outcome")
    # Only the stated rule in the stated version must give the stated record.
    same_question = rule is None and not settings and file.get("aanzet_version") == outcome.version
    other_record = bool(hashed) and same_question and hashed != outcome.sha256()
    return Recount(file, stated, profile, outcome, missing, extra, other_record)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line, shared with `manage.py recount`."""
    parser.add_argument("file", metavar="FILE", help="a Pabulib file (.pb) or a file with rankings (.blt)")
    parser.add_argument("--rule", choices=sorted(RULES), help="count by this rule instead of the one the file states")
    parser.add_argument("--seats", type=int, metavar="N", help="how many are chosen, for rules that choose several")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help='change a setting, for example --setting stop_when_exhaustive=false or --setting ties=\'["cost","lot"]\'',
    )
    parser.add_argument("--json", action="store_true", help="print the whole outcome as JSON")
    parser.add_argument("--lang", choices=sorted(TEXTS), default="nl", help="language of the report")


def run(options: argparse.Namespace | dict[str, Any], out: TextIO, err: TextIO) -> int:
    """Do what the command line says; returns the exit code."""
    given = vars(options) if isinstance(options, argparse.Namespace) else options
    words = TEXTS[given["lang"]]
    try:
        file = read(Path(given["file"]))
        settings = dict(_setting(text) for text in given["setting"])
        if given.get("seats") is not None:
            settings["seats"] = given["seats"]
        done = recount(file, rule=given["rule"], settings=settings)
    except (FileError, CountingError, SettingsError, ProfileError) as error:
        said = error.text(given["lang"]) if isinstance(error, FileError) else str(error)
        err.write(f"{words.cannot}: {said}\n")
        return UNUSABLE
    out.write(canonical_json(done.outcome.to_dict()) + "\n" if given["json"] else report(done, words))
    return SAME if done.agrees else DIFFERENT


def report(done: Recount, words: Words) -> str:
    """The report as plain text, one line per project."""
    outcome, file = done.outcome, done.file
    money = words.money(file.get("currency", "EUR"), outcome.units)
    names = {option.id: option.name for option in done.profile.options}
    lines = [file.get("description"), *(f"  {note}" for note in file.notes())]
    lines.append(words.heading(outcome, done.rule.assumed, money))
    lines.append("")
    lines += tables(outcome, names, words)
    stories = sorted(outcome.stories, key=_from_best)
    for story in stories:
        place = f"{story.round:>3}." if story.round is not None else "  - "
        lines.append(f"{place} {story.option}  {names[story.option]}")
        lines.append(f"       {words.story(story, money, outcome)}")
    lines.append("")
    lines += [words.tie(tie) for tie in outcome.ties]
    lines.append(words.total(outcome, money))
    if file.selected is None and not file.get("aanzet_outcome"):
        lines.append(words.nothing_stated)
    elif done.agrees:
        lines.append(words.same)
    else:
        lines.append(words.different)
        lines += [f"  {words.missing}: {option}  {names[option]}" for option in done.missing]
        lines += [f"  {words.extra}: {option}  {names[option]}" for option in done.extra]
        if done.other_record:
            lines.append(f"  {words.other_record}")
    return "\n".join(lines).lstrip("\n") + "\n"


def _from_best(story: Story) -> tuple[int, ...]:
    """The chosen in order, then the others as far as the rule orders them, then by support."""
    place, stage = (int(story.data.get(key, 0)) for key in ("place", "stage"))
    return (story.round is None, story.round or 0, place, -stage, -story.support)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `python -m foundation.voting.counting.recount`."""
    parser = argparse.ArgumentParser(prog="recount", description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    try:
        code = run(parser.parse_args(argv), sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (lives until the process ends)
        return SAME
    return code


def _setting(text: str) -> tuple[str, Any]:
    """NAME=VALUE, the value as JSON where it is JSON and as text where not."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SettingsError(f"A setting is given as NAME=VALUE, not as {text!r}.")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


if __name__ == "__main__":
    sys.exit(main())
