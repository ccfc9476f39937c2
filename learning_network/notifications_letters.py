"""The e-mail with a letter to a municipality, and how it fared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Kind, MailFile, register
from foundation.notifications.models import Delivery
from foundation.notifications.services import mail_to
from learning_network import letters
from learning_network.models import SentLetter
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from foundation.notifications.models import Message


def _files(message: Message) -> Sequence[MailFile]:
    """The letter as it was sent, as an accessible PDF."""
    row = SentLetter.objects.filter(pk=message.context["letter"]).select_related("enrolment__programme").first()
    if row is None:
        return []
    content = letters.render(row.enrolment.programme, row.kind, [row.content])
    return [MailFile(f"{slugify(row.content['title'])[:80]}.pdf", content, "pdf", maintype="application")]


LETTER = register(
    Kind(
        code="learning_network.letter",
        topic=NETWORK.code,
        name=_("A letter to the municipality"),
        subject="%(subject)s",
        body="learning_network/mail/letter.txt",
        urgent=True,
        files=_files,
    )
)


def about(row_id: int) -> str:
    return f"learning_network.sentletter:{row_id}"


def told(content: dict[str, object]) -> dict[str, object]:
    """What the e-mail with a letter says, from ``letters.compose``."""
    signature = content.get("signature")
    return {
        "subject": content["title"],
        "salutation": content["salutation"],
        "closing": content["closing"],
        "signature": list(signature) if isinstance(signature, list) else [],
    }


def mail_letter(row: SentLetter) -> bool:
    """Send a letter to its address; once per letter. False: this address wants no mail of the network."""
    return mail_to(
        address=row.address,
        kind=LETTER,
        about=about(row.pk),
        moment="sent",
        context={**told(row.content), "letter": row.pk},
    )


def fared(rows: Iterable[SentLetter]) -> dict[int, Delivery]:
    """Letter -> its delivery, of those that went by e-mail; one query."""
    wanted = {about(row.pk): row.pk for row in rows if row.address}
    if not wanted:
        return {}
    found = Delivery.objects.filter(message__kind=LETTER.code, message__about__in=list(wanted)).select_related(
        "message"
    )
    return {wanted[one.message.about]: one for one in found if one.message is not None}
