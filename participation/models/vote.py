"""The vote of a process: which ballot of ``foundation.voting``, and which proposal became which option."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.voting.models import Ballot
from participation.models.process import Phase, Process
from participation.models.proposal import Proposal


class ProcessVote(models.Model):
    """The ballot that was made of the proposals of a process. ``noted_at``: the result was written on the proposals."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="votes")
    phase = models.ForeignKey(Phase, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, related_name="process_vote")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    copied_at = models.DateTimeField(_("proposals copied at"), default=timezone.now, editable=False)
    noted_at = models.DateTimeField(_("result noted at"), null=True, editable=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("vote of a process")
        verbose_name_plural = _("votes of processes")

    def __str__(self) -> str:
        return f"{self.process_id}: {self.ballot_id}"


class VotedProposal(models.Model):
    """Proposal ``proposal`` stands on the paper as option ``number``."""

    vote = models.ForeignKey(ProcessVote, on_delete=models.CASCADE, related_name="proposals")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="votes")
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        ordering = ["number"]
        verbose_name = _("proposal in a vote")
        verbose_name_plural = _("proposals in votes")
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="voted_proposal_number_once"),
            models.UniqueConstraint(fields=["vote", "proposal"], name="voted_proposal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id}: {self.number}"
