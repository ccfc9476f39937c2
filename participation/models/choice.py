"""The choice aid of a municipality in its versions, and the choices that were made with it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality, Sector
from participation import choice, choice_data
from participation.enums import Form, Level
from participation.models.process import Process


class ChoiceAidQuerySet(models.QuerySet["ChoiceAid"]):
    def for_municipality(self, municipality: Municipality) -> ChoiceAidQuerySet:
        return self.filter(municipality=municipality)

    def in_use(self) -> ChoiceAidQuerySet:
        """Those that were taken into use once; the latest is used now."""
        return self.exclude(in_use_since=None).order_by("-in_use_since", "-number")


class ChoiceAid(models.Model):
    """One version of the choice aid (*passende samenwerking*). ``content`` is that of ``participation.choice.Aid``.

    A version that was taken into use never changes: choices point to it. At most one is being prepared beside it. A
    municipality without any uses the default (``participation.choice_default``).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="choice_aids")
    number = models.PositiveIntegerField(_("number"))
    content: models.JSONField[Any, Any] = models.JSONField(_("questions, forms and rules"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    in_use_since = models.DateTimeField(_("in use since"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ChoiceAidQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("choice aid")
        verbose_name_plural = _("choice aids")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="choice_aid_number_once"),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(in_use_since__isnull=True),
                name="one_choice_aid_prepared",
                violation_error_message=_("A new version is being prepared already."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_in_use",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.in_use_since IS NOT NULL AND ROW(OLD.municipality_id, OLD.number, OLD.content, OLD.note, "
                    "OLD.in_use_since, OLD.created_at) IS DISTINCT FROM ROW(NEW.municipality_id, NEW.number, "
                    "NEW.content, NEW.note, NEW.in_use_since, NEW.created_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.number}"

    @property
    def aid(self) -> choice.Aid:
        """The content to compute with."""
        return choice_data.aid_from(self.content)


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def for_municipality(self, municipality: Municipality) -> ChoiceQuerySet:
        return self.filter(municipality=municipality)


class Choice(models.Model):
    """The answers to a choice aid about one subject, the advice that follows, and the form that was chosen, with reasons.

    Until ``made_at`` it can be changed and left for later; from then on it stands as it was, with the advice and what would
    have changed it (``advice``, ``changes``, as ``participation.choice_data.to_data`` writes them).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="choices")
    aid = models.ForeignKey(ChoiceAid, on_delete=models.PROTECT, related_name="choices")
    subject = models.CharField(_("subject"), max_length=120)
    sector = models.ForeignKey(
        Sector, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    answers: models.JSONField[Any, Any] = models.JSONField(_("answers"), default=dict, blank=True)
    advice: models.JSONField[Any, Any] = models.JSONField(_("advice"), default=dict, blank=True, editable=False)
    changes: models.JSONField[Any, Any] = models.JSONField(
        _("what would change the advice"), default=list, blank=True, editable=False
    )
    advised_form = models.CharField(_("advised form"), max_length=13, choices=Form, blank=True, editable=False)
    advised_level = models.CharField(_("advised level"), max_length=10, choices=Level, blank=True, editable=False)
    form = models.CharField(_("chosen form"), max_length=13, choices=Form, blank=True)
    level = models.CharField(_("chosen level"), max_length=10, choices=Level, blank=True)
    reason = models.TextField(_("why this form"), blank=True, max_length=4_000)
    intended_for = models.ForeignKey(
        Process, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    made_at = models.DateTimeField(_("chosen at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("choice of a form")
        verbose_name_plural = _("choices of a form")
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | (~Q(form="") & ~Q(advised_form="")), name="choice_made_has_forms"
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | Q(form=models.F("advised_form")) | ~Q(reason=""),
                name="choice_against_advice_has_reason",
                violation_error_message=_("Say why you choose another form than the advice."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="choice_list")]
        triggers = [
            pgtrigger.Protect(
                name="frozen_once_made",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.made_at IS NOT NULL AND ROW(OLD.municipality_id, OLD.aid_id, OLD.subject, OLD.answers, "
                    "OLD.advice, OLD.changes, OLD.advised_form, OLD.advised_level, OLD.form, OLD.level, OLD.reason, "
                    "OLD.made_at) IS DISTINCT FROM ROW(NEW.municipality_id, NEW.aid_id, NEW.subject, NEW.answers, "
                    "NEW.advice, NEW.changes, NEW.advised_form, NEW.advised_level, NEW.form, NEW.level, NEW.reason, "
                    "NEW.made_at)"
                ),
            ),
            pgtrigger.Protect(
                name="made_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.made_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_made(self) -> bool:
        return self.made_at is not None

    @property
    def follows_advice(self) -> bool:
        return self.form == self.advised_form


class ProcessChoice(models.Model):
    """A choice as it belongs to a process; a later one has a higher ``number`` and takes its place. Append-only."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="choices")
    choice = models.OneToOneField(Choice, on_delete=models.PROTECT, related_name="of_process")
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("choice of a process")
        verbose_name_plural = _("choices of a process")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="process_choice_number_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.number}"
