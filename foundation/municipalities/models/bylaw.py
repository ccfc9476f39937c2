from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models.municipality import Municipality


def default_refusal_grounds() -> list[dict[str, str]]:
    """Grounds to begin with, in our own words, after the explanation of the model by-law of 2024.

    ``shall``: the municipality must refuse. ``may``: it may refuse, and then says why (Awb 3:46). Being cheaper or better
    is not asked by law; a municipality that asks it does so under ``may``.
    """
    return [
        {"kind": "shall", "text": gettext("By law only the municipality itself may carry out this task.")},
        {"kind": "shall", "text": gettext("The plan goes against policy that the council or executive has adopted.")},
        {
            "kind": "shall",
            "text": gettext(
                "The request is still not complete after the residents had the chance to add what is missing."
            ),
        },
        {"kind": "may", "text": gettext("The plan is not better and not cheaper than what the municipality does now.")},
        {"kind": "may", "text": gettext("The task must first be put out to tender.")},
    ]


class ByLaw(models.Model):
    """The terms and grounds of a municipality's participation by-law (participatieverordening).

    Without a term of its own the Awb applies: a decision within eight weeks (art. 4:13), extension with notice (4:14).
    """

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="by_law")
    decision_weeks = models.PositiveSmallIntegerField(
        _("weeks to decide"), default=8, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    extension_weeks = models.PositiveSmallIntegerField(
        _("weeks of extension"), default=6, validators=[MaxValueValidator(52)]
    )
    publication_weeks = models.PositiveSmallIntegerField(
        _("weeks until the final report"), default=8, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    support_threshold = models.PositiveIntegerField(
        _("supporters asked for"), default=0, validators=[MaxValueValidator(100_000)]
    )
    refusal_grounds: models.JSONField[Any, Any] = models.JSONField(
        _("grounds of refusal"), default=default_refusal_grounds, blank=True
    )
    retention_months = models.PositiveSmallIntegerField(
        _("months that personal data are kept"), default=24, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    url = models.URLField(_("address of the by-law"), blank=True)

    class Meta:
        verbose_name = _("by-law")
        verbose_name_plural = _("by-laws")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision_weeks__range=(1, 52)),
                name="by_law_decision_within_a_year",
                violation_error_message=_("A decision takes between 1 and 52 weeks."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)

    @property
    def grounds_shall(self) -> list[str]:
        return [ground["text"] for ground in self.refusal_grounds if ground["kind"] == "shall"]

    @property
    def grounds_may(self) -> list[str]:
        return [ground["text"] for ground in self.refusal_grounds if ground["kind"] == "may"]
