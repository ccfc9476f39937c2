"""The meetings of a process as a whole: their series is made when somebody plans the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.meetings.enums import Visibility
from foundation.meetings.services import series as series_service
from participation.errors import WrongMoment
from participation.models import Follow, Process, ProcessSeries, Role
from participation.services import _moves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.meetings.models import Series

HOST = "participation.process"


def begin(*, process: Process, by: User) -> ProcessSeries:
    """The series of this process, made where there is none yet.

    Raises:
        WrongMoment: in preparation: meetings stand on public pages.
        PermissionDenied: neither staff, nor chair or note-taker of the process.
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.take_notes", by, row)
        there = ProcessSeries.objects.select_related("series__municipality").filter(process=row).first()
        if there is not None:
            return there
        if not row.is_public:
            raise WrongMoment(_("Publish the process first: meetings stand on public pages."))
        made = series_service.create_series(
            municipality=row.municipality,
            title=row.title,
            purpose=row.summary,
            by=by,
            visibility=Visibility.PUBLIC,
            host=HOST,
            host_title=row.title,
            host_url=row.get_absolute_url(),
        )
        audit.record("participation.meetings_begun", row, by=by)
        return ProcessSeries.objects.create(process=row, series=made)


# --- What foundation.meetings asks of this app -----------------------------------------------------------------------


def may_manage(user: Any, series: Series) -> bool:
    """Who plans the meetings of a process: its chair and note-taker, besides staff of the municipality."""
    there = ProcessSeries.objects.select_related("process__municipality").filter(series=series).first()
    return bool(
        there is not None and user.is_authenticated and user.has_perm("participation.take_notes", there.process)
    )


def candidates(series: Series) -> Iterable[User]:
    """Whom the organiser can invite with one press: who has a role in the process, and who follows it."""
    processes = ProcessSeries.objects.filter(series=series).values("process")
    people = Role.objects.filter(process__in=processes).order_by().values("user")
    people = people.union(Follow.objects.filter(process__in=processes).order_by().values("user"))
    return User.objects.filter(pk__in=people, is_active=True, erased_at=None)
