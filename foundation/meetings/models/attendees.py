from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.enums import AttendeeState
from foundation.meetings.models.meetings import Meeting
from foundation.meetings.models.series import holder_name

ON_THE_LIST = (AttendeeState.INVITED, AttendeeState.GOING, AttendeeState.WAITING, AttendeeState.MAYBE)

# One trigger keeps the number of people with a place; with the check on Meeting no road leads to one too many.
_COUNT = """
    IF TG_OP IN ('UPDATE', 'DELETE') AND OLD.state = 'going' THEN
        IF TG_OP = 'DELETE' OR NEW.state <> 'going' THEN
            UPDATE meetings_meeting SET going_count = going_count - 1 WHERE id = OLD.meeting_id;
        END IF;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') AND NEW.state = 'going' THEN
        IF TG_OP = 'INSERT' OR OLD.state <> 'going' THEN
            UPDATE meetings_meeting SET going_count = going_count + 1 WHERE id = NEW.meeting_id;
        END IF;
    END IF;
    RETURN NULL;
"""


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def going(self) -> AttendeeQuerySet:
        return self.filter(state=AttendeeState.GOING)

    def waiting(self) -> AttendeeQuerySet:
        """The waiting list, first come first."""
        return self.filter(state=AttendeeState.WAITING).order_by("number")

    def on_the_list(self) -> AttendeeQuerySet:
        """Everybody whom a change of the meeting concerns."""
        return self.filter(state__in=ON_THE_LIST)


class Attendee(models.Model):
    """One person and one meeting: invited or not, signed up, on the waiting list, came or not.

    Without an account there is a name and perhaps an address. ``brought_by`` signed them up and has their consent.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="meetings_attended", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    consent_at = models.DateTimeField(_("said that the other agrees at"), null=True, blank=True)
    was_invited = models.BooleanField(_("was invited"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=AttendeeState)
    number = models.PositiveIntegerField(_("place in the order of signing up"), null=True, blank=True, editable=False)
    needs = models.CharField(_("what this person needs to be able to take part"), max_length=500, blank=True)
    came = models.BooleanField(_("was there"), null=True, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "pk"]
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="attendee_once_per_person",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "email"],
                condition=Q(user__isnull=True) & ~Q(email=""),
                name="attendee_once_per_address",
                violation_error_message=_("This address is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="attendee_number_once",
                violation_error_message=_("Somebody else has this place in the order."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttendeeState.values),
                name="attendee_state_known",
                violation_error_message=_("Unknown state."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AttendeeState.GOING, AttendeeState.WAITING]) | Q(number__isnull=False),
                name="attendee_signed_up_in_order",
                violation_error_message=_("Who signed up has a place in the order."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name="") | ~Q(email=""),
                name="attendee_is_somebody",
                violation_error_message=_("Give a name."),
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "state", "number"], name="attendee_by_state"),
            models.Index(fields=["user", "state"], name="attendee_by_user"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="count_going",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_COUNT,
            )
        ]

    def __str__(self) -> str:
        return holder_name(self.user, self.name, self.email)

    @property
    def audit_label(self) -> str:
        """Without a name: the audit trail outlives it."""
        return f"{self.pk}"
