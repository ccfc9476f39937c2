"""The feasibility check (*haalbaarheid*): on which points, and each verdict with its reasons."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.enums_proposals import VERDICTS, ProposalState
from participation.models.process import Process
from participation.models.proposal import Proposal


class CheckPoints(models.Model):
    """The points on which a process checks its proposals; without a row the usual ones."""

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="check_points")
    points: models.JSONField[Any, Any] = models.JSONField(_("points of the check"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("points of the check")
        verbose_name_plural = _("points of the check")

    def __str__(self) -> str:
        return f"{self.process_id}"


class Verdict(models.Model):
    """What the municipality said of a proposal, on a day; the newest one stands. Append-only.

    ``marks``: for each point ``{"point": text, "mark": Mark, "note": text}``, in words of that day.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="verdicts")
    state = models.CharField(_("verdict"), max_length=12, choices=ProposalState)
    reasons = models.TextField(_("reasons"), max_length=10_000)
    marks: models.JSONField[Any, Any] = models.JSONField(_("points of the check"), default=list, blank=True)
    cost_cents = models.BigIntegerField(_("cost as the municipality sees it (cents)"), null=True, blank=True)
    cost_text = models.TextField(_("about the cost"), blank=True, max_length=2_000)
    adapt_by = models.DateField(_("to be changed by"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("verdict on a proposal")
        verbose_name_plural = _("verdicts on proposals")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VERDICTS), name="verdict_is_one"),
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="verdict_has_reasons",
                violation_error_message=_("Say why: everybody can read it."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.IF_CHANGED) | Q(adapt_by__isnull=False),
                name="verdict_to_change_has_a_day",
                violation_error_message=_("Say until which day the makers can change it."),
            ),
        ]
        indexes = [models.Index(fields=["proposal", "-at"], name="verdict_newest")]
        triggers = [
            # Only the name may go, when an account is erased.
            pgtrigger.ReadOnly(
                name="stays_as_said",
                fields=["proposal", "state", "reasons", "marks", "cost_cents", "cost_text", "adapt_by", "at"],
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.state}"
