"""A plan to merge proposals, and what each of their makers says to it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.enums_proposals import MERGER_TRANSITIONS, MergerState
from participation.models.process import Process
from participation.models.proposal import Proposal


class Merger(models.Model):
    """``sources`` become one with ``target``, or with a new proposal of this title and text. Only when every maker agrees."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="mergers")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="mergers_in")
    sources: models.ManyToManyField[Proposal, Any] = models.ManyToManyField(Proposal, related_name="mergers")
    title = models.CharField(_("title"), max_length=120, blank=True)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    text = models.TextField(_("the proposal"), blank=True, max_length=10_000)
    cost_cents = models.BigIntegerField(_("what it costs (cents)"), null=True, blank=True)
    reason = models.TextField(_("why together"), max_length=2_000)
    state = models.CharField(_("state"), max_length=9, choices=MergerState, default=MergerState.ASKED, editable=False)
    result = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("plan to merge proposals")
        verbose_name_plural = _("plans to merge proposals")
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(old, new) for old, followers in MERGER_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title or f"{self.pk}"


class MergerConsent(models.Model):
    """What one maker says: None while they have not answered."""

    merger = models.ForeignKey(Merger, on_delete=models.CASCADE, related_name="consents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agrees = models.BooleanField(_("agrees"), null=True)
    reason = models.TextField(_("why"), blank=True, max_length=1_000)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    class Meta:
        verbose_name = _("consent of a maker")
        verbose_name_plural = _("consents of makers")
        constraints = [models.UniqueConstraint(fields=["merger", "user"], name="merger_consent_once")]

    def __str__(self) -> str:
        return f"{self.merger_id}"
