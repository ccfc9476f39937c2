from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import IMPORT_ACTIVE, ImportKind, ImportState
from foundation.municipalities.models.municipality import Municipality

# A worker says that it lives at least every few seconds; after this silence another one takes over.
SILENCE_BEFORE_TAKE_OVER = timedelta(seconds=45)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def for_municipality(self, municipality: Municipality) -> ImportRunQuerySet:
        return self.filter(municipality=municipality)

    def active(self) -> ImportRunQuerySet:
        return self.filter(state__in=IMPORT_ACTIVE)

    def to_be_taken(self, now: datetime) -> ImportRunQuerySet:
        """Waiting, or in the hands of a worker that fell silent."""
        return self.filter(
            models.Q(state=ImportState.QUEUED)
            | models.Q(state=ImportState.RUNNING, heartbeat_at__lt=now - SILENCE_BEFORE_TAKE_OVER)
        )


class ImportRun(models.Model):
    """One upload of areas or postcodes: the file, how far it is, and what came of it."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind, default=ImportKind.AREAS)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.QUEUED)
    file = models.FileField(_("file"), upload_to="imports/")
    file_name = models.CharField(_("name of the file"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year of the list"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    report: models.JSONField[Any, Any] = models.JSONField(_("report"), default=dict, blank=True)
    problems: models.JSONField[Any, Any] = models.JSONField(_("what is wrong"), default=list, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_import_at_a_time",
                violation_error_message=_("Another file is being read. Wait until it is done."),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_active(self) -> bool:
        return self.state in IMPORT_ACTIVE

    @property
    def percentage(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
