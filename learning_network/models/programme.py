from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning_network.enums import (
    PROGRAMME_TRANSITIONS,
    PartnerKind,
    ProgrammeRoleKind,
    ProgrammeState,
    QuestionTheme,
)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def public(self) -> ProgrammeQuerySet:
        """Those that everybody may know of: begun once."""
        return self.exclude(state=ProgrammeState.DRAFT)


class Programme(models.Model):
    """A learning programme (*leerprogramma*): municipalities that learn together for some months.

    ``fee_cents`` is what each municipality contributes; ``places`` how many can take part (0: no limit).
    """

    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("There is already a programme with this address.")},
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    purpose = models.TextField(_("purpose"), max_length=10_000, blank=True)
    places = models.PositiveSmallIntegerField(_("places for municipalities"), default=0)
    fee_cents = models.BigIntegerField(_("contribution of a municipality (cents)"), default=0)
    fee_text = models.TextField(_("what the contribution pays for"), max_length=2_000, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=ProgrammeState, default=ProgrammeState.DRAFT, editable=False
    )
    state_reason = models.TextField(_("why it ended"), blank=True, editable=False)
    series = models.OneToOneField(
        "meetings.Series", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    begun_at = models.DateTimeField(_("running since"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("learning programme")
        verbose_name_plural = _("learning programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_cents__gte=0),
                name="programme_fee_not_negative",
                violation_error_message=_("A contribution can't be less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProgrammeState.DRAFT) | Q(begun_at__isnull=False), name="programme_runs_since"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="programme_states",
                field="state",
                transitions=[(old, new) for old, followers in PROGRAMME_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:programme", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state != ProgrammeState.DRAFT


class Phase(models.Model):
    """A part of a programme, with its first and last day (Dutch dates, both inside)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=100)
    purpose = models.TextField(_("what happens in it"), max_length=2_000, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        ordering = ["number"]
        verbose_name = _("phase of a programme")
        verbose_name_plural = _("phases of a programme")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="programme_phase_number_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="programme_phase_ends_after_it_starts",
                violation_error_message=_("A phase ends on or after its first day."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_now(self, today: date) -> bool:
        return self.starts_on <= today <= self.ends_on


class Partner(models.Model):
    """Who carries a programme besides its municipalities, and with how much."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("what they do"), max_length=10, choices=PartnerKind, default=PartnerKind.PARTNER)
    amount_cents = models.BigIntegerField(_("amount (cents)"), default=0)
    url = models.URLField(_("web address"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["kind", "name", "pk"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="partner_amount_not_negative",
                violation_error_message=_("An amount can't be less than nothing."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class LearningQuestion(models.Model):
    """A question on the learning agenda of a programme; its answers grow over the sessions."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField(_("number"))
    theme = models.CharField(_("theme"), max_length=9, choices=QuestionTheme, default=QuestionTheme.OTHER)
    text = models.CharField(_("question"), max_length=300)

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("learning question")
        verbose_name_plural = _("learning questions")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="learning_question_number_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.text


class GroundRules(models.Model):
    """A version of the ground rules (*spelregels*); each participant accepts the newest. Append-only."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="ground_rules")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("ground rules"), max_length=10_000)
    published_at = models.DateTimeField(_("since"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("ground rules")
        verbose_name_plural = _("ground rules")
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="ground_rules_number_once")]
        triggers = [
            pgtrigger.Protect(
                name="rules_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.text IS DISTINCT FROM NEW.text OR OLD.number <> NEW.number"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.number}"


class ProgrammeRole(models.Model):
    """Who leads or facilitates a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="programme_roles")
    kind = models.CharField(_("role"), max_length=11, choices=ProgrammeRoleKind)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["kind", "since", "pk"]
        verbose_name = _("role in a programme")
        verbose_name_plural = _("roles in a programme")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "user", "kind"],
                name="programme_role_once",
                violation_error_message=_("This person has this role already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.kind}"
