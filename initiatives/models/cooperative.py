from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.enums import CooperativeStage, Transparency
from initiatives.models.initiative import Initiative


class Cooperative(models.Model):
    """How far a cooperative has grown and which roles it has.

    Intermediary and provider in one hand is a conflict of roles: whoever advises a client also sells to that client.
    """

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="cooperative")
    stage = models.CharField(_("stage"), max_length=12, choices=CooperativeStage, default=CooperativeStage.NETWORK)
    is_intermediary = models.BooleanField(_("it links people who need something to who provides it"), default=False)
    is_provider = models.BooleanField(_("it provides care, energy or something else itself"), default=False)
    measures = ArrayField(
        models.CharField(max_length=8, choices=Transparency),
        verbose_name=_("what you do about it"),
        default=list,
        blank=True,
    )
    more_measures = models.TextField(_("other measures"), blank=True, max_length=2_000)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.stage}"

    @property
    def has_conflict(self) -> bool:
        """Whether intermediary and provider meet in one hand."""
        return self.is_intermediary and self.is_provider

    @property
    def measure_texts(self) -> list[str]:
        known = [str(Transparency(key).label) for key in self.measures if key in Transparency.values]
        return known + ([self.more_measures] if self.more_measures else [])


class GrowthPoint(models.Model):
    """How large a cooperative was on a day."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="growth")
    day = models.DateField(_("on"))
    members = models.PositiveIntegerField(_("members"))
    volunteers = models.PositiveIntegerField(_("volunteers"), default=0)
    clients = models.PositiveIntegerField(_("people helped"), default=0)
    turnover_cents = models.BigIntegerField(_("turnover in a year"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("measure of growth")
        verbose_name_plural = _("measures of growth")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "day"],
                name="growth_once_a_day",
                violation_error_message=_("There is already a line for this day."),
            ),
            models.CheckConstraint(
                condition=Q(turnover_cents__isnull=True) | Q(turnover_cents__gte=0),
                name="growth_turnover_not_below_nothing",
                violation_error_message=_("A turnover is not below nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.day}"
