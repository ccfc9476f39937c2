"""Asking for a lab, and being selected, put on the waiting list or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from changelab import notifications, outlines, visibility
from changelab.enums import APPLICATION_TRANSITIONS, TAKES_APPLICATIONS, ApplicationState, LabRole
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Application, CheckItem, Cohort, Lab, LabMember
from changelab.services import _moves
from foundation.core import audit, clock
from foundation.municipalities.models import Municipality

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from learning_network.models import Enrolment

WRITABLE = frozenset(["motivation", "area_text", "tasks_text", "meets_conditions", "alderman"])


def apply(*, cohort: Cohort, enrolment: Enrolment, by: User, **fields: Any) -> Application:
    """Ask for a lab for a municipality of the programme; who withdrew can ask again.

    Args:
        fields: ``WRITABLE``.

    Raises:
        WrongMoment: the cohort takes no applications (any more).
        ChangelabError: this municipality has asked already, or is of another programme.
        ValidationError
        PermissionDenied: ``by`` does not take part for this municipality.
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"an application has no {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked_cohort(cohort.pk)
        _moves.need("learning_network.speak_for", by, enrolment)
        if enrolment.programme_id != row.programme_id:
            raise ChangelabError(_("This municipality takes part in another programme."))
        if not row.takes_applications(clock.today()):
            raise WrongMoment(_("This cohort takes no applications now."))
        there = Application.objects.select_for_update().filter(cohort=row, enrolment=enrolment).first()
        if there is not None and there.state != ApplicationState.WITHDRAWN:
            raise ChangelabError(_("This municipality has asked for a lab already."))
        made = there or Application(cohort=row, enrolment=enrolment)
        for name, value in fields.items():
            setattr(made, name, value)
        if there is not None:
            _moves.set_state(made, APPLICATION_TRANSITIONS, ApplicationState.APPLIED)
            made.version += 1
        made.applied_by, made.applied_at = by, clock.now()
        made.full_clean(exclude=["cohort", "enrolment", "applied_by"])
        made.save()
        audit.record("changelab.applied", made, by=by, new={"municipality": str(enrolment)})
        notifications.tell_leads(made)
    return made


