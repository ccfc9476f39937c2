from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import AreaKind
from foundation.municipalities.models.municipality import Municipality


class AreaQuerySet(models.QuerySet["Area"]):
    def for_municipality(self, municipality: Municipality) -> AreaQuerySet:
        return self.filter(municipality=municipality)

    def current(self) -> AreaQuerySet:
        """Areas that exist now: not ended, not superseded."""
        return self.filter(ended_in__isnull=True)

    def neighbourhoods(self) -> AreaQuerySet:
        return self.filter(kind=AreaKind.NEIGHBOURHOOD)

    def districts(self) -> AreaQuerySet:
        return self.filter(kind=AreaKind.DISTRICT)


class Area(models.Model):
    """A district (WK...) or neighbourhood (BU...) of CBS. Codes are text: the last part may hold letters."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="areas")
    kind = models.CharField(_("kind"), max_length=13, choices=AreaKind)
    code = models.CharField(_("CBS code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("district")
    )
    year = models.PositiveSmallIntegerField(_("year of the CBS list"))
    ended_in = models.PositiveSmallIntegerField(_("no longer on the list of"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    is_water = models.BooleanField(_("water"), default=False)
    is_attention_area = models.BooleanField(_("attention area"), default=False)
    geometry: models.JSONField[Any, Any] = models.JSONField(
        _("shape"), null=True, blank=True, help_text=_("GeoJSON Polygon or MultiPolygon, WGS84 longitude and latitude.")
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="area_code_once_per_municipality"),
            models.CheckConstraint(
                condition=models.Q(kind=AreaKind.DISTRICT, code__regex=r"^WK\d{4}[0-9A-Z]{2}$")
                | models.Q(kind=AreaKind.NEIGHBOURHOOD, code__regex=r"^BU\d{4}[0-9A-Z]{4}$"),
                name="area_code_fits_kind",
                violation_error_message=_("A district code looks like WK050501, a neighbourhood code like BU05050101."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "kind", "ended_in"], name="area_by_municipality")]

    def __str__(self) -> str:
        return self.name


class PostcodeArea(models.Model):
    """A postcode (1234 or 1234AB) that lies, wholly or partly, in a neighbourhood."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="postcodes")
    postcode = models.CharField(
        _("postcode"),
        max_length=6,
        validators=[RegexValidator(r"^[1-9]\d{3}([A-Z]{2})?$", _("A postcode looks like 3311 or 3311GR."))],
    )
    neighbourhood = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="postcodes")
    addresses = models.PositiveIntegerField(_("addresses"), default=0)

    class Meta:
        verbose_name = _("postcode of a neighbourhood")
        verbose_name_plural = _("postcodes of neighbourhoods")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "postcode", "neighbourhood"], name="postcode_once_per_area")
        ]

    def __str__(self) -> str:
        return f"{self.postcode}: {self.neighbourhood}"
