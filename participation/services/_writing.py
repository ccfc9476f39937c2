"""Who may write a text, finding and locking its draft, and laying paragraphs in their order. Shared by two services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.core import audit
from participation.errors import ParticipationError, WrongMoment
from participation.models import Document, DocumentVersion, Group, Paragraph, Process, Remark
from participation.services import groups
from participation.splitting import Piece, split

MOST_PARAGRAPHS = 500
MOST_LETTERS = 200_000
LONGEST = 40_000  # letters of one paragraph


def may_write(user: Any, document: Document) -> bool:
    """Staff, the chair and the note-taker of the process, and those of the group whose text it is."""
    return may_begin(user, document.process, document.group)


def may_begin(user: Any, process: Process, group: Group | None = None) -> bool:
    """Whether this person may write texts of the process, or of this group."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.has_perm("participation.run", process.municipality) or user.has_perm("participation.take_notes", process):
        return True
    return group is not None and groups.may_write(user, group)


def refused() -> PermissionDenied:
    return PermissionDenied(_("Only who writes this text can do this."))


def need_running(process: Process) -> None:
    if process.ended_at is not None:
        raise WrongMoment(_("This process does not run now."))


def locked(document: Document, by: Any) -> Document:
    found = Document.objects.select_for_update(of=("self",)).select_related("process__municipality", "group")
    row: Document = found.get(pk=document.pk)
    if row.group is not None:
        row.group.process = row.process
    if not may_write(by, row):
        raise refused()
    return row


def draft(document: Document, by: Any) -> tuple[Document, DocumentVersion]:
    row = locked(document, by)
    need_running(row.process)
    draft = row.versions.filter(published_at=None).first()
    if draft is None:
        raise WrongMoment(_("This version is published already. Begin the next one to change something."))
    return row, draft


def in_draft(draft: DocumentVersion, key: int) -> Paragraph:
    one = draft.paragraphs.filter(key=key).first()
    if one is None:
        raise WrongMoment(_("This paragraph is no longer in the draft."))
    return one


def pieces(text: str) -> list[Piece]:
    if len(text) > MOST_LETTERS:
        raise ParticipationError(_("This text is too long: at most %(most)s characters.") % {"most": MOST_LETTERS})
    pieces = split(text)
    if not pieces:
        raise ParticipationError(_("Write the text."))
    if any(len(piece.text) > LONGEST for piece in pieces):
        raise ParticipationError(_("One of the paragraphs is too long: at most 40,000 characters."))
    return pieces


def lay(document: Document, draft: DocumentVersion, pieces: Sequence[Piece]) -> None:
    fits(len(pieces))
    number = 0
    rows = []
    for place, piece in enumerate(pieces, start=1):
        number += not piece.level
        rows.append(
            Paragraph(
                document_version=draft,
                key=place,
                place=place,
                number=None if piece.level else number,
                level=piece.level,
                text=piece.text,
            )
        )
    Paragraph.objects.bulk_create(rows)
    document.last_key = len(rows)
    document.save(update_fields=["last_key"])


def new(document: Document, draft: DocumentVersion, piece: Piece) -> Paragraph:
    document.last_key += 1
    document.save(update_fields=["last_key"])
    key = document.last_key
    return Paragraph.objects.create(document_version=draft, key=key, place=0, level=piece.level, text=piece.text)


def take_out(document: Document, one: Paragraph) -> None:
    """Only a line that says why remains, and only of what readers saw before."""
    seen = Paragraph.objects.filter(
        document_version__document=document, document_version__published_at__isnull=False, key=one.key
    )
    if not seen.exists():
        one.delete()
        return
    one.is_removed = True
    one.version += 1
    one.save(update_fields=["is_removed", "version"])


def because(document: Document, one: Paragraph, wanted: Iterable[int]) -> None:
    one.because_of.set(Remark.objects.filter(document=document, pk__in=list(wanted)))


def changed(document: Document, draft: DocumentVersion, by: Any, order: Sequence[Paragraph]) -> None:
    """Write the order with the numbers that readers see, and count the change."""
    fits(len(order))
    number = 0
    for place, one in enumerate(order, start=1):
        one.place = place
        counts = not one.level and not one.is_removed
        number += counts
        one.number = number if counts else None
    Paragraph.objects.bulk_update(order, ["place", "number"])
    draft.version += 1
    draft.save(update_fields=["version"])
    audit.record("participation.text_edited", document, by=by, municipality=document.process.municipality)


def fits(count: int) -> None:
    if count > MOST_PARAGRAPHS:
        raise ParticipationError(_("A text has at most %(most)s paragraphs.") % {"most": MOST_PARAGRAPHS})


def laid(rows: Iterable[Paragraph]) -> list[tuple[int, int, str]]:
    return [(one.key, one.level, one.text) for one in rows if not one.is_removed]
