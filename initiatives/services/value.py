"""Added value: five values, scored with a reasoning and where possible euros, per portfolio."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Sector
from initiatives.enums import PublicValue
from initiatives.errors import InitiativeError
from initiatives.models import AddedValue, Initiative
from initiatives.services._moves import need


def score(
    *,
    initiative: Initiative,
    value: str,
    sector: Sector | None,
    score: int,
    reasoning: str,
    by: User,
    cents_per_year: int | None = None,
) -> AddedValue:
    """Give a value its score for one portfolio, or for the municipality as a whole; again replaces it.

    Args:
        score: -2 (takes away much) to 2 (adds much).
        cents_per_year: what it brings (or, below zero, costs) that portfolio in a year; None where nobody can say.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        InitiativeError: a sector of another municipality.
        ValidationError: no reasoning, or a score outside -2 to 2.
    """
    need("initiatives.handle", by, initiative.municipality)
    if sector is not None and sector.municipality_id != initiative.municipality_id:
        raise InitiativeError(_("Choose a sector of your own municipality."))
    with transaction.atomic():
        Initiative.objects.select_for_update(of=("self",)).get(pk=initiative.pk)
        row = AddedValue.objects.filter(initiative=initiative, value=value, sector=sector).first()
        old = {"score": row.score, "cents": row.cents_per_year} if row else {}
        row = row or AddedValue(initiative=initiative, value=PublicValue(value), sector=sector)
        row.score, row.reasoning, row.cents_per_year = score, reasoning.strip(), cents_per_year
        row.by, row.changed_at = by, clock.now()
        row.full_clean()
        row.save()
        audit.record(
            "initiatives.value_scored",
            initiative,
            by=by,
            old=old,
            new={"value": value, "score": score, "cents": cents_per_year, "portfolio": sector.name if sector else ""},
        )
    return row


def remove(*, added: AddedValue, by: User) -> None:
    """Take a score away."""
    need("initiatives.handle", by, added.initiative.municipality)
    with transaction.atomic():
        audit.record(
            "initiatives.value_removed", added.initiative, by=by, old={"value": added.value, "score": added.score}
        )
        added.delete()
