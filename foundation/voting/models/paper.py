"""Votes on paper: envelopes that were let in, and batches of papers that two people type.

An envelope (who) and the paper that was in it (what) have nothing in common here: an envelope is a line in the roll and one
more in somebody's tally; a paper is a place in a batch. Envelopes have no row of their own and batches know none of them.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.voting.enums_paper import OPEN_BATCHES, PAPER_TRANSITIONS, PaperBatchState
from foundation.voting.models.ballot import Ballot

MOST_PAPERS = 500  # in one batch: what two people type in an hour
LONGEST_LINE = 400


class PaperDesk(models.Model):
    """Whether paper may still come in for a ballot. Its row is the lock that everything with paper of one ballot takes."""

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, primary_key=True, related_name="paper_desk")
    closed_at = models.DateTimeField(_("all paper was in at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("paper of a ballot")
        verbose_name_plural = _("paper of ballots")
        triggers = [
            pgtrigger.Protect(
                name="closed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.closed_at IS NOT NULL AND OLD.closed_at IS DISTINCT FROM NEW.closed_at"
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.ballot_id)


class PaperTally(models.Model):
    """How many envelopes one person let in or set aside. Sums only: no envelope, no voter, no time.

    ``last_token`` is the form that was sent last: a form that is sent twice gets the answer it got the first time.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="paper_tallies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    envelopes = models.PositiveIntegerField(_("envelopes let in"), default=0)
    set_aside = models.PositiveIntegerField(_("envelopes set aside"), default=0)
    last_token = models.CharField(max_length=64, blank=True)
    last_answer = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("envelopes of one person")
        verbose_name_plural = _("envelopes per person")
        constraints = [models.UniqueConstraint(fields=["ballot", "by"], name="paper_tally_once")]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.envelopes}"


class PaperBatch(models.Model):
    """A pile of papers out of as many envelopes, mixed and then numbered from 1.

    ``settled`` holds what a third look found where the two entries differ, by number of the paper; it is wiped when the
    batch is accepted, as the entries are. ``invalid`` is how many papers were invalid, by reason.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="paper_batches")
    number = models.PositiveIntegerField(_("number"), editable=False)
    size = models.PositiveIntegerField(
        _("number of envelopes"), help_text=_("Count them first. There are as many papers to type as envelopes.")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=PaperBatchState, default=PaperBatchState.ENTERING, editable=False
    )
    settled: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, editable=False)
    invalid: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["ballot", "number"]
        verbose_name = _("batch of papers")
        verbose_name_plural = _("batches of papers")
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="paper_batch_number_once"),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MOST_PAPERS),
                name="paper_batch_size_in_bounds",
                violation_error_message=_("A batch has at least 1 and at most 500 papers."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_BATCHES) | Q(settled={}), name="paper_batch_wiped_at_the_end"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="paper_state_table",
                field="state",
                transitions=[(old, new) for old, followers in PAPER_TRANSITIONS.table.items() for new in followers],
            ),
            pgtrigger.Protect(
                name="paper_batch_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('accepted', 'withdrawn') AND (OLD.state <> NEW.state OR OLD.size <> NEW.size"
                    " OR OLD.ballot_id <> NEW.ballot_id OR OLD.invalid <> NEW.invalid)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("pile %(number)d") % {"number": self.number})

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_BATCHES


class PaperEntry(models.Model):
    """What one person typed of a batch: a draft until it is handed in, wiped when the batch is accepted.

    ``lines``: before handing in as it was typed, place 0 is paper 1; afterwards what ``paper_lines.read`` makes of it.
    """

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="entries")
    turn = models.PositiveSmallIntegerField(_("first or second time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    lines: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)

    class Meta:
        ordering = ["batch", "turn"]
        verbose_name = _("papers typed by one person")
        verbose_name_plural = _("typed papers")
        constraints = [
            models.UniqueConstraint(fields=["batch", "turn"], name="paper_entry_turn_once"),
            models.UniqueConstraint(
                fields=["batch", "by"],
                name="paper_entry_by_two_people",
                violation_error_message=_("Two different people type each batch."),
            ),
            models.CheckConstraint(condition=Q(turn__in=[1, 2]), name="paper_entry_first_or_second"),
        ]
        triggers = [
            # What was handed in stands; it can only be wiped.
            pgtrigger.Protect(
                name="handed_in_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.handed_in_at IS NOT NULL AND NEW.lines IS DISTINCT FROM OLD.lines AND NEW.lines <> '[]'::jsonb"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.turn}"
