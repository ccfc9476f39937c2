"""The transfer plan (*plan van aanpak*): tasks with their money, risks, versions, advice, signatures, and the hand-over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.enums import PLAN_TRANSITIONS, AdviceUse, Carrier, PlanState, Side
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import Lab
from initiatives.models import Initiative
from learning_network.models import Enrolment

MOST_CENTS = 100_000_000_000  # a thousand million euros: more than any municipality spends


@dataclass(frozen=True)
class Sums:
    """The money of a plan, in cents. ``present == saving + transfer + remainder`` always."""

    present: int = 0
    saving: int = 0
    transfer: int = 0
    own: int = 0

    @property
    def remainder(self) -> int:
        """What stays with the municipality for these tasks."""
        return self.present - self.saving - self.transfer

    @property
    def group_budget(self) -> int:
        """What the residents' group has to spend: what is handed over, and what it brings itself."""
        return self.transfer + self.own

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.present + other.present,
            self.saving + other.saving,
            self.transfer + other.transfer,
            self.own + other.own,
        )


class TransferPlan(KitchenItem):
    """Which tasks a municipality hands over to a group of residents, with what money, on which conditions."""

    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("in short"), max_length=2_000, blank=True)
    group_name = models.CharField(_("residents' group"), max_length=160, blank=True)
    group_form = models.CharField(_("legal form of the group"), max_length=120, blank=True)
    conditions = models.TextField(_("conditions"), max_length=4_000, blank=True)
    support = models.TextField(_("who supports it, and how that shows"), max_length=4_000, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    next_steps = models.TextField(_("next steps"), max_length=4_000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PlanState, default=PlanState.DRAFT, editable=False)
    state_reason = models.TextField(_("why"), max_length=4_000, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("transfer plan")
        verbose_name_plural = _("transfer plans")
        triggers = [
            pgtrigger.FSM(
                name="plan_states",
                field="state",
                transitions=[(old, new) for old, followers in PLAN_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("changelab:plan_page", args=[self.lab.cohort.slug, self.lab.slug, self.pk])


class PlanTask(models.Model):
    """A task that is handed over, with its money per year in cents.

    What it costs now is handed over, saved or kept by the municipality; a saving below nothing means that the hand-over
    costs more. ``present_fte`` is present staffing in hundredths of a full job.
    """

    plan = models.ForeignKey(TransferPlan, on_delete=models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("task"), max_length=160)
    text = models.TextField(_("what it includes"), max_length=4_000, blank=True)
    present_cents = models.BigIntegerField(
        _("present budget"), validators=[MinValueValidator(0), MaxValueValidator(MOST_CENTS)]
    )
    present_fte = models.PositiveIntegerField(_("present staffing (hundredths of a full job)"), default=0)
    saving_cents = models.BigIntegerField(
        _("saving"), default=0, validators=[MinValueValidator(-MOST_CENTS), MaxValueValidator(MOST_CENTS)]
    )
    transfer_cents = models.BigIntegerField(
        _("budget to hand over"), validators=[MinValueValidator(0), MaxValueValidator(MOST_CENTS)]
    )
    own_cents = models.BigIntegerField(
        _("own contribution of the group"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_CENTS)],
    )
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("task in a transfer plan")
        verbose_name_plural = _("tasks in a transfer plan")
        constraints = [
            models.CheckConstraint(
                condition=Q(present_cents__gte=F("saving_cents") + F("transfer_cents")),
                name="task_money_fits",
                violation_error_message=_(
                    "What is handed over and what is saved are together more than the present budget. "
                    "If it costs more, write the saving as an amount below nothing."
                ),
            ),
            models.CheckConstraint(
                condition=Q(present_cents__gte=0, transfer_cents__gte=0, own_cents__gte=0),
                name="task_amounts_not_negative",
                violation_error_message=_("Only a saving can be less than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def full_jobs(self) -> float:
        """Present staffing in full jobs."""
        return self.present_fte / 100

    @property
    def sums(self) -> Sums:
        return Sums(self.present_cents, self.saving_cents, self.transfer_cents, self.own_cents)


class PlanRisk(models.Model):
    """A risk of the hand-over, who carries it, and what is done about it."""

    plan = models.ForeignKey(TransferPlan, on_delete=models.CASCADE, related_name="risks")
    text = models.CharField(_("what can go wrong"), max_length=300)
    carrier = models.CharField(_("who carries it"), max_length=12, choices=Carrier)
    measure = models.TextField(_("what we do about it"), max_length=2_000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("risk of a transfer plan")
        verbose_name_plural = _("risks of a transfer plan")

    def __str__(self) -> str:
        return self.text[:60]


class PlanVersion(models.Model):
    """A plan as it stood at a moment: everything that was in it. Append-only."""

    plan = models.ForeignKey(TransferPlan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("what this version is"), max_length=200, blank=True)
    content: models.JSONField[Any, Any] = models.JSONField(_("content"))

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of a transfer plan")
        verbose_name_plural = _("versions of a transfer plan")
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once")]
        triggers = [
            pgtrigger.Protect(
                name="version_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.content <> NEW.content OR OLD.number <> NEW.number"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number}"


class PlanAdvice(models.Model):
    """What another municipality of the cohort or the programme advises, and what the lab did with it."""

    plan = models.ForeignKey(TransferPlan, on_delete=models.CASCADE, related_name="advice")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("municipality")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    text = models.TextField(_("advice"), max_length=5_000)
    use = models.CharField(_("what was done with it"), max_length=6, choices=AdviceUse, blank=True)
    answer = models.TextField(_("answer"), max_length=4_000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("advice on a transfer plan")
        verbose_name_plural = _("advice on transfer plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(use="") | ~Q(answer=""),
                name="plan_advice_answer_says_why",
                violation_error_message=_("Say what you did with it, and why."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SignOff(models.Model):
    """The college or the residents' group said yes to a version. Append-only."""

    plan = models.ForeignKey(TransferPlan, on_delete=models.CASCADE, related_name="sign_offs")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="sign_offs")
    side = models.CharField(_("who signs"), max_length=9, choices=Side)
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    class Meta:
        ordering = ["recorded_at", "pk"]
        verbose_name = _("signature under a transfer plan")
        verbose_name_plural = _("signatures under a transfer plan")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                name="plan_signed_once_per_side",
                violation_error_message=_("This side has signed already."),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="signature_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.side <> NEW.side OR OLD.signed_on <> NEW.signed_on"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.side}"


class Transfer(models.Model):
    """An accepted plan that became an initiative in execution."""

    plan = models.OneToOneField(TransferPlan, on_delete=models.PROTECT, related_name="transfer")
    initiative = models.OneToOneField(Initiative, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.initiative_id}"


class FollowUp(models.Model):
    """What came of a lab, some months after it closed: asked by a reminder, answered by a short form."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("months after"))
    due_on = models.DateField(_("to be answered from"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    spent_cents = models.BigIntegerField(_("money handed over so far"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("how satisfied are both sides (1 to 5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    text = models.TextField(_("what came of it"), max_length=5_000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["months"]
        verbose_name = _("follow-up of a lab")
        verbose_name_plural = _("follow-ups of a lab")
        constraints = [models.UniqueConstraint(fields=["lab", "months"], name="follow_up_once_per_moment")]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.months}"
