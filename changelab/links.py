"""Personal links in invitations to a lab: signed, so that nobody can make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from changelab.models import LabMember

_signer = signing.Signer(salt="changelab.member", sep="~")


class BadLink(Exception):
    """Not one of our links, or a changed one."""


def token_of(member: LabMember) -> str:
    """Signed with the address, so that a link for an address that was corrected does not work any more."""
    return _signer.sign_object({"id": member.pk, "to": member.email})


def address_of(member: LabMember) -> str:
    """The page where somebody comes into the lab."""
    return reverse("changelab:join", args=[token_of(member)])


def read(token: str) -> LabMember:
    """The member whose link this is.

    Raises:
        BadLink: we did not make it, or the address has changed since.
    """
    from changelab.models import LabMember

    try:
        told = _signer.unsign_object(token)
        rows = LabMember.objects.select_related("lab__cohort__programme", "lab__municipality", "user")
        return rows.get(pk=told["id"], email=told["to"])
    except (signing.BadSignature, LabMember.DoesNotExist, KeyError, TypeError, ValueError) as error:
        raise BadLink from error
