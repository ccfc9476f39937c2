from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.enums import (
    APPLICATION_TRANSITIONS,
    COHORT_TRANSITIONS,
    TAKES_APPLICATIONS,
    ApplicationState,
    CohortState,
)
from learning_network.models import Enrolment, Programme


class Cohort(models.Model):
    """Some five municipalities that go through a Changelab at the same time. It belongs to a learning programme.

    ``fee_cents`` is what a lab costs its municipality; the first ``reduced_for`` that are selected pay
    ``reduced_fee_cents``. Days are Dutch dates.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("learning programme")
    )
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("There is already a cohort with this address.")},
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    purpose = models.TextField(_("purpose"), max_length=10_000, blank=True)
    conditions = models.TextField(_("what is asked of a municipality"), max_length=4_000, blank=True)
    places = models.PositiveSmallIntegerField(_("places for labs"), default=5)
    fee_cents = models.BigIntegerField(_("contribution of a lab (cents)"), default=0)
    reduced_fee_cents = models.BigIntegerField(_("reduced contribution (cents)"), default=0)
    reduced_for = models.PositiveSmallIntegerField(_("for how many of the first labs"), default=4)
    apply_until = models.DateField(_("last day to apply"), null=True, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=8, choices=CohortState, default=CohortState.DRAFT, editable=False)
    state_reason = models.TextField(_("why it ended"), blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="cohort_ends_after_it_starts",
                violation_error_message=_("A cohort ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(reduced_fee_cents__gte=0, reduced_fee_cents__lte=F("fee_cents")),
                name="cohort_fees_fit",
                violation_error_message=_(
                    "A reduced contribution is at most the contribution, and not less than nothing."
                ),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="cohort_has_places",
                violation_error_message=_("A cohort has at least one place."),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="cohort_states",
                field="state",
                transitions=[(old, new) for old, followers in COHORT_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("changelab:cohort", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state != CohortState.DRAFT

    def takes_applications(self, today: date) -> bool:
        """Whether a municipality can ask for a lab on this day."""
        return self.state in TAKES_APPLICATIONS and (self.apply_until is None or today <= self.apply_until)


class Application(models.Model):
    """A municipality of the programme asks for a lab in this cohort, and what became of it.

    ``fee_cents`` is what it pays, set when it is selected; ``line_number`` its place on the waiting list.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality in the programme")
    )
    motivation = models.TextField(_("why we want a lab"), max_length=5_000)
    area_text = models.CharField(_("which neighbourhood"), max_length=200)
    tasks_text = models.TextField(_("which tasks we may hand over"), max_length=4_000, blank=True)
    meets_conditions = models.TextField(_("how we meet the conditions"), max_length=4_000, blank=True)
    alderman = models.CharField(_("which alderman carries it"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=ApplicationState, default=ApplicationState.APPLIED, editable=False
    )
    reason = models.TextField(_("reasons"), max_length=4_000, blank=True, editable=False)
    line_number = models.PositiveIntegerField(_("place on the waiting list"), null=True, editable=False)
    fee_cents = models.BigIntegerField(_("contribution (cents)"), null=True, editable=False)
    is_reduced = models.BooleanField(_("reduced"), default=False, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    applied_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["applied_at", "pk"]
        verbose_name = _("application for a lab")
        verbose_name_plural = _("applications for a lab")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "enrolment"],
                name="application_once_per_municipality",
                violation_error_message=_("This municipality has asked for a lab already."),
            ),
            models.UniqueConstraint(
                fields=["cohort", "line_number"],
                condition=Q(line_number__isnull=False),
                name="application_line_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApplicationState.SELECTED, ApplicationState.REFUSED]) | ~Q(reason=""),
                name="application_answer_has_reasons",
                violation_error_message=_("Say why."),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="application_states",
                field="state",
                transitions=[
                    (old, new) for old, followers in APPLICATION_TRANSITIONS.table.items() for new in followers
                ],
            )
        ]

    def __str__(self) -> str:
        return str(self.enrolment)

    @property
    def audit_label(self) -> str:
        return f"application {self.pk}"
