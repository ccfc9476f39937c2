"""The words of a ballot and the table of its states, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.states import Transitions


class BallotState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed, not counted yet")
    COUNTED = "counted", _("counted, not established yet")
    CERTIFIED = "certified", _("result established, not published yet")
    PUBLISHED = "published", _("result published")
    CANCELLED = "cancelled", _("cancelled")


# Cancelling ends at the count: from there on there is a result to answer for.
TRANSITIONS = Transitions(
    "state",
    {
        BallotState.DRAFT: [BallotState.ANNOUNCED, BallotState.CANCELLED],
        BallotState.ANNOUNCED: [BallotState.DRAFT, BallotState.OPEN, BallotState.CANCELLED],
        BallotState.OPEN: [BallotState.CLOSED, BallotState.CANCELLED],
        BallotState.CLOSED: [BallotState.COUNTED, BallotState.CANCELLED],
        BallotState.COUNTED: [BallotState.CERTIFIED],
        BallotState.CERTIFIED: [BallotState.PUBLISHED],
        BallotState.PUBLISHED: [],
        BallotState.CANCELLED: [],
    },
)
EDITABLE_STATES = (BallotState.DRAFT, BallotState.ANNOUNCED)  # before opening everything may still change
HIDDEN_STATES = (BallotState.DRAFT,)  # not for residents


class BallotType(models.TextChoices):
    """What is on the paper. Values are those of ``counting.BallotType``; more types come with the whole of voting."""

    APPROVAL = "approval", _("tick any number of options")


class LimitKind(models.TextChoices):
    """How much one voter may choose."""

    NUMBER = "number", _("at most a number of projects")
    BUDGET = "budget", _("as many projects as fit in the budget together")
    NONE = "none", _("as many projects as wished")


class Electorate(models.TextChoices):
    """Who may vote. Groups and holders of codes come later."""

    RESIDENTS = "residents", _("residents")
    ANYONE = "anyone", _("anyone with an account")


class CountingRule(models.TextChoices):
    """The rules of ``counting.RULES`` with the names that residents read."""

    EQUAL_SHARES = "equal_shares", _("Method of Equal Shares")
    GREEDY = "greedy", _("most votes first")