def change(*, application: Application, by: User, version: int | None = None, **fields: Any) -> Application:
    """Change what was written, as long as there is no answer.

    Raises:
        WrongMoment, Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"an application has no {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked_application(application.pk)
        _moves.need("learning_network.speak_for", by, row.enrolment)
        if row.state not in (ApplicationState.APPLIED, ApplicationState.WAITING):
            raise WrongMoment(_("This application has been answered."))
        _moves.same_version(row, version)
        for name, value in fields.items():
            setattr(row, name, value)
        row.version += 1
        row.full_clean(exclude=["cohort", "enrolment", "applied_by", "decided_by"])
        row.save()
        audit.record("changelab.application_changed", row, by=by)
    return row


def withdraw(*, application: Application, by: User) -> Application:
    """The municipality does not want a lab after all."""
    with transaction.atomic():
        row = _moves.locked_application(application.pk)
        _moves.need("learning_network.speak_for", by, row.enrolment)
        old = _moves.set_state(row, APPLICATION_TRANSITIONS, ApplicationState.WITHDRAWN)
        row.line_number = None
        row.version += 1
        row.save(update_fields=["state", "line_number", "version"])
        audit.record("changelab.application_withdrawn", row, by=by, old={"state": old})
    return row


def select(*, application: Application, reason: str, by: User, version: int | None = None) -> Lab:
    """Give a municipality a lab: the first ones pay less. Who asked leads the lab, and hears of it.

    Returns:
        the new lab.

    Raises:
        ChangelabError: no reason, or all places are taken.
        WrongMoment, Stale, PermissionDenied
    """
    if not reason.strip():
        raise ChangelabError(_("Say why this municipality is selected."))
    with transaction.atomic():
        cohort = _moves.locked_cohort(application.cohort_id)  # so that the last place is given once
        row = _moves.locked_application(application.pk)
        _moves.need("changelab.lead_cohort", by, cohort)
        _moves.same_version(row, version)
        if cohort.state not in TAKES_APPLICATIONS:
            raise WrongMoment(_("This cohort has not opened yet, or has ended."))
        selected = cohort.applications.filter(state=ApplicationState.SELECTED)
        if cohort.labs.exclude(state="stopped").count() >= cohort.places:
            raise ChangelabError(
                _("All %(places)d places are taken. Put this municipality on the waiting list, or make a place more.")
                % {"places": cohort.places}
            )
        row.is_reduced = selected.count() < cohort.reduced_for
        row.fee_cents = cohort.reduced_fee_cents if row.is_reduced else cohort.fee_cents
        _answer(row, ApplicationState.SELECTED, reason, by=by)
        lab = _lab_for(row)
        audit.record("changelab.lab_selected", row, by=by, reason=row.reason, new={"municipality": str(row.enrolment)})
        notifications.tell_answer(row)
    return lab


def put_in_line(*, application: Application, reason: str, by: User, version: int | None = None) -> Application:
    """Put a municipality on the waiting list, behind those that are there."""
    with transaction.atomic():
        cohort = _moves.locked_cohort(application.cohort_id)
        row = _moves.locked_application(application.pk)
        _moves.need("changelab.lead_cohort", by, cohort)
        _moves.same_version(row, version)
        last = cohort.applications.aggregate(last=Max("line_number"))["last"] or 0
        _answer(row, ApplicationState.WAITING, reason, by=by, line_number=last + 1)
        audit.record("changelab.put_in_line", row, by=by, reason=row.reason, new={"municipality": str(row.enrolment)})
        notifications.tell_answer(row)
    return row


def refuse(*, application: Application, reason: str, by: User, version: int | None = None) -> Application:
    """Not select a municipality, with the reasons.

    Raises:
        ChangelabError: no reason.
    """
    if not reason.strip():
        raise ChangelabError(_("Say why this municipality is not selected."))
    with transaction.atomic():
        row = _moves.locked_application(application.pk)
        _moves.need("changelab.lead_cohort", by, row.cohort)
        _moves.same_version(row, version)
        _answer(row, ApplicationState.REFUSED, reason, by=by)
        audit.record(
            "changelab.application_refused", row, by=by, reason=row.reason, new={"municipality": str(row.enrolment)}
        )
        notifications.tell_answer(row)
    return row


def _answer(row: Application, state: str, reason: str, *, by: User, line_number: int | None = None) -> None:
    _moves.set_state(row, APPLICATION_TRANSITIONS, state)
    row.reason = reason.strip()
    row.line_number = line_number
    row.decided_by, row.decided_at = by, clock.now()
    row.version += 1
    row.save()


def _lab_for(application: Application) -> Lab:
    """The lab of a selected municipality, with who asked as its lead."""
    place = application.enrolment.municipality
    tenant = Municipality.objects.filter(cbs_code=place.code).first()
    lab = Lab.objects.create(
        cohort=application.cohort,
        application=application,
        municipality=place,
        tenant=tenant,
        slug=slugify(place.name)[:80] or place.code.lower(),
        title=_("Changelab %(municipality)s") % {"municipality": place.name},
        area_text=application.area_text,
        tasks_text=application.tasks_text,
        created_at=clock.now(),
        movement_since=clock.now(),
    )
    CheckItem.objects.bulk_create(
        CheckItem(lab=lab, movement=movement, number=number, text=str(text))
        for movement, lines in outlines.CHECKLIST.items()
        for number, text in enumerate(lines, start=1)
    )
    person = application.applied_by
    if person is not None:
        LabMember.objects.create(lab=lab, user=person, email=person.email, role=LabRole.LEAD, joined_at=clock.now())
        visibility.forget(person)
    return lab
