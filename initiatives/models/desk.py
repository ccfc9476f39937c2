from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeKind, LetterKind
from initiatives.models.initiative import Initiative


class KindTerm(models.Model):
    """The terms of one kind of initiative, where the by-law sets others than for all (Amsterdam: 26 weeks for a challenge)."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="kind_terms")
    kind = models.CharField(_("kind"), max_length=13, choices=InitiativeKind)
    decision_weeks = models.PositiveSmallIntegerField(
        _("weeks to decide"), default=8, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    extension_weeks = models.PositiveSmallIntegerField(
        _("weeks of extension"), default=6, validators=[MaxValueValidator(52)]
    )

    class Meta:
        verbose_name = _("terms of a kind")
        verbose_name_plural = _("terms of kinds")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "kind"], name="kind_terms_once"),
            models.CheckConstraint(
                condition=models.Q(decision_weeks__range=(1, 52)),
                name="kind_term_within_a_year",
                violation_error_message=_("A decision takes between 1 and 52 weeks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.kind}"


class SavedView(models.Model):
    """A filter of the worklist that somebody wants back, such as "late in Public Space"."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=500)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You already have a view with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """What the municipality wrote to the initiators, as it was sent. Append-only; the PDF is made from this row.

    ``paragraphs`` is a list of texts. The number on the letter is ``reference``.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind)
    dated_on = models.DateField(_("date"))
    subject = models.CharField(_("subject"), max_length=200)
    paragraphs: models.JSONField[Any, Any] = models.JSONField(_("text"), default=list)
    signed_as = models.CharField(_("signed as"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        triggers = [pgtrigger.ReadOnly(name="append_only", exclude=["by"])]

    def __str__(self) -> str:
        return self.subject

    @property
    def reference(self) -> str:
        """The number that initiators can name at the desk."""
        return f"{self.initiative_id}-{self.pk}"
