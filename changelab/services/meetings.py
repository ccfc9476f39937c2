"""The meetings of a lab: a series of the installation, of which its people are on the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from changelab.models import Lab, LabMember
from changelab.services import _moves
from foundation.accounts.models import User
from foundation.core import audit
from foundation.meetings.enums import Visibility
from foundation.meetings.models import Meeting
from foundation.meetings.services import series as series_service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from foundation.meetings.models import Series

HOST = "changelab.lab"


def begin(*, lab: Lab, by: User) -> Series:
    """The series of this lab, made where there is none yet, with its people on the list.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        if row.series is not None:
            return row.series
        _moves.need_running(row)
        made: Series = series_service.create_series(
            municipality=None,
            title=row.title,
            purpose=row.summary,
            by=by,
            visibility=Visibility.INVITED,
            host=HOST,
            host_title=row.title,
            host_url=row.get_absolute_url(),
        )
        row.series = made
        row.save(update_fields=["series"])
        series_service.add_members(series=made, users=list(people(made)), by=None)
        audit.record("changelab.meetings_begun", row, by=by)
    return made


def of_lab(lab: Lab) -> QuerySet[Meeting]:
    """The meetings of the lab."""
    if lab.series is None:
        return Meeting.objects.none()
    return Meeting.objects.filter(series=lab.series)


# --- What foundation.meetings asks of this app -----------------------------------------------------------------------


def may_manage(user: Any, series: Series) -> bool:
    """Who leads the lab, or runs its programme, plans its meetings."""
    lab = Lab.objects.select_related("cohort").filter(series=series).first()
    return bool(lab is not None and user.is_authenticated and user.has_perm("changelab.lead_lab", lab))


def may_see(user: Any, series: Series) -> bool:
    """The people of the lab see its meetings; other labs of the cohort read what came of them, not the lists."""
    lab = Lab.objects.select_related("cohort").filter(series=series).first()
    return bool(lab is not None and user.has_perm("changelab.work", lab))


def people(series: Series) -> Iterable[User]:
    """Whom the organiser invites with one press: who is in the lab."""
    there = LabMember.objects.present().filter(lab__series=series).values("user")
    return User.objects.filter(pk__in=there, is_active=True, erased_at=None)
