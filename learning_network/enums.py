"""The words and tables of the learning network: programmes, stages of recruitment, and who sees what is shared."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class ProgrammeState(models.TextChoices):
    """Where a programme is in its life; which phase it is in is told by the clock."""

    DRAFT = "draft", _("in preparation")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    STOPPED = "stopped", pgettext_lazy("programme", "stopped")


_P = ProgrammeState
PROGRAMME_TRANSITIONS = Transitions(
    "state",
    {
        _P.DRAFT: [_P.RUNNING],
        _P.RUNNING: [_P.FINISHED, _P.STOPPED],
        _P.FINISHED: [_P.RUNNING],  # what was forgotten can still be done
        _P.STOPPED: [],
    },
)


class Stage(models.TextChoices):
    """How far a municipality is on its way into a programme: the columns of the recruitment board."""

    INVITED = "invited", _("invited")
    IN_TALKS = "in_talks", _("in talks")
    NEARLY_AGREED = "nearly_agreed", _("nearly agreed")
    COMMITTED = "committed", _("committed")
    TAKING_PART = "taking_part", _("taking part")
    STOPPED = "stopped", pgettext_lazy("municipality", "stopped")


_S = Stage
_TALKING = (_S.INVITED, _S.IN_TALKS, _S.NEARLY_AGREED, _S.COMMITTED)
# Talks go forward and back. Who takes part can only stop; who stopped can be talked to again.
STAGE_TRANSITIONS = Transitions(
    "stage",
    {
        **{stage: [*(other for other in _TALKING if other != stage), _S.STOPPED] for stage in _TALKING[:-1]},
        _S.COMMITTED: [*_TALKING[:-1], _S.TAKING_PART, _S.STOPPED],
        _S.TAKING_PART: [_S.STOPPED],
        _S.STOPPED: [_S.IN_TALKS],
    },
)
# Whose people are in the programme: they read what is shared in it.
INSIDE = (_S.COMMITTED, _S.TAKING_PART)


class Visibility(models.TextChoices):
    """Who may read what somebody shares; the author chooses."""

    LAB = "lab", _("only this programme")
    NETWORK = "network", _("the whole network")
    EVERYONE = "everyone", _("everyone")


class SharedState(models.TextChoices):
    """What an author did with a text."""

    DRAFT = "draft", _("draft")
    SHARED = "shared", _("shared")
    WITHDRAWN = "withdrawn", _("taken back")


_H = SharedState
SHARED_TRANSITIONS = Transitions(
    "state",
    {_H.DRAFT: [_H.SHARED], _H.SHARED: [_H.WITHDRAWN], _H.WITHDRAWN: [_H.SHARED]},
)


class QuestionTheme(models.TextChoices):
    """The themes of a learning agenda."""

    TASKS = "tasks", _("which tasks")
    OBSTACLES = "obstacles", _("obstacles")
    ROLE = "role", _("the role of the municipality")
    RESIDENTS = "residents", _("residents among themselves")
    SUPPORT = "support", pgettext_lazy("theme", "support")
    SAVINGS = "savings", _("savings")
    OTHER = "other", pgettext_lazy("theme", "something else")


class PartnerKind(models.TextChoices):
    """Who carries a programme besides its municipalities."""

    ORGANISER = "organiser", _("organiser")
    PARTNER = "partner", _("partner")
    SUBSIDISER = "subsidiser", _("gives a subsidy")


class ProgrammeRoleKind(models.TextChoices):
    """Who runs a programme. They belong to none of its municipalities."""

    LEAD = "lead", _("programme lead")
    FACILITATOR = "facilitator", _("facilitator")


class ParticipantRole(models.TextChoices):
    """What somebody is for their municipality in a programme."""

    CONTACT = "contact", _("contact")
    CLIENT = "client", _("client at the town hall")
    PARTICIPANT = "participant", pgettext_lazy("role", "participant")


class Outcome(models.TextChoices):
    """What a lesson was learned from."""

    SUCCESS = "success", _("this worked")
    FAILURE = "failure", _("this went wrong")


class Credit(models.TextChoices):
    """Whose name stands under a text where it is read; the author chooses."""

    BOTH = "both", _("my name and my municipality")
    MUNICIPALITY = "place", _("my municipality only")
    NOBODY = "nobody", _("no names")


class PieceKind(models.TextChoices):
    """What red threads are made of."""

    HEADING = "heading", _("heading")
    TEXT = "text", _("text in between")
    PRACTICE = "practice", _("practice")
    LESSON = "lesson", _("lesson")


class AdviceOutcome(models.TextChoices):
    """What the asker did with an advice."""

    USED = "used", _("used")
    PARTLY = "partly", _("used in part")
    NOT_USED = "not_used", _("not used")


class Worked(models.TextChoices):
    """How a tool went for who tried it."""

    YES = "yes", _("it worked")
    PARTLY = "partly", _("it worked in part")
    NO = "no", _("it did not work")


class TimeNeeded(models.TextChoices):
    """How much time a tool takes from beginning to end."""

    HOUR = "hour", _("an hour or two")
    DAY = "day", _("a day")
    WEEKS = "weeks", _("a few weeks")
    MONTHS = "months", _("months")


class MailingState(models.TextChoices):
    """How far a mailing to the members is."""

    DRAFT = "draft", _("draft")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")


_M = MailingState
MAILING_TRANSITIONS = Transitions("state", {_M.DRAFT: [_M.SENDING], _M.SENDING: [_M.SENT], _M.SENT: []})


class LetterKind(models.TextChoices):
    """The letters to a municipality on its way into a programme."""

    INVITATION = "invitation", _("invitation")
    CONFIRMATION = "confirmation", _("confirmation")


class AgreementState(models.TextChoices):
    """What became of something that municipalities agreed to go on doing."""

    STANDS = "stands", _("stands")
    KEPT = "kept", pgettext_lazy("agreement", "kept")
    CHANGED = "changed", pgettext_lazy("agreement", "changed")
    ENDED = "ended", pgettext_lazy("agreement", "ended")


_A = AgreementState
AGREEMENT_TRANSITIONS = Transitions(
    "state",
    {
        _A.STANDS: [_A.KEPT, _A.CHANGED, _A.ENDED],
        _A.KEPT: [_A.CHANGED, _A.ENDED],
        _A.CHANGED: [_A.KEPT, _A.ENDED],
        _A.ENDED: [],
    },
)
