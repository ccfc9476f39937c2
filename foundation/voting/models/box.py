from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.voting.models.ballot import Ballot

# Set (for one transaction) only by services.mixing; the triggers below ask for it.
EMPTYING = "aanzet.emptying"
_NOT_EMPTYING = pgtrigger.Condition(f"current_setting('{EMPTYING}', true) IS DISTINCT FROM 'on'")
# A paper leaves inlet or box in one way only: its voter replaced it, in an open ballot that allows it, and the line that
# says so stands already.
_GOES_WHEN_REPLACED = """
    IF EXISTS (
        SELECT 1 FROM voting_replacedvote r JOIN voting_ballot b ON b.id = r.ballot_id
        WHERE r.ballot_id = OLD.ballot_id AND r.code = OLD.code AND r.commitment = OLD.commitment AND NOT r.is_mixed
          AND b.state = 'open' AND b.allow_change
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
"""
_REPLACES_A_PAPER = """
    IF NOT NEW.is_mixed AND EXISTS (
        SELECT 1 FROM voting_ballot WHERE id = NEW.ballot_id AND state = 'open' AND allow_change
    ) AND EXISTS (
        SELECT 1 FROM voting_inletvote
        WHERE ballot_id = NEW.ballot_id AND code = NEW.code AND commitment = NEW.commitment
        UNION ALL
        SELECT 1 FROM voting_vote
        WHERE ballot_id = NEW.ballot_id AND code = NEW.code AND commitment = NEW.commitment
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'pgtrigger: Cannot insert rows into % table: it replaces no vote', TG_TABLE_NAME;
"""


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
            pgtrigger.Trigger(
                name="emptied_by_mixing_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=_NOT_EMPTYING,
                func=_GOES_WHEN_REPLACED,
            ),
        ]


class Vote(Paper):
    """A vote in the ballot box (*stembus*): put there by mixing only, never changed, taken out by its voter only."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes", db_index=False)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="vote_code_once")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="goes_when_replaced", when=pgtrigger.Before, operation=pgtrigger.Delete, func=_GOES_WHEN_REPLACED
            ),
            pgtrigger.Protect(name="filled_by_mixing_only", operation=pgtrigger.Insert, condition=_NOT_EMPTYING),
        ]


class ReplacedVote(models.Model):
    """What remains of a vote that its voter replaced: its receipt code and commitment. Choice and nonce are gone.

    ``is_mixed``: mixing wrote the line anew, with those of the same batch, so that it carries the ``xmin`` of the batch
    and not of the moment at which somebody changed their vote.
    """

    pk = models.CompositePrimaryKey("ballot_id", "code")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="replaced_votes", db_index=False)
    code = models.CharField(_("receipt code"), max_length=12)
    commitment = models.BinaryField(_("commitment"), max_length=32)
    is_mixed = models.BooleanField(_("mixed"), default=False)

    class Meta:
        verbose_name = _("replaced vote")
        verbose_name_plural = _("replaced votes")
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Protect(name="emptied_by_mixing_only", operation=pgtrigger.Delete, condition=_NOT_EMPTYING),
            pgtrigger.Trigger(
                name="replaces_a_paper",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=_NOT_EMPTYING,
                func=_REPLACES_A_PAPER,
            ),
        ]

    def __str__(self) -> str:
        return self.code
