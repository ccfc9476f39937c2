from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import DEFAULT_WORDS, AddressForm, Theme

# First parts of paths that are not a municipality.
RESERVED_SLUGS = frozenset(
    [
        "account",
        "agenda",
        "api",
        "berichten",
        "demo",
        "gemeenten",
        "media",
        "mijn",
        "static",
        "stijlgids",
        "taal",
        "techniek",
        "toegankelijkheid",
        "privacy",
        "zoeken",
        "nieuwe-gemeente",
        "uitnodiging",
        "contact",
        "over",
        "beheer",
        "robots.txt",
        "security.txt",
        "leernetwerk",
        "changelab",
        "vragenlijsten",
    ]
)


def refuse_reserved_slug(slug: str) -> None:
    """A municipality's address must not hide a page of the installation.

    Raises:
        ValidationError: for a word that the installation itself uses.
    """
    if slug.lower() in RESERVED_SLUGS:
        raise ValidationError(_("This address is used by the portal itself. Choose another one."), code="reserved")


municipality_code = RegexValidator(r"^GM\d{4}$", _("A municipality code looks like GM0505."))


class OfficialMunicipality(models.Model):
    """One line of the official list of municipalities (CBS), whether it uses this installation or not."""

    code = models.CharField(_("CBS code"), max_length=6, primary_key=True, validators=[municipality_code])
    name = models.CharField(_("name"), max_length=80)
    province = models.CharField(_("province"), max_length=30, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
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

    class Meta:
        ordering = ["name"]
        verbose_name = _("official municipality")
        verbose_name_plural = _("official municipalities")

    def __str__(self) -> str:
        return self.name


class OfficialShape(models.Model):
    """The outline of a municipality, for the map of the country. Apart from the list, so that no list carries it along."""

    municipality = models.OneToOneField(
        OfficialMunicipality, on_delete=models.CASCADE, primary_key=True, related_name="shape"
    )
    geometry: models.JSONField[Any, Any] = models.JSONField(_("shape (GeoJSON, WGS84)"))
    year = models.PositiveSmallIntegerField(_("year of the shape"))

    class Meta:
        verbose_name = _("outline of a municipality")
        verbose_name_plural = _("outlines of municipalities")

    def __str__(self) -> str:
        return f"{self.municipality_id} ({self.year})"


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def published(self) -> MunicipalityQuerySet:
        return self.filter(published_at__isnull=False)


class Municipality(models.Model):
    """A municipality that uses this installation: a tenant with its own people, style and by-law."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[refuse_reserved_slug],
        help_text=_("The part of the web address after the /."),
        error_messages={"unique": _("There is already a municipality at this address.")},
    )
    cbs_code = models.CharField(
        _("CBS code"),
        max_length=6,
        unique=True,
        null=True,
        blank=True,
        validators=[municipality_code],
        error_messages={"unique": _("The municipality with this code is already here.")},
    )
    host = models.CharField(
        _("own host name"),
        max_length=120,
        unique=True,
        null=True,
        blank=True,
        validators=[
            RegexValidator(
                r"^(?=.{4,120}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$",
                _("A host name looks like meedoen.dordrecht.nl: without https:// and without a slash."),
            )
        ],
        error_messages={"unique": _("Another municipality uses this host name.")},
    )
    address_form = models.CharField(_("form of address"), max_length=2, choices=AddressForm, default=AddressForm.JE)
    theme = models.CharField(_("house style"), max_length=12, choices=Theme, default=Theme.AANZET)
    theme_css = models.FileField(_("theme file"), upload_to="themes/", blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    words: models.JSONField[Any, Any] = models.JSONField(_("own words"), default=dict, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    setup_steps: models.JSONField[Any, Any] = models.JSONField(
        _("steps of setting up that were saved"), default=list, blank=True
    )
    published_at = models.DateTimeField(_("visible since"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug=Lower("slug")),
                name="municipality_slug_lower_case",
                violation_error_message=_("Write the address in small letters."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/{self.slug}/"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def word(self, key: str) -> str:
        """What this municipality calls a thing: ``plan``, ``idea`` or ``initiative``; our own word where it chose none."""
        return str(self.words.get(key) or DEFAULT_WORDS[key])
