"""What residents say is going on, and the shared statement that their chair makes of it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.text import plain
from foundation.municipalities.models import Area
from participation.models import _counted
from participation.models.contribution import Contribution
from participation.models.process import Process


class ProblemQuerySet(models.QuerySet["Problem"]):
    def public(self) -> ProblemQuerySet:
        """What everybody may read: not taken off the site."""
        return self.filter(hidden_at__isnull=True)


class ProblemManager(models.Manager.from_queryset(ProblemQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: it is as long as the text and nobody reads it."""

    def get_queryset(self) -> ProblemQuerySet:
        rows: ProblemQuerySet = super().get_queryset().defer("search")
        return rows


class Problem(Contribution):
    """What somebody sees going wrong: the problem, its causes, who it touches and where.

    ``sent_key`` is that of the form, so that a double click makes one.
    """

    title = models.CharField(_("the problem in one sentence"), max_length=120)
    text = models.TextField(_("what is going on"), max_length=10_000)
    causes = models.TextField(_("what causes it"), blank=True, max_length=4_000)
    touched = models.TextField(_("who it touches"), blank=True, max_length=2_000)
    neighbourhood = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("neighbourhood")
    )
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    sent_key = models.UUIDField(null=True, unique=True, editable=False)
    endorsements_total = models.PositiveIntegerField(_("endorsements"), default=0, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch") + SearchVector("text", weight="B", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProblemManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        constraints = [
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="problem_place_on_earth",
                violation_error_message=_("A place has a longitude and a latitude."),
            )
        ]
        indexes = [
            GinIndex(fields=["search"], name="problem_search"),
            models.Index(fields=["process", "-created_at", "-id"], name="problem_newest"),
            models.Index(fields=["process", "-endorsements_total", "-id"], name="problem_most_endorsed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        process = self.process
        return reverse("participation:problem", args=[process.municipality.slug, process.slug, self.pk])

    @property
    def short(self) -> str:
        """The beginning, without marks, for lists."""
        return plain(self.text[:600], 180)


class Endorsement(models.Model):
    """One person who sees the problem too."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="endorsements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="endorsements")
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "user"],
                name="endorsed_once_per_person",
                violation_error_message=_("You endorsed this problem already."),
            )
        ]
        triggers = [
            *_counted.kept("participation_problem", "problem_id", "endorsements_total"),
            pgtrigger.ReadOnly(name="who_and_what_stay", fields=["problem", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id}"


class ProblemStatement(models.Model):
    """One version of the shared problem statement of a process; the newest one stands. Append-only.

    ``sources`` are the problems it was made from: taking one out again is a next version without it.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="problem_statements")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), max_length=20_000)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    sources: models.ManyToManyField[Problem, Any] = models.ManyToManyField(
        Problem, verbose_name=_("made from"), related_name="statements", blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("problem statement")
        verbose_name_plural = _("problem statements")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="problem_statement_version_once"),
        ]
        triggers = [
            # Only the name may go, when an account is erased.
            pgtrigger.ReadOnly(name="stays_as_said", fields=["process", "number", "title", "text", "note", "at"]),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short(self) -> str:
        """The beginning, without marks, for the page of the process."""
        return plain(self.text[:1_000], 320)
