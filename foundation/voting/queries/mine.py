"""What a person can see about their own part in ballots: that they voted, never what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.voting import papers
from foundation.voting.models import Ballot, BallotSecret, VoterRecord

if TYPE_CHECKING:
    from foundation.accounts.models import User


def ballots_voted_in(user: User) -> list[Ballot]:
    """Ballots whose roll has a line for this user, newest closing first. Ballots whose keys are destroyed are unknown."""
    keys = {
        papers.voter_key(bytes(secret.roll_key), user.pk): secret.ballot_id for secret in BallotSecret.objects.all()
    }
    found = VoterRecord.objects.filter(voter_key__in=list(keys)).values_list("ballot_id", flat=True)
    return list(Ballot.objects.filter(pk__in=found).select_related("municipality").order_by("-closes_at"))
