"""Asking municipalities that have nobody coming to a session for somebody: by hand, and once by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import notifications_sessions as notifications
from learning_network.enums import ProgrammeState
from learning_network.errors import WrongMoment
from learning_network.models import Enrolment, Nudge, Session
from learning_network.queries import sessions as queries
from learning_network.services import _moves, sessions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.accounts.models import User

BEFORE = timedelta(days=10)  # by then a colleague can still make room


def nudge(*, session: Session, by: User, enrolments: Iterable[Enrolment] | None = None) -> int:
    """Ask municipalities of which nobody comes to send somebody; each hears at most once a day about a session.

    Args:
        enrolments: which ones; all of those without anybody when left out. One that has somebody coming is passed over.

    Returns:
        how many municipalities were asked now.

    Raises:
        WrongMoment: the session has begun, or was cancelled.
        PermissionDenied
    """
    with transaction.atomic():
        row = sessions.locked(session.pk)
        _moves.need("learning_network.facilitate", by, row.programme)
        if not row.meeting.is_standing or row.meeting.starts_at <= clock.now():
            raise WrongMoment(_("This session is over, or was cancelled."))
        wanted = None if enrolments is None else {one.pk for one in enrolments}
        asked = _ask(row, wanted, by=by)
        if asked:
            audit.record("learning_network.nudged", row, by=by, new={"count": asked})
    return asked


def _ask(row: Session, wanted: set[int] | None, *, by: User | None) -> int:
    """Ask those without anybody; the session is locked, so two presses at once ask once."""
    today = clock.today()
    empty = [line.enrolment for line in queries.who_comes(row) if line.is_empty]
    already = set(Nudge.objects.filter(session=row, day=today).values_list("enrolment_id", flat=True))
    asked = [one for one in empty if one.pk not in already and (wanted is None or one.pk in wanted)]
    Nudge.objects.bulk_create([Nudge(session=row, enrolment=one, day=today, by=by) for one in asked])
    people = queries.people_of(asked)
    for one in asked:
        notifications.nudge(row, one, people.get(one.pk, []), today)
    return len(asked)


def nudge_due(*, limit: int = 50) -> int:
    """Ask by the clock, ten days before each session; once per date of a session, by one worker.

    Returns:
        how many sessions were looked at.
    """
    done = 0
    while done < limit and _nudge_one():
        done += 1
    return done


@transaction.atomic
def _nudge_one() -> bool:
    now = clock.now()
    row = (
        Session.objects.standing()
        .filter(meeting__starts_at__gt=now, meeting__starts_at__lte=now + BEFORE)
        .filter(programme__state=ProgrammeState.RUNNING)
        .filter(Q(nudged_for=None) | ~Q(nudged_for=F("meeting__starts_at")))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("programme", "meeting__series__municipality", "host__municipality")
        .order_by("meeting__starts_at", "pk")
        .first()
    )
    if row is None:
        return False
    row.nudged_for = row.meeting.starts_at
    row.save(update_fields=["nudged_for"])
    _ask(row, None, by=None)
    return True
