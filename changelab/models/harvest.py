from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.models.journey import Insight, Observation, Prototype
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import Lab
from changelab.models.obstacle import Obstacle
from learning_network.models import Lesson


class Harvest(models.Model):
    """A lesson of the learning network that began with something a lab made, or with the lab as a whole.

    A lesson from a prototype, an obstacle or an insight is never shared wider than that is, nor than the observations whose
    words it holds. ``held_at``: it was shared, and taken along when the lab narrowed what it began with; ``held_words`` is
    the fingerprint of what it said then. ``loose_at``: its author changed it and declared that it says nothing of that
    any more; from then on it is a text of its own.
    """

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="harvests")
    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="+")
    prototype = models.ForeignKey(Prototype, on_delete=models.CASCADE, null=True, related_name="harvests")
    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, null=True, related_name="harvests")
    insight = models.ForeignKey(Insight, on_delete=models.CASCADE, null=True, related_name="harvests")
    observations: models.ManyToManyField[Observation, Any] = models.ManyToManyField(
        Observation, blank=True, related_name="harvests"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    held_at = models.DateTimeField(_("taken along at"), null=True, editable=False)
    held_words = models.CharField(_("fingerprint of its words then"), max_length=64, blank=True, editable=False)
    loose_at = models.DateTimeField(_("declared a text of its own at"), null=True, editable=False)
    loose_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("lesson from a lab")
        verbose_name_plural = _("lessons from labs")
        constraints = [
            models.CheckConstraint(
                condition=Q(prototype=None, obstacle=None)
                | Q(prototype=None, insight=None)
                | Q(obstacle=None, insight=None),
                name="harvest_of_one_thing",
                violation_error_message=_("A lesson begins with one thing of a lab."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.lesson_id}"

    @property
    def sources(self) -> list[KitchenItem]:
        """Everything of which it holds words."""
        return [*([self.item] if self.item is not None else []), *self.observations.all()]

    @property
    def item(self) -> KitchenItem | None:
        """What it began with; None: the lab as a whole."""
        return self.prototype or self.obstacle or self.insight
