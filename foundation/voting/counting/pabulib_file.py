"""What a Pabulib `.pb` file says, and what of it is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

from .pabulib_errors import PabulibError
from .profile import BallotType, Option, Profile

_NUMBER = re.compile(r"\d{1,18}(?:[.,]\d{1,6})?")
VOTE_TYPES = {
    "approval": BallotType.APPROVAL,
    "choose-1": BallotType.SINGLE,
    "cumulative": BallotType.POINTS,
    "scoring": BallotType.POINTS,
    "ordinal": BallotType.RANKING,
}


@dataclass(frozen=True)
class PabulibFile:
    """What a file says, as text. Equality ignores line numbers, so a rewritten file equals its source."""

    meta: tuple[tuple[str, str], ...]
    project_columns: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    vote_columns: tuple[str, ...]
    votes: tuple[tuple[str, ...], ...]
    project_lines: tuple[int, ...] = field(default=(), compare=False, repr=False)
    vote_lines: tuple[int, ...] = field(default=(), compare=False, repr=False)
    meta_lines: tuple[int, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def _meta(self) -> dict[str, str]:
        return {key.strip().lower(): value.strip() for key, value in self.meta}

    def get(self, key: str, default: str = "") -> str:
        """Value of a META key, case and outer spaces ignored."""
        return self._meta.get(key, default)

    def project_column(self, name: str) -> tuple[str, ...] | None:
        """The values of a column of projects, None when the file has no such column."""
        column = column_of(self.project_columns, name)
        return None if column is None else tuple(row[column].strip() for row in self.projects)

    @property
    def selected(self) -> tuple[str, ...] | None:
        """Ids the file marks as selected by its rule (`selected` is 1), in file order; None without that column."""
        marks = self.project_column("selected")
        if marks is None:
            return None
        ids = self.project_column("project_id") or ()
        return tuple(option for option, mark in zip(ids, marks, strict=True) if mark == "1")

    def notes(self) -> tuple[str, ...]:
        """Sentences on what does not agree inside the file but hinders nothing, such as a wrong `num_votes`."""
        found = []
        for key, rows, what in (("num_projects", self.projects, "projects"), ("num_votes", self.votes, "votes")):
            stated = self.get(key)
            if stated and stated != str(len(rows)):
                found.append(f"{key} says {stated}, but the file has {len(rows)} {what}.")
        twice = sum(self._repeats)
        if twice:
            found.append(f"A project is named twice on {twice} votes; it counts once.")
        return tuple(found)

    def profile(self, units: int = 1) -> Profile:
        """What is counted. Money gets the smallest minor unit that holds all amounts exactly and fits in `units`.

        `units=100` gives cents (or finer).
        """
        plain = self._plain
        finer = lcm(units, plain.units) // plain.units
        if finer == 1:
            return plain
        return replace(
            plain,
            options=tuple(replace(option, cost=option.cost * finer) for option in plain.options),
            budget=(plain.budget or 0) * finer,
            units=plain.units * finer,
        )

    @cached_property
    def _plain(self) -> Profile:
        """The profile in the coarsest unit that is exact; raises `PabulibError` for what cannot be counted."""
        budget = amount_of(self.get("budget"), "budget", self._line_of_meta("budget"))
        ids = self.project_column("project_id") or ()
        names = self.project_column("name") or ("",) * len(ids)
        cost_column = column_of(self.project_columns, "cost")
        assert cost_column is not None
        costs = [
            amount_of(row[cost_column], "cost", line, project=short(option))
            for row, option, line in zip(self.projects, ids, self.project_lines or (None,) * len(ids), strict=True)
        ]
        units = lcm(budget.denominator, *(cost.denominator for cost in costs))
        options = [
            Option(option, name, int(cost * units), tuple(zip(self.project_columns, row, strict=True)))
            for option, name, cost, row in zip(ids, names, costs, self.projects, strict=True)
        ]
        known = frozenset(ids)
        kind = VOTE_TYPES[self.get("vote_type").lower()]
        money = int(budget * units)
        if kind is BallotType.POINTS:
            scores = list(self._scores(known))
            parts = lcm(1, *{points.denominator for given in scores for points in given.values()})
            scaled = ({option: int(points * parts) for option, points in given.items()} for given in scores)
            return Profile.scored(options, scaled, budget=money, units=units, point_units=parts)
        ballots = self._choices(known, kind)
        if kind is BallotType.RANKING:
            return Profile.ranked(options, ballots, budget=money, units=units)
        return Profile.approval(options, ballots, budget=money, units=units, single=kind is BallotType.SINGLE)

    def _line_of_meta(self, wanted: str) -> int | None:
        for (key, _), line in zip(self.meta, self.meta_lines, strict=False):
            if key.strip().lower() == wanted:
                return line
        return None

    @cached_property
    def _repeats(self) -> list[bool]:
        """Per vote: whether it names a project more than once, as some real files do."""
        column = column_of(self.vote_columns, "vote")
        assert column is not None
        listed = (_list(row[column]) for row in self.votes)
        return [len(set(ids)) != len(ids) for ids in listed]

    def _choices(self, known: frozenset[str], kind: BallotType) -> Iterator[list[str]]:
        """The ids on each vote, checked. A repeated id counts once, except with points, where it would be ambiguous."""
        column = column_of(self.vote_columns, "vote")
        assert column is not None
        lines = self.vote_lines or (None,) * len(self.votes)
        for row, line in zip(self.votes, lines, strict=True):
            ids = _list(row[column])
            if not known.issuperset(ids):
                unknown = next(option for option in ids if option not in known)
                raise PabulibError("unknown_project", line, project=short(unknown))
            if len(set(ids)) != len(ids):
                if kind is BallotType.POINTS:
                    twice = next(option for option in ids if ids.count(option) > 1)
                    raise PabulibError("points_twice", line, project=short(twice))
                ids = list(dict.fromkeys(ids))
            if kind is BallotType.SINGLE and len(ids) > 1:
                raise PabulibError("more_than_one", line, count=len(ids))
            yield ids

    def _scores(self, known: frozenset[str]) -> Iterator[dict[str, Fraction]]:
        """The points on each vote, checked."""
        column = column_of(self.vote_columns, "points")
        lines = self.vote_lines or (None,) * len(self.votes)
        numbers: dict[str, Fraction] = {}
        for row, ids, line in zip(self.votes, self._choices(known, BallotType.POINTS), lines, strict=True):
            given = _list(row[column]) if column is not None else []
            if len(given) != len(ids):
                raise PabulibError("points_count", line, count=len(ids), points=len(given))
            for text in given:
                if text not in numbers:
                    numbers[text] = amount_of(text, "points", line)
            yield {option: numbers[text] for option, text in zip(ids, given, strict=True)}


def column_of(columns: Sequence[str], name: str) -> int | None:
    for position, column in enumerate(columns):
        if column.lower() == name:
            return position
    return None


def _list(cell: str) -> list[str]:
    """Comma-separated ids or numbers; "none" is how some files write an empty cell."""
    if not cell or cell.strip().lower() in ("", "none"):
        return []
    return [part.strip() for part in cell.split(",") if part.strip()]


def amount_of(text: str, what: str, line: int | None, **values: object) -> Fraction:
    """The exact number in a cell; `what` is "budget", "cost" or "points", for the error."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        if not text:
            raise PabulibError(f"{what}_missing", line, **values)
        raise PabulibError(f"{what}_number", line, found=short(text), **values)
    return Fraction(text.replace(",", "."))


