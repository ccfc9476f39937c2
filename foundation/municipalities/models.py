from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import STAFF_ROLES, AddressForm, AreaKind, Assurance, RoleKind, Theme

if TYPE_CHECKING:
    from foundation.accounts.models import User

# First parts of paths that are not a municipality.
RESERVED_SLUGS = frozenset(
    ["account", "api", "berichten", "demo", "gemeenten", "media", "mijn", "static", "stijlgids", "taal", "techniek", "toegankelijkheid", "privacy", "zoeken", "nieuwe-gemeente", "contact", "over", "beheer", "robots.txt", "security.txt", "leernetwerk", "changelab"]
)


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def published(self) -> MunicipalityQuerySet:
        return self.filter(published_at__isnull=False)

    def with_staff(self, user: User) -> MunicipalityQuerySet:
        """Those whose back office this user may enter."""
        return self.filter(roles__user=user, roles__kind__in=STAFF_ROLES).distinct()


class Municipality(models.Model):
    """A municipality that uses this installation: a tenant with its own people, style and by-law."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The part of the web address after the /.")
    )
    cbs_code = models.CharField(
        _("CBS code"),
        max_length=6,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^GM\d{4}$", _("A municipality code looks like GM0505."))],
    )
    host = models.CharField(_("own host name"), max_length=120, unique=True, null=True, blank=True)
    address_form = models.CharField(_("form of address"), max_length=2, choices=AddressForm, default=AddressForm.JE)
    theme = models.CharField(_("house style"), max_length=12, choices=Theme, default=Theme.AANZET)
    theme_css = models.FileField(_("theme file"), upload_to="themes/", blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    words: models.JSONField[Any, Any] = models.JSONField(_("own words"), default=dict, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    published_at = models.DateTimeField(_("visible since"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name


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


class Sector(models.Model):
    """A part of the town hall, such as Public Space or Care."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="sectors")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        constraints = [
            models.UniqueConstraint(
                "municipality",
                Lower("name"),
                name="sector_name_once_per_municipality",
                violation_error_message=_("There is already a sector with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What somebody is in a municipality. Residents have none; they have a residency."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(_("role"), max_length=20, choices=RoleKind)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "user", "kind"], name="role_once_per_person"),
            models.UniqueConstraint(
                fields=["municipality", "sector"],
                condition=models.Q(kind=RoleKind.AMBASSADOR),
                name="one_ambassador_per_sector",
                violation_error_message=_("This sector already has an ambassador."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class Residency(models.Model):
    """Where a resident lives, and how sure we are of it. Votes ask for a level of assurance."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="residencies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies")
    neighbourhood = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="residencies", null=True, blank=True)
    assurance = models.PositiveSmallIntegerField(_("how sure"), choices=Assurance, default=Assurance.DECLARED)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("residency")
        verbose_name_plural = _("residencies")
        constraints = [models.UniqueConstraint(fields=["municipality", "user"], name="residency_once_per_municipality")]

    def __str__(self) -> str:
        return f"{self.user} - {self.neighbourhood}"


class ByLaw(models.Model):
    """The terms and grounds of a municipality's participation by-law (participatieverordening)."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="by_law")
    decision_weeks = models.PositiveSmallIntegerField(_("weeks to decide"), default=8)
    extension_weeks = models.PositiveSmallIntegerField(_("weeks of extension"), default=6)
    publication_weeks = models.PositiveSmallIntegerField(_("weeks until the final report"), default=8)
    support_threshold = models.PositiveIntegerField(_("supporters asked for"), default=0)
    refusal_grounds: models.JSONField[Any, Any] = models.JSONField(_("grounds of refusal"), default=list, blank=True)
    retention_months = models.PositiveSmallIntegerField(_("months that personal data are kept"), default=24)
    url = models.URLField(_("address of the by-law"), blank=True)

    class Meta:
        verbose_name = _("by-law")
        verbose_name_plural = _("by-laws")

    def __str__(self) -> str:
        return str(self.municipality)
