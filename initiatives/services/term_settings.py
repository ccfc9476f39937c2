"""How many weeks the municipality has for each kind of initiative: its own setting, else the by-law, else the Awb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from foundation.core import audit
from foundation.municipalities.models import ByLaw, Municipality
from initiatives.enums import InitiativeKind
from initiatives.models import KindTerm
from initiatives.services._moves import need

AWB_WEEKS = 8  # Awb 4:13: a reasonable term has ended in any case after eight weeks
AWB_EXTENSION_WEEKS = 6


@dataclass(frozen=True)
class Weeks:
    """The weeks to decide, and the most that may be added (0: none)."""

    decision: int
    extension: int
    source: str  # "kind", "by_law" or "awb"


def weeks_for(municipality: Municipality, kind: str) -> Weeks:
    """The terms that hold now for this kind."""
    own = KindTerm.objects.filter(municipality=municipality, kind=kind).first()
    if own is not None:
        return Weeks(own.decision_weeks, own.extension_weeks, "kind")
    by_law = ByLaw.objects.filter(municipality=municipality).first()
    if by_law is not None:
        return Weeks(by_law.decision_weeks, by_law.extension_weeks, "by_law")
    return Weeks(AWB_WEEKS, AWB_EXTENSION_WEEKS, "awb")


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
