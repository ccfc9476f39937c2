from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import Assurance, InvitationState, RoleKind
from foundation.municipalities.models.areas import Area
from foundation.municipalities.models.municipality import Municipality


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


class RoleQuerySet(models.QuerySet["Role"]):
    def for_municipality(self, municipality: Municipality) -> RoleQuerySet:
        return self.filter(municipality=municipality)

    def administrators(self) -> RoleQuerySet:
        return self.filter(kind=RoleKind.ADMINISTRATOR)


class Role(models.Model):
    """What somebody is in a municipality. Residents have none; they have a residency."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(_("role"), max_length=20, choices=RoleKind)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "kind"],
                name="role_once_per_person",
                violation_error_message=_("This person already has this role."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "sector"],
                condition=models.Q(kind=RoleKind.AMBASSADOR),
                name="one_ambassador_per_sector",
                violation_error_message=_("This sector already has an ambassador."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=RoleKind.AMBASSADOR) | models.Q(sector__isnull=False),
                name="ambassador_has_sector",
                violation_error_message=_("An ambassador belongs to a sector: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_municipality(self, municipality: Municipality) -> InvitationQuerySet:
        return self.filter(municipality=municipality)

    def waiting(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; the term may have run out."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """Somebody was asked by e-mail to take a role. Only the hash of the secret in the mail is kept."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("role"), max_length=20, choices=RoleKind)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations")
    token_hash = models.CharField(_("hash of the secret"), max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations_accepted"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "email", "kind"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
                violation_error_message=_("This address already has an invitation for this role."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
                violation_error_message=_("An invitation is either accepted or withdrawn."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="invitation_email_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_kind_display()}"

    @property
    def audit_label(self) -> str:
        """Without the address, which the audit trail would keep for good."""
        return f"invitation {self.pk}"

    def state(self, now: datetime) -> InvitationState:
        """What became of it at ``now``; expiry is computed, never stored."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if now >= self.expires_at else InvitationState.SENT


class Residency(models.Model):
    """Where a resident lives, and how sure we are of it. Votes ask for a level of assurance."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="residencies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies")
    neighbourhood = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="residencies", null=True, blank=True)
    assurance = models.PositiveSmallIntegerField(_("how sure"), choices=Assurance, default=Assurance.DECLARED)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("residency")
        verbose_name_plural = _("residencies")
        constraints = [models.UniqueConstraint(fields=["municipality", "user"], name="residency_once_per_municipality")]

    def __str__(self) -> str:
        return f"{self.user} - {self.neighbourhood}"

    @property
    def audit_label(self) -> str:
        """Without names of people and places: this text stays in the audit trail, which outlives the account."""
        return f"residency {self.pk}"
