from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Area
from foundation.voting.enums import BatchState, CodeState, LetterLanguage
from foundation.voting.models.ballot import Ballot

SILENT_AFTER = timedelta(seconds=60)  # a worker that gave no sign for this long is taken to be gone
MOST_LETTERS = 50_000


class CodeSecret(models.Model):
    """The key under which the codes of one ballot are known. Made with the first batch, destroyed with the other keys."""

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, primary_key=True, related_name="code_secret")
    code_key = models.BinaryField(_("key of the codes"), max_length=32)

    class Meta:
        verbose_name = _("key of the codes of a ballot")
        verbose_name_plural = _("keys of the codes of ballots")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.ballot_id)


class CodeBatchQuerySet(models.QuerySet["CodeBatch"]):
    def to_be_taken(self, now: datetime) -> CodeBatchQuerySet:
        """Those that wait for a worker, and those whose worker fell silent."""
        return self.filter(
            Q(state=BatchState.WAITING) | Q(state=BatchState.MAKING, heartbeat_at__lt=now - SILENT_AFTER)
        )


class CodeBatch(models.Model):
    """A pile of letters with codes for one neighbourhood (or the whole electorate), in one language."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="code_batches")
    number = models.PositiveIntegerField(_("number"), editable=False)
    name = models.CharField(_("name"), max_length=80, help_text=_("So that you recognise the pile, such as “Zuid”."))
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("neighbourhood")
    )
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage, default=LetterLanguage.DUTCH)
    size = models.PositiveIntegerField(_("number of letters"))
    state = models.CharField(_("state"), max_length=12, choices=BatchState, default=BatchState.WAITING, editable=False)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(_("letters made"), default=0, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of the worker"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("ready at"), null=True, editable=False)
    handed_out_at = models.DateTimeField(_("printed at"), null=True, editable=False)
    blocked_at = models.DateTimeField(_("blocked at"), null=True, editable=False)

    objects = CodeBatchQuerySet.as_manager()

    class Meta:
        ordering = ["ballot", "number"]
        verbose_name = _("batch of codes")
        verbose_name_plural = _("batches of codes")
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="code_batch_number_once"),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MOST_LETTERS),
                name="code_batch_size_in_bounds",
                violation_error_message=_("A batch has at least 1 and at most 50,000 letters."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class LetterPart(models.Model):
    """One PDF of a batch. It is the only place where codes stand in clear; it goes when the letters are printed."""

    batch = models.ForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    first_letter = models.PositiveIntegerField(_("first letter"))
    last_letter = models.PositiveIntegerField(_("last letter"))
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    downloads = models.PositiveSmallIntegerField(_("downloads"), default=0)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)

    class Meta:
        ordering = ["batch", "number"]
        verbose_name = _("part with letters")
        verbose_name_plural = _("parts with letters")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="letter_part_number_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"

    @property
    def path(self) -> Path:
        """Outside everything that the web server hands out by itself."""
        return Path(settings.PRIVATE_ROOT) / "letters" / self.file_name


class VotingCode(models.Model):
    """One code, known by a keyed hash only. Nothing here says whether it was used: that stands in the roll."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="+", db_index=False)
    batch = models.ForeignKey(CodeBatch, on_delete=models.CASCADE, related_name="codes", db_index=False)
    number = models.PositiveIntegerField(_("number of the letter"))
    fingerprint = models.BinaryField(_("keyed hash of the code"), max_length=32)
    state = models.CharField(_("state"), max_length=8, choices=CodeState, default=CodeState.ACTIVE)
    replaces: models.OneToOneField[Any, Any] = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = _("voting code")
        verbose_name_plural = _("voting codes")
        constraints = [
            models.UniqueConstraint(fields=["ballot", "fingerprint"], name="voting_code_once"),
            models.UniqueConstraint(fields=["batch", "number"], name="voting_code_number_once"),
        ]
        triggers = [
            # A dead code never comes back to life, and no code becomes another one.
            pgtrigger.Protect(
                name="only_dies",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'active' OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint"
                    " OR OLD.ballot_id IS DISTINCT FROM NEW.ballot_id OR OLD.batch_id IS DISTINCT FROM NEW.batch_id"
                    " OR OLD.number IS DISTINCT FROM NEW.number"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.number}"
