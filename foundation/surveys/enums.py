"""Kinds, audiences and states of surveys, as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SMALLEST = 5  # groups with fewer answers than this are never shown


class QuestionKind(models.TextChoices):
    """``PAGE`` is no question: it is a heading that begins a new page."""

    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")
    SCALE = "scale", pgettext_lazy("kind of question", "scale")
    NUMBER = "number", pgettext_lazy("kind of question", "number")
    OPEN = "open", pgettext_lazy("kind of question", "own words")
    PAGE = "page", pgettext_lazy("kind of question", "new page")


CHOICE_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
SCORED_KINDS = (QuestionKind.SCALE, QuestionKind.NUMBER)


class Audience(models.TextChoices):
    PARTICIPANTS = "participants", _("participants")
    STAKEHOLDERS = "stakeholders", _("other stakeholders")
    MEMBERS = "members", pgettext_lazy("audience of a survey", "members")
    ANYONE = "anyone", _("anyone with the link")


class SurveyState(models.TextChoices):
    """What people decide. Whether it is open is what the clock makes of it: ``Survey.phase``."""

    DRAFT = "draft", pgettext_lazy("survey", "draft")
    PUBLISHED = "published", pgettext_lazy("survey", "published")
    CANCELLED = "cancelled", pgettext_lazy("survey", "cancelled")


class Phase(models.TextChoices):
    """Where a survey stands at a moment."""

    DRAFT = "draft", pgettext_lazy("survey", "draft")
    PLANNED = "planned", pgettext_lazy("survey", "planned")
    OPEN = "open", pgettext_lazy("survey", "open")
    CLOSED = "closed", pgettext_lazy("survey", "closed")
    COUNTED = "counted", pgettext_lazy("survey", "results ready")
    CANCELLED = "cancelled", pgettext_lazy("survey", "cancelled")


class AgeBand(models.TextChoices):
    """Voluntary; wide enough to hide people in."""

    UNDER_18 = "0-17", _("younger than 18")
    FROM_18 = "18-34", _("18 to 34")
    FROM_35 = "35-49", _("35 to 49")
    FROM_50 = "50-64", _("50 to 64")
    FROM_65 = "65-79", _("65 to 79")
    FROM_80 = "80+", _("80 or older")


class Dimension(models.TextChoices):
    """By what answers are grouped. The empty one is everybody together."""

    ALL = "", _("everybody")
    AUDIENCE = "audience", _("audience")
    AREA = "area", _("neighbourhood")
    AGE = "age", _("age")


class MailingKind(models.TextChoices):
    INVITATION = "invitation", pgettext_lazy("survey", "invitation")
    REMINDER = "reminder", pgettext_lazy("survey", "reminder")


class MailingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("mailing", "planned")
    DONE = "done", pgettext_lazy("mailing", "sent")
    WITHDRAWN = "withdrawn", pgettext_lazy("mailing", "taken away")
