"""Personal links in invitations to the network; of several mails only the newest works."""

from __future__ import annotations

from foundation.core.signed_links import SignedLinks
from learning_network.models import MemberInvitation

_links = SignedLinks(
    "learning_network.member",
    page="learning_network:become_member",
    rows=lambda: MemberInvitation.objects.select_related("municipality", "invited_by"),
    holds=lambda asked: {"to": asked.email, "at": f"{asked.invited_at:%Y%m%d%H%M%S}"},
)
token_of, address_of, read = _links.token_of, _links.address_of, _links.read
