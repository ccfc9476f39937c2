from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import TimeNeeded, Worked
from learning_network.models.practice import Practice
from learning_network.models.shared import Shared, SharedQuerySet

FRESH = timedelta(days=365)


class ToolManager(models.Manager.from_queryset(SharedQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: nobody reads it."""

    def get_queryset(self) -> SharedQuerySet:
        rows: SharedQuerySet = super().get_queryset().defer("search")
        return rows


class Tool(Shared):
    """A tool of the toolbox (*EHBO*): for which situation, its steps, what it takes. Its author keeps it.

    ``matters`` and ``moments`` are codes of the answers under which it is found (``finder.py``). ``steps`` and ``needs``:
    one per line. ``cost_cents`` in cents. ``links``: ``[{"title": str, "url": str}]``.
    """

    title = models.CharField(_("name of the tool"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300)
    situation = models.TextField(_("when do you use it?"), max_length=4_000)
    steps = models.TextField(_("steps"), max_length=6_000)
    needs = models.TextField(_("what you need"), max_length=2_000, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours of work"), null=True, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    cost_cents = models.BigIntegerField(_("costs (cents)"), null=True, blank=True)
    time_needed = models.CharField(_("time"), max_length=6, choices=TimeNeeded, default=TimeNeeded.DAY)
    matters: models.JSONField[Any, Any] = models.JSONField(_("what is the matter"), default=list, blank=True)
    moments: models.JSONField[Any, Any] = models.JSONField(_("where in the process"), default=list, blank=True)
    links: models.JSONField[Any, Any] = models.JSONField(_("links"), default=list, blank=True)
    practices: models.ManyToManyField[Practice, Any] = models.ManyToManyField(
        Practice, blank=True, related_name="tools", verbose_name=_("practices where it was used")
    )
    confirmed_at = models.DateTimeField(_("last confirmed at"), null=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", weight="B", config="dutch")
        + SearchVector("situation", weight="C", config="dutch")
        + SearchVector("steps", weight="D", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ToolManager()  # type: ignore[misc]

    class Meta(Shared.Meta):
        ordering = ["title", "pk"]
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0),
                name="tool_cost_not_negative",
                violation_error_message=_("Costs can't be less than nothing."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="tool_search"),
            GinIndex(fields=["matters"], name="tool_matters"),
            models.Index(fields=["state", "confirmed_at"], name="tool_fresh"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:tool", args=[self.pk])

    def is_stale(self, now: datetime) -> bool:
        """Whether nobody confirmed it for a year."""
        return self.confirmed_at is not None and self.confirmed_at < now - FRESH


class ToolExperience(models.Model):
    """What happened when somebody used a tool; one per person, which they can change. Read by who may read the tool."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="experiences")
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
    worked = models.CharField(_("how did it go?"), max_length=6, choices=Worked)
    text = models.TextField(_("what happened?"), max_length=4_000)
    created_at = models.DateTimeField(_("told at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    hidden_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("experience with a tool")
        verbose_name_plural = _("experiences with tools")
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "author"],
                name="tool_experience_once",
                violation_error_message=_("You told your experience already; you can change it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tool_id}: {self.worked}"
