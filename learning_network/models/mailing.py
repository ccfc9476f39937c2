from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import MAILING_TRANSITIONS, MailingState
from learning_network.models.programme import Programme


class MemberInvitation(models.Model):
    """Somebody who was asked by e-mail to become a member; the link in it works once."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    function = models.CharField(_("function"), max_length=120, blank=True)
    municipality = models.ForeignKey(
        OfficialMunicipality,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("invitation to the network")
        verbose_name_plural = _("invitations to the network")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True),
                name="member_invited_once",
                violation_error_message=_("This address was invited already."),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Mailing(models.Model):
    """A letter to members of the network. Whoever fits one choice of each kind gets it; a kind without choices is open.

    ``interests``: codes of ``QuestionTheme``.
    """

    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=20_000)
    interests: models.JSONField[Any, Any] = models.JSONField(_("interests"), default=list, blank=True)
    municipalities: models.ManyToManyField[OfficialMunicipality, Any] = models.ManyToManyField(
        OfficialMunicipality, blank=True, related_name="+", verbose_name=_("municipalities")
    )
    programmes: models.ManyToManyField[Programme, Any] = models.ManyToManyField(
        Programme, blank=True, related_name="+", verbose_name=_("programmes")
    )
    state = models.CharField(_("state"), max_length=7, choices=MailingState, default=MailingState.DRAFT, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    receivers_total = models.PositiveIntegerField(_("receivers"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailingState.DRAFT) | Q(started_at__isnull=False), name="mailing_begun_since"
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="mailing_states",
                field="state",
                transitions=[(old, new) for old, followers in MAILING_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("learning_network:mailing", args=[self.pk])

    @property
    def about(self) -> str:
        """The label under which its messages stand in the outbox."""
        return f"learning_network.mailing:{self.pk}"


class MailingReceiver(models.Model):
    """Who must still be written to: the frozen list. A row goes in the transaction that writes its message."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="receivers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("receiver of a mailing")
        verbose_name_plural = _("receivers of a mailing")
        constraints = [models.UniqueConstraint(fields=["mailing", "user"], name="mailing_once_per_person")]

    def __str__(self) -> str:
        return str(self.pk)
