from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality
from initiatives.enums import IMPORT_WORKING, ImportState, InitiativeState
from initiatives.models.page import private_storage

# A worker says that it lives every second; after this silence another one takes over.
SILENCE_BEFORE_TAKE_OVER = timedelta(seconds=45)


def import_path(instance: models.Model, name: str) -> str:
    return f"initiatives/imports/{uuid.uuid4().hex}.csv"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def for_municipality(self, municipality: Municipality) -> ImportRunQuerySet:
        return self.filter(municipality=municipality)

    def to_be_taken(self, now: datetime) -> ImportRunQuerySet:
        """Work that nobody has begun, or that a worker left when it fell silent."""
        silent = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - SILENCE_BEFORE_TAKE_OVER)
        return self.filter(silent, state__in=IMPORT_WORKING)


class ImportRun(models.Model):
    """One file of initiatives: which column is what, the report of the dry run, how far the work is, what came of it.

    ``columns`` maps a field of an initiative to a column of the file, as a person chose it. ``lines`` of the report are
    ``[line, title, [[code, value], ...]]``; ``imports.lines.sentence`` says each code in words.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="initiative_imports")
    state = models.CharField(_("state"), max_length=9, choices=ImportState, default=ImportState.MAPPING, editable=False)
    file = models.FileField(_("file"), upload_to=import_path, storage=private_storage, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200)
    columns: models.JSONField[Any, Any] = models.JSONField(_("columns"), default=dict, blank=True)
    default_state = models.CharField(
        _("state"), max_length=13, choices=InitiativeState, default=InitiativeState.FINISHED
    )
    default_label = models.CharField(_("comes from"), max_length=200, blank=True)
    report: models.JSONField[Any, Any] = models.JSONField(_("report"), default=dict, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import of initiatives")
        verbose_name_plural = _("imports of initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(state__in=["importing", "undoing"]),
                name="one_initiative_import_at_a_time",
                violation_error_message=_("Another file is being read. Wait until it is done."),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in IMPORT_WORKING

    @property
    def percentage(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
