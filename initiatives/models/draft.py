from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality
from initiatives.models.initiative import Initiative
from initiatives.models.page import picture_path


class DraftQuerySet(models.QuerySet["Draft"]):
    def expired(self, now: datetime) -> DraftQuerySet:
        """Those that nobody went on with in time, sent ones too: what was sent stands on the initiative."""
        return self.filter(expires_at__lte=now)


class Draft(models.Model):
    """A plan that is not sent yet, with or without an account. Whoever has its secret link can go on with it.

    ``data`` holds what was typed, by name of the field. ``initiative`` is what became of it when it was sent, so that
    sending twice makes one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="initiative_drafts")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    data: models.JSONField[Any, Any] = models.JSONField(_("what was typed"), default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="initiative_drafts"
    )
    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, null=True, related_name="draft")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("kept until"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        verbose_name = _("plan that is not sent yet")
        verbose_name_plural = _("plans that are not sent yet")
        indexes = [models.Index(fields=["expires_at"], name="draft_expiry")]

    def __str__(self) -> str:
        return str(self.pk)


class DraftPicture(models.Model):
    """A picture of a plan that is not sent yet; it goes to the page of the plan, or away with the draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="pictures")
    image = models.ImageField(_("picture"), upload_to=picture_path)
    alt = models.CharField(_("what the picture shows"), max_length=200)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of a plan that is not sent yet")
        verbose_name_plural = _("pictures of plans that are not sent yet")

    def __str__(self) -> str:
        return self.alt
