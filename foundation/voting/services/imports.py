"""Projects from a file of the civil servant: Pabulib `.pb`, BLT, or CSV from a spreadsheet. Looked at first,
then made into a ballot; also from plain proposals of another part of the portal."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.forms import parse_euro
from foundation.municipalities.models import Area, Municipality
from foundation.voting.counting import blt, pabulib
from foundation.voting.enums import BallotType, LimitKind
from foundation.voting.models import Ballot
from foundation.voting.services import ballots
from foundation.voting.services.options import MAX_OPTIONS, NewOption, Proposal, from_proposals, replace_all

MAX_BYTES = 30 * 1024 * 1024
# Names of columns that people give, in Dutch and English.
_COLUMNS = {
    "title": ("titel", "title", "naam", "name", "project"),
    "cost": ("kosten", "cost", "bedrag", "prijs", "budget"),
    "text": ("tekst", "text", "omschrijving", "toelichting", "description", "beschrijving"),
    "area": ("buurt", "wijk", "area", "neighborhood", "neighbourhood", "buurtcode"),
    "category": ("thema", "categorie", "category"),
    "url": ("link", "url", "website", "pagina"),
}


@dataclass
class ReadFile:
    """What a file holds. With ``errors`` nothing of it may be used."""

    options: list[NewOption] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    budget_cents: int | None = None
    title: str = ""
    # Of ``models.ballot.EDITABLE``: what a new ballot must be where the file tells that nothing is spent.
    fields: dict[str, Any] = field(default_factory=dict)


def read_file(data: bytes, name: str, municipality: Municipality, *, spends: bool = True) -> ReadFile:
    """The projects in a `.pb` or `.csv` file, or the candidates in a `.blt` file; every bad line is named.

    Args:
        data: the whole file, UTF-8 or Windows-1252.
        name: its name, which tells the kind.
        spends: whether the vote divides money; without it a CSV file needs no column with costs.
    """
    if len(data) > MAX_BYTES:
        return ReadFile(errors=[_("The file is larger than 30 MB.")])
    if name.lower().endswith(".pb"):
        return _read_pb(data, municipality)
    if name.lower().endswith(".blt"):
        return _read_blt(data)
    if name.lower().endswith((".csv", ".txt")):
        return _read_csv(data, municipality, spends)
    return ReadFile(errors=[_("This is not a .pb, .blt or .csv file.")])


def options_from_file(file: pabulib.PabulibFile, municipality: Municipality) -> tuple[list[NewOption], int]:
    """The projects of a `.pb` file in its order, and its budget in cents (amounts below a cent are rounded down)."""
    profile = file.profile(units=100)
    finer = profile.units // 100
    find = _areas(municipality)
    options = []
    for option in profile.options:
        extra = {key.strip().lower(): value.strip() for key, value in option.extra}
        options.append(
            NewOption(
                title=(option.name or option.id)[:200],
                cost_cents=option.cost // finer,
                text=extra.get("description", ""),
                area=find.get(extra.get("neighborhood", "").casefold()),
                category=extra.get("category", "")[:80],
                reference=option.id[:80],
            )
        )
    return options, (profile.budget or 0) // finer


def ballot_from_options(
    *,
    municipality: Municipality,
    title: str,
    options: Sequence[NewOption],
    by: User,
    budget_cents: int | None = None,
    question: str = "",
    **fields: Any,
) -> Ballot:
    """A draft with these options on its paper, in one step: both or neither.

    Args:
        fields: any of ``models.ballot.EDITABLE``; money divided by equal shares when left out.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        VotingError, ValidationError: as ``ballots.create`` and ``options.replace_all``.
    """
    with transaction.atomic():
        ballot = ballots.create(
            municipality=municipality, title=title, question=question, budget_cents=budget_cents, by=by, **fields
        )
        replace_all(ballot=ballot, options=options, by=by)
    return ballot


def ballot_from_proposals(
    *, municipality: Municipality, title: str, proposals: Sequence[Proposal], by: User, **fields: Any
) -> Ballot:
    """A draft with these proposals on its paper, in one step; further as ``ballot_from_options``.

    Raises:
        WrongProposals: with everything that is wrong; nothing is made then.
    """
    with transaction.atomic():
        ballot = ballots.create(municipality=municipality, title=title, by=by, **fields)
        from_proposals(ballot=ballot, proposals=proposals, by=by)
    return ballot


def _read_pb(data: bytes, municipality: Municipality) -> ReadFile:
    try:
        file = pabulib.read(data)
        options, budget_cents = options_from_file(file, municipality)
    except pabulib.PabulibError as error:
        return ReadFile(errors=[error.text(get_language() or "")])
    found = ReadFile(options, budget_cents=budget_cents, title=file.get("description"))
    if (stated := file.get("num_projects")) and stated != str(len(file.projects)):
        found.notes.append(
            _("The file says that it has %(stated)s projects; it has %(n)d.")
            % {"stated": stated[:20], "n": len(file.projects)}
        )
    if len(options) > MAX_OPTIONS:
        found.errors.append(_("A ballot has at most %(max)d projects.") % {"max": MAX_OPTIONS})
    return found


def _read_blt(data: bytes) -> ReadFile:
    """The candidates of a ranked election, as a ranking: one seat by run-off, more by transferable vote."""
    try:
        file = blt.read(data)
    except blt.BltError as error:
        return ReadFile(errors=[error.text(get_language() or "")])
    options = [
        NewOption((option.name or option.id)[:200], reference=option.id[:80]) for option in file.profile().options
    ]
    found = ReadFile(options, title=file.get("description"))
    if file.withdrawn:
        gone = ", ".join(file.names[number - 1][0] for number in file.withdrawn)
        found.notes.append(_("Withdrawn, so not on the paper: %(names)s.") % {"names": gone[:300]})
    rule = ("stv", {"seats": file.seats}) if file.seats > 1 else ("instant_runoff", {})
    found.fields = {
        "type": BallotType.RANKING.value,
        "limit_kind": LimitKind.NONE.value,
        "rule": rule[0],
        "rule_settings": rule[1],
    }
    if len(options) > MAX_OPTIONS:
        found.errors.append(_("A ballot has at most %(max)d projects.") % {"max": MAX_OPTIONS})
    return found


def _read_csv(data: bytes, municipality: Municipality, spends: bool) -> ReadFile:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    header = [cell.strip().casefold() for cell in next(reader, [])]
    place = {
        key: next((header.index(name) for name in names if name in header), None) for key, names in _COLUMNS.items()
    }
    found = ReadFile()
    if place["title"] is None or (spends and place["cost"] is None):
        found.errors.append(
            _("The first line must name the columns, at least “titel” and “kosten”.")
            if spends
            else _("The first line must name the columns, at least “titel”.")
        )
        return found
    unknown = [name for name in header if name and not any(name in names for names in _COLUMNS.values())]
    if unknown:
        found.notes.append(_("These columns are not used: %(names)s.") % {"names": ", ".join(unknown[:10])})
    areas = _areas(municipality)
    line = reader.line_num + 1
    for row in reader:
        cells = {key: row[at].strip() if at is not None and at < len(row) else "" for key, at in place.items()}
        if any(cell.strip() for cell in row):
            _read_row(found, line, cells, areas, spends)
        line = reader.line_num + 1  # a cell may hold several lines
    if not found.options and not found.errors:
        found.errors.append(_("There are no projects in this file."))
    if len(found.options) > MAX_OPTIONS:
        found.errors.append(_("A ballot has at most %(max)d projects.") % {"max": MAX_OPTIONS})
    return found


def _read_row(found: ReadFile, line: int, cells: dict[str, str], areas: dict[str, Area], spends: bool) -> None:
    cost = parse_euro(cells["cost"]) if cells["cost"] or spends else 0
    area = areas.get(cells["area"].casefold()) if cells["area"] else None
    if not cells["title"]:
        found.errors.append(_("Line %(line)d: the title is missing.") % {"line": line})
    elif len(cells["title"]) > 200:
        found.errors.append(_("Line %(line)d: the title is longer than 200 characters.") % {"line": line})
    elif cost is None:
        found.errors.append(
            _("Line %(line)d: “%(cost)s” is not an amount in euros.") % {"line": line, "cost": cells["cost"][:40]}
        )
    elif cells["area"] and area is None:
        found.errors.append(
            _("Line %(line)d: “%(area)s” is not a neighbourhood of this municipality.")
            % {"line": line, "area": cells["area"][:40]}
        )
    elif cells["url"] and not cells["url"].startswith(("https://", "http://")):
        found.errors.append(
            _("Line %(line)d: “%(url)s” is not a web address.") % {"line": line, "url": cells["url"][:60]}
        )
    else:
        found.options.append(
            NewOption(cells["title"], cost, cells["text"], area, cells["category"][:80], url=cells["url"][:300])
        )


def _areas(municipality: Municipality) -> dict[str, Area]:
    """Areas by code and by name, in small letters."""
    found: dict[str, Area] = {}
    for area in Area.objects.for_municipality(municipality).current().defer("geometry"):
        found[area.code.casefold()] = area
        found.setdefault(area.name.casefold(), area)
    return found
