from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.discussion.enums import NEED_REASON, Action, Outcome, Reason
from foundation.discussion.models.comments import Comment


class Decision(models.Model):
    """What a moderator decided about a comment, with the reason that the writer reads. Never changed."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(_("decision"), max_length=8, choices=Action)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True)
    explanation = models.TextField(_("explanation"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(_("version of the text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="moderation_decisions")
    at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("moderation decision")
        verbose_name_plural = _("moderation decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(action__in=NEED_REASON) | (~Q(reason="") & ~Q(explanation="")),
                name="moderation_with_reason",
                violation_error_message=_("Say why: the writer reads it."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.action}"


class Report(models.Model):
    """Somebody says that a comment should not stand there; once per person and comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="reports_made", null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=14, choices=Reason)
    explanation = models.TextField(_("explanation"), blank=True, max_length=1000)
    at = models.DateTimeField(_("reported at"), default=timezone.now)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reports", null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("report of a text")
        verbose_name_plural = _("reports of texts")
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "by"],
                name="report_once_per_person",
                violation_error_message=_("You have reported this already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=Reason.OTHER) | ~Q(explanation=""),
                name="report_other_explained",
                violation_error_message=_("Say what is wrong."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.reason}"


class Appeal(models.Model):
    """The writer asks for a new look at a decision; somebody else than who decided gives it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    # Copied from the decision, so that the database itself can refuse one person for both.
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("why you do not agree"), blank=True, max_length=2000)
    made_at = models.DateTimeField(_("asked at"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    explanation = models.TextField(_("explanation"), blank=True, max_length=2000)

    class Meta:
        ordering = ["made_at"]
        verbose_name = _("request for a new look")
        verbose_name_plural = _("requests for a new look")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("first_by")),
                name="appeal_decided_by_another",
                violation_error_message=_("A colleague must decide this: you took the first decision."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & ~Q(explanation="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="appeal_decided_whole",
                violation_error_message=_("Say why: the writer reads it."),
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="appeal_open", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.decision_id}"

    @property
    def is_open(self) -> bool:
        return not self.outcome
