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


class HourHead(models.Model):
    """What the log was at a whole hour, signed: it names the last head and adds nothing to the log itself.

    Mailed to observers and published, so that somebody outside can tell later that nothing was taken back.
    """

    pk = models.CompositePrimaryKey("ballot_id", "hour")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="hour_heads", db_index=False)
    hour = models.DateTimeField(_("hour"))
    number = models.PositiveIntegerField(_("number of the last head"), help_text=_("0: there was none yet."))
    size = models.PositiveIntegerField(_("votes in the log"))
    root = models.CharField(_("Merkle root"), max_length=64)
    head = models.CharField(_("name of the last head"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("head of the hour")
        verbose_name_plural = _("heads of the hour")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.hour}"


class Observer(models.Model):
    """An address outside the portal that gets the heads of the hour. Forgotten when the result is published."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="observers")
    email = models.EmailField(_("e-mail address"))

    class Meta:
        verbose_name = _("observer")
        verbose_name_plural = _("observers")
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "email"],
                name="observer_once",
                violation_error_message=_("This address is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return self.email
