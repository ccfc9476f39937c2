"""The right to challenge (*uitdaagrecht*): residents who would do a task of the municipality themselves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality
from initiatives.enums import LegalForm, Offer, Verdict
from initiatives.models.initiative import Initiative


class Challenge(models.Model):
    """What makes an initiative a challenge: the task as it is done now, and what the challengers put beside it.

    Money is what the task costs in a year, in cents; empty where nobody knows. Everything here is public once the
    initiative is.
    """

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="challenge")
    task = models.CharField(_("the task"), max_length=160)
    quality = models.TextField(_("how it is done now"), blank=True, max_length=4_000)
    cost_cents = models.PositiveBigIntegerField(_("costs a year now"), null=True, blank=True)
    offers = ArrayField(models.CharField(max_length=9, choices=Offer), verbose_name=_("the offer is"), default=list)
    offer = models.TextField(_("how the challengers would do it"), max_length=4_000)
    offered_cents = models.PositiveBigIntegerField(_("costs a year by the offer"), null=True, blank=True)
    group = models.CharField(_("who would do it"), max_length=120)
    legal_form = models.CharField(_("legal form"), max_length=11, choices=LegalForm, default=LegalForm.GROUP)
    reach = models.TextField(_("for whom"), blank=True, max_length=2_000)
    reach_people = models.PositiveIntegerField(_("number of people"), null=True, blank=True)
    rootedness = models.TextField(_("tie with the neighbourhood"), blank=True, max_length=2_000)
    benefits = models.TextField(_("what it brings"), blank=True, max_length=4_000)
    own_cents = models.PositiveBigIntegerField(_("own contribution a year"), default=0)
    other_funds = models.TextField(_("other funds"), blank=True, max_length=2_000)
    months = models.PositiveSmallIntegerField(
        _("duration in months"), default=12, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 240)),
                name="challenge_lasts_at_most_twenty_years",
                violation_error_message=_("A duration lies between 1 and 240 months."),
            ),
            models.CheckConstraint(
                condition=~Q(task="") & ~Q(offer=""),
                name="challenge_names_task_and_offer",
                violation_error_message=_("Say which task it is and what you offer."),
            ),
        ]

    def __str__(self) -> str:
        return self.task

    @property
    def saved_cents(self) -> int | None:
        """What the offer costs less a year than now, below nothing when it costs more; None where a side is unknown."""
        if self.cost_cents is None or self.offered_cents is None:
            return None
        return self.cost_cents - self.offered_cents


def default_requirements() -> list[dict[str, Any]]:
    """Requirements to begin with, in our own words, after what by-laws of municipalities ask in practice.

    ``key`` stays when the text changes. ``required``: without it the request is not complete. Support is no requirement
    of the model by-law; a municipality that asks it sets the number in its by-law.
    """
    return [
        {"key": "contact", "required": True, "text": gettext("It says who makes the request and how to reach them.")},
        {"key": "task", "required": True, "text": gettext("It says which task of the municipality it is about.")},
        {"key": "plan", "required": True, "text": gettext("It tells how the residents would do the task.")},
        {"key": "value", "required": True, "text": gettext("It shows what it adds for the neighbourhood.")},
        {
            "key": "reach",
            "required": True,
            "text": gettext("It says for whom it is, and how these people are reached."),
        },
        {
            "key": "money",
            "required": True,
            "text": gettext("It estimates costs and benefits, with the own contribution and other funds."),
        },
        {"key": "duration", "required": True, "text": gettext("It says when it begins and how long it lasts.")},
        {"key": "group", "required": True, "text": gettext("It says who carries it out, and in which legal form.")},
        {"key": "rooted", "required": False, "text": gettext("The group has a tie with the neighbourhood.")},
        {"key": "harm", "required": False, "text": gettext("Nobody is worse off by it.")},
        {"key": "cost", "required": False, "text": gettext("It costs no more than it does now.")},
    ]


class ChallengeSettings(models.Model):
    """What a municipality asks of a challenge. The grounds of refusal and the support asked for stand in the by-law."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="challenge_settings")
    requirements: models.JSONField[Any, Any] = models.JSONField(
        _("requirements"), default=default_requirements, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("settings of the right to challenge")
        verbose_name_plural = _("settings of the right to challenge")

    def __str__(self) -> str:
        return f"{self.municipality_id}"


class RequirementCheck(models.Model):
    """What the assessor found of one requirement, with its text as it was then. Inside the town hall only."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="checks")
    key = models.CharField(_("requirement"), max_length=40)
    text = models.CharField(_("text"), max_length=300)
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("check of a requirement")
        verbose_name_plural = _("checks of requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "key"],
                name="requirement_checked_once",
                violation_error_message=_("This requirement has been checked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.verdict}"
