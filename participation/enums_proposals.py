"""The words and tables of proposals: their states, the feasibility check, and merging."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class ProposalState(models.TextChoices):
    """How far a proposal is. ``IF_CHANGED``: its makers are asked to adapt it, until a day."""

    DRAFT = "draft", pgettext_lazy("proposal", "not handed in yet")
    SUBMITTED = "submitted", pgettext_lazy("proposal", "handed in")
    IN_CHECK = "in_check", _("being checked")
    FEASIBLE = "feasible", _("feasible")
    IF_CHANGED = "if_changed", _("feasible if it is changed")
    NOT_FEASIBLE = "not_feasible", _("not feasible")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")
    MERGED = "merged", _("merged into another proposal")


_S = ProposalState
_VERDICTS = (_S.FEASIBLE, _S.IF_CHANGED, _S.NOT_FEASIBLE)
TRANSITIONS = Transitions(
    "state",
    {
        _S.DRAFT: [_S.SUBMITTED],
        _S.SUBMITTED: [_S.IN_CHECK, *_VERDICTS, _S.WITHDRAWN, _S.MERGED],
        _S.IN_CHECK: [*_VERDICTS, _S.WITHDRAWN, _S.MERGED],
        # A verdict can be given anew: by what the makers changed, or by what the municipality learned.
        _S.FEASIBLE: [_S.IN_CHECK, _S.IF_CHANGED, _S.NOT_FEASIBLE, _S.WITHDRAWN, _S.MERGED],
        _S.IF_CHANGED: [_S.IN_CHECK, _S.FEASIBLE, _S.NOT_FEASIBLE, _S.WITHDRAWN, _S.MERGED],
        _S.NOT_FEASIBLE: [_S.IN_CHECK, _S.FEASIBLE, _S.IF_CHANGED, _S.WITHDRAWN, _S.MERGED],
        _S.WITHDRAWN: [],
        _S.MERGED: [],
    },
)
VERDICTS = tuple(str(state) for state in _VERDICTS)
# Still in the running: these can be supported, merged and talked about.
LIVING = (_S.SUBMITTED, _S.IN_CHECK, *_VERDICTS)
STOPPED = (_S.WITHDRAWN, _S.MERGED)


class Mark(models.TextChoices):
    """What the municipality found on one point of the check."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known yet")


# What each process begins with; staff can change the list.
USUAL_CRITERIA = (
    _("The law allows it"),
    _("It is technically possible"),
    _("It fits within the money"),
    _("It costs nothing each year afterwards, or somebody pays for that"),
    _("It lies within the area"),
)


class MergerState(models.TextChoices):
    """How far a plan to merge proposals is."""

    ASKED = "asked", _("the makers are asked")
    DONE = "done", _("the proposals are merged")
    REFUSED = "refused", _("a maker said no")
    CANCELLED = "cancelled", _("taken back")


MERGER_TRANSITIONS = Transitions(
    "state",
    {
        MergerState.ASKED: [MergerState.DONE, MergerState.REFUSED, MergerState.CANCELLED],
        MergerState.DONE: [],
        MergerState.REFUSED: [],
        MergerState.CANCELLED: [],
    },
)
