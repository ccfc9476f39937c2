"""The words of paper votes: how far a batch is, and why a paper is invalid."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.states import Transitions


class PaperBatchState(models.TextChoices):
    """How far a batch of papers is."""

    ENTERING = "entering", _("being typed")
    DIFFERENT = "different", _("differences to settle")
    AGREED = "agreed", _("typed twice, ready to accept")
    ACCEPTED = "accepted", _("in the ballot box")
    WITHDRAWN = "withdrawn", _("taken back")


# Until a batch is accepted its papers may be typed anew, or go back to the envelopes that wait for a batch.
PAPER_TRANSITIONS = Transitions(
    "state",
    {
        PaperBatchState.ENTERING: [PaperBatchState.DIFFERENT, PaperBatchState.AGREED, PaperBatchState.WITHDRAWN],
        PaperBatchState.DIFFERENT: [PaperBatchState.AGREED, PaperBatchState.ENTERING, PaperBatchState.WITHDRAWN],
        PaperBatchState.AGREED: [PaperBatchState.ACCEPTED, PaperBatchState.ENTERING, PaperBatchState.WITHDRAWN],
        PaperBatchState.ACCEPTED: [],
        PaperBatchState.WITHDRAWN: [],
    },
)
OPEN_BATCHES = (PaperBatchState.ENTERING, PaperBatchState.DIFFERENT, PaperBatchState.AGREED)


class InvalidReason(models.TextChoices):
    """Why a paper counts for nothing; the value is what is typed for it."""

    UNCLEAR = "x1", _("it can't be read what is meant")
    TOO_MUCH = "x2", _("more is filled in than is allowed")
    RECOGNISABLE = "x3", _("a name or sign shows who voted")
    SEVERAL = "x4", _("several papers in one envelope")
    NO_PAPER = "x5", _("no paper in the envelope")
    LOST = "x6", _("the paper is lost")
