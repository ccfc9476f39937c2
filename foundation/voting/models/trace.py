from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.voting.enums import TraceOf


class Trace(models.Model):
    """Rows were removed whose bytes still lie in the files of their tables, until services.traces has rewritten these.

    Written in the transaction that removes them, so that a killed worker forgets nothing; gone when the files are clean.
    """

    of = models.CharField(_("removed rows of"), max_length=8, choices=TraceOf)

    class Meta:
        verbose_name = _("trace of removed rows")
        verbose_name_plural = _("traces of removed rows")
        constraints = [models.CheckConstraint(condition=models.Q(of__in=TraceOf.values), name="trace_of_known_tables")]

    def __str__(self) -> str:
        return self.of
