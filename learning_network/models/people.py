from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import INSIDE, STAGE_TRANSITIONS, ParticipantRole, Stage
from learning_network.models.programme import GroundRules, Programme


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def inside(self) -> EnrolmentQuerySet:
        """Municipalities whose people are in the programme."""
        return self.filter(stage__in=INSIDE)


class Enrolment(models.Model):
    """A municipality on its way into a programme, and in it: one card of the recruitment board.

    ``fee_cents`` is what it owes before ``reduction_cents``; all amounts in cents.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="enrolments")
    municipality = models.ForeignKey(
        OfficialMunicipality, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("municipality")
    )
    stage = models.CharField(_("stage"), max_length=13, choices=Stage, default=Stage.INVITED, editable=False)
    stage_since = models.DateTimeField(_("in this stage since"), default=timezone.now, editable=False)
    stage_reason = models.TextField(_("why"), max_length=2_000, blank=True, editable=False)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address of the contact"), blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("when"), null=True, blank=True)
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    fee_cents = models.BigIntegerField(_("contribution (cents)"), default=0)
    reduction_cents = models.BigIntegerField(_("reduction (cents)"), default=0)
    reduction_reason = models.CharField(_("why the reduction"), max_length=200, blank=True)
    invoiced_on = models.DateField(_("invoiced on"), null=True, blank=True)
    received_cents = models.BigIntegerField(_("received (cents)"), default=0)
    created_at = models.DateTimeField(_("on the board since"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["municipality__name"]
        verbose_name = _("municipality in a programme")
        verbose_name_plural = _("municipalities in a programme")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "municipality"],
                name="municipality_once_per_programme",
                violation_error_message=_("This municipality is on the board already."),
            ),
            models.CheckConstraint(
                condition=Q(fee_cents__gte=0, received_cents__gte=0, reduction_cents__gte=0)
                & Q(reduction_cents__lte=models.F("fee_cents")),
                name="enrolment_amounts_fit",
                violation_error_message=_(
                    "Amounts are not less than nothing, and a reduction is at most the contribution."
                ),
            ),
        ]
        indexes = [models.Index(fields=["programme", "stage"], name="enrolment_board")]
        triggers = [
            pgtrigger.FSM(
                name="enrolment_stages",
                field="stage",
                transitions=[(old, new) for old, followers in STAGE_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return str(self.municipality)

    @property
    def owed_cents(self) -> int:
        """What is still to be received, in cents; less than nothing when too much was paid."""
        return self.fee_cents - self.reduction_cents - self.received_cents


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def present(self) -> ParticipantQuerySet:
        """Who said yes and did not leave, of municipalities that are in."""
        return self.filter(joined_at__isnull=False, left_at__isnull=True, enrolment__stage__in=INSIDE)


class Participant(models.Model):
    """Somebody who takes part for a municipality; asked by mail, and in when they accepted the ground rules."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="participations"
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=11, choices=ParticipantRole, default=ParticipantRole.PARTICIPANT)
    function = models.CharField(_("function"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    joined_at = models.DateTimeField(_("in since"), null=True, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participant of a programme")
        verbose_name_plural = _("participants of a programme")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "user"],
                condition=Q(user__isnull=False),
                name="participant_once_per_municipality",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                "enrolment",
                Lower("email"),
                condition=~Q(email=""),
                name="participant_address_once",
                violation_error_message=_("This address is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email=""),
                name="participant_person_or_address",
                violation_error_message=_("Give an e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(user__isnull=False), name="participant_in_has_account"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user is not None else (self.name or self.email)

    @property
    def audit_label(self) -> str:
        """Without names: the audit trail is kept for good."""
        return f"participant {self.pk}"


class Acceptance(models.Model):
    """A participant accepted a version of the ground rules. Append-only."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="acceptances")
    rules = models.ForeignKey(GroundRules, on_delete=models.PROTECT, related_name="acceptances")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("acceptance of ground rules")
        verbose_name_plural = _("acceptances of ground rules")
        constraints = [models.UniqueConstraint(fields=["participant", "rules"], name="ground_rules_accepted_once")]
        triggers = [pgtrigger.Protect(name="acceptance_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.rules_id}"


class NetworkLead(models.Model):
    """Who may start programmes and keeps the network; appointed by who manages the installation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_lead")
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("programme lead of the network")
        verbose_name_plural = _("programme leads of the network")

    def __str__(self) -> str:
        return str(self.user)


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> MemberQuerySet:
        return self.filter(left_at__isnull=True)


class Member(models.Model):
    """A civil servant in the network, also between programmes. ``interests`` are themes of the learning agenda."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_member")
    municipality = models.ForeignKey(
        OfficialMunicipality,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="network_members",
        verbose_name=_("municipality"),
    )
    function = models.CharField(_("function"), max_length=120, blank=True)
    interests: models.JSONField[Any, Any] = models.JSONField(_("interests"), default=list, blank=True)
    about = models.TextField(_("what others can ask you"), max_length=1_000, blank=True)
    is_listed = models.BooleanField(_("other members see me on the list"), default=True)
    wants_mailings = models.BooleanField(_("mail me news of the network"), default=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)
    welcomed_at = models.DateTimeField(_("saw the page for newcomers at"), null=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "pk"]
        verbose_name = _("member of the network")
        verbose_name_plural = _("members of the network")

    def __str__(self) -> str:
        return str(self.user)
