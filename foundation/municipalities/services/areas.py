"""Districts and neighbourhoods: bringing them up to an official list, marking attention areas, postcodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
from django.db import transaction
from shapely.geometry import shape

from foundation.core import audit
from foundation.municipalities.enums import AreaKind
from foundation.municipalities.imports import AreaFile, AreaRow, refuse
from foundation.municipalities.imports.rows import PostcodeRow
from foundation.municipalities.models import Area, Municipality, PostcodeArea
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User

# A list that would end more than this part of what exists is taken for half a file.
MOST_ENDED = 0.6
# An ended area goes on in the new one that covers at least this part of it.
LEAST_COVERED = 0.5
BATCH = 500


@dataclass
class AreaReport:
    """What an import did: names with codes, and what was noticed."""

    year: int
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0
    elsewhere: int = 0
    repaired: list[str] = field(default_factory=list)
    without_shape: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    postcodes: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _label(area: Area | AreaRow) -> str:
    return f"{area.name} ({area.code})"


@transaction.atomic
def import_areas(*, municipality: Municipality, file: AreaFile, by: User | None, file_name: str = "") -> AreaReport:
    """Bring the areas of a municipality up to an official list: add, change, end; the same list again changes nothing.

    A list of neighbourhoods makes the districts that it names. A field that the list does not tell (shapes in a CSV)
    stays as it is. Areas that are gone are kept with the year in which they were no longer listed, since votes and
    initiatives point to them, and with the area that took their place where that can be told.

    Args:
        file: rows of this municipality only (``parse_areas(..., municipality_code=...)``).

    Raises:
        ImportErrors: when the list is older than what is in use, or would end most of it.
    """
    require(by, "municipalities.manage", municipality)
    # Two imports at once would both add: the second waits here and then finds everything done.
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    known = {area.code: area for area in Area.objects.for_municipality(municipality).select_for_update(of=("self",))}
    year = file.year
    if year is None:
        raise refuse("no_year")
    current = [area for area in known.values() if area.ended_in is None]
    kinds = {AreaKind.NEIGHBOURHOOD if kind == "BU" else AreaKind.DISTRICT for kind in file.kinds}
    newest = max((area.year for area in current if area.kind in kinds), default=0)
    if year < newest:
        raise refuse("older", year=year, current=newest)
    rows = _with_districts(file, known)
    listed = {row.code for row in rows}
    ending = [area for area in current if area.kind in kinds and area.code not in listed]
    if AreaKind.NEIGHBOURHOOD in kinds:  # districts without any neighbourhood left go too
        ending += [
            area
            for area in current
            if area.kind == AreaKind.DISTRICT and area.code not in listed and area not in ending
        ]
    of_kind = [area for area in current if area.kind in kinds]
    gone = [area for area in ending if area.kind in kinds]
    if year == newest and len(gone) > MOST_ENDED * len(of_kind) and len(gone) > 3:
        raise refuse("too_few", ended=len(gone), current=len(of_kind))

    report = AreaReport(year=year, elsewhere=file.elsewhere, repaired=file.repaired, without_shape=file.without_shape)
    for kind in (AreaKind.DISTRICT, AreaKind.NEIGHBOURHOOD):  # parents first
        _write_kind(municipality, kind, rows, known, file, year, report)
    for area in ending:
        area.ended_in = year
        report.ended.append(_label(area))
    Area.objects.bulk_update(ending, ["ended_in"], batch_size=BATCH)
    _link_successors([area for area in ending if area.kind == AreaKind.NEIGHBOURHOOD], known, listed, report)
    report.postcodes = _postcodes_of_rows(municipality, rows, known)
    if report.added or report.changed or report.ended:
        audit.record(
            "municipalities.areas_imported",
            municipality,
            by=by,
            municipality=municipality,
            new={
                "file": file_name,
                "year": year,
                "added": len(report.added),
                "changed": len(report.changed),
                "ended": len(report.ended),
            },
        )
    return report


def _with_districts(file: AreaFile, known: dict[str, Area]) -> list[AreaRow]:
    """The rows, and a row for each district that only its neighbourhoods name."""
    listed = {row.code for row in file.rows}
    made: dict[str, AreaRow] = {}
    for row in file.rows:
        parent = row.parent_code
        if parent and parent not in listed and parent not in made:
            name = row.parent_name or (known[parent].name if parent in known else f"Wijk {parent[6:]}")
            made[parent] = AreaRow(code=parent, name=name, place=row.place, is_water=False)
    return [*made.values(), *file.rows]


def _write_kind(
    municipality: Municipality,
    kind: AreaKind,
    rows: list[AreaRow],
    known: dict[str, Area],
    file: AreaFile,
    year: int,
    report: AreaReport,
) -> None:
    """Add and change the areas of one kind; ``known`` gets the new ones."""
    new: list[Area] = []
    touched: list[Area] = []
    in_file = {row.code for row in file.rows}
    for row in rows:
        if row.is_neighbourhood != (kind == AreaKind.NEIGHBOURHOOD):
            continue
        parent = known.get(row.parent_code)
        wanted: dict[str, Any] = {"name": row.name, "parent_id": parent.pk if parent else None}
        if row.code in in_file:
            wanted |= {
                name: getattr(row, name) for name in ("population", "is_water", "geometry") if name in file.tells
            }
        if wanted.get("geometry", "") is None:
            del wanted["geometry"]  # one shape is absent: what we have is better than nothing
        area = known.get(row.code)
        if area is None:
            wanted.setdefault("is_water", bool(row.is_water))
            area = Area(municipality=municipality, kind=kind, code=row.code, year=year, **wanted)
            known[row.code] = area
            new.append(area)
            report.added.append(_label(area))
            continue
        wanted |= {"ended_in": None, "superseded_by_id": None}
        if any(getattr(area, name) != value for name, value in wanted.items()):
            report.changed.append(_label(row))
            touched.append(area)
        elif area.year != year:
            touched.append(area)
            report.unchanged += 1
        else:
            report.unchanged += 1
        for name, value in {**wanted, "year": year}.items():
            setattr(area, name, value)
    Area.objects.bulk_create(new, batch_size=BATCH)
    fields = ["name", "parent", "population", "is_water", "geometry", "year", "ended_in", "superseded_by"]
    Area.objects.bulk_update(touched, fields, batch_size=BATCH)


def _link_successors(ended: list[Area], known: dict[str, Area], listed: Collection[str], report: AreaReport) -> None:
    """Say where an ended neighbourhood went on: in the one that covers most of it, else the only new one of its name."""
    candidates = [known[code] for code in listed if known[code].kind == AreaKind.NEIGHBOURHOOD]
    shaped = [area for area in candidates if area.geometry]
    tree = shapely.STRtree([shape(area.geometry) for area in shaped])
    linked: list[Area] = []
    for area in ended:
        successor = _covering(area, shaped, tree)
        if successor is None:
            same = [other for other in candidates if other.name.casefold() == area.name.casefold()]
            successor = same[0] if len(same) == 1 else None
        if successor is not None:
            area.superseded_by = successor
            linked.append(area)
            report.superseded.append(f"{_label(area)} → {_label(successor)}")
    Area.objects.bulk_update(linked, ["superseded_by"], batch_size=BATCH)


def _covering(area: Area, shaped: list[Area], tree: shapely.STRtree) -> Area | None:
    if not area.geometry or not shaped:
        return None
    old = shapely.make_valid(shape(area.geometry))
    best: tuple[float, Area | None] = (0.0, None)
    for index in tree.query(old):
        covered = shapely.make_valid(tree.geometries[index]).intersection(old).area / (old.area or 1)
        if covered > best[0]:
            best = (covered, shaped[index])
    return best[1] if best[0] >= LEAST_COVERED else None


def _postcodes_of_rows(municipality: Municipality, rows: list[AreaRow], known: dict[str, Area]) -> int:
    """The most common postcode (four figures) that the list tells per neighbourhood; finer ones are left alone."""
    wanted = {
        (row.postcode, known[row.code].pk)
        for row in rows
        if row.is_neighbourhood and len(row.postcode) == 4 and row.postcode.isdigit() and row.postcode[0] != "0"
    }
    if not wanted:
        return 0
    kept = PostcodeArea.objects.filter(municipality=municipality, addresses=0)
    there = {(one.postcode, one.neighbourhood_id): one.pk for one in kept}
    kept.filter(pk__in=[pk for key, pk in there.items() if key not in wanted]).delete()
    PostcodeArea.objects.bulk_create(
        [
            PostcodeArea(municipality=municipality, postcode=postcode, neighbourhood_id=pk)
            for postcode, pk in sorted(wanted - set(there))
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return len(wanted)


@transaction.atomic
def import_postcodes(
    *, municipality: Municipality, rows: list[PostcodeRow], by: User | None, file_name: str = ""
) -> int:
    """Replace which postcodes lie in which neighbourhoods; returns how many pairs there are now."""
    require(by, "municipalities.manage", municipality)
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    areas = {
        area.code: area.pk
        for area in Area.objects.for_municipality(municipality).current().neighbourhoods().only("code")
    }
    PostcodeArea.objects.filter(municipality=municipality).delete()
    PostcodeArea.objects.bulk_create(
        [
            PostcodeArea(
                municipality=municipality,
                postcode=row.postcode,
                neighbourhood_id=areas[row.neighbourhood],
                addresses=row.addresses,
            )
            for row in rows
        ],
        batch_size=BATCH * 4,
    )
    audit.record(
        "municipalities.postcodes_imported",
        municipality,
        by=by,
        municipality=municipality,
        new={"file": file_name, "pairs": len(rows)},
    )
    return len(rows)


@transaction.atomic
def mark_attention_areas(*, municipality: Municipality, areas: Collection[Area], by: User | None) -> None:
    """Make exactly these neighbourhoods the attention areas (aandachtswijken) of the municipality."""
    require(by, "municipalities.manage", municipality)
    wanted = {area.pk for area in areas}
    current = list(
        Area.objects.for_municipality(municipality).current().neighbourhoods().select_for_update(of=("self",))
    )
    unknown = wanted - {area.pk for area in current}
    if unknown:
        raise ValueError("areas of another municipality")
    changed = [area for area in current if area.is_attention_area != (area.pk in wanted)]
    if not changed:
        return
    old = [area.name for area in current if area.is_attention_area]
    for area in changed:
        area.is_attention_area = area.pk in wanted
    Area.objects.bulk_update(changed, ["is_attention_area"], batch_size=BATCH)
    audit.record(
        "municipalities.attention_areas_marked",
        municipality,
        by=by,
        municipality=municipality,
        old={"areas": old},
        new={"areas": [area.name for area in current if area.is_attention_area]},
    )
