from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.surveys.enums import QuestionKind

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality


def new_key() -> str:
    """A key of a question or choice that no other one has: it ties answers over versions, surveys and municipalities."""
    return secrets.token_hex(6)


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def for_municipality(self, municipality: Municipality | None) -> QuestionnaireQuerySet:
        """Those of a municipality; with None those of the installation, such as the learning network's."""
        return self.filter(municipality=municipality)


class Questionnaire(models.Model):
    """Reusable questions. What is asked stands in its versions; a copy keeps ``lineage``, so that scores compare."""

    municipality = models.ForeignKey(
        "municipalities.Municipality",
        verbose_name=_("municipality"),
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
    )
    title = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what it is for"), max_length=500, blank=True)
    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """The questions as they were asked. Frozen as soon as a survey with it is published; changes make the next one."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    is_frozen = models.BooleanField(_("frozen"), default=False)

    class Meta:
        ordering = ["questionnaire", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="survey_version_once")]
        triggers = [
            pgtrigger.Protect(
                name="stays_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.is_frozen AND NOT NEW.is_frozen"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} ({self.number})"


_REFUSE_FROZEN = """
    IF EXISTS (SELECT 1 FROM surveys_version WHERE id = COALESCE(NEW.version_id, OLD.version_id) AND is_frozen) THEN
        RAISE EXCEPTION 'frozen_version: the questions of a version that was used in a survey stay as they are';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class Question(models.Model):
    """One question, or a heading that begins a new page (kind ``page``).

    ``options``: choices as ``[[key, label], ...]``. ``low`` and ``high``: ends of a scale, or limits of a number.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=40, default=new_key, editable=False)
    position = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind)
    text = models.CharField(_("question"), max_length=300)
    help_text = models.TextField(_("explanation"), max_length=600, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    options = models.JSONField(_("answers"), default=list, blank=True)
    low = models.IntegerField(_("lowest"), null=True, blank=True)
    high = models.IntegerField(_("highest"), null=True, blank=True)
    low_label = models.CharField(_("words at the lowest"), max_length=60, blank=True)
    high_label = models.CharField(_("words at the highest"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="survey_question_key_once"),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="survey_question_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~Q(kind="scale") | (Q(low__isnull=False, high__isnull=False) & Q(high__gt=F("low"))),
                name="survey_scale_has_ends",
                violation_error_message=_("The highest of a scale is more than the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gt=F("low")),
                name="survey_limits_in_order",
                violation_error_message=_("The highest must be more than the lowest."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_of_a_frozen_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_REFUSE_FROZEN,
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the choices by key, in order."""
        return {str(key): str(label) for key, label in self.options}

    @property
    def places(self) -> list[int]:
        """The places of a scale, lowest first; empty for other kinds."""
        if self.kind != QuestionKind.SCALE or self.low is None or self.high is None:
            return []
        return list(range(self.low, self.high + 1))

    def content(self) -> dict[str, Any]:
        """Everything but the version, to copy it."""
        names = ("key", "position", "kind", "text", "help_text", "is_required", "options", "low", "high")
        return {name: getattr(self, name) for name in (*names, "low_label", "high_label", "unit")}
