from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.voting.models.ballot import Ballot


class Count(models.Model):
    """A run of a counting rule over all votes of a box. The same box, rules and program give the same row."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="counts")
    box_hash = models.CharField(_("hash of the box"), max_length=64)
    rules_sha256 = models.CharField(_("hash of the rules"), max_length=64)
    rule = models.CharField(_("counting rule"), max_length=20)
    settings: models.JSONField[Any, Any] = models.JSONField(_("settings with the final seed"))
    code_version = models.CharField(_("version of the counting code"), max_length=20)
    finished_at = models.DateTimeField(_("finished at"), default=timezone.now)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "box_hash", "rules_sha256", "rule", "code_version"], name="count_once"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.rule}"


class Result(models.Model):
    """The outcome of a count, with its story; ``counting.Outcome.to_dict()`` as it was. Append-only."""

    count = models.OneToOneField(Count, on_delete=models.PROTECT, primary_key=True, related_name="result")
    outcome: models.JSONField[Any, Any] = models.JSONField(_("outcome"))
    outcome_sha256 = models.CharField(_("hash of the outcome"), max_length=64)
    cast = models.PositiveIntegerField(_("votes cast"))
    blank = models.PositiveIntegerField(_("blank votes"))
    turnout: models.JSONField[Any, Any] = models.JSONField(
        _("voters per area"), help_text=_("Area code to number of voters; only areas of ten or more.")
    )

    statement = models.TextField(
        _("signed summary"), blank=True, help_text=_("Totals and hashes that were signed with the key of the ballot.")
    )
    statement_signature = models.CharField(_("signature"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.pk)
