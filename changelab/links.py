"""Personal links in invitations to a lab."""

from __future__ import annotations

from changelab.models import LabMember
from foundation.core.signed_links import SignedLinks

_links = SignedLinks(
    "changelab.member",
    page="changelab:join",
    rows=lambda: LabMember.objects.select_related("lab__cohort__programme", "lab__municipality", "user"),
    holds=lambda asked: {"to": asked.email},
)
token_of, address_of, read = _links.token_of, _links.address_of, _links.read
