from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality


class InnovationSharing(models.Model):
    """What a municipality chose to share of its measurement of innovation power; without a row it shares nothing."""

    municipality = models.OneToOneField(
        OfficialMunicipality,
        on_delete=models.CASCADE,
        related_name="innovation_sharing",
        verbose_name=_("municipality"),
    )
    counts_in_median = models.BooleanField(_("our scores count in the median of the network, without our name"))
    leads_may_see = models.BooleanField(_("programme leads see our scores"))
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("sharing of innovation power")
        verbose_name_plural = _("sharing of innovation power")

    def __str__(self) -> str:
        return str(self.municipality)
