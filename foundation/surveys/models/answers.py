from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.surveys.enums import AgeBand, Audience, Dimension
from foundation.surveys.models.invitation import Invitation
from foundation.surveys.models.survey import Survey


class Draft(models.Model):
    """Answers that were not sent yet, sealed with a key that only the respondent's browser (or link) holds.

    ``id`` is a hash of that key. No invitation, no account: nothing tells whose draft it is.
    """

    id = models.CharField(primary_key=True, max_length=64, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    kept_until = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("draft answers")
        verbose_name_plural = _("draft answers")

    def __str__(self) -> str:
        return str(self.survey_id)


_ANONYMOUS_ONLY = """
    IF NOT EXISTS (SELECT 1 FROM surveys_survey WHERE id = NEW.survey_id AND is_anonymous) THEN
        RAISE EXCEPTION 'anonymous_only: answers of a survey with names do not go into the sealed box';
    END IF;
    RETURN NEW;
"""
_NAMED_ONLY = """
    IF EXISTS (SELECT 1 FROM surveys_survey WHERE id = NEW.survey_id AND is_anonymous) THEN
        RAISE EXCEPTION 'named_only: answers of an anonymous survey are never kept with an invitation';
    END IF;
    RETURN NEW;
"""


class SealedSheet(models.Model):
    """Anonymous answers, sealed until the survey closes with a key that is not in the database.

    The row carries the ``xmin`` of its invitation, so its content must stay unreadable; services.box opens all of them
    at once and keeps totals only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("sealed answers")
        verbose_name_plural = _("sealed answers")
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="anonymous_only", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_ANONYMOUS_ONLY
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Sheet(models.Model):
    """The answers of one invited person in a survey with names; they were told so before they began."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="sheets")
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="sheet")
    answers = models.JSONField(_("answers"), default=dict)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    area_code = models.CharField(_("neighbourhood"), max_length=12, blank=True)
    age_band = models.CharField(_("age"), max_length=5, choices=AgeBand, blank=True)
    answered_at = models.DateTimeField(_("answered at"), default=timezone.now)

    class Meta:
        ordering = ["survey", "pk"]
        verbose_name = _("answers with a name")
        verbose_name_plural = _("answers with a name")
        triggers = [
            pgtrigger.Trigger(name="named_only", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NAMED_ONLY)
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.pk}"


class Tally(models.Model):
    """How many in a group gave this answer to this question.

    ``question_key`` "" counts the people of the group; ``value`` "" those who answered the question. A group that may
    not be shown has no rows: what is not kept can't leak.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    dimension = models.CharField(max_length=8, choices=Dimension, blank=True)
    group = models.CharField(max_length=20, blank=True)
    question_key = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["survey", "dimension", "group", "question_key", "value"]
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "dimension", "group", "question_key", "value"], name="survey_tally_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.question_key}={self.value}: {self.count}"


class OpenAnswer(models.Model):
    """An answer in somebody's own words. Of an anonymous survey it stands alone: no other answer can be found by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="open_answers")
    question_key = models.CharField(max_length=40)
    text = models.TextField(_("answer"))
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, null=True, related_name="+")
    hidden_reason = models.CharField(_("hidden because"), max_length=200, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["survey", "question_key", "id"]
        verbose_name = _("open answer")
        verbose_name_plural = _("open answers")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="survey_open_answer_says_something"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.text IS DISTINCT FROM NEW.text OR OLD.question_key IS DISTINCT FROM NEW.question_key"
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
