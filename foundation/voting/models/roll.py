from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Area
from foundation.voting.models.ballot import Ballot


class BallotSecret(models.Model):
    """The keys of one ballot: made at opening, destroyed at certification. Without them nobody can tell who a line of
    the roll stands for, and no receipt can be made again.

    They do not depend on the installation's SECRET_KEY: changing that during a ballot would let people vote twice.
    """

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, primary_key=True, related_name="secret")
    roll_key = models.BinaryField(_("key of the roll"), max_length=32)
    receipt_key = models.BinaryField(_("key of the receipts"), max_length=32)
    signing_key = models.BinaryField(_("key that signs the public log"), max_length=32, default=bytes)

    class Meta:
        verbose_name = _("secret of a ballot")
        verbose_name_plural = _("secrets of ballots")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.ballot_id)


class VoterRecord(models.Model):
    """A line in the voter roll (*kiesregister*): *that* somebody voted, never what nor when.

    No key to a user and no serial number. The primary key is the rule itself: one vote per voter per ballot.
    """

    pk = models.CompositePrimaryKey("ballot_id", "voter_key")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voter_records", db_index=False)
    voter_key = models.BinaryField(_("voter"), max_length=32)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("line in the voter roll")
        verbose_name_plural = _("voter roll")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.ballot_id)
