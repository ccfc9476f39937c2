"""From counted to published: a second person certifies, the keys are destroyed, everybody sees the result."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.voting import notifications
from foundation.voting.enums import BallotState, TraceOf
from foundation.voting.errors import VotingError
from foundation.voting.models import Ballot, BallotSecret, CodeSecret, Observer, Result
from foundation.voting.services import traces
from foundation.voting.services._locks import locked, move, need


def certify(*, ballot: Ballot, by: User) -> Ballot:
    """Establish the result and destroy the keys of the ballot: from now on nobody can tell who is on the roll.

    Raises:
        PermissionDenied: ``by`` may not certify here.
        VotingError: a binding vote needs somebody else than who announced it.
        WrongMoment: it is not counted, or certified already.
    """
    need("voting.certify", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if ballot.is_binding and ballot.announced_by_id == by.pk:
            raise VotingError(_("The result of a binding vote is established by somebody else than who announced it."))
        old = move(ballot, BallotState.CERTIFIED)
        ballot.certified_at = clock.now()
        ballot.certified_by = by
        ballot.save(update_fields=["state", "certified_at", "certified_by"])
        BallotSecret.objects.filter(ballot=ballot).delete()
        notifications.forget_who_voted(ballot)
        CodeSecret.objects.filter(ballot=ballot).delete()
        traces.leave(TraceOf.KEYS)
        result = Result.objects.get(count__ballot=ballot)
        audit.record(
            "voting.ballot_certified", ballot, by=by, old={"state": old}, new={"outcome_sha256": result.outcome_sha256}
        )
    traces.wipe()
    return ballot


def publish(*, ballot: Ballot, by: User) -> Ballot:
    """Show the result, the votes and the rules to everybody.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongMoment: it is not certified.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        old = move(ballot, BallotState.PUBLISHED)
        ballot.published_at = clock.now()
        ballot.save(update_fields=["state", "published_at"])
        audit.record("voting.ballot_published", ballot, by=by, old={"state": old})
        notifications.tell_published(ballot)
        Observer.objects.filter(ballot=ballot).delete()  # all they need is public now
        notifications.forget_observers(ballot)
    return ballot
