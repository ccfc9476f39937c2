"""What holds on to where a resident lives (``settings.RESIDENCY_GUARDS``): a vote for a part of the municipality.

Who voted in their neighbourhood must not move and vote in the next one while the first vote is still running.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.core.templatetags.aanzet import moment
from foundation.municipalities.models import Residency
from foundation.voting.models import BallotArea
from foundation.voting.queries.mine import ballots_voted_in


def running_votes(residency: Residency) -> Iterator[str]:
    """A sentence for each running vote for some neighbourhoods only in which this resident voted."""
    now = clock.now()
    voted = [
        ballot
        for ballot in ballots_voted_in(residency.user)
        if ballot.municipality_id == residency.municipality_id and ballot.takes_votes(now)
    ]
    limited = set(BallotArea.objects.filter(ballot__in=voted).values_list("ballot_id", flat=True))
    for ballot in voted:
        if ballot.pk in limited:
            yield _(
                "You voted in “%(title)s” as a resident of your neighbourhood. You can change it after %(when)s."
            ) % {
                "title": ballot.title,
                "when": moment(ballot.closes_at),
            }
