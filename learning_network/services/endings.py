"""What each municipality will do after a programme, and what they agree to go on doing together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from learning_network import notifications_programme as notifications
from learning_network.enums import (
    AGREEMENT_TRANSITIONS,
    SHARED_TRANSITIONS,
    AgreementState,
    ProgrammeState,
    SharedState,
)
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Agreement, AgreementNote, Enrolment, Intention
from learning_network.services import _moves

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from foundation.accounts.models import User
    from learning_network.models import Programme

INTENTION_FIELDS = frozenset(["what", "with_whom", "when", "needs", "visibility"])
AGREEMENT_FIELDS = frozenset(["what", "others", "until_on", "follow_up_on"])
AT_THE_END = (ProgrammeState.RUNNING, ProgrammeState.FINISHED)


def save_intention(*, enrolment: Enrolment, by: User, version: int | None = None, **fields: Any) -> Intention:
    """Write the intention of a municipality; one per programme, by all its people, read by others only when shared.

    Args:
        fields: any of ``INTENTION_FIELDS``.
        version: of the text when the page was opened; None when there was none yet.

    Raises:
        Stale: a colleague saved in between, or began it.
        WrongMoment, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - INTENTION_FIELDS:
        raise TypeError(f"save_intention does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked_enrolment(enrolment.pk)
        _moves.need("learning_network.speak_for", by, row)
        _need_open(row.programme)
        there = Intention.objects.filter(programme=row.programme, municipality=row.municipality)
        intention = there.select_for_update(of=("self",)).first()
        if intention is None:
            intention = Intention(programme=row.programme, municipality=row.municipality, author=by, version=0)
        else:
            _moves.same_version(intention, version or 0)
        for name, value in fields.items():
            setattr(intention, name, value.strip())
        intention.changed_at = clock.now()
        intention.version += 1
        intention.full_clean(exclude=["programme", "municipality", "author"])
        intention.save()
        audit.record("learning_network.intention_saved", intention, by=by)
    return intention


def share_intention(*, intention: Intention, visibility: str, by: User, version: int | None = None) -> Intention:
    """Let others read it: the programme, the network or everyone.

    Raises:
        WrongMoment: it is shared already.
        Stale, PermissionDenied
    """
    return _turn(intention, SharedState.SHARED, by=by, visibility=visibility, version=version)


def take_back_intention(*, intention: Intention, by: User) -> Intention:
    """Only the municipality itself reads it again.

    Raises:
        WrongMoment, PermissionDenied
    """
    return _turn(intention, SharedState.WITHDRAWN, by=by)


def _turn(
    intention: Intention, state: str, *, by: User, visibility: str | None = None, version: int | None = None
) -> Intention:
    with transaction.atomic():
        row = Intention.objects.select_for_update(of=("self",)).select_related("programme", "municipality")
        found = row.get(pk=intention.pk)
        _moves.need("learning_network.edit", by, found)
        _moves.same_version(found, version)
        try:
            old = SHARED_TRANSITIONS.move(found, state)
        except IllegalMove as error:
            raise WrongMoment(
                _("Somebody was first: it is “%(state)s”.") % {"state": found.get_state_display()}
            ) from error
        if visibility is not None:
            found.visibility = visibility
            found.shared_at = clock.now()
        found.changed_at = clock.now()
        found.version += 1
        found.full_clean(exclude=["programme", "municipality", "author"])
        found.save()
        verb = "intention_shared" if state == SharedState.SHARED else "intention_taken_back"
        audit.record(
            f"learning_network.{verb}",
            found,
            by=by,
            old={"state": old},
            new={"state": state, "visibility": found.visibility},
        )
    return found


def agree(*, programme: Programme, parties: Iterable[Enrolment], by: User, **fields: Any) -> Agreement:
    """Write down what municipalities go on doing together.

    Args:
        parties: the municipalities of this programme that agreed.
        fields: ``what``, and as wished ``others``, ``until_on``, ``follow_up_on`` (Dutch dates).

    Raises:
        NetworkError: no municipality, or one that is not in the programme.
        WrongMoment, ValidationError
        PermissionDenied: ``by`` speaks for none of them, and does not run the programme.
    """
    if unknown := set(fields) - AGREEMENT_FIELDS:
        raise TypeError(f"agree does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.take_part", by, row)
        _need_open(row)
        rows = _parties(row, parties, by)
        agreement = Agreement(programme=row, author=by, **fields)
        _clean(agreement)
        agreement.save()
        agreement.parties.set(rows)
        audit.record("learning_network.agreed", agreement, by=by, new={"programme": row.title})
    return agreement


def change_agreement(
    *, agreement: Agreement, parties: Iterable[Enrolment], by: User, version: int | None = None, **fields: Any
) -> Agreement:
    """Change what was agreed, with whom, or until when.

    Raises:
        Stale, NetworkError, WrongMoment, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - AGREEMENT_FIELDS:
        raise TypeError(f"change_agreement does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _locked_agreement(agreement.pk, by)
        _moves.same_version(row, version)
        rows = _parties(row.programme, parties, by)
        for name, value in fields.items():
            setattr(row, name, value)
        _clean(row)
        row.changed_at = clock.now()
        row.version += 1
        row.save()
        row.parties.set(rows)
        audit.record("learning_network.agreement_changed", row, by=by)
    return row


def tell_agreement(
    *, agreement: Agreement, state: str, by: User, text: str = "", again_on: date | None = None
) -> AgreementNote:
    """Say how it went: kept, changed or ended; and when to ask again.

    Args:
        again_on: the (Dutch) day to ask again; None: no more.

    Raises:
        WrongMoment: it has ended.
        NetworkError: changed or ended without a word about it.
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked_agreement(agreement.pk, by)
        if state in (AgreementState.CHANGED, AgreementState.ENDED) and not text.strip():
            raise NetworkError(_("Say in a sentence what changed."))
        if state != row.state:
            try:
                AGREEMENT_TRANSITIONS.move(row, state)
            except IllegalMove as error:
                raise WrongMoment(_("This agreement has ended already.")) from error
        row.follow_up_on = None if state == AgreementState.ENDED else again_on
        row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["state", "follow_up_on", "changed_at", "version"])
        note = AgreementNote.objects.create(agreement=row, state=state, text=text.strip(), by=by, at=clock.now())
        audit.record("learning_network.agreement_told", row, by=by, new={"outcome": state})
    return note


