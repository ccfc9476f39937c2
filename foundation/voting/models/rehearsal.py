from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.voting.models.ballot import Ballot
from foundation.voting.models.option import frozen_with_ballot


class Rehearsal(models.Model):
    """Staff trying a ballot out before it opens. It lives apart from roll, inlet, box and log, so that it can be wiped
    without a trace; the database refuses to open a ballot as long as it has one."""

    ballot = models.OneToOneField(Ballot, on_delete=models.CASCADE, primary_key=True, related_name="rehearsal")
    rules_sha256 = models.CharField(
        _("hash of the rules"), max_length=64, help_text=_("Of what was rehearsed: a changed ballot needs a new try.")
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("rehearsal of a ballot")
        verbose_name_plural = _("rehearsals of ballots")
        triggers = [frozen_with_ballot()]

    def __str__(self) -> str:
        return str(self.ballot_id)


class RehearsalVote(models.Model):
    """A test vote: never counted with real ones, for it never comes near them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="votes", db_column="ballot_id")
    choices = models.TextField(_("choices"), blank=True)

    class Meta:
        verbose_name = _("test vote")
        verbose_name_plural = _("test votes")
        triggers = [frozen_with_ballot()]

    def __str__(self) -> str:
        return str(self.pk)
