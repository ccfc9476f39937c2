"""Sectors of the town hall."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import audit
from foundation.municipalities.models import Municipality, Sector
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User

NAME_LIMIT = 80


@transaction.atomic
def add_sectors(*, municipality: Municipality, names: Iterable[str], by: User | None) -> list[Sector]:
    """Add those that are not there yet; capitals and spaces make no difference.

    Raises:
        ValidationError: for a name that is too long.
    """
    require(by, "municipalities.manage", municipality)
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    known = {
        name.casefold() for name in Sector.objects.filter(municipality=municipality).values_list("name", flat=True)
    }
    made = []
    for raw in names:
        name = " ".join(raw.split())
        if not name or name.casefold() in known:
            continue
        if len(name) > NAME_LIMIT:
            raise ValidationError({"names": _("“%(name)s” is longer than 80 characters.") % {"name": name[:40] + "…"}})
        known.add(name.casefold())
        made.append(Sector.objects.create(municipality=municipality, name=name))
    if made:
        audit.record(
            "municipalities.sectors_added",
            municipality,
            by=by,
            municipality=municipality,
            new={"names": [sector.name for sector in made]},
        )
    return made


@transaction.atomic
def rename_sector(*, sector: Sector, name: str, by: User | None) -> Sector:
    """Give a sector another name.

    Raises:
        ValidationError: for a name that is empty or taken.
    """
    require(by, "municipalities.manage", sector.municipality)
    old, sector.name = sector.name, " ".join(name.split())
    sector.full_clean()
    if sector.name != old:
        sector.save(update_fields=["name"])
        audit.record("municipalities.sector_renamed", sector, by=by, old={"name": old}, new={"name": sector.name})
    return sector


@transaction.atomic
def remove_sector(*, sector: Sector, by: User | None) -> None:
    """Remove a sector in which nobody works and under which nothing was recorded.

    Raises:
        ValidationError: says how many people have a role in it, or that something would be lost with it.
    """
    require(by, "municipalities.manage", sector.municipality)
    people = sector.roles.count()
    if people:
        raise ValidationError(
            ngettext(
                "%(n)d person works in this sector. End or change that role first.",
                "%(n)d people work in this sector. End or change their roles first.",
                people,
            )
            % {"n": people}
        )
    if sector.invitations.waiting().exists():
        raise ValidationError(_("Somebody was invited for this sector. Withdraw that invitation first."))
    if _is_on_record(sector):
        raise ValidationError(
            _(
                "Something was recorded under this sector, such as its view on a plan. You can give it another name instead."
            )
        )
    sector.invitations.update(sector=None)
    audit.record("municipalities.sector_removed", sector, by=by, old={"name": sector.name})
    sector.delete()


def _is_on_record(sector: Sector) -> bool:
    """Whether anything of an app above would go with it; what merely forgets its sector does not count."""
    relation: Any
    for relation in Sector._meta.get_fields(include_hidden=True):
        on_delete = getattr(relation, "on_delete", None)
        if not relation.auto_created or relation.concrete or on_delete in (None, models.SET_NULL):
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: sector}).exists():
            return True
    return False
