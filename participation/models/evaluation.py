"""The look back on a process: its surveys, and whom it reached per neighbourhood."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.surveys.enums import Audience
from foundation.surveys.models import Survey
from participation.models.process import Process

ASKED = (Audience.PARTICIPANTS, Audience.STAKEHOLDERS)


class ProcessSurvey(models.Model):
    """A survey about how a process went: one among participants, one among other stakeholders."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="surveys")
    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(_("among whom"), max_length=12, choices=[(one.value, one.label) for one in ASKED])
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["audience", "pk"]
        verbose_name = _("survey about a process")
        verbose_name_plural = _("surveys about a process")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "audience"],
                name="process_surveyed_once_per_audience",
                violation_error_message=_("This group has a survey already."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=[one.value for one in ASKED]), name="process_survey_known_audience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.audience}"


class Reach(models.Model):
    """How many participants of a process live where, as it was counted at one moment.

    Counted once and kept, because figures that follow each new participant would tell where that one lives. ``groups``:
    code of the neighbourhood -> people, only those that may be shown; ``hidden``: people in the others together.
    """

    process = models.OneToOneField(Process, on_delete=models.PROTECT, related_name="reach")
    counted_at = models.DateTimeField(_("counted at"), default=timezone.now, editable=False)
    participants = models.PositiveIntegerField(_("participants"))
    unknown = models.PositiveIntegerField(_("neighbourhood not known"), null=True)
    hidden = models.PositiveIntegerField(_("in small groups together"))
    groups: models.JSONField[Any, Any] = models.JSONField(_("per neighbourhood"), default=dict)

    class Meta:
        verbose_name = _("reach of a process")
        verbose_name_plural = _("reach of processes")

    def __str__(self) -> str:
        return f"{self.process_id}: {self.participants}"
