"""The words and tables of a Changelab: cohorts, applications, labs, and who sees what of a lab."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class CohortState(models.TextChoices):
    """Where a cohort is. Whether one can apply is told by its days as well."""

    DRAFT = "draft", pgettext_lazy("cohort", "in preparation")
    OPEN = "open", pgettext_lazy("cohort", "open for municipalities")
    RUNNING = "running", pgettext_lazy("cohort", "running")
    FINISHED = "finished", pgettext_lazy("cohort", "finished")
    STOPPED = "stopped", pgettext_lazy("cohort", "stopped")


_C = CohortState
COHORT_TRANSITIONS = Transitions(
    "state",
    {
        _C.DRAFT: [_C.OPEN],
        _C.OPEN: [_C.RUNNING, _C.STOPPED],
        _C.RUNNING: [_C.FINISHED, _C.STOPPED],  # a municipality can still come in while it runs
        _C.FINISHED: [_C.RUNNING],
        _C.STOPPED: [],
    },
)
TAKES_APPLICATIONS = (_C.OPEN, _C.RUNNING)


class ApplicationState(models.TextChoices):
    """What became of a municipality that wants a lab."""

    APPLIED = "applied", pgettext_lazy("application", "waits for an answer")
    SELECTED = "selected", pgettext_lazy("application", "selected")
    WAITING = "waiting", pgettext_lazy("application", "on the waiting list")
    REFUSED = "refused", pgettext_lazy("application", "not selected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


_A = ApplicationState
APPLICATION_TRANSITIONS = Transitions(
    "state",
    {
        _A.APPLIED: [_A.SELECTED, _A.WAITING, _A.REFUSED, _A.WITHDRAWN],
        _A.WAITING: [_A.SELECTED, _A.REFUSED, _A.WITHDRAWN],
        _A.REFUSED: [_A.WAITING, _A.SELECTED],
        _A.SELECTED: [],  # from here on there is a lab, which can stop
        _A.WITHDRAWN: [_A.APPLIED],
    },
)


class LabState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("lab", "running")
    FINISHED = "finished", pgettext_lazy("lab", "finished")
    STOPPED = "stopped", pgettext_lazy("lab", "stopped")


_L = LabState
LAB_TRANSITIONS = Transitions(
    "state", {_L.RUNNING: [_L.FINISHED, _L.STOPPED], _L.FINISHED: [_L.RUNNING], _L.STOPPED: [_L.RUNNING]}
)


class Movement(models.TextChoices):
    """The three movements of the U (Scharmer, Theory U, 2009): down the left side, the bottom, up the right side."""

    SENSING = "sensing", _("sensing")
    PRESENCING = "presencing", _("presencing")
    REALISING = "realising", _("realising")


class LabRole(models.TextChoices):
    """What somebody is in a lab: the whole system in the room."""

    LEAD = "lead", _("lead of the lab")
    ALDERMAN = "alderman", pgettext_lazy("lab", "alderman")
    CIVIL_SERVANT = "civil_servant", pgettext_lazy("lab", "civil servant")
    INSTITUTION = "institution", _("somebody of an institution")
    STAKEHOLDER = "stakeholder", _("deciding stakeholder")
    RESIDENT = "resident", pgettext_lazy("lab", "resident")


class Level(models.TextChoices):
    """How wide a lab shares something. Its own cohort always reads along: the kitchen is open."""

    COHORT = "cohort", _("the labs of this cohort")
    NETWORK = "network", _("the whole learning network")
    EVERYONE = "everyone", pgettext_lazy("level", "everyone")
