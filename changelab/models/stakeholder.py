from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changelab.enums import Presence, StakeholderKind
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import LabMember


class Stakeholder(KitchenItem):
    """Somebody, or an organisation, who holds a part of the problem: their interest and influence from 1 to 5.

    Names of private people stay inside the lab's own list (``LabMember``); here stands a role or an organisation.
    """

    name = models.CharField(_("who"), max_length=120)
    kind = models.CharField(_("kind"), max_length=13, choices=StakeholderKind)
    role = models.CharField(_("role"), max_length=160, blank=True)
    interest = models.PositiveSmallIntegerField(
        _("interest (1 to 5)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    influence = models.PositiveSmallIntegerField(
        _("influence (1 to 5)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    holds = models.TextField(_("which part of the problem they hold"), max_length=1_000, blank=True)
    presence = models.CharField(_("in the room?"), max_length=8, choices=Presence, default=Presence.MISSING)
    member = models.ForeignKey(
        LabMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("who comes for them"),
    )

    class Meta:
        ordering = ["kind", "name", "pk"]
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=Q(interest__range=(1, 5), influence__range=(1, 5)),
                name="stakeholder_scores_in_range",
                violation_error_message=_("Interest and influence go from 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return self.name
