from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changelab.enums import ObstacleKind, ObstacleState
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import LabMember


class Obstacle(KitchenItem):
    """What stands in the way of handing over: its kind, who looks for the way out, and where that stands."""

    kind = models.CharField(_("kind"), max_length=14, choices=ObstacleKind)
    title = models.CharField(_("what stands in the way"), max_length=160)
    text = models.TextField(_("more about it"), max_length=4_000, blank=True)
    owner = models.ForeignKey(
        LabMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="obstacles",
        verbose_name=_("who looks for a way out"),
    )
    way_out = models.TextField(_("way out"), max_length=4_000, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=ObstacleState, default=ObstacleState.OPEN, editable=False
    )

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("obstacle")
        verbose_name_plural = pgettext_lazy("lab", "obstacles")

    def __str__(self) -> str:
        return self.title


class ObstacleEvent(models.Model):
    """A line of the history of an obstacle. Append-only."""

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=ObstacleState)
    note = models.TextField(_("what happened"), max_length=2_000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("line of the history of an obstacle")
        verbose_name_plural = _("history of an obstacle")
        triggers = [
            pgtrigger.Protect(
                name="history_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.note <> NEW.note OR OLD.state <> NEW.state"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.obstacle_id}: {self.state}"
