from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality, Sector
from initiatives.enums import HANDS_TRANSITIONS, HandsState, OfferState
from initiatives.models.initiative import Initiative

MOST_HOURS = 2_000


class HandsRequest(models.Model):
    """An initiative or a sector asks for hands (*klussenbank*)."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="hands_requests")
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, null=True, blank=True, related_name="hands_requests"
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.CASCADE, null=True, blank=True, related_name="hands_requests", verbose_name=_("sector")
    )
    title = models.CharField(_("what has to be done"), max_length=120)
    text = models.TextField(_("explanation"), blank=True, max_length=2_000)
    hours = models.PositiveSmallIntegerField(
        _("hours"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    needed_by = models.DateField(_("before"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=HandsState, default=HandsState.OPEN, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for hands")
        verbose_name_plural = _("requests for hands")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__range=(1, MOST_HOURS)),
                name="hands_hours",
                violation_error_message=_("Ask for 1 to 2,000 hours."),
            ),
            models.CheckConstraint(
                condition=Q(initiative__isnull=False) | Q(sector__isnull=False),
                name="hands_for_somebody",
                violation_error_message=_("Say for which initiative or sector."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "-asked_at"], name="hands_list")]
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(old, new) for old, followers in HANDS_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title


class HandsOffer(models.Model):
    """A civil servant who offers hours."""

    request = models.ForeignKey(HandsRequest, on_delete=models.CASCADE, related_name="offers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hands_offers")
    hours = models.PositiveSmallIntegerField(
        _("hours"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    text = models.CharField(_("what you can do"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=OfferState, default=OfferState.OFFERED, editable=False)
    hours_done = models.PositiveSmallIntegerField(_("hours worked"), null=True, blank=True)
    offered_at = models.DateTimeField(_("offered at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["offered_at", "pk"]
        verbose_name = _("offer of hands")
        verbose_name_plural = _("offers of hands")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "user"],
                name="hands_offer_once",
                violation_error_message=_("You have offered your hands for this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.hours}"
