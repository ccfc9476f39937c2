from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models.areas import Area
from foundation.municipalities.models.municipality import Municipality

CONFIRM_WITHIN = timedelta(days=7)


class NewsTheme(models.Model):
    """A subject that people can follow, in words of residents: sectors are the town hall's own words."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="news_themes")
    name = models.CharField(_("name"), max_length=60)
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("One that was taken away keeps its followers.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(
                "municipality",
                Lower("name"),
                name="news_theme_once_per_municipality",
                violation_error_message=_("There is already a theme with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """Somebody who gets newsletters of a municipality: a person with an account, or an e-mail address."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="followed_municipalities",
    )
    address = models.EmailField(_("address without an account"), blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    # Only with an account: who follows nothing here may still be asked for as follower of an initiative.
    stopped_at = models.DateTimeField(_("wants no newsletters since"), null=True, blank=True)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user"], condition=Q(user__isnull=False), name="follower_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["municipality", "address"], condition=Q(user__isnull=True), name="follower_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | (Q(user__isnull=True) & ~Q(address="")),
                name="follower_is_person_or_address",
                violation_error_message=_("A follower is a person or an address."),
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="follower_address_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.pk}"


class FollowQuerySet(models.QuerySet["Follow"]):
    def confirmed(self) -> FollowQuerySet:
        return self.filter(confirmed_at__isnull=False)

    def pending(self, now: datetime) -> FollowQuerySet:
        """Asked for, and the link in the e-mail still works."""
        return self.filter(confirmed_at=None, created_at__gt=now - CONFIRM_WITHIN)

    def forgettable(self, now: datetime) -> FollowQuerySet:
        """Never confirmed: perhaps the address is not of who typed it."""
        return self.filter(confirmed_at=None, created_at__lte=now - CONFIRM_WITHIN)


class Follow(models.Model):
    """What a follower wants to hear of: a neighbourhood, a theme, or (both empty) the whole municipality."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    theme = models.ForeignKey(NewsTheme, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("what is followed")
        verbose_name_plural = _("what is followed")
        constraints = [
            models.UniqueConstraint(
                fields=["follower"],
                condition=Q(area__isnull=True, theme__isnull=True),
                name="follow_municipality_once",
            ),
            models.UniqueConstraint(fields=["follower", "area"], name="follow_area_once"),
            models.UniqueConstraint(fields=["follower", "theme"], name="follow_theme_once"),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(theme__isnull=True),
                name="follow_one_thing",
                violation_error_message=_("One follows a neighbourhood or a theme, not both in one row."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(confirmed_at=None), name="follow_unconfirmed"),
        ]

    def __str__(self) -> str:
        return str(self.area or self.theme or "*")
