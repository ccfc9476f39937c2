"""The words of how a process ends: decisions, views, milestones."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Body(models.TextChoices):
    """Who decides."""

    COUNCIL = "council", _("the council")
    COLLEGE = "college", _("the executive")
    MAYOR = "mayor", _("the mayor")
    RESIDENTS = "residents", _("the residents, by their vote")
    OTHER = "other", _("somebody else")


class DecisionState(models.TextChoices):
    """How far a council proposal (*raadsvoorstel*) or other decision is."""

    PREPARING = "preparing", _("being written")
    SUBMITTED = "submitted", _("waiting for a decision")
    ADOPTED = "adopted", pgettext_lazy("decision", "adopted")
    CHANGED = "changed", _("adopted with changes")
    REJECTED = "rejected", pgettext_lazy("decision", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "withdrawn")


DECIDED = (DecisionState.ADOPTED, DecisionState.CHANGED, DecisionState.REJECTED)
WAITING = (DecisionState.PREPARING, DecisionState.SUBMITTED)


class Channel(models.TextChoices):
    """How a view (*zienswijze*) came in; the law allows writing and speaking (Awb 3:15)."""

    ONLINE = "online", _("on this site")
    LETTER = "letter", _("by letter")
    SPOKEN = "spoken", _("by telephone or at the desk")
    MEETING = "meeting", _("at a meeting")


class MilestoneMoment(models.TextChoices):
    """Where a milestone is; computed from its days."""

    PLANNED = "planned", _("planned")
    LATE = "late", _("later than planned")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not done")
