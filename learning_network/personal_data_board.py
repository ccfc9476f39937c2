"""What the recruitment board keeps of a person: being the contact of a municipality, also in letters that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learning_network.models import Enrolment, SentLetter

if TYPE_CHECKING:
    from foundation.accounts.models import User

ERASED = "…"
ERASED_ADDRESS = "gewist@example.invalid"  # that it went by e-mail stays


def export(user: User) -> list[dict[str, Any]]:
    """The cards on which this person's address stands."""
    rows = Enrolment.objects.filter(contact_email__iexact=user.email).select_related("programme", "municipality")
    return [
        {
            "programma": row.programme.title,
            "gemeente": row.municipality.name,
            "naam": row.contact_name,
            "e-mailadres": row.contact_email,
        }
        for row in rows
    ]


def letters_of(user: User) -> list[dict[str, Any]]:
    """The letters that went to this person's address."""
    rows = SentLetter.objects.filter(address__iexact=user.email).select_related("enrolment__municipality")
    return [
        {"brief": str(row.get_kind_display()), "gemeente": row.enrolment.municipality.name, "op": row.sent_on}
        for row in rows
    ]


def erase(user: User) -> None:
    """Take name and address off the cards, and the name out of letters that were sent."""
    SentLetter.objects.filter(address__iexact=user.email).update(address=ERASED_ADDRESS)
    for row in Enrolment.objects.filter(contact_email__iexact=user.email).prefetch_related("sent_letters"):
        for letter in row.sent_letters.all():
            letter.content = _without(letter.content, row.contact_name)
            letter.save(update_fields=["content"])
        row.contact_name = row.contact_email = ""
        row.version += 1
        row.save(update_fields=["contact_name", "contact_email", "version"])


def _without(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value.replace(name, ERASED) if name else value
    if isinstance(value, dict):
        return {key: _without(one, name) for key, one in value.items()}
    return [_without(one, name) for one in value] if isinstance(value, list) else value
