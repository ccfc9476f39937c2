from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.meetings.enums import STANDING, MeetingState
from learning_network.models.people import Enrolment
from learning_network.models.programme import LearningQuestion, Programme


class SessionQuerySet(models.QuerySet["Session"]):
    def with_meeting(self) -> SessionQuerySet:
        """In order of time, with all that a line about a session shows."""
        rows = self.select_related("meeting__series__municipality", "programme", "host__municipality")
        return rows.order_by("meeting__starts_at", "pk")

    def not_cancelled(self) -> SessionQuerySet:
        """Planned ones and those that were held: the sessions that have a number."""
        return self.exclude(meeting__state=MeetingState.CANCELLED)

    def standing(self) -> SessionQuerySet:
        return self.filter(meeting__state__in=STANDING)

    def upcoming(self, now: datetime) -> SessionQuerySet:
        return self.filter(meeting__ends_at__gt=now)


class Session(models.Model):
    """One session of a programme: a meeting, and what it is in the programme.

    Its number is not kept: it follows from the order of the sessions that were not cancelled, so moving, cancelling or adding
    one keeps all numbers right.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sessions")
    meeting = models.OneToOneField(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="+", verbose_name=_("meeting")
    )
    host = models.ForeignKey(
        Enrolment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="hosted_sessions",
        verbose_name=_("host municipality"),
    )
    theme = models.CharField(pgettext_lazy("of a session", "theme"), max_length=120, blank=True)
    questions = models.ManyToManyField(
        LearningQuestion, blank=True, related_name="sessions", verbose_name=_("learning questions")
    )
    # The beginning of the session when municipalities without anybody were asked by the clock: once per date.
    nudged_for = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "meeting__starts_at", "pk"]
        verbose_name = _("session of a programme")
        verbose_name_plural = _("sessions of a programme")

    def __str__(self) -> str:
        return self.meeting.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:session", args=[self.programme.slug, self.pk])

    @property
    def audit_label(self) -> str:
        return self.meeting.title


class Yield(models.Model):
    """What a session brought (*opbrengst*): a short line, about a learning question and from a municipality where it has one.

    ``key`` comes with the form: a press that is sent again after a dropped connection writes nothing twice.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="yields")
    question = models.ForeignKey(
        LearningQuestion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="yields",
        verbose_name=_("learning question"),
    )
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="yields",
        verbose_name=_("municipality"),
    )
    text = models.CharField(_("what it brought"), max_length=400)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    noted_at = models.DateTimeField(_("noted at"), default=timezone.now, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["session", "noted_at", "pk"]
        verbose_name = _("yield of a session")
        verbose_name_plural = _("yields of a session")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="yield_says_something")]

    def __str__(self) -> str:
        return self.text


class Guest(models.Model):
    """Somebody without an account who stood in the room, and for which municipality; counted with its people."""

    attendee = models.OneToOneField("meetings.Attendee", on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="guests")

    class Meta:
        verbose_name = _("guest of a session")
        verbose_name_plural = _("guests of a session")

    def __str__(self) -> str:
        return f"{self.attendee_id}: {self.enrolment_id}"


class Nudge(models.Model):
    """A municipality that had nobody coming was asked for somebody; once per session and day. Append-only by use."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="nudges")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="nudges")
    day = models.DateField(_("day"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["session", "day", "pk"]
        verbose_name = _("request for somebody to come")
        verbose_name_plural = _("requests for somebody to come")
        constraints = [models.UniqueConstraint(fields=["session", "enrolment", "day"], name="nudge_once_a_day")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.enrolment_id}"
