"""Finding, locking and guarding; shared by the services of this app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from changelab.enums import LabState
from changelab.errors import Stale, WrongMoment
from changelab.models import Application, Cohort, Lab
from foundation.core import audit, guards
from foundation.core.states import IllegalMove, Transitions

need = guards.need


def same_version(row: guards.Versioned, version: int | None) -> None:
    """Refuse a change made on an older text; see ``guards.same_version``."""
    guards.same_version(row, version, Stale)


def locked_cohort(cohort_id: int) -> Cohort:
    """The cohort with its row locked until the end of the transaction."""
    return Cohort.objects.select_for_update(of=("self",)).select_related("programme").get(pk=cohort_id)


def locked_application(application_id: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("cohort__programme", "enrolment__municipality").get(pk=application_id)


def locked(lab_id: int) -> Lab:
    """The lab with its row locked until the end of the transaction."""
    rows = Lab.objects.select_for_update(of=("self",))
    return rows.select_related("cohort__programme", "municipality", "tenant", "series").get(pk=lab_id)


def need_running(lab: Lab) -> None:
    """Refuse what is done only while a lab runs.

    Raises:
        WrongMoment
    """
    if lab.state != LabState.RUNNING:
        raise WrongMoment(_("This lab does not run: it is “%(state)s”.") % {"state": lab.get_state_display()})


def audit_removed(row: Any, *, by: Any) -> None:
    """What was taken away stays in the audit trail by its kind."""
    audit.record("changelab.item_removed", row, by=by, new={"kind": str(row._meta.verbose_name)})


def set_state(row: Any, table: Transitions, new: str) -> str:
    """Set the state of a locked row (not saved); returns the old one.

    Raises:
        WrongMoment: the table does not allow it; somebody may have been first.
    """
    now = row.get_state_display()
    try:
        return table.move(row, new)
    except IllegalMove as error:
        raise WrongMoment(_("This can't be done now: it is “%(state)s”.") % {"state": now}) from error
