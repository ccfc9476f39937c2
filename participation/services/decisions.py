"""Council proposals and other decisions about the outcome of a process."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications
from participation.enums_outcome import DECIDED, WAITING, DecisionState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Decision, Process
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(
    ["body", "title", "proposal", "reference", "url", "submitted_on", "committee_on", "decides_on"],
)


def prepare(*, process: Process, by: User, **fields: Any) -> Decision:
    """Begin a proposal to who decides.

    Args:
        fields: of ``WRITABLE``.

    Raises:
        ValidationError, PermissionDenied
    """
    _known(fields)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        made = Decision(process=row, **fields)
        made.state = _waiting_state(made)
        made.full_clean()
        made.save()
        audit.record(
            "participation.decision_prepared", made, by=by, municipality=row.municipality, new={"process": row.title}
        )
        _tell_dates(row, made, by)
    return made


def change(*, decision: Decision, by: User, version: int | None, **fields: Any) -> Decision:
    """Change a proposal that waits for its decision. New dates are told to followers.

    Raises:
        Stale, WrongMoment, ValidationError, PermissionDenied
    """
    _known(fields)
    with transaction.atomic():
        process, row = _locked(decision)
        _moves.need("participation.run", by, process.municipality)
        _moves.same_version(row, version)
        if row.state not in WAITING:
            raise WrongMoment(_("This was decided; the proposal stays as it was."))
        old = (row.submitted_on, row.decides_on)
        for name, value in fields.items():
            setattr(row, name, value)
        row.state = _waiting_state(row)
        row.version += 1
        row.full_clean()
        row.save()
        audit.record("participation.decision_changed", row, by=by, municipality=process.municipality)
        if (row.submitted_on, row.decides_on) != old:
            _tell_dates(process, row, by)
    return row


def record(
    *, decision: Decision, by: User, state: str, decided_on: date, text: str, reasons: str, version: int | None = None
) -> Decision:
    """Write down what was decided, when, and why (Awb 3:46). Followers get to know.

    Args:
        state: one of ``DECIDED``, or ``withdrawn`` where the proposal was taken back (then ``reasons`` say why).

    Raises:
        ParticipationError: words are missing, or the day lies in the future.
        WrongMoment: it was decided already; somebody may have been first.
        Stale, PermissionDenied
    """
    if state not in (*DECIDED, DecisionState.WITHDRAWN) or not reasons.strip():
        raise ParticipationError(_("Say what was decided, and why."))
    if state in DECIDED and not text.strip():
        raise ParticipationError(_("Say what was decided, and why."))
    if decided_on > clock.today():
        raise ParticipationError(_("The decision lies in the future. Record it once it has been taken."))
    with transaction.atomic():
        process, row = _locked(decision)
        _moves.need("participation.decide", by, process.municipality)
        _moves.same_version(row, version)
        if row.state not in WAITING:
            raise WrongMoment(_("This was recorded already: %(state)s.") % {"state": row.get_state_display()})
        row.state, row.decided_on = DecisionState(state), decided_on
        row.text, row.reasons, row.recorded_by = text.strip(), reasons.strip(), by
        row.version += 1
        row.save()
        audit.record(
            "participation.decided",
            row,
            by=by,
            municipality=process.municipality,
            reason=row.reasons,
            new={"state": state, "decided_on": decided_on},
        )
        facts = {"about": row.title, "body": row.body, "state": state}
        event = _moves.note(process, "decided", reason=row.reasons, facts=facts)
        notifications.tell_followers(process, event, by=by)
    return row


def _tell_dates(process: Process, decision: Decision, by: User) -> None:
    if not process.is_public or decision.decides_on is None:
        return
    facts = {"about": decision.title, "body": decision.body, "day": decision.decides_on.isoformat()}
    event = _moves.note(process, "decision_planned", facts=facts)
    notifications.tell_followers(process, event, by=by)


def _waiting_state(decision: Decision) -> DecisionState:
    sent = decision.submitted_on is not None and decision.submitted_on <= clock.today()
    return DecisionState.SUBMITTED if sent else DecisionState.PREPARING


def _locked(decision: Decision) -> tuple[Process, Decision]:
    process = _moves.locked(decision.process_id)
    row = Decision.objects.select_for_update().get(pk=decision.pk)
    row.process = process
    return process, row


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a proposal does not hold {sorted(unknown)}")
