"""Which phase of a process is open for what somebody wants to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from foundation.core import clock
from participation.enums import PhaseMoment
from participation.errors import WrongMoment
from participation.models import Phase, Process
from participation.services import _moves


def need_one_of(process: Process, *kinds: str) -> Phase:
    """The phase of one of these kinds that is open now.

    Raises:
        WrongMoment: none is; the nearest one says why.
    """
    now = clock.now()
    found = [phase for phase in process.phases.all() if phase.kind in kinds]
    for phase in found:
        phase.process = process
    if not found:
        raise WrongMoment(_("This is no part of this process."))
    there = next((phase for phase in found if phase.moment(now) == PhaseMoment.OPEN), None)
    coming = next((phase for phase in found if phase.moment(now) == PhaseMoment.UPCOMING), None)
    nearest = there or coming or found[-1]
    _moves.need_open(nearest)
    return nearest
