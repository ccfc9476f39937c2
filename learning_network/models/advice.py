from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import AdviceOutcome, QuestionTheme, SharedState
from learning_network.models.shared import Shared, SharedQuerySet


class AdviceRequestQuerySet(SharedQuerySet):
    def open(self) -> AdviceRequestQuerySet:
        """Those to which advice can be given."""
        return self.filter(state=SharedState.SHARED, hidden_at__isnull=True, closed_at__isnull=True)


class AdviceRequestManager(models.Manager.from_queryset(AdviceRequestQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: nobody reads it."""

    def get_queryset(self) -> AdviceRequestQuerySet:
        rows: AdviceRequestQuerySet = super().get_queryset().defer("search")
        return rows


class AdviceRequest(Shared):
    """A municipality asks the others for advice: its situation, what it tried, what it wants to know, until which day.

    Closed when the asker said what was done with the advice.
    """

    title = models.CharField(_("your question in one sentence"), max_length=160)
    theme = models.CharField(_("theme"), max_length=9, choices=QuestionTheme, default=QuestionTheme.OTHER)
    situation = models.TextField(_("your situation"), max_length=6_000)
    tried = models.TextField(_("what you tried already"), max_length=4_000, blank=True)
    wants = models.TextField(_("what you want to know"), max_length=2_000)
    until = models.DateField(_("until when advice helps you"))
    closing = models.TextField(_("what you did with the advice"), max_length=4_000, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("wants", weight="B", config="dutch")
        + SearchVector("situation", weight="C", config="dutch")
        + SearchVector("tried", weight="D", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = AdviceRequestManager()  # type: ignore[misc]

    class Meta(Shared.Meta):
        ordering = ["-shared_at", "-pk"]
        verbose_name = _("question for advice")
        verbose_name_plural = _("questions for advice")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(state=SharedState.DRAFT), name="advice_closed_after_shared"
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="advice_request_search"),
            models.Index(fields=["state", "closed_at", "until"], name="advice_request_open"),
            models.Index(fields=["programme", "-shared_at"], name="advice_request_programme"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:advice_request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether advice can be given."""
        return self.state == SharedState.SHARED and self.hidden_at is None and self.closed_at is None

    def is_late(self, today: date) -> bool:
        """Whether its day has passed (Dutch day) and it is still open."""
        return self.is_open and self.until < today


class Advice(models.Model):
    """One advice to a question; who may read the question, may read it. ``outcome``: what the asker did with it."""

    request = models.ForeignKey(AdviceRequest, on_delete=models.CASCADE, related_name="advices")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    municipality = models.ForeignKey(
        OfficialMunicipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    text = models.TextField(_("your advice"), max_length=6_000)
    outcome = models.CharField(
        _("what was done with it"), max_length=8, choices=AdviceOutcome, blank=True, editable=False
    )
    outcome_reason = models.TextField(_("why"), max_length=2_000, blank=True, editable=False)
    created_at = models.DateTimeField(_("given at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    hidden_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("advice")
        verbose_name_plural = _("advice of others")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=AdviceOutcome.NOT_USED) | ~Q(outcome_reason=""),
                name="advice_not_used_says_why",
                violation_error_message=_("Say why you did not use this advice."),
            )
        ]
        indexes = [models.Index(fields=["request", "created_at"], name="advice_of_request")]

    def __str__(self) -> str:
        return f"advice {self.pk}"

    @property
    def is_changed(self) -> bool:
        return self.version > 1


class AdviceThanks(models.Model):
    """Somebody thanked for an advice."""

    advice = models.ForeignKey(Advice, on_delete=models.CASCADE, related_name="thanks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("thanks for advice")
        verbose_name_plural = _("thanks for advice")
        constraints = [models.UniqueConstraint(fields=["advice", "user"], name="advice_thanked_once")]

    def __str__(self) -> str:
        return f"{self.advice_id}: {self.user_id}"
