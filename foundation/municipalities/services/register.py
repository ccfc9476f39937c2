"""The official list of municipalities, and their outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.imports.register import parse_outlines, parse_register
from foundation.municipalities.imports.rows import MunicipalityRow
from foundation.municipalities.models import OfficialMunicipality, OfficialShape
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User


@dataclass(frozen=True)
class RegisterReport:
    """Codes per outcome."""

    added: list[str]
    changed: list[str]
    ended: list[str]
    unchanged: int


@transaction.atomic
def register_official(
    *, rows: list[MunicipalityRow], year: int, by: User | None, superseded: dict[str, str] | None = None
) -> RegisterReport:
    """Bring the official list up to that of a year; codes that are gone are kept as ended.

    Args:
        rows: the whole list.
        year: of the list.
        superseded: old code -> new code, where a municipality went up in another one.

    Raises:
        ValidationError: when a newer list is in use.
    """
    require(by, "municipalities.manage_installation", None)
    known = {m.code: m for m in OfficialMunicipality.objects.select_for_update(of=("self",))}
    newest = max((m.year for m in known.values() if m.ended_in is None), default=0)
    if year < newest:
        raise ValidationError(_("The list of %(year)s is in use already.") % {"year": newest})
    added, changed, unchanged = [], [], 0
    for row in rows:
        one = known.get(row.code)
        if one is None:
            OfficialMunicipality.objects.create(
                code=row.code, name=row.name, province=row.province, population=row.population, year=year
            )
            added.append(row.code)
            continue
        wanted = {
            "name": row.name,
            "province": row.province or one.province,
            "population": row.population if row.population is not None else one.population,
            "ended_in": None,
        }
        differs = any(getattr(one, name) != value for name, value in wanted.items())
        if differs or one.year != year:
            for name, value in {**wanted, "year": year}.items():
                setattr(one, name, value)
            one.save()
        if differs:
            changed.append(row.code)
        else:
            unchanged += 1
    listed = {row.code for row in rows}
    ended = [one for one in known.values() if one.code not in listed and one.ended_in is None]
    for one in ended:
        one.ended_in = year
        one.save(update_fields=["ended_in"])
    for old, new in (superseded or {}).items():
        OfficialMunicipality.objects.filter(pk=old).update(superseded_by=new)
    return RegisterReport(added, changed, sorted(one.code for one in ended), unchanged)


@dataclass(frozen=True)
class ShapesReport:
    """``kept``: how many outlines were new or changed; ``unknown``: codes that the list does not have; ``missing``: codes of
    the list of now that have no outline yet."""

    kept: int
    unchanged: int
    unknown: list[str]
    missing: list[str]


@transaction.atomic
def keep_shapes(*, shapes: dict[str, dict[str, Any]], year: int, by: User | None) -> ShapesReport:
    """Keep outlines of municipalities that are on the list; names and the list itself stay as they are.

    Args:
        shapes: GeoJSON geometry by code.
        year: of the outlines; it may be older than the list.
    """
    require(by, "municipalities.manage_installation", None)
    current = dict(OfficialMunicipality.objects.values_list("code", "ended_in"))
    known = {one.pk: one for one in OfficialShape.objects.select_for_update(of=("self",))}
    changed = [
        OfficialShape(municipality_id=code, geometry=geometry, year=year)
        for code, geometry in shapes.items()
        if code in current and (code not in known or known[code].geometry != geometry)
    ]
    OfficialShape.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["municipality"], update_fields=["geometry", "year"]
    )
    there = known.keys() | {one.pk for one in changed}
    return ShapesReport(
        kept=len(changed),
        unchanged=sum(code in current for code in shapes) - len(changed),
        unknown=sorted(code for code in shapes if code not in current),
        missing=sorted(code for code, ended_in in current.items() if ended_in is None and code not in there),
    )


@transaction.atomic
def import_file(
    *, data: bytes, file_name: str, by: User | None, year: int | None = None, only_shapes: bool = False
) -> tuple[RegisterReport | None, ShapesReport | None]:
    """Read a file of CBS or PDOK: the list of municipalities and, from GeoJSON, their outlines. All of it or nothing.

    Args:
        year: of the list; None: the file or its name tells it, else this year.
        only_shapes: leave the list as it is, and take the outlines, also of an older file.

    Returns:
        what happened to the list (None: left alone), and to the outlines (None: none in the file).

    Raises:
        ImportErrors: the file can't be read, with the place at fault.
        ValidationError: a newer list is in use.
        PermissionDenied: ``by`` does not manage the installation.
    """
    require(by, "municipalities.manage_installation", None)
    rows, told = parse_register(data, file_name=file_name)
    shapes = parse_outlines(data)
    of_year = year or told or year_of_today()
    report = None if only_shapes else register_official(rows=rows, year=of_year, by=by)
    kept = keep_shapes(shapes=shapes, year=of_year, by=by) if shapes else None
    return report, kept


def year_of_today() -> int:
    """For lists that do not tell their year."""
    return clock.today().year
