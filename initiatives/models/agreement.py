"""After a yes: what was agreed, how it goes, and what was learned. For every kind of initiative."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.models.initiative import Initiative


class Agreement(models.Model):
    """What municipality and initiators agreed (*uitvoeringsovereenkomst*). Public once it is signed, apart from the notes
    of the contact moments. The instalments together are the budget; ``services.agreements`` holds them to it."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="agreement")
    subject = models.TextField(_("what was agreed"), max_length=10_000)
    budget_cents = models.PositiveBigIntegerField(_("budget"), default=0)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    if_not_kept = models.TextField(_("if an agreement is not kept"), max_length=4_000)
    ending = models.TextField(_("how either side ends it"), max_length=4_000)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The end lies before the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}"


class Instalment(models.Model):
    """A part of the budget that is paid on a day."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="instalments")
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    due_on = models.DateField(_("pay on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gte=1),
                name="instalment_is_something",
                violation_error_message=_("An instalment is more than nothing."),
            )
        ]
        indexes = [models.Index(fields=["due_on"], name="instalment_open", condition=Q(paid_on__isnull=True))]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.due_on}"


class ContactMoment(models.Model):
    """A day on which both sides talk. The notes are for the two of them, never public."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="contact_moments")
    on = models.DateField(_("day"))
    subject = models.CharField(_("subject"), max_length=160)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=5_000)

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("contact moment")
        verbose_name_plural = _("contact moments")
        indexes = [models.Index(fields=["on"], name="contact_moment_open", condition=Q(held_on__isnull=True))]

    def __str__(self) -> str:
        return f"{self.on}: {self.subject}"


class Progress(models.Model):
    """How it goes, told by the team or the municipality. Public."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="progress")
    on = models.DateField(_("day"))
    text = models.TextField(_("how it goes"), max_length=5_000)
    spent_cents = models.PositiveBigIntegerField(_("spent so far"), null=True, blank=True)
    by_municipality = models.BooleanField(_("told by the municipality"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("progress")
        verbose_name_plural = _("progress")

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.on}"


class Evaluation(models.Model):
    """What went well and what did not, so that others learn from it. Public once the initiative is looked back on."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="evaluation")
    results = models.TextField(_("what came of it"), max_length=10_000)
    went_well = models.TextField(_("what went well"), blank=True, max_length=10_000)
    went_not = models.TextField(_("what did not go well"), blank=True, max_length=10_000)
    spent_cents = models.PositiveBigIntegerField(_("spent in all"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    goes_on = models.BooleanField(_("goes on"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__range=(1, 5)),
                name="satisfaction_from_one_to_five",
                violation_error_message=_("Satisfaction is a number from 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}"
