from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.enums import CompetentBody, InitiativeState, Outcome, TermEventKind
from initiatives.models.initiative import Initiative

_APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)


class TimelineEntry(models.Model):
    """One line of the public timeline: what happened, when, and why. Append-only.

    ``words`` says it in plain words, written when it happened; ``state`` is the state it led to, empty for other news.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField(_("at"), default=timezone.now)
    verb = models.CharField(_("what"), max_length=40)
    state = models.CharField(_("state"), max_length=13, choices=InitiativeState, blank=True)
    by_municipality = models.BooleanField(_("done by the municipality"), default=False)
    reason = models.TextField(_("why"), blank=True)
    facts: models.JSONField[Any, Any] = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("timeline")
        indexes = [models.Index(fields=["initiative", "at"], name="timeline_by_initiative")]
        triggers = [_APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.verb}"


class TermEvent(models.Model):
    """What happened to the term to decide, in the words of ``foundation.core.terms``. Append-only.

    A request for additions is ``suspended`` on the day of asking and ``resumed`` on the day they came in (Awb 4:15); an
    extension is told on ``day`` and adds ``weeks`` (Awb 4:14).
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="term_events")
    kind = models.CharField(_("what"), max_length=9, choices=TermEventKind)
    day = models.DateField(_("day"))
    weeks = models.PositiveSmallIntegerField(_("weeks"), null=True, blank=True)
    until = models.DateField(_("asked before"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("event of a term")
        verbose_name_plural = _("events of terms")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=[TermEventKind.RECEIVED, TermEventKind.EXTENDED]) | Q(weeks__gte=1),
                name="term_event_has_weeks",
                violation_error_message=_("Say how many weeks."),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="append_only", exclude=["by"])]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.kind} {self.day}"


class Decision(models.Model):
    """What was decided, by whom, why, and until when one can object. Append-only: a new decision is a new row."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=13, choices=Outcome)
    body = models.CharField(_("who decided"), max_length=8, choices=CompetentBody)
    decided_on = models.DateField(_("decided on"))
    notified_on = models.DateField(_("told on"))
    reasons = models.TextField(_("reasons"), max_length=20_000)
    conditions = models.TextField(_("conditions"), blank=True, max_length=10_000)
    grounds: models.JSONField[Any, Any] = models.JSONField(_("grounds of refusal"), default=list, blank=True)
    objection_until = models.DateField(_("last day to object"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="decision_has_reasons",  # Awb 3:46
                violation_error_message=_("A decision needs reasons."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.AGREED_PARTLY) | ~Q(conditions=""),
                name="decision_names_its_conditions",
                violation_error_message=_("Write down the conditions."),
            ),
            models.CheckConstraint(
                condition=Q(notified_on__gte=models.F("decided_on")),
                name="decision_told_after_it_was_taken",
                violation_error_message=_("A decision is told on the day it is taken, or later."),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="append_only", exclude=["by"])]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.outcome}"
