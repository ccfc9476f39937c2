from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from initiatives.models import Initiative
from learning_network.enums import Credit, Outcome, QuestionTheme
from learning_network.models.programme import LearningQuestion
from learning_network.models.shared import Shared, SharedQuerySet
from participation.models import Process


class SearchedManager(models.Manager.from_queryset(SharedQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: it is as long as the text and nobody reads it."""

    def get_queryset(self) -> SharedQuerySet:
        rows: SharedQuerySet = super().get_queryset().defer("search")
        return rows


class Practice(Shared):
    """What a municipality does or tried (*praktijk*, casus), in a short form that is the same for all of them.

    ``present_cost_cents`` is what the municipality spent on it before, ``budget_cents`` what went over with it,
    ``saving_cents`` what it saves, all in cents a year; None where nobody said.
    """

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    theme = models.CharField(_("theme"), max_length=9, choices=QuestionTheme, default=QuestionTheme.TASKS)
    place = models.CharField(_("neighbourhood or place"), max_length=160, blank=True)
    about = models.TextField(_("what it is about"), max_length=5_000, blank=True)
    handed_over = models.TextField(_("what was handed over or tried"), max_length=5_000, blank=True)
    took_part = models.TextField(_("who took part"), max_length=5_000, blank=True)
    role = models.TextField(_("what the municipality did and left to others"), max_length=5_000, blank=True)
    present_cost_cents = models.BigIntegerField(_("what it cost before, a year"), null=True, blank=True)
    budget_cents = models.BigIntegerField(_("budget that went over, a year"), null=True, blank=True)
    saving_cents = models.BigIntegerField(_("what it saves, a year"), null=True, blank=True)
    support = models.TextField(_("how support came"), max_length=5_000, blank=True)
    obstacles = models.TextField(_("what stood in the way"), max_length=5_000, blank=True)
    result = models.TextField(_("what came of it"), max_length=5_000, blank=True)
    again = models.TextField(_("what you would do again, and what differently"), max_length=5_000, blank=True)
    credit = models.CharField(_("which names are shown"), max_length=6, choices=Credit, default=Credit.MUNICIPALITY)
    initiative = models.ForeignKey(
        Initiative, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("initiative")
    )
    process = models.ForeignKey(
        Process, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", "place", "handed_over", weight="B", config="dutch")
        + SearchVector("about", "obstacles", "result", "again", weight="C", config="dutch")
        + SearchVector("took_part", "role", "support", weight="D", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SearchedManager()  # type: ignore[misc]

    class Meta(Shared.Meta):
        ordering = ["-shared_at", "-pk"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(present_cost_cents__isnull=True) | Q(present_cost_cents__gte=0))
                & (Q(budget_cents__isnull=True) | Q(budget_cents__gte=0)),
                name="practice_amounts_not_negative",
                violation_error_message=_("An amount can't be less than nothing."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="practice_search"),
            models.Index(fields=["state", "-shared_at", "-id"], name="practice_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:practice", args=[self.pk])


class Lesson(Shared):
    """Something learned, from what worked or from what went wrong, short enough to be used by somebody else."""

    title = models.CharField(_("the lesson in one line"), max_length=160)
    outcome = models.CharField(_("learned from"), max_length=7, choices=Outcome, default=Outcome.SUCCESS)
    theme = models.CharField(_("theme"), max_length=9, choices=QuestionTheme, default=QuestionTheme.OTHER)
    for_whom = models.CharField(_("for whom it is useful"), max_length=200, blank=True)
    happened = models.TextField(_("what happened"), max_length=5_000, blank=True)
    learned = models.TextField(_("what we learned"), max_length=5_000, blank=True)
    advice = models.TextField(_("what you can do"), max_length=5_000, blank=True)
    credit = models.CharField(_("which names are shown"), max_length=6, choices=Credit, default=Credit.MUNICIPALITY)
    practice = models.ForeignKey(
        Practice, on_delete=models.SET_NULL, null=True, blank=True, related_name="lessons", verbose_name=_("practice")
    )
    initiative = models.ForeignKey(
        Initiative, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("initiative")
    )
    process = models.ForeignKey(
        Process, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    questions: models.ManyToManyField[LearningQuestion, Any] = models.ManyToManyField(
        LearningQuestion, blank=True, related_name="lessons", verbose_name=_("learning questions")
    )
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("learned", "advice", weight="B", config="dutch")
        + SearchVector("happened", "for_whom", weight="C", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SearchedManager()  # type: ignore[misc]

    class Meta(Shared.Meta):
        ordering = ["-shared_at", "-pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        indexes = [
            GinIndex(fields=["search"], name="lesson_search"),
            models.Index(fields=["state", "-shared_at", "-id"], name="lesson_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:lesson", args=[self.pk])
