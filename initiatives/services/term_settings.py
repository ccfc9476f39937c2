"""Setting how many weeks the municipality has for each kind of initiative; ``queries.terms`` reads them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from foundation.core import audit
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeKind
from initiatives.models import KindTerm
from initiatives.services._moves import need


def set_weeks(*, municipality: Municipality, kind: str, decision: int | None, extension: int = 0, by: Any) -> None:
    """Set the terms of one kind; ``decision`` None goes back to the by-law. Terms that run already don't change.

    Raises:
        PermissionDenied: ``by`` is no administrator here.
        ValidationError: not between 1 and 52 weeks.
    """
    need("initiatives.set_up", by, municipality)
    label = str(InitiativeKind(kind).label)
    with transaction.atomic():
        old = KindTerm.objects.select_for_update().filter(municipality=municipality, kind=kind).first()
        before = {"weeks": old.decision_weeks, "extension": old.extension_weeks} if old else {}
        if decision is None:
            if old is None:
                return
            old.delete()
            after: dict[str, Any] = {}
        else:
            term = old or KindTerm(municipality=municipality, kind=kind)
            term.decision_weeks, term.extension_weeks = decision, extension
            term.full_clean()
            term.save()
            after = {"weeks": decision, "extension": extension}
        if before != after:
            audit.record(
                "initiatives.terms_set",
                municipality,
                by=by,
                municipality=municipality,
                reason=label,
                old=before,
                new=after,
            )
