"""Making, changing, beginning and ending a programme."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, slugs
from foundation.meetings.services import series as series_service
from learning_network import notifications_programme, outlines, visibility
from learning_network.enums import ProgrammeRoleKind, ProgrammeState
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import GroundRules, LearningQuestion, Phase, Programme, ProgrammeRole
from learning_network.services import _moves, enrolments

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["title", "summary", "purpose", "places", "fee_cents", "fee_text"])
RESERVED = frozenset(["nieuw"])


def create(*, title: str, starts_on: date, by: User, **fields: Any) -> Programme:
    """Begin to prepare a programme from the template; ``by`` leads it. Nobody outside sees it yet.

    Args:
        starts_on: first day of the first phase (Dutch date).
        fields: any of ``WRITABLE``.

    Raises:
        PermissionDenied: ``by`` is no programme lead of the network.
        ValidationError
    """
    _moves.need("learning_network.start_programme", by, None)
    with transaction.atomic():
        slug = slugs.free(title, Programme.objects.all(), otherwise="programma", reserved=RESERVED)
        programme = Programme(title=title.strip(), slug=slug, created_by=by, **fields)
        programme.full_clean(exclude=["created_by"])
        programme.save()
        Phase.objects.bulk_create(Phase(programme=programme, **phase) for phase in outlines.phases_from(starts_on))
        LearningQuestion.objects.bulk_create(
            LearningQuestion(programme=programme, number=number, theme=theme, text=str(text))
            for number, (theme, text) in enumerate(outlines.QUESTIONS, start=1)
        )
        ProgrammeRole.objects.create(programme=programme, user=by, kind=ProgrammeRoleKind.LEAD)
        GroundRules.objects.create(
            programme=programme, number=1, text=outlines.usual_rules(), published_by=by, published_at=clock.now()
        )
        audit.record("learning_network.programme_made", programme, by=by)
    visibility.forget(by)
    return programme


def change(*, programme: Programme, by: User, version: int | None = None, **fields: Any) -> Programme:
    """Change what a programme is about.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        _moves.same_version(row, version)
        old = {name: getattr(row, name) for name in fields}
        if old == fields:
            return row
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.version += 1
        row.full_clean(exclude=["created_by", "series"])
        row.save(update_fields=[*fields, "changed_at", "version"])
        audit.record("learning_network.programme_changed", row, by=by, old=old, new=fields)
    return row


def begin(*, programme: Programme, by: User) -> Programme:
    """Let it run: from now on everybody can read what it is.

    Raises:
        NetworkError: it has no phases or no purpose yet.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        _need_state(row, ProgrammeState.DRAFT)
        if not row.purpose.strip() or not row.summary.strip():
            raise NetworkError(_("Write first what the programme is for, and a summary for the lists."))
        if not row.phases.exists():
            raise NetworkError(_("A programme has at least one phase."))
        return _moves.move(row, "begun", ProgrammeState.RUNNING, by=by, begun_at=row.begun_at or clock.now())


def finish(*, programme: Programme, by: User) -> Programme:
    """Close it; everything stays readable for who was in it."""
    return _end(programme, "finished", ProgrammeState.FINISHED, by=by)


def stop(*, programme: Programme, reason: str, by: User) -> Programme:
    """Stop it before its end, with the reason.

    Raises:
        NetworkError: no reason.
    """
    if not reason.strip():
        raise NetworkError(_("Say why the programme stops."))
    return _end(programme, "stopped", ProgrammeState.STOPPED, by=by, reason=reason.strip())


def reopen(*, programme: Programme, reason: str, by: User) -> Programme:
    """Take a finished programme up again, with the reason.

    Raises:
        NetworkError: no reason.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        _need_state(row, ProgrammeState.FINISHED)
        if not reason.strip():
            raise NetworkError(_("Say why the programme begins again."))
        return _moves.move(row, "reopened", ProgrammeState.RUNNING, by=by, reason=reason.strip(), ended_at=None)


def _need_state(programme: Programme, state: str) -> None:
    """Beginning and taking up again lead to the same state, each from one other."""
    if programme.state != state:
        raise WrongMoment(
            _("This can't be done now: the programme is “%(state)s”.") % {"state": programme.get_state_display()}
        )


def _end(programme: Programme, verb: str, state: str, *, by: User, reason: str = "") -> Programme:
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        return _moves.move(row, verb, state, by=by, reason=reason, ended_at=clock.now(), state_reason=reason)


def give_role(*, programme: Programme, user: User, kind: str, by: User) -> ProgrammeRole:
    """Let somebody lead or facilitate a programme too.

    Raises:
        PermissionDenied: ``by`` does not lead it.
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        given, new = ProgrammeRole.objects.get_or_create(programme=row, user=user, kind=kind)
        if new:
            audit.record(
                "learning_network.role_given",
                row,
                by=by,
                new={"person": str(user), "role": str(ProgrammeRoleKind(kind).label)},
            )
            notifications_programme.tell_role(given)
            if row.series is not None:
                series_service.add_members(series=row.series, users=[user], by=None)
    visibility.forget(user)
    return given


def take_role(*, role: ProgrammeRole, by: User) -> None:
    """Take a role away.

    Raises:
        NetworkError: the last lead.
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(role.programme_id)
        _moves.need("learning_network.lead", by, row)
        others = row.roles.filter(kind=ProgrammeRoleKind.LEAD).exclude(pk=role.pk)
        if role.kind == ProgrammeRoleKind.LEAD and not others.exists():
            raise NetworkError(_("A programme has at least one lead. Give somebody else that role first."))
        audit.record(
            "learning_network.role_taken",
            row,
            by=by,
            new={"person": str(role.user), "role": str(role.get_kind_display())},
        )
        user = role.user
        role.delete()
        visibility.forget(user)
        if row.series is not None:
            enrolments.remove_from_sessions(row, [user])
    visibility.forget(user)
