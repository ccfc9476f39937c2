"""The meetings of a process as a whole."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.meetings.models import Series
from participation.models.process import Process


class ProcessSeries(models.Model):
    """The series of meetings of a process, besides those of its groups. Made when staff plans the first one."""

    process = models.OneToOneField(Process, on_delete=models.PROTECT, related_name="meeting_series")
    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("meetings of a process")
        verbose_name_plural = _("meetings of processes")

    def __str__(self) -> str:
        return f"{self.process_id}"
