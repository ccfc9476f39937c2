from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.voting.models.ballot import Ballot

# Set (for one transaction) only by services.mixing; the triggers below ask for it.
EMPTYING = "aanzet.emptying"
_NOT_EMPTYING = pgtrigger.Condition(f"current_setting('{EMPTYING}', true) IS DISTINCT FROM 'on'")


class Paper(models.Model):
    """What a vote is, in the inlet and in the box alike: no voter, no time, no serial number.

    ``choices`` is the text of the published line: the chosen option numbers, ascending, with commas; empty is blank.
    ``commitment`` = SHA-256("commit" || nonce || code;choices).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("receipt code"), max_length=12)
    choices = models.TextField(_("choices"), blank=True)
    nonce = models.BinaryField(_("nonce"), max_length=16)
    commitment = models.BinaryField(_("commitment"), max_length=32)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class InletVote(Paper):
    """A vote that waits to be mixed. The row lies beside its line in the roll and carries the same ``xmin``, so it
    stays here only until services.mixing empties the inlet."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="inlet_votes", db_index=False)

    class Meta:
        verbose_name = _("vote in the inlet")
        verbose_name_plural = _("votes in the inlet")
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="inlet_code_once")]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Protect(name="emptied_by_mixing_only", operation=pgtrigger.Delete, condition=_NOT_EMPTYING),
        ]


class Vote(Paper):
    """A vote in the ballot box (*stembus*): put there by mixing only, never changed, never taken out."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes", db_index=False)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="vote_code_once")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Protect(name="filled_by_mixing_only", operation=pgtrigger.Insert, condition=_NOT_EMPTYING),
        ]
