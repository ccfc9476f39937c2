"""What the town hall says among itself about an initiative. Nothing of this module is ever public, apart from which sector
was asked when and when it answered."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Sector
from initiatives.enums import EscalatedTo, PublicValue, RiskState, Stance
from initiatives.models.initiative import Initiative


class SectorView(models.Model):
    """What one sector thinks, what it would gain and which risk it would carry.

    An objection names the condition under which it falls: nobody blocks alone.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="sector_views")
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, related_name="initiative_views")
    question = models.TextField(_("question"), blank=True, max_length=2_000)
    asked_on = models.DateField(_("asked on"))
    answer_by = models.DateField(_("answer before"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    stance = models.CharField(_("view"), max_length=9, choices=Stance, blank=True)
    text = models.TextField(_("explanation"), blank=True, max_length=5_000)
    condition = models.TextField(_("condition"), blank=True, max_length=2_000)
    benefit = models.TextField(_("benefit for this sector"), blank=True, max_length=2_000)
    risk = models.TextField(_("risk this sector would carry"), blank=True, max_length=2_000)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["sector__name"]
        verbose_name = _("view of a sector")
        verbose_name_plural = _("views of sectors")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "sector"],
                name="sector_view_once",
                violation_error_message=_("This sector has been asked already."),
            ),
            models.CheckConstraint(
                condition=~Q(stance__in=[Stance.CONDITION, Stance.OBJECTION]) | ~Q(condition=""),
                name="objection_names_its_condition",
                violation_error_message=_("Write down under which condition you would agree."),
            ),
            models.CheckConstraint(
                condition=Q(stance="", answered_on__isnull=True) | ~Q(stance="") & Q(answered_on__isnull=False),
                name="sector_view_answered_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.sector_id}"


class Risk(models.Model):
    """Something that may go wrong, who carries it together, and what is done about it."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="risks")
    title = models.CharField(_("what can go wrong"), max_length=200)
    likelihood = models.PositiveSmallIntegerField(
        _("how likely"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    impact = models.PositiveSmallIntegerField(
        _("how bad"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    measure = models.TextField(_("what is done about it"), blank=True, max_length=2_000)
    state = models.CharField(_("state"), max_length=7, choices=RiskState, default=RiskState.OPEN)
    owners = models.ManyToManyField(Sector, related_name="risks", verbose_name=_("who carries it"))
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["state", "-likelihood", "pk"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
                name="risk_from_one_to_five",
                violation_error_message=_("Choose a number from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=~Q(state=RiskState.COVERED) | ~Q(measure=""),
                name="covered_risk_has_a_measure",
                violation_error_message=_("Write down the measure that covers this risk."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def weight(self) -> int:
        """Likelihood times impact: 1 to 25."""
        return self.likelihood * self.impact


class Escalation(models.Model):
    """A knot that is laid before a director or alderman in one step, and what they said."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="escalations")
    to = models.CharField(_("to"), max_length=8, choices=EscalatedTo)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    question = models.TextField(_("question"), max_length=3_000)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True, max_length=3_000)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="escalation_answered_or_not",
            )
        ]
        triggers = [pgtrigger.ReadOnly(name="question_stays", fields=["initiative", "to", "question", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.to}"


class InternalNote(models.Model):
    """A note of a colleague, for colleagues. Append-only."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="internal_notes")
    text = models.TextField(_("note"), max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        triggers = [pgtrigger.ReadOnly(name="append_only", exclude=["by"])]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.at}"


class AddedValue(models.Model):
    """What an initiative adds to one of the five values, for one portfolio or for the municipality as a whole.

    ``score`` runs from -2 (takes away much) to 2 (adds much); ``cents_per_year`` may be negative.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="added_values")
    value = models.CharField(_("value"), max_length=16, choices=PublicValue)
    sector = models.ForeignKey(
        Sector, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("portfolio")
    )
    score = models.SmallIntegerField(_("score"), validators=[MinValueValidator(-2), MaxValueValidator(2)])
    reasoning = models.TextField(_("reasoning"), max_length=2_000)
    cents_per_year = models.BigIntegerField(_("euros a year"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["value", "sector__name"]
        verbose_name = _("added value")
        verbose_name_plural = _("added values")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "value", "sector"],
                name="added_value_once_per_portfolio",
                nulls_distinct=False,
                violation_error_message=_("This value was scored for this portfolio already."),
            ),
            models.CheckConstraint(
                condition=Q(score__range=(-2, 2)),
                name="added_value_score",
                violation_error_message=_("A score runs from -2 to 2."),
            ),
            models.CheckConstraint(
                condition=~Q(reasoning=""),
                name="added_value_has_a_reasoning",
                violation_error_message=_("Write down why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.value} {self.score}"
