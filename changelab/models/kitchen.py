"""What a lab makes, and how wide it shares that: the open kitchen."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.enums import Level
from changelab.models.lab import Lab


class KitchenQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> KitchenQuerySet:
        """What this person may read; the one place where that is decided for pages, search, feeds, API and documents."""
        from changelab.visibility import readable

        return self.filter(readable(user))

    def for_everyone(self) -> KitchenQuerySet:
        """What may stand where anybody can read it."""
        return self.filter(withdrawn_at__isnull=True, level=Level.EVERYONE)


class KitchenItem(models.Model):
    """Anything a lab makes that others may read: an observation, an insight, a prototype, an obstacle, a plan.

    Its own cohort reads it at once; ``level`` says how much wider. ``withdrawn_at``: taken back, only the lab itself has it.
    """

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="%(class)ss")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    level = models.CharField(_("who may read it"), max_length=8, choices=Level, default=Level.COHORT, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = KitchenQuerySet.as_manager()

    class Meta:
        abstract = True


class ShareLog(models.Model):
    """What a lab shared how wide, and when. Append-only; it names the kind and number of the thing, and no person's name."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="share_log")
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    item_id = models.BigIntegerField(_("number"))
    label = models.CharField(_("what"), max_length=200)
    old = models.CharField(_("from"), max_length=9)
    new = models.CharField(_("to"), max_length=9)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("line of the log of sharing")
        verbose_name_plural = _("log of sharing")
        indexes = [models.Index(fields=["lab", "-at"], name="share_log_list")]
        triggers = [
            pgtrigger.Protect(
                name="log_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.new <> NEW.new OR OLD.old <> NEW.old OR OLD.at <> NEW.at"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.kind} {self.item_id}"

    @property
    def old_label(self) -> str:
        return _level_label(self.old)

    @property
    def new_label(self) -> str:
        return _level_label(self.new)


def _level_label(code: str) -> str:
    return str(dict(Level.choices).get(code, _("taken back")))
