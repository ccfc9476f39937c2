from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.voting.models.ballot import Ballot


class LogEntry(models.Model):
    """One line of the public log: a commitment. Sorted within its batch, so that its place tells the batch only."""

    pk = models.CompositePrimaryKey("ballot_id", "position")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="log_entries", db_index=False)
    position = models.PositiveIntegerField(_("place in the log"), help_text=_("Counted from 0."))
    commitment = models.BinaryField(_("commitment"), max_length=32)

    class Meta:
        verbose_name = _("line in the public log")
        verbose_name_plural = _("public log")
        constraints = [models.UniqueConstraint(fields=["ballot", "commitment"], name="log_commitment_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.position}"


class LogHead(models.Model):
    """A signed summary of the log after a batch. ``day`` is all it tells of time: a finer one would time the votes."""

    pk = models.CompositePrimaryKey("ballot_id", "number")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="log_heads", db_index=False)
    number = models.PositiveIntegerField(_("number"), help_text=_("Counted from 1."))
    size = models.PositiveIntegerField(_("votes in the log"))
    root = models.CharField(_("Merkle root"), max_length=64)
    day = models.DateField(_("day"))
    previous = models.CharField(_("name of the one before"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)
    name = models.CharField(_("name"), max_length=64, help_text=_("SHA-256 of what is signed, and the signature."))
    frontier = models.BinaryField(_("roots of full subtrees"))

    class Meta:
        verbose_name = _("head of the public log")
        verbose_name_plural = _("heads of the public log")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.number}"
