"""What is left when a programme ends: what each municipality will do, and what they agreed to go on doing together."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning_network.enums import AGREEMENT_TRANSITIONS, AgreementState
from learning_network.models.people import Enrolment
from learning_network.models.programme import Programme
from learning_network.models.shared import Shared


class Intention(Shared):
    """What a municipality will do after a programme (*intentie*): one per municipality, shared as widely as it wishes."""

    what = models.TextField(_("what your municipality will do"), max_length=5_000)
    with_whom = models.TextField(_("with whom"), max_length=2_000, blank=True)
    when = models.CharField(_("when"), max_length=200, blank=True)
    needs = models.TextField(_("what you need from others for it"), max_length=2_000, blank=True)

    class Meta(Shared.Meta):
        ordering = ["municipality__name"]
        verbose_name = _("intention")
        verbose_name_plural = _("intentions")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                condition=Q(programme__isnull=False, municipality__isnull=False), name="intention_of_a_municipality"
            ),
            models.UniqueConstraint(
                fields=["programme", "municipality"],
                name="intention_once_per_municipality",
                violation_error_message=_("Your municipality has begun an intention already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)

    def get_absolute_url(self) -> str:
        assert self.programme is not None
        return reverse("learning_network:endings", args=[self.programme.slug]) + f"#i{self.pk}"


class Agreement(models.Model):
    """Something that municipalities go on doing together after a programme (*vervolgafspraak*).

    ``until_on`` and ``follow_up_on`` are Dutch dates; on the second the people of its municipalities are asked how it
    went, once: ``reminded_on`` is the date of which that was done.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="agreements")
    what = models.CharField(_("what you agree"), max_length=300)
    parties: models.ManyToManyField[Enrolment, Any] = models.ManyToManyField(
        Enrolment, related_name="agreements", verbose_name=_("which municipalities")
    )
    others = models.CharField(_("who else"), max_length=200, blank=True)
    until_on = models.DateField(_("until when"), null=True, blank=True)
    follow_up_on = models.DateField(_("when do you ask how it went"), null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=7, choices=AgreementState, default=AgreementState.STANDS, editable=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["follow_up_on", "pk"]
        verbose_name = _("continuation agreement")
        verbose_name_plural = _("continuation agreements")
        indexes = [
            models.Index(
                fields=["follow_up_on"],
                condition=Q(follow_up_on__isnull=False) & ~Q(state=AgreementState.ENDED),
                name="agreements_to_follow_up",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="agreement_states",
                field="state",
                transitions=[(old, new) for old, followers in AGREEMENT_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.what


class AgreementNote(models.Model):
    """What was told about an agreement at a moment. Append-only but for the name."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="notes")
    state = models.CharField(_("state"), max_length=7, choices=AgreementState)
    text = models.TextField(_("how it went"), max_length=2_000, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("note on an agreement")
        verbose_name_plural = _("notes on agreements")
        triggers = [
            pgtrigger.Protect(
                name="agreement_note_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.text IS DISTINCT FROM NEW.text OR OLD.state <> NEW.state"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.state}"
