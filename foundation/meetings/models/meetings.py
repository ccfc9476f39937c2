from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import FileSystemStorage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.enums import MOST_PLACES, REMINDER_DAYS, STANDING, Admission, MeetingState, Visibility
from foundation.meetings.models.series import Series
from foundation.municipalities.models import Municipality

if TYPE_CHECKING:
    from foundation.accounts.models import User


def private_storage() -> FileSystemStorage:
    """Where documents lie: outside the folder that a web server may serve."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT)


def document_path(instance: models.Model, name: str) -> str:
    """A name that cannot be guessed and tells nothing."""
    return f"meetings/{uuid.uuid4().hex}{PurePath(name).suffix}"


def reminder_days() -> list[int]:
    return list(REMINDER_DAYS)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def for_municipality(self, municipality: Municipality | None) -> MeetingQuerySet:
        return self.filter(series__municipality=municipality)

    def public(self) -> MeetingQuerySet:
        return self.filter(series__visibility=Visibility.PUBLIC)

    def upcoming(self, now: datetime) -> MeetingQuerySet:
        """Not over yet, cancelled ones too: who planned to come must see that."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> MeetingQuerySet:
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def standing(self) -> MeetingQuerySet:
        """Those that go on."""
        return self.filter(state__in=STANDING)


class Meeting(models.Model):
    """One meeting, of one or more parts (days). ``starts_at`` and ``ends_at`` are those of its first and last part."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=160)
    purpose = models.TextField(_("purpose"), max_length=4000, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link to take part online"), max_length=500, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=200, blank=True)
    admission = models.CharField(_("who may come"), max_length=10, choices=Admission, default=Admission.EVERYBODY)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    registration_closes_at = models.DateTimeField(_("sign up until"), null=True, blank=True)
    asks_needs = models.BooleanField(_("ask what people need to be able to take part"), default=True)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders, days before"), default=reminder_days, blank=True
    )
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="chaired_meetings", null=True, blank=True
    )
    note_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="minuted_meetings", null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    state_reason = models.CharField(_("why it was moved or cancelled"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    # Of the calendar files: grows with every change that people's calendars must know of.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    # Kept by a trigger on the list of attendees; the check below is what makes one place too many impossible.
    going_count = models.PositiveIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)  # given out to who signed up, in order

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message=_("The end must be after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=F("going_count")),
                name="meeting_not_overfull",
                violation_error_message=_("More people have a place already."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__range=(1, MOST_PLACES)),
                name="meeting_capacity_range",
                violation_error_message=_("Give a number of places, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=MeetingState.values),
                name="meeting_state_known",
                violation_error_message=_("Unknown state."),
            ),
            models.CheckConstraint(
                condition=Q(admission__in=Admission.values),
                name="meeting_admission_known",
                violation_error_message=_("Unknown way of getting in."),
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.CANCELLED) | ~Q(state_reason=""),
                name="meeting_cancelled_with_reason",
                violation_error_message=_("Say why it is cancelled."),
            ),
        ]
        indexes = [
            models.Index(fields=["series", "starts_at"], name="meeting_by_series"),
            models.Index(fields=["ends_at"], name="meeting_by_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from foundation.meetings.addresses import address

        return address("detail", self.series, self.pk)

    @property
    def municipality(self) -> Municipality | None:
        return self.series.municipality

    @property
    def municipality_id(self) -> int | None:
        """For the audit trail."""
        return self.series.municipality_id

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def takes_registrations(self) -> bool:
        return self.admission != Admission.OPEN_DOOR

    def places_left(self) -> int | None:
        """None where everybody fits."""
        return None if self.capacity is None else max(0, self.capacity - self.going_count)

    def is_chaired_by(self, user: User) -> bool:
        return self.chair_id is not None and self.chair_id == user.pk

    def is_minuted_by(self, user: User) -> bool:
        return self.note_taker_id is not None and self.note_taker_id == user.pk


class Part(models.Model):
    """One stretch of time of a meeting: the evening, or one of its days. Each is an event of its own in calendars."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="parts")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("name of this part"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(_("other place"), max_length=200, blank=True)
    # A part that was taken away stays, so that calendars can be told.
    dropped_at = models.DateTimeField(_("taken away at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("part of a meeting")
        verbose_name_plural = _("parts of a meeting")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="part_ends_after_it_begins",
                violation_error_message=_("The end must be after the beginning."),
            )
        ]
        indexes = [models.Index(fields=["meeting", "starts_at"], name="part_by_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.starts_at:%Y-%m-%d %H:%M}"


class AgendaItem(models.Model):
    """A line of the programme. Its time follows from how long the lines before it take, so moving the meeting keeps it right."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("place in the row"))
    title = models.CharField(_("subject"), max_length=160)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    who = models.CharField(_("who leads it"), max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15, validators=[MaxValueValidator(600)])

    class Meta:
        ordering = ["part", "position", "pk"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__lte=600),
                name="agenda_item_ten_hours",
                violation_error_message=_("At most ten hours."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A document with a meeting, for everybody who may see the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(_("what it is"), max_length=120)
    file = models.FileField(_("file"), upload_to=document_path, storage=private_storage)
    name = models.CharField(_("name of the file"), max_length=120, editable=False)
    mime_type = models.CharField(_("type"), max_length=120, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """A moment at which everybody who comes is reminded; moving the meeting makes new ones."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField(_("days before"))
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sequence = models.PositiveIntegerField(editable=False)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("reminder of a meeting")
        verbose_name_plural = _("reminders of meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "days", "due_at"],
                name="reminder_once",
                violation_error_message=_("This reminder is planned already."),
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="reminder_waiting")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.days}"
