"""The personal link in an invitation to the network; like ``links.py``, it names an invitation, never a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from learning_network.links import BadLink

if TYPE_CHECKING:
    from learning_network.models import MemberInvitation

_signer = signing.Signer(salt="learning_network.member", sep="~")


def token_of(invitation: MemberInvitation) -> str:
    """Signed with the address and the moment, so that only the newest mail works."""
    return _signer.sign_object(
        {"id": invitation.pk, "to": invitation.email, "at": f"{invitation.invited_at:%Y%m%d%H%M%S}"}
    )


def address_of(invitation: MemberInvitation) -> str:
    """The page where somebody becomes a member."""
    return reverse("learning_network:become_member", args=[token_of(invitation)])


def read(token: str) -> MemberInvitation:
    """The invitation whose link this is.

    Raises:
        BadLink: we did not make it, it was sent again since, or it was taken back.
    """
    from learning_network.models import MemberInvitation

    try:
        told = _signer.unsign_object(token)
        found = MemberInvitation.objects.select_related("municipality", "invited_by").get(
            pk=told["id"], email=told["to"]
        )
        if f"{found.invited_at:%Y%m%d%H%M%S}" != told["at"]:
            raise BadLink
        return found
    except (signing.BadSignature, MemberInvitation.DoesNotExist, KeyError, TypeError, ValueError) as error:
        raise BadLink from error
