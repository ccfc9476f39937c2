"""Making, changing, opening, starting and ending a cohort."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from changelab.enums import COHORT_TRANSITIONS, CohortState
from changelab.errors import ChangelabError
from changelab.models import Cohort
from changelab.services import _moves
from foundation.core import audit, clock, slugs

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from learning_network.models import Programme

WRITABLE = frozenset(
    [
        *("title", "summary", "purpose", "conditions", "places", "fee_cents", "reduced_fee_cents", "reduced_for"),
        *("apply_until", "starts_on", "ends_on"),
    ]
)
RESERVED = frozenset(["beheer", "uitnodiging"])


def create(*, programme: Programme, title: str, starts_on: date, ends_on: date, by: User, **fields: Any) -> Cohort:
    """Begin to prepare a cohort of a programme. Only who runs the programme sees it yet.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        PermissionDenied: ``by`` does not lead the programme.
        ValidationError
    """
    _moves.need("learning_network.lead", by, programme)
    with transaction.atomic():
        cohort = Cohort(
            programme=programme,
            title=title.strip(),
            slug=slugs.free(title, Cohort.objects.all(), otherwise="cohort", reserved=RESERVED),
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=by,
            **fields,
        )
        cohort.full_clean(exclude=["created_by", "programme"])
        cohort.save()
        audit.record("changelab.cohort_made", cohort, by=by)
    return cohort


def change(*, cohort: Cohort, by: User, version: int | None = None, **fields: Any) -> Cohort:
    """Change the plan of a cohort. What a lab was asked to pay stays as it was agreed.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked_cohort(cohort.pk)
        _moves.need("changelab.lead_cohort", by, row)
        _moves.same_version(row, version)
        old = {name: getattr(row, name) for name in fields}
        if old == fields:
            return row
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.version += 1
        row.full_clean(exclude=["created_by", "programme"])
        row.save(update_fields=[*fields, "changed_at", "version"])
        audit.record("changelab.cohort_changed", row, by=by, old=old, new=fields)
    return row


def open_for_applications(*, cohort: Cohort, by: User) -> Cohort:
    """Let municipalities of the programme ask for a lab.

    Raises:
        ChangelabError: it does not say yet what is asked.
    """
    if not cohort.purpose.strip() or not cohort.conditions.strip():
        raise ChangelabError(_("Write first what the cohort is for and what is asked of a municipality."))
    return _move(cohort, CohortState.OPEN, "cohort_opened", by=by)


def start(*, cohort: Cohort, by: User) -> Cohort:
    """The labs begin. A municipality can still come in later."""
    return _move(cohort, CohortState.RUNNING, "cohort_started", by=by)


def finish(*, cohort: Cohort, by: User) -> Cohort:
    """The six months are over; labs go on to be followed after 3, 6 and 12 months."""
    return _move(cohort, CohortState.FINISHED, "cohort_finished", by=by)


def stop(*, cohort: Cohort, reason: str, by: User) -> Cohort:
    """Stop it, with the reason.

    Raises:
        ChangelabError: no reason.
    """
    if not reason.strip():
        raise ChangelabError(_("Say why the cohort stops."))
    return _move(cohort, CohortState.STOPPED, "cohort_stopped", by=by, reason=reason.strip())


def _move(cohort: Cohort, state: str, verb: str, *, by: User, reason: str = "") -> Cohort:
    with transaction.atomic():
        row = _moves.locked_cohort(cohort.pk)
        _moves.need("changelab.lead_cohort", by, row)
        old = _moves.set_state(row, COHORT_TRANSITIONS, state)
        row.state_reason = reason
        row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["state", "state_reason", "changed_at", "version"])
        audit.record(f"changelab.{verb}", row, by=by, reason=reason, old={"state": old}, new={"state": state})
    return row
