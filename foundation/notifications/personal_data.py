"""What the outbox keeps of a person: handed over on request, and erased with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.notifications import compose
from foundation.notifications.models import Bounce, Digest, Message, Preference

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export(user: User) -> dict[str, Any]:
    """Messages with their texts, the days of the overviews, and the choices of this person."""
    messages = Message.objects.filter(recipient=user).select_related("recipient", "delivery").order_by("created_at")
    return {
        "berichten": [
            {
                "onderwerp": compose.subject(message),
                "tekst": compose.body_text(message),
                "gemeente": message.municipality_name,
                "pagina": compose.absolute(message.url),
                "vanaf": message.due_at.isoformat(),
                "gelezen": message.read_at.isoformat() if message.read_at else None,
                "e-mail": message.delivery.get_state_display() if hasattr(message, "delivery") else None,
            }
            for message in messages
        ],
        "dagoverzichten": [
            day.isoformat()
            for day in Digest.objects.filter(recipient=user).order_by("day").values_list("day", flat=True)
        ],
        "teruggekomen e-mails": [
            {"aantal": row.times, "laatst": row.last_at.isoformat(), "antwoord": row.words}
            for row in Bounce.objects.filter(address=user.email.lower())
        ],
        "voorkeuren": {row.topic or "overig": row.channel for row in Preference.objects.filter(user=user)},
    }


def erase(user: User) -> None:
    """Delete all of it; e-mails that wait are not sent any more.

    Also what was sent to this address before there was an account. A wish of the address not to be mailed stays: it
    protects whoever has the address.
    """
    Message.objects.filter(recipient=user).delete()
    Message.objects.filter(recipient=None, address=user.email.lower()).delete()
    Bounce.objects.filter(address=user.email.lower()).delete()
    Digest.objects.filter(recipient=user).delete()
    Preference.objects.filter(user=user).delete()
