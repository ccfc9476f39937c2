from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.models.journey import Insight, Prototype
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import Lab
from changelab.models.obstacle import Obstacle
from learning_network.models import Lesson


class Harvest(models.Model):
    """A lesson of the learning network that began with something a lab made, or with the lab as a whole.

    A lesson from a prototype, an obstacle or an insight is never shared wider than that is.
    """

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="harvests")
    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="+")
    prototype = models.ForeignKey(Prototype, on_delete=models.CASCADE, null=True, related_name="harvests")
    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, null=True, related_name="harvests")
    insight = models.ForeignKey(Insight, on_delete=models.CASCADE, null=True, related_name="harvests")
    at = models.DateTimeField(_("at"), default=timezone.now)

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
    def item(self) -> KitchenItem | None:
        """What it began with; None: the lab as a whole."""
        return self.prototype or self.obstacle or self.insight
