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
        secret.ballot_id: papers.voter_key(bytes(secret.roll_key), user.pk) for secret in BallotSecret.objects.all()
    }
    # The ballots are named too, so that the primary key of the roll finds the lines.
    found = VoterRecord.objects.filter(ballot_id__in=list(keys), voter_key__in=list(keys.values())).values_list(
        "ballot_id", flat=True
    )
    return list(Ballot.objects.filter(pk__in=found).select_related("municipality").order_by("-closes_at"))
