"""Personal links in invitations to a programme."""

from __future__ import annotations

from foundation.core.signed_links import SignedLinks
from learning_network.models import Participant

_links = SignedLinks(
    "learning_network.participant",
    page="learning_network:join",
    rows=lambda: Participant.objects.select_related("enrolment__programme__series", "enrolment__municipality", "user"),
    holds=lambda asked: {"to": asked.email},
)
token_of, address_of, read = _links.token_of, _links.address_of, _links.read
