"""Personal links in invitations: signed, so that nobody can make one; they name a participant, never a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from learning_network.models import Participant

_signer = signing.Signer(salt="learning_network.participant", sep="~")


class BadLink(Exception):
    """Not one of our links, or a changed one."""


def token_of(participant: Participant) -> str:
    """Signed with the address, so that a link for an address that was corrected does not work any more."""
    return _signer.sign_object({"id": participant.pk, "to": participant.email})


def address_of(participant: Participant) -> str:
    """The page where somebody accepts the ground rules and takes part."""
    return reverse("learning_network:join", args=[token_of(participant)])


def read(token: str) -> Participant:
    """The participant whose link this is.

    Raises:
        BadLink: we did not make it, or the address has changed since.
    """
    from learning_network.models import Participant

    try:
        told = _signer.unsign_object(token)
        rows = Participant.objects.select_related("enrolment__programme__series", "enrolment__municipality", "user")
        return rows.get(pk=told["id"], email=told["to"])
    except (signing.BadSignature, Participant.DoesNotExist, KeyError, TypeError, ValueError) as error:
        raise BadLink from error
