"""Words and tables of meetings, as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.states import Transitions


class Visibility(models.TextChoices):
    """Who may know that a series exists."""

    PUBLIC = "public", _("public")
    INVITED = "invited", _("invited people only")


class Admission(models.TextChoices):
    """How one gets in."""

    EVERYBODY = "everybody", _("everybody, after signing up")
    OPEN_DOOR = "open_door", _("everybody, without signing up")
    INVITED = "invited", _("people who were invited")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    MOVED = "moved", _("moved to another time")
    CANCELLED = "cancelled", _("cancelled")
    HELD = "held", _("was held")


TRANSITIONS = Transitions(
    "state",
    {
        MeetingState.PLANNED: [MeetingState.MOVED, MeetingState.CANCELLED, MeetingState.HELD],
        MeetingState.MOVED: [MeetingState.MOVED, MeetingState.CANCELLED, MeetingState.HELD],
        MeetingState.CANCELLED: [],
        MeetingState.HELD: [],
    },
)
STANDING = (MeetingState.PLANNED, MeetingState.MOVED)


class AttendeeState(models.TextChoices):
    """Where somebody stands towards a meeting: one row for invitation, reply and registration together."""

    INVITED = "invited", _("has not answered yet")
    GOING = "going", _("has a place")
    WAITING = "waiting", _("is on the waiting list")
    MAYBE = "maybe", _("comes perhaps")
    DECLINED = "declined", _("does not come")
    REMOVED = "removed", _("was taken off the list")


class Reply(models.TextChoices):
    """What somebody answers to an invitation; the values are the words in the address."""

    YES = "ja", _("Yes, I come")
    MAYBE = "misschien", _("Maybe")
    NO = "nee", _("No, I do not come")


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class ActionState(models.TextChoices):
    OPEN = "open", _("to do")
    DONE = "done", _("done")
    DROPPED = "dropped", _("no longer needed")


MOST_PLACES = 100_000
MOST_AT_ONCE = 52  # meetings planned in one go: a year of weeks
MOST_GUESTS = 10  # whom one person may sign up besides oneself, per meeting
REMINDER_DAYS = (7, 1)
FORGET_NEEDS_DAYS = 14  # after the meeting nobody needs to know who uses a wheelchair
