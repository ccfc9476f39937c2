from __future__ import annotations

import secrets
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.surveys.enums import Audience, MailingKind, MailingState
from foundation.surveys.models.survey import Survey


def new_token() -> str:
    """132 random bits for a personal link."""
    return secrets.token_urlsafe(22)[:22]


class Invitation(models.Model):
    """That somebody may answer, and (a bare yes or no, without time) whether they did. Never what.

    Erasing an account empties ``user`` and ``email``; the row stays, for the figures.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    has_answered = models.BooleanField(_("answered"), default=False, editable=False)

    class Meta:
        ordering = ["survey", "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "user"], condition=Q(user__isnull=False), name="survey_invited_once"
            ),
            models.UniqueConstraint(
                fields=["survey", "email"], condition=~Q(email=""), name="survey_address_invited_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="answered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.has_answered AND NOT NEW.has_answered"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.pk}"


class MailingQuerySet(models.QuerySet["Mailing"]):
    def due(self, now: datetime) -> MailingQuerySet:
        return self.filter(state=MailingState.PLANNED, due_at__lte=now)


class Mailing(models.Model):
    """Invitations or a reminder to be sent from a moment on, in batches.

    ``after``: number of the last invitation that was dealt with; a killed worker goes on from there. ``total`` and
    ``done`` count invitations looked at, answered or not: progress tells nobody how many (or who) had answered.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(_("kind"), max_length=10, choices=MailingKind)
    due_at = models.DateTimeField(_("moment"))
    state = models.CharField(_("state"), max_length=9, choices=MailingState, default=MailingState.PLANNED)
    after = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "due_at", "pk"]
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        indexes = [models.Index(fields=["state", "due_at"], name="survey_mailing_by_moment")]
        triggers = [
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'planned' AND OLD.state <> NEW.state"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.kind} {self.due_at:%Y-%m-%d %H:%M}"
