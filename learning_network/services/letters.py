"""Letters to municipalities: their words per programme, and that they were sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import letters
from learning_network.enums import LetterKind
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
