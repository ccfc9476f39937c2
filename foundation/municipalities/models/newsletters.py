from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import NewsletterState
from foundation.municipalities.models.municipality import Municipality


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def for_municipality(self, municipality: Municipality) -> NewsletterQuerySet:
        return self.filter(municipality=municipality)

    def in_archive(self) -> NewsletterQuerySet:
        """What everybody may read: on its way or sent, and meant for the archive."""
        return self.filter(state__in=[NewsletterState.SENDING, NewsletterState.SENT], is_public=True)

    def to_start(self, now: datetime) -> NewsletterQuerySet:
        return self.filter(state=NewsletterState.SCHEDULED, send_at__lte=now)


class Newsletter(models.Model):
    """A letter of a municipality to who follows it; from the moment it is planned its text does not change any more."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="newsletters")
    subject = models.CharField(_("subject"), max_length=120)
    intro = models.TextField(_("introduction"), max_length=1500, blank=True)
    # [{"heading": str, "text": Markdown}], in order
    blocks: models.JSONField[Any, Any] = models.JSONField(_("parts"), default=list, blank=True)
    # [{"title": str, "text": str, "url": path}]: taken from the portal, as it was then
    items: models.JSONField[Any, Any] = models.JSONField(_("from the portal"), default=list, blank=True)
    # ["municipality:", "neighbourhood:12", "theme:3", "initiative:17"]: code and value of foundation.municipalities.audiences
    audiences: models.JSONField[Any, Any] = models.JSONField(_("for whom"), default=list, blank=True)
    is_public = models.BooleanField(_("in the archive for everybody"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=NewsletterState, default=NewsletterState.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    send_at = models.DateTimeField(_("to be sent at"), null=True, blank=True)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    receivers_total = models.PositiveIntegerField(_("receivers"), default=0)
    unsubscribed = models.PositiveIntegerField(_("unsubscribed by a link in it"), default=0)
    # Of one that the portal wrote by itself: the label of what it tells of, such as "voting.ballot:17" or
    # "voting.ballot:17/cancelled". It goes to addresses only: who has an account gets a message.
    source = models.CharField(_("written about"), max_length=80, blank=True, default="", editable=False)
    # The last numbers, once the messages to addresses are forgotten.
    outcome: models.JSONField[Any, Any] = models.JSONField(_("outcome"), null=True, blank=True)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NewsletterState.values),
                name="newsletter_state_known",
                violation_error_message=_("Unknown state."),
            ),
            models.CheckConstraint(
                condition=Q(state=NewsletterState.DRAFT) | Q(send_at__isnull=False),
                name="newsletter_planned_has_moment",
                violation_error_message=_("Say when the newsletter must be sent."),
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="newsletter_once_per_source"),
        ]
        indexes = [
            models.Index(
                fields=["send_at"],
                condition=Q(state__in=[NewsletterState.SCHEDULED, NewsletterState.SENDING]),
                name="newsletter_under_way",
            ),
            models.Index(fields=["municipality", "-created_at"], name="newsletter_by_municipality"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("municipalities:newsletter_public", args=[self.municipality.slug, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == NewsletterState.DRAFT

    @property
    def about(self) -> str:
        """The label under which its messages stand in the outbox."""
        return f"municipalities.newsletter:{self.pk}"


class NewsletterReceiver(models.Model):
    """Who must still be written to of a newsletter that has begun: the frozen list. A row goes when its message is written."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="receivers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(_("address"))

    class Meta:
        verbose_name = _("receiver of a newsletter")
        verbose_name_plural = _("receivers of a newsletter")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "address"], name="newsletter_once_per_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
