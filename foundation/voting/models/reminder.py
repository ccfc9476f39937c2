from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.voting.enums import ReminderState
from foundation.voting.models.ballot import Ballot

APART = timedelta(days=1)  # nobody is reminded twice within a day
_REFUSE_TOO_CLOSE = """
    IF NEW.state IN ('planned', 'sent') AND EXISTS (
        SELECT 1 FROM voting_reminder
        WHERE ballot_id = NEW.ballot_id AND id IS DISTINCT FROM NEW.id AND state IN ('planned', 'sent')
          AND due_at > NEW.due_at - interval '1 day' AND due_at < NEW.due_at + interval '1 day'
    ) THEN
        RAISE EXCEPTION 'a_day_apart: two reminders of one ballot lie at least a day apart';
    END IF;
    RETURN NEW;
"""


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: datetime) -> ReminderQuerySet:
        return self.filter(state=ReminderState.PLANNED, due_at__lte=now)


class Reminder(models.Model):
    """One planned moment at which those who may vote and did not are told so. Who they are is kept nowhere."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="reminders")
    due_at = models.DateTimeField(_("moment"))
    state = models.CharField(
        _("state"), max_length=9, choices=ReminderState, default=ReminderState.PLANNED, editable=False
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    # Rounded down to tens before it is stored; null where there were fewer than ten.
    told_about = models.PositiveIntegerField(_("people told, about"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["ballot", "due_at"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "due_at"],
                condition=Q(state__in=[ReminderState.PLANNED, ReminderState.SENT]),
                name="reminder_moment_once",
                violation_error_message=_("There is a reminder at this moment already."),
            ),
            models.CheckConstraint(
                condition=Q(told_about=None) | Q(told_about__gte=10, state=ReminderState.SENT),
                name="reminder_tells_no_small_number",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="reminder_by_moment")]
        triggers = [
            pgtrigger.Trigger(
                name="a_day_apart",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("due_at"),
                func=_REFUSE_TOO_CLOSE,
            ),
            # What was sent, skipped or taken away stays so: a retry can't send again.
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'planned' AND OLD.state IS DISTINCT FROM NEW.state"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.due_at:%Y-%m-%d %H:%M}"
