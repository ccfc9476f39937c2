"""The words of a ballot and the table of its states, as data."""

from enum import StrEnum

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
    """What is on the paper. Values are those of ``counting.BallotType`` and names of ``paper_types``."""

    SINGLE = "single", _("choose one")
    APPROVAL = "approval", _("tick any number of options")
    POINTS = "points", _("divide points")
    RANKING = "ranking", _("put in order of preference")
    SCALE = "scale", _("say how much you agree with each statement")


class LimitKind(models.TextChoices):
    """How much one voter may choose."""

    NUMBER = "number", _("at most a number of projects")
    BUDGET = "budget", _("as many projects as fit in the budget together")
    NONE = "none", _("as many projects as wished")


class Electorate(models.TextChoices):
    """Who may vote."""

    RESIDENTS = "residents", _("residents")
    GROUP = "group", _("members of a group")
    CODES = "codes", _("holders of a voting code")
    ANYONE = "anyone", _("anyone with an account")


class CountingRule(models.TextChoices):
    """The rules of ``counting.RULES`` with the names that residents read."""

    EQUAL_SHARES = "equal_shares", _("Method of Equal Shares")
    GREEDY = "greedy", _("most votes first")
    PLURALITY = "plurality", _("most votes wins")
    THRESHOLD = "threshold", _("most votes, with a threshold")
    MOST_VOTES = "most_votes", _("the most ticked")
    POINTS_SUM = "points_sum", _("most points")
    INSTANT_RUNOFF = "instant_runoff", _("elimination rounds")
    STV = "stv", _("transferable vote")
    SCHULZE = "schulze", _("all against all")
    MEDIAN_GRADE = "median_grade", _("middle judgement")


# Which rules count which papers: docs/counting.md, and ``counting.rules_for``, which a test compares with this.
PAIRS: dict[str, tuple[str, ...]] = {
    BallotType.SINGLE: (CountingRule.PLURALITY, CountingRule.THRESHOLD),
    BallotType.APPROVAL: (CountingRule.EQUAL_SHARES, CountingRule.GREEDY, CountingRule.MOST_VOTES),
    BallotType.POINTS: (CountingRule.POINTS_SUM, CountingRule.EQUAL_SHARES, CountingRule.GREEDY),
    BallotType.RANKING: (CountingRule.INSTANT_RUNOFF, CountingRule.STV, CountingRule.SCHULZE),
    BallotType.SCALE: (CountingRule.MEDIAN_GRADE,),
}
BUDGET_RULES = (CountingRule.EQUAL_SHARES, CountingRule.GREEDY)  # these spend money; the others choose


class BatchState(models.TextChoices):
    """How far a batch of letters with codes is."""

    WAITING = "waiting", _("waiting for its turn")
    MAKING = "making", _("being made")
    MADE = "made", _("ready to print")
    HANDED_OUT = "handed_out", _("printed")
    FAILED = "failed", _("not finished")
    BLOCKED = "blocked", _("blocked")


BATCH_TRANSITIONS = Transitions(
    "state",
    {
        BatchState.WAITING: [BatchState.MAKING, BatchState.BLOCKED],
        BatchState.MAKING: [BatchState.WAITING, BatchState.MADE, BatchState.FAILED, BatchState.BLOCKED],
        BatchState.MADE: [BatchState.HANDED_OUT, BatchState.BLOCKED],
        BatchState.HANDED_OUT: [BatchState.BLOCKED],
        BatchState.FAILED: [BatchState.WAITING, BatchState.BLOCKED],
        BatchState.BLOCKED: [],
    },
)


class CodeState(models.TextChoices):
    """Whether one code opens the ballot paper. Whether it was used stands in the roll only."""

    ACTIVE = "active", _("valid")
    BLOCKED = "blocked", _("blocked")
    REPLACED = "replaced", _("replaced by a new code")


class ReminderState(models.TextChoices):
    """What became of a planned reminder."""

    PLANNED = "planned", _("planned")
    SENT = "sent", _("sent")
    SKIPPED = "skipped", _("passed over")
    WITHDRAWN = "withdrawn", _("taken away")


class LetterLanguage(models.TextChoices):
    """The languages that letters can be made in."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")


class TraceOf(StrEnum):
    """Tables from which rows are removed for secrecy: what may not be found in their files afterwards either."""

    INLET = "voting.inlet"  # votes that were mixed
    BOX = "voting.box"  # votes that were replaced
    KEYS = "voting.keys"  # destroyed
    PAPER = "voting.paper"  # what was typed from paper