def short(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 40 else text[:40] + "…")


def check(file: PabulibFile) -> None:
    """Refuse what would make a count impossible or ambiguous: raises `PabulibError` naming the first such line."""
    seen: dict[str, int | None] = {}
    for (key, _), line in zip(file.meta, file.meta_lines or (None,) * len(file.meta), strict=True):
        name = key.lower()
        if name in seen and (name in ("budget", "vote_type", "rule") or name.startswith("aanzet_")):
            raise PabulibError("key_twice", line, key=key)
        seen[name] = line
    for key in ("budget", "vote_type"):
        if not file.get(key):
            raise PabulibError("no_key", key=key)
    amount_of(file.get("budget"), "budget", seen["budget"])
    kind = file.get("vote_type").lower()
    if kind not in VOTE_TYPES:
        raise PabulibError("vote_type", seen["vote_type"], found=short(kind), known=", ".join(VOTE_TYPES))
    if not file.projects:
        raise PabulibError("no_projects")
    cost_column, id_column = column_of(file.project_columns, "cost"), column_of(file.project_columns, "project_id")
    assert cost_column is not None
    assert id_column is not None
    ids: set[str] = set()
    for row, line in zip(file.projects, file.project_lines or (None,) * len(file.projects), strict=True):
        option = row[id_column].strip()
        if not option:
            raise PabulibError("no_project_id", line)
        if option in ids:
            raise PabulibError("project_twice", line, project=short(option))
        ids.add(option)
        amount_of(row[cost_column], "cost", line, project=short(option))
    voter_column = column_of(file.vote_columns, "voter_id")
    assert voter_column is not None
    voters: set[str] = set()
    for row, line in zip(file.votes, file.vote_lines or (None,) * len(file.votes), strict=True):
        voter = row[voter_column].strip()
        if voter in voters:
            raise PabulibError("voter_twice", line, voter=short(voter))
        voters.add(voter)
    file.profile()
