"""Letters to municipalities: their words per programme, and that they were sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import letters, notifications_letters
from learning_network.enums import LetterKind
from learning_network.errors import NetworkError
from learning_network.models import Enrolment, Programme, ProgrammeLetter, SentLetter
from learning_network.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User


def save_words(
    *,
    programme: Programme,
    kind: str,
    subject: str,
    text: str,
    sender: str,
    signature: str,
    by: User,
    version: int | None = None,
) -> ProgrammeLetter:
    """Write the words of a letter.

    Args:
        version: of the words that were on the screen; 0 where they were the usual ones.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        kept = letters.words(row, kind)
        _moves.same_version(kept, version)
        kept.subject, kept.text = subject.strip(), text.strip()
        kept.sender, kept.signature = sender.strip(), signature.strip()
        kept.version += 1
        kept.full_clean(exclude=["programme"], validate_unique=False, validate_constraints=False)
        kept.save()
        audit.record("learning_network.letter_changed", row, by=by, new={"kind": str(LetterKind(kind).label)})
    return kept


def mark_sent(
    *, programme: Programme, kind: str, enrolments: Iterable[Enrolment], sent_on: date, by: User
) -> list[SentLetter]:
    """Keep that a letter went to these municipalities, with what stands in it today.

    Raises:
        ValidationError: a day that is still to come.
        PermissionDenied
    """
    if sent_on > clock.today():
        raise ValidationError({"sent_on": _("This day is still to come.")})
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        kept = letters.words(row, kind)
        rows = list(enrolments)
        made = []
        for enrolment, content in zip(rows, letters.compose(row, rows, kept, on=sent_on), strict=True):
            made.append(
                SentLetter.objects.create(
                    enrolment=enrolment, kind=kind, sent_on=sent_on, content=content, recorded_by=by
                )
            )
            audit.record("learning_network.letter_sent", enrolment, by=by, new={"kind": str(LetterKind(kind).label)})
    return made


def fingerprint(content: dict[str, Any]) -> str:
    """Of what stands in a letter: what was looked at is what is sent."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def compose_one(programme: Programme, enrolment: Enrolment, kind: str) -> dict[str, Any]:
    """The letter to one municipality as it would be today."""
    return letters.compose(programme, [enrolment], letters.words(programme, kind), on=clock.today())[0]


def send(*, enrolment: Enrolment, kind: str, address: str, seen: str, key: UUID, by: User) -> SentLetter:
    """Send a letter by e-mail to the contact of a municipality, with the PDF, and keep it as sent. The same key sends once.

    Args:
        address: that stood on the page where it was looked at.
        seen: ``fingerprint`` of the letter that was looked at.
        key: of the form.

    Raises:
        NetworkError: no address, another address or other words than were looked at, or an address that wants no mail.
        PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(enrolment.programme_id)
        _moves.need("learning_network.lead", by, programme)
        if (there := SentLetter.objects.filter(sent_key=key).first()) is not None:
            return there
        row = Enrolment.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=enrolment.pk)
        if not row.contact_email:
            raise NetworkError(_("Fill in the e-mail address of the contact first."))
        content = compose_one(programme, row, kind)
        if row.contact_email != address or fingerprint(content) != seen:
            raise NetworkError(
                _("The letter or the address has changed meanwhile. Look at it again below; nothing was sent.")
            )
        made = SentLetter.objects.create(
            enrolment=row,
            kind=kind,
            sent_on=clock.today(),
            content=content,
            address=address,
            sent_key=key,
            recorded_by=by,
        )
        if not notifications_letters.mail_letter(made):
            raise NetworkError(
                _("This address has signed off from mail of the learning network. Send the letter by post.")
            )
        audit.record("learning_network.letter_mailed", row, by=by, new={"kind": str(LetterKind(kind).label)})
    return made