def follow_up_due() -> int:
    """Ask the people of agreements whose day has come how it went; each of them once for each day.

    Run by beat, by several workers at once: a row that another one has is passed over, and the message has a key.

    Returns:
        how many agreements were asked about.
    """
    today = clock.today()
    asked = 0
    due = Agreement.objects.filter(follow_up_on__lte=today).exclude(state=AgreementState.ENDED)
    due = due.filter(Q(reminded_on__isnull=True) | ~Q(reminded_on=F("follow_up_on")))
    for key in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = (
                due.select_for_update(of=("self",), skip_locked=True).select_related("programme").filter(pk=key).first()
            )
            if row is None:
                continue
            notifications.ask_follow_up(row)
            row.reminded_on = row.follow_up_on
            row.save(update_fields=["reminded_on"])
            asked += 1
    return asked


def _locked_agreement(agreement_id: int, by: User) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("programme__series")
    row = rows.get(pk=agreement_id)
    _moves.need("learning_network.keep_agreement", by, row)
    if row.state == AgreementState.ENDED:
        raise WrongMoment(_("This agreement has ended already."))
    return row


def _parties(programme: Programme, parties: Iterable[Enrolment], by: User) -> list[Enrolment]:
    """The municipalities of an agreement, one of which ``by`` speaks for unless they run the programme."""
    wanted = {party.pk for party in parties}
    rows = list(programme.enrolments.inside().filter(pk__in=wanted))
    if not rows or len(rows) != len(wanted):
        raise NetworkError(_("Choose at least one municipality that is in the programme."))
    if not by.has_perm("learning_network.facilitate", programme) and not any(
        by.has_perm("learning_network.speak_for", row) for row in rows
    ):
        raise NetworkError(_("Your own municipality is one of those that agree."))
    return rows


def _clean(agreement: Agreement) -> None:
    agreement.what = agreement.what.strip()
    agreement.full_clean(exclude=["programme", "author"])
    if agreement.until_on and agreement.follow_up_on and agreement.follow_up_on > agreement.until_on:
        raise ValidationError({"follow_up_on": _("Ask how it went before it is over, or on its last day.")})


def _need_open(programme: Programme) -> None:
    if programme.state not in AT_THE_END:
        raise WrongMoment(
            _("This can't be done now: the programme is “%(state)s”.") % {"state": programme.get_state_display()}
        )
