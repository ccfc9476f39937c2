"""Writing Pabulib `.pb` files: from one that was read, or from data of our own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from .pabulib_errors import PabulibError
from .pabulib_file import PabulibFile, check
from .profile import Option


def write(file: PabulibFile) -> str:
    """The text of a file, lines ending in LF. Reading it gives an equal `PabulibFile`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    out.write("META\nkey;value\n")
    writer.writerows(file.meta)
    out.write("PROJECTS\n")
    writer.writerow(file.project_columns)
    writer.writerows(file.projects)
    out.write("VOTES\n")
    writer.writerow(file.vote_columns)
    writer.writerows(file.votes)
    return out.getvalue()


def build(
    *,
    meta: Mapping[str, str],
    options: Sequence[Option],
    votes: Iterable[tuple[str, Sequence[str]] | tuple[str, Sequence[str], Mapping[str, str]]],
    budget: int,
    units: int = 100,
    vote_type: str = "approval",
    selected: Iterable[str] | None = None,
) -> PabulibFile:
    """Make a file from data of our own.

    `meta`: further keys in order (description, country, unit, instance, rule, ...). `options` with cost in minor units;
    their `extra` pairs become columns. `votes`: (voter id or code, option ids[, further columns]); `points` is such a
    column on points ballots. `selected`: winners, marked 1 in a `selected` column. Raises `PabulibError` like `read`.
    """
    rows = [vote if len(vote) == 3 else (*vote, {}) for vote in votes]
    computed = {
        "num_projects": str(len(options)),
        "num_votes": str(len(rows)),
        "budget": _decimal(budget, units),
        "vote_type": vote_type,
    }
    pairs = [(key, value) for key, value in meta.items() if key not in computed]
    # Pabulib's customary order: what it is, then the figures, then the rest.
    first = [pair for pair in pairs if pair[0] in ("description", "country", "unit", "district", "subunit", "instance")]
    rest = [pair for pair in pairs if pair not in first]
    own = {"project_id", "cost", "votes", "name", "selected"}  # written from the options themselves
    extra_columns = list(dict.fromkeys(key for option in options for key, _ in option.extra if key.lower() not in own))
    votes_named: dict[str, int] = {option.id: 0 for option in options}
    for _, ids, _ in rows:
        for option_id in ids:
            votes_named[option_id] = votes_named.get(option_id, 0) + 1
    chosen = None if selected is None else frozenset(selected)
    columns = ["project_id", "cost", "votes", "name", *(["selected"] if chosen is not None else []), *extra_columns]
    projects = []
    for option in options:
        row = [option.id, _decimal(option.cost, units), str(votes_named[option.id]), _one_line(option.name)]
        if chosen is not None:
            row.append("1" if option.id in chosen else "0")
        extra = dict(option.extra)
        projects.append(tuple(row + [_one_line(extra.get(key, "")) for key in extra_columns]))
    vote_extra = list(dict.fromkeys(key for _, _, more in rows for key in more))
    file = PabulibFile(
        meta=tuple((key, _one_line(value)) for key, value in [*first, *computed.items(), *rest]),
        project_columns=tuple(columns),
        projects=tuple(projects),
        vote_columns=("voter_id", "vote", *vote_extra),
        votes=tuple((voter, ",".join(ids), *(more.get(key, "") for key in vote_extra)) for voter, ids, more in rows),
    )
    for option in options:
        if not option.id or "," in option.id or option.id != option.id.strip():
            raise PabulibError("project_id_form", project=repr(option.id))
    check(file)
    return file


def _decimal(amount: int, units: int) -> str:
    """Minor units as a decimal number of whole units, exact; 720050 cents is "7200.50", 720000 is "7200"."""
    whole, part = divmod(amount, units)
    if not part:
        return str(whole)
    digits = 1
    while 10**digits % units:
        digits += 1
        if digits > 6:
            raise PabulibError("decimal", units=units)
    return f"{whole}.{part * 10**digits // units:0{digits}d}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
