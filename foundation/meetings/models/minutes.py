from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.enums import ActionState, MinutesState
from foundation.meetings.models.meetings import Meeting
from foundation.meetings.models.series import Series

MOST_CHARACTERS = 60_000


class Minutes(models.Model):
    """What was said, in Markdown. ``version`` goes up with each change: who saves an older one sees both texts."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    text = models.TextField(_("minutes"), max_length=MOST_CHARACTERS, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MinutesState.DRAFT) | Q(published_at__isnull=False),
                name="minutes_published_have_a_moment",
                violation_error_message=_("Published minutes have a moment."),
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def is_published(self) -> bool:
        return self.state == MinutesState.PUBLISHED


class Decision(models.Model):
    """What the meeting decided, in one sentence."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.TextField(_("decision"), max_length=1000)
    made_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["meeting", "pk"]
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of a meeting")

    def __str__(self) -> str:
        return self.text


class ActionQuerySet(models.QuerySet["ActionPoint"]):
    def open(self) -> ActionQuerySet:
        return self.filter(state=ActionState.OPEN)


class ActionPoint(models.Model):
    """Who does what by when. Open ones come back in the agenda of the next meeting of the series."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="action_points")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="action_points")
    text = models.TextField(_("action point"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    owner_name = models.CharField(_("who does it"), max_length=120, blank=True)
    due_on = models.DateField(_("ready by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.OPEN)
    closed_on = models.DateField(_("done on"), null=True, blank=True)
    made_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN, closed_on=None)
                | (~Q(state=ActionState.OPEN) & Q(closed_on__isnull=False)),
                name="action_point_closed_on_a_day",
                violation_error_message=_("A closed action point has a day."),
            )
        ]
        indexes = [models.Index(fields=["series", "state"], name="action_by_series")]

    def __str__(self) -> str:
        return self.text

    @property
    def who(self) -> str:
        return str(self.owner) if self.owner_id else self.owner_name
