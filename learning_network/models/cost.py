from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learning_network.models.programme import Programme


class Cost(models.Model):
    """What a programme costs, in cents: once, or for each municipality that takes part."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="costs")
    name = models.CharField(_("what for"), max_length=120)
    amount_cents = models.BigIntegerField(_("amount (cents)"), default=0)
    is_each = models.BooleanField(_("for each municipality"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cost of a programme")
        verbose_name_plural = _("costs of a programme")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="cost_not_negative",
                violation_error_message=_("An amount can't be less than nothing."),
            )
        ]

    def __str__(self) -> str:
        return self.name
