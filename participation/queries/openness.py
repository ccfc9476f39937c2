"""Whether residents can do something now, by the phases of a process; without a query where these were fetched."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.core.wording import day, moment
from participation.enums import PhaseMoment, ProcessState
from participation.models import Process
from participation.queries.processes import until


def is_open(process: Process, kind: str, now: datetime) -> bool:
    """Whether a phase of this kind is open."""
    if process.state != ProcessState.PUBLISHED:
        return False
    return any(phase.kind == kind and phase.moment(now) == PhaseMoment.OPEN for phase in process.phases.all())


def one_is_open(process: Process, kinds: tuple[str, ...], now: datetime) -> bool:
    """Whether a phase of one of these kinds is open."""
    return any(is_open(process, kind, now) for kind in kinds)


def why_closed(process: Process, kind: str) -> str:
    """In words, why it is not open: to come, over, or no part of this process."""
    found = [phase for phase in process.phases.all() if phase.kind == kind]
    coming = next((phase for phase in found if phase.moment() == PhaseMoment.UPCOMING), None)
    if coming is not None:
        when = (day if clock.at_midnight(coming.opens_at) else moment)(coming.opens_at)
        return _("You can do this from %(when)s.") % {"when": when}
    if found:
        return _("You could do this %(until)s.") % {"until": until(found[-1].closes_at)}
    return _("This is no part of this process.")
