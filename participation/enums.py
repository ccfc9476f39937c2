"""The words and tables of a participation process: its levels, forms, templates, states and kinds of phases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class Level(models.TextChoices):
    """The three levels of *Bewoners aan Zet* (Dordrecht)."""

    OURSELVES = "ourselves", _("the municipality does it itself")
    TOGETHER = "together", _("together")
    LETTING_GO = "letting_go", _("letting go")


class Rung(models.TextChoices):
    """The participation ladder, in the five rungs that Dutch by-laws use."""

    INFORM = "inform", _("informing")
    CONSULT = "consult", _("consulting")
    ADVISE = "advise", _("advising")
    COPRODUCE = "coproduce", _("co-creation")
    CODECIDE = "codecide", _("deciding along")


class Form(models.TextChoices):
    """Forms of collaboration, from hearing to the municipality joining what residents do."""

    LETTER = "letter", _("letter or information evening")
    HEARING = "hearing", _("hearing")
    STATUTORY = "statutory", _("formal consultation (inspraak)")
    PANEL = "panel", _("survey or residents' panel")
    OPEN_TABLE = "open_table", _("open table")
    WORKING_GROUP = "working_group", _("mixed working group")
    AGENDA = "agenda", _("writing an agenda together")
    RESIDENTS = "residents", _("Bewoners aan Zet process")
    BUDGET = "budget", _("neighbourhood budget")
    GOVERNMENT = "government", _("the municipality joins in (government participation)")


LEVEL_OF: dict[str, str] = {
    Form.LETTER: Level.OURSELVES,
    Form.HEARING: Level.OURSELVES,
    Form.STATUTORY: Level.OURSELVES,
    Form.PANEL: Level.TOGETHER,
    Form.OPEN_TABLE: Level.TOGETHER,
    Form.WORKING_GROUP: Level.TOGETHER,
    Form.AGENDA: Level.TOGETHER,
    Form.RESIDENTS: Level.TOGETHER,
    Form.BUDGET: Level.TOGETHER,
    Form.GOVERNMENT: Level.LETTING_GO,
}


class ProcessState(models.TextChoices):
    """Where a process is in its life. Which phase is open is told by the clock, not by this."""

    DRAFT = "draft", _("in preparation")
    PUBLISHED = "published", _("running")
    FINISHED = "finished", _("finished")
    STOPPED = "stopped", pgettext_lazy("process", "stopped")


_S = ProcessState
TRANSITIONS = Transitions(
    "state",
    {
        _S.DRAFT: [_S.PUBLISHED],
        _S.PUBLISHED: [_S.FINISHED, _S.STOPPED],
        _S.FINISHED: [_S.PUBLISHED],  # what was forgotten can still be done
        _S.STOPPED: [],
    },
)


class PhaseKind(models.TextChoices):
    """What can be done in a phase."""

    INFORMATION = "information", _("information")
    ANALYSIS = "analysis", _("problem analysis")
    PROPOSALS = "proposals", _("ideas and proposals")
    FEASIBILITY = "feasibility", _("feasibility check")
    DISCUSSION = "discussion", _("discussion")
    GROUPS = "groups", _("working groups")
    WRITING = "writing", _("writing together")
    VIEWS = "views", _("views (zienswijzen)")
    VOTE = "vote", _("vote")
    DECISION = "decision", _("decision")
    EXECUTION = "execution", _("execution")
    EVALUATION = "evaluation", _("evaluation")


class PhaseMoment(models.TextChoices):
    """Where a phase is now; computed from its times."""

    UPCOMING = "upcoming", _("still to come")
    OPEN = "open", _("open now")
    OVER = "over", _("over")


class ProcessRole(models.TextChoices):
    """Who does what in a process. Residents can be chair and note-taker."""

    COORDINATOR = "coordinator", _("coordinator")
    CHAIR = "chair", _("chair")
    NOTE_TAKER = "note_taker", _("note-taker")
    FACILITATOR = "facilitator", _("facilitator")
    CLIENT = "client", _("client at the town hall")
    MEMBER = "member", _("member of the core group")


class AnswerOutcome(models.TextChoices):
    """What was done with a contribution."""

    ADOPTED = "adopted", _("adopted")
    PARTLY = "partly", _("partly adopted")
    NOT_ADOPTED = "not_adopted", _("not adopted")
    NOTED = "noted", _("noted, no change needed")
