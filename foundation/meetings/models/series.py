from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.enums import Visibility
from foundation.municipalities.models import Municipality

if TYPE_CHECKING:
    from foundation.accounts.models import User


class SeriesQuerySet(models.QuerySet["Series"]):
    def for_municipality(self, municipality: Municipality | None) -> SeriesQuerySet:
        """Those of a municipality; None: those that belong to none."""
        return self.filter(municipality=municipality)

    def public(self) -> SeriesQuerySet:
        return self.filter(visibility=Visibility.PUBLIC)


class Series(models.Model):
    """Meetings that belong together. A meeting that stands alone is a series of one (``is_single``).

    The upper app points down to it, and says by ``host`` which of its rules hold (``foundation.meetings.hosts``).
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="meeting_series", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=160)
    purpose = models.TextField(_("purpose"), max_length=4000, blank=True)
    visibility = models.CharField(_("who may see it"), max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    is_single = models.BooleanField(_("one meeting that stands alone"), default=False, editable=False)
    host = models.CharField(_("app whose rules hold"), max_length=60, blank=True, editable=False)
    host_title = models.CharField(_("what it belongs to"), max_length=200, blank=True, editable=False)
    host_url = models.CharField(_("page of what it belongs to"), max_length=300, blank=True, editable=False)
    organiser = models.CharField(_("who organises it"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="series_visibility_known",
                violation_error_message=_("Unknown visibility."),
            ),
            models.CheckConstraint(
                condition=Q(host_url="") | Q(host_url__regex=r"^/([^/\\]|$)"),
                name="series_url_is_a_path_here",
                violation_error_message=_("The page of a series is a path in this portal."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="series_by_municipality")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from foundation.meetings.addresses import address

        return address("series", self, self.pk)

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC


class Member(models.Model):
    """Somebody who is invited to every meeting of a series; an address without an account has no ``user``."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of a series")
        verbose_name_plural = _("members of a series")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "user"],
                condition=Q(user__isnull=False),
                name="member_once_per_person",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["series", "email"],
                condition=Q(user__isnull=True),
                name="member_once_per_address",
                violation_error_message=_("This address is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | (Q(user__isnull=True) & ~Q(email="")),
                name="member_person_or_address",
                violation_error_message=_("Give an account or an e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id}: {self.pk}"


class FeedKey(models.Model):
    """The secret of somebody's own calendar feed; a new one makes the old address dead."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("key of a calendar feed")
        verbose_name_plural = _("keys of calendar feeds")

    def __str__(self) -> str:
        return f"feed of {self.user_id}"


def holder_name(user: User | None, name: str, email: str) -> str:
    """How a person on a list is shown."""
    return str(user) if user is not None else (name or email)


class InvitationRound(models.Model):
    """Meetings that were planned for a long list: who is on it is invited, and told once, by a worker.

    ``last_member``: who came onto the list of the series later has heard of these meetings by coming onto it. ``leaders``:
    numbers of who chairs or takes notes, told along.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="invitation_rounds")
    meetings: models.JSONField[list[int], list[int]] = models.JSONField(_("meetings"), default=list)
    leaders: models.JSONField[list[int], list[int]] = models.JSONField(_("who leads them"), default=list)
    moment = models.CharField(_("moment"), max_length=80)
    last_member = models.BigIntegerField(_("last on the list"))
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("round of invitations")
        verbose_name_plural = _("rounds of invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "moment"],
                name="invitation_round_once",
                violation_error_message=_("These meetings were planned already."),
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="invitation_rounds_open")]

    def __str__(self) -> str:
        return f"{self.series_id}: {self.moment}"
