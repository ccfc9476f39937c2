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


class ObstacleKind(models.TextChoices):
    """The four kinds of obstacles."""

    LEGAL = "legal", _("legal")
    ORGANISATIONAL = "organisational", _("organisational")
    BUDGETARY = "budgetary", _("budgetary")
    IDEOLOGICAL = "ideological", _("ideological")


class ObstacleState(models.TextChoices):
    OPEN = "open", pgettext_lazy("obstacle", "open")
    WORKED_ON = "worked_on", _("being worked on")
    SOLVED = "solved", _("out of the way")
    ACCEPTED = "accepted", _("we live with it")


OBSTACLE_OPEN = (ObstacleState.OPEN, ObstacleState.WORKED_ON)


class PlanState(models.TextChoices):
    """A transfer plan from its first draft until the residents carry it out."""

    DRAFT = "draft", pgettext_lazy("plan", "being written")
    ADVICE = "advice", _("lies with the other municipalities for advice")
    SIGNING = "signing", _("to be signed")
    ACCEPTED = "accepted", pgettext_lazy("plan", "accepted")
    REJECTED = "rejected", pgettext_lazy("plan", "rejected")


_N = PlanState
PLAN_TRANSITIONS = Transitions(
    "state",
    {
        _N.DRAFT: [_N.ADVICE, _N.SIGNING, _N.REJECTED],
        _N.ADVICE: [_N.DRAFT, _N.SIGNING, _N.REJECTED],
        _N.SIGNING: [_N.DRAFT, _N.ACCEPTED, _N.REJECTED],
        _N.ACCEPTED: [],
        _N.REJECTED: [_N.DRAFT],
    },
)
PLAN_WRITABLE = (_N.DRAFT, _N.ADVICE)


class Side(models.TextChoices):
    """Who signs a transfer plan."""

    COLLEGE = "college", _("the executive of the municipality")
    RESIDENTS = "residents", _("the residents' group")


class Carrier(models.TextChoices):
    """Who carries a risk."""

    MUNICIPALITY = "municipality", _("the municipality")
    RESIDENTS = "residents", _("the residents' group")
    BOTH = "both", _("both together")


class AdviceUse(models.TextChoices):
    """What the lab did with an advice."""

    USED = "used", pgettext_lazy("advice", "used")
    PARTLY = "partly", pgettext_lazy("advice", "partly used")
    NOT = "not", pgettext_lazy("advice", "not used")


class StakeholderKind(models.TextChoices):
    """The kinds that make the whole system; each must be in the room."""

    ALDERMAN = "alderman", pgettext_lazy("lab", "alderman")
    CIVIL_SERVANT = "civil_servant", pgettext_lazy("lab", "civil servant")
    INSTITUTION = "institution", _("institution")
    DECIDING = "deciding", _("deciding stakeholder")
    RESIDENT = "resident", pgettext_lazy("lab", "resident")


class Presence(models.TextChoices):
    """Whether a stakeholder is in the room."""

    MISSING = "missing", _("not asked yet")
    ASKED = "asked", pgettext_lazy("stakeholder", "asked")
    IN_ROOM = "in_room", _("in the room")
    DECLINED = "declined", _("does not want to")


class ObservationSource(models.TextChoices):
    WALK = "walk", _("dialogue walk")
    INTERVIEW = "interview", _("interview")
    MEETING = "meeting", pgettext_lazy("source", "meeting")
    OTHER = "other", pgettext_lazy("source", "otherwise")


class PrototypeState(models.TextChoices):
    """A try-out of something small, from idea to kept or dropped."""

    IDEA = "idea", pgettext_lazy("prototype", "idea")
    TRYING = "trying", pgettext_lazy("prototype", "being tried")
    KEPT = "kept", pgettext_lazy("prototype", "kept")
    DROPPED = "dropped", pgettext_lazy("prototype", "dropped")


_T = PrototypeState
PROTOTYPE_TRANSITIONS = Transitions(
    "state",
    {
        _T.IDEA: [_T.TRYING, _T.DROPPED],
        _T.TRYING: [_T.KEPT, _T.DROPPED, _T.IDEA],
        _T.KEPT: [_T.TRYING],
        _T.DROPPED: [_T.IDEA],
    },
)


class ReflectionMoment(models.TextChoices):
    BEFORE = "before", _("before the meeting")
    AFTER = "after", _("after the meeting")
