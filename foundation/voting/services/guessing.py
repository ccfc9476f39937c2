"""What happens when somebody types a code that does not exist.

Only wrong codes are counted, and a right code always passes: behind one address there may be a library, a flat or a whole
neighbourhood (shared IPv4 addresses), and nobody there may be locked out by a neighbour who plays. That costs nothing: with
100,000 codes out of 2^80 somebody who tries a thousand a second finds one in three hundred million years. So the limits tell
machines to slow down (429 with ``Retry-After``), and people of the municipality that something is going on.
"""

from __future__ import annotations

import ipaddress
import logging
from datetime import datetime

from django.db import transaction

from foundation.core import ratelimit
from foundation.voting import notifications
from foundation.voting.models import Ballot

log = logging.getLogger(__name__)

PER_ADDRESS = 10
ADDRESS_SECONDS = 600
PER_BALLOT = 200
BALLOT_SECONDS = 600


def wrong_code(*, ballot: Ballot, address: str, now: datetime) -> int:
    """Count one wrong code. Returns in how many seconds this address may try a wrong one again; 0 when it is not many.

    Args:
        address: of the visitor, as ``ratelimit.client_address`` gives it; kept as a keyed hash in Redis only.
    """
    everywhere = ratelimit.allow(
        "voting.wrong_code", f"ballot:{ballot.pk}", capacity=PER_BALLOT, per_seconds=BALLOT_SECONDS
    )
    if not everywhere:
        log.warning("many wrong codes are tried in ballot %s", ballot.pk)
        with transaction.atomic():
            notifications.tell_guessing(ballot, now.strftime("%Y-%m-%dT%H"))
    verdict = ratelimit.take("voting.wrong_code", _network(address), capacity=PER_ADDRESS, per_seconds=ADDRESS_SECONDS)
    return 0 if verdict.allowed else max(1, verdict.retry_after)


def wrong_receipt(*, ballot: Ballot, who: str) -> int:
    """Count one receipt code that no vote has. Returns in how many seconds there may be another; 0 when it is not many.

    A receipt has 60 random bits: with 100,000 votes and a thousand guesses a second one is found in 180 years, and then it
    changes one vote of which nobody knows whose it is. So here too a right code always passes.

    Args:
        who: whose bucket: the account or the voting code, or for readers without either their network.
    """
    verdict = ratelimit.take(
        "voting.wrong_receipt", f"{ballot.pk}:{who}", capacity=PER_ADDRESS, per_seconds=ADDRESS_SECONDS
    )
    if not verdict.allowed:
        log.warning("many wrong receipt codes are tried in ballot %s", ballot.pk)
    return 0 if verdict.allowed else max(1, verdict.retry_after)


def _network(address: str) -> str:
    """Of IPv6 the /64, which is one household."""
    if ":" in address:
        return f"net:{ipaddress.ip_network(f'{address}/64', strict=False)}"
    return f"net:{address}"
