"""Where residents live: declared by themselves, or confirmed at the desk. Votes ask for a level of assurance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.enums import AreaKind, Assurance
from foundation.municipalities.models import Area, Municipality, Residency
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User

OLDEST = 120
YOUNGEST = 4

# (residency) -> reasons why it can't change now, such as a vote that is running; named in settings.RESIDENCY_GUARDS.
Guard = Callable[[Residency], Iterable[str]]


def obstacles(residency: Residency) -> list[str]:
    """Why this residency can't be changed at this moment, in sentences; empty when it can."""
    reasons: list[str] = []
    for name in getattr(settings, "RESIDENCY_GUARDS", []):
        guard: Guard = import_string(name)
        reasons += [str(reason) for reason in guard(residency)]
    return reasons


def check_birth_year(year: int | None) -> None:
    """Raises ValidationError for a year in which no living user can be born."""
    this_year = clock.today().year
    if year is not None and not this_year - OLDEST <= year <= this_year - YOUNGEST:
        raise ValidationError(
            {
                "birth_year": _("Fill in a year between %(first)d and %(last)d, or leave it empty.")
                % {"first": this_year - OLDEST, "last": this_year - YOUNGEST}
            }
        )


@transaction.atomic
def declare_residency(
    *, municipality: Municipality, neighbourhood: Area, by: User, birth_year: int | None = None
) -> Residency:
    """A resident says in which neighbourhood they live; the first time, or a change.

    A change falls back to "declared": what was confirmed was the old place. The audit trail tells that it changed and
    when, not where somebody lives.

    Raises:
        ValidationError: for an area of elsewhere, water or ended; a wrong year of birth; or while something that uses
            this residency (a running vote) stands in the way.
    """
    if neighbourhood.municipality_id != municipality.pk or neighbourhood.kind != AreaKind.NEIGHBOURHOOD:
        raise ValidationError({"neighbourhood": _("Choose a neighbourhood of this municipality.")})
    if neighbourhood.is_water or neighbourhood.ended_in is not None:
        raise ValidationError(
            {
                "neighbourhood": _("Nobody can live in %(name)s. Choose another neighbourhood.")
                % {"name": neighbourhood.name}
            }
        )
    check_birth_year(birth_year)
    residency, new = Residency.objects.select_for_update(of=("self",)).get_or_create(
        municipality=municipality,
        user=by,
        defaults={"neighbourhood": neighbourhood, "birth_year": birth_year},
    )
    if new:
        audit.record("municipalities.residency_declared", residency, by=by)
        return residency
    moved = residency.neighbourhood_id != neighbourhood.pk
    other_year = residency.birth_year != birth_year
    if not (moved or other_year):
        return residency
    # A first year of birth adds something; any other change could be made to vote twice or where one may not.
    if (moved or residency.birth_year is not None) and (reasons := obstacles(residency)):
        raise ValidationError(reasons)
    was = residency.assurance
    residency.neighbourhood, residency.birth_year = neighbourhood, birth_year
    if moved or residency.birth_year is not None:
        residency.assurance, residency.confirmed_at = Assurance.DECLARED, None
    if moved:
        residency.since = clock.now()
    residency.save()
    audit.record(
        "municipalities.residency_changed",
        residency,
        by=by,
        old={"assurance": was},
        new={"assurance": residency.assurance, "moved": moved, "other_birth_year": other_year},
    )
    return residency


@transaction.atomic
def confirm_at_desk(*, residency: Residency, by: User, seen: str) -> Residency:
    """A civil servant has seen at the desk where this person lives.

    Args:
        seen: what was shown ("paspoort en uittreksel"), never a number of a document.

    Raises:
        ValidationError: without saying what was seen, or for one's own residency.
    """
    require(by, "municipalities.confirm_residency", residency.municipality)
    if residency.user_id == by.pk:
        raise ValidationError(_("Ask a colleague: nobody confirms their own address."))
    seen = seen.strip()
    if not seen:
        raise ValidationError({"seen": _("Say what you have seen, for example: identity card and letter.")})
    if any(len(run) >= 5 for run in "".join(c if c.isdigit() else " " for c in seen).split()):
        raise ValidationError({"seen": _("Don't write down numbers of documents.")})
    locked = Residency.objects.select_for_update(of=("self",)).get(pk=residency.pk)
    if locked.assurance >= Assurance.DESK:
        return locked
    old = locked.assurance
    locked.assurance, locked.confirmed_at = Assurance.DESK, clock.now()
    locked.save(update_fields=["assurance", "confirmed_at"])
    audit.record(
        "municipalities.residency_confirmed",
        locked,
        by=by,
        reason=seen,
        old={"assurance": old},
        new={"assurance": int(Assurance.DESK)},
    )
    return locked


@transaction.atomic
def remove_residency(*, residency: Residency, by: User) -> None:
    """A resident takes back where they live.

    Raises:
        ValidationError: while a running vote uses it.
    """
    if residency.user_id != by.pk:
        raise ValueError("only the resident takes back a residency")
    if reasons := obstacles(residency):
        raise ValidationError(reasons)
    audit.record("municipalities.residency_removed", residency, by=by)
    residency.delete()
