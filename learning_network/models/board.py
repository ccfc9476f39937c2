"""What hangs on a card of the recruitment board: the survey on readiness, the letters."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning_network.enums import LetterKind
from learning_network.models.people import Enrolment
from learning_network.models.programme import Programme


class EnrolmentSurvey(models.Model):
    """The survey on readiness that was sent to the contact of a municipality; the newest one is the picture that counts.

    One survey per municipality and time: each has its own end and its own answers with a name, and asking again after
    some months leaves the first picture as it was.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="surveys")
    survey = models.OneToOneField("surveys.Survey", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("survey on readiness")
        verbose_name_plural = _("surveys on readiness")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.survey_id}"


class ProgrammeLetter(models.Model):
    """The words of a letter of a programme, as its leads changed them; without a row the usual words hold."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=6_000)
    sender = models.TextField(_("sender"), max_length=600, blank=True)
    signature = models.TextField(_("who signs"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["programme", "kind"]
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        constraints = [models.UniqueConstraint(fields=["programme", "kind"], name="programme_letter_once")]

    def __str__(self) -> str:
        return self.subject


class SentLetter(models.Model):
    """A letter that went to a municipality, with what stood in it, so that it can be read again as it was. Append-only.

    ``address``: it went from here by e-mail, to this address; "" for one that somebody posted. ``sent_key`` comes from the
    form, so that a double click sends it once.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="sent_letters")
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind)
    sent_on = models.DateField(_("sent on"))
    content: models.JSONField[Any, Any] = models.JSONField(_("content"), default=dict)
    address = models.EmailField(_("sent by e-mail to"), blank=True, default="", editable=False)
    sent_key = models.UUIDField(null=True, unique=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-sent_on", "-pk"]
        verbose_name = _("letter that was sent")
        verbose_name_plural = _("letters that were sent")
        triggers = [
            pgtrigger.Protect(
                name="sent_letter_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.sent_on <> NEW.sent_on OR OLD.kind <> NEW.kind"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.kind}"
