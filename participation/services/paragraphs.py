"""Changing the draft of a text: the whole of it, or paragraph by paragraph.

Whoever changes the draft locks its text first, so two writers come one after the other; a paragraph that somebody else
changed meanwhile is not overwritten (``Stale``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from participation.errors import WrongMoment
from participation.models import Document, DocumentVersion, Paragraph
from participation.services import _moves, _writing
from participation.splitting import Piece, matched

if TYPE_CHECKING:
    from foundation.accounts.models import User


def rewrite(*, document: Document, by: User, version: int | None, text: str) -> DocumentVersion:
    """Replace the whole draft. Paragraphs with the same words, and those between them in their order, keep their keys.

    Args:
        version: of the draft when the form was opened.

    Raises:
        Stale: somebody changed the draft meanwhile.
        ParticipationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row, draft = _writing.draft(document, by)
        _moves.same_version(draft, version)
        pieces = _writing.pieces(text)
        there = [one for one in draft.paragraphs.all() if not one.is_removed]
        old = [Piece(one.text, one.level) for one in there]
        same = matched(old, pieces)
        order: list[Paragraph] = []
        for piece, place in zip(pieces, same, strict=True):
            if place is None:
                order.append(_writing.new(row, draft, piece))
                continue
            one = there[place]
            if (one.text, one.level) != (piece.text, piece.level):
                one.text, one.level = piece.text, piece.level
                one.version += 1
                one.save(update_fields=["text", "level", "version"])
            order.append(one)
        gone = [
            there[place] for place in sorted(set(range(len(there))) - {place for place in same if place is not None})
        ]
        for one in gone:
            _writing.take_out(row, one)
        _writing.changed(row, draft, by, [*order, *(one for one in gone if one.pk)])
    return draft


def write_paragraph(
    *, paragraph: Paragraph, by: User, version: int | None, text: str, because_of: Iterable[int] = ()
) -> Paragraph:
    """Change one paragraph of the draft, and say because of which remarks. Blank lines in it make paragraphs after it.

    Args:
        version: of the paragraph when the form was opened.
        because_of: remarks of the same text, by their number in the database.

    Raises:
        Stale: somebody else changed this paragraph.
        ParticipationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row, draft = _writing.draft(paragraph.document_version.document, by)
        one = _writing.in_draft(draft, paragraph.key)
        _moves.same_version(one, version)
        first, *others = _writing.pieces(text)
        one.text, one.level, one.is_removed = first.text, first.level, False
        one.version += 1
        one.save(update_fields=["text", "level", "is_removed", "version"])
        _writing.because(row, one, because_of)
        order = list(draft.paragraphs.all())
        at = next(index for index, other in enumerate(order) if other.pk == one.pk)
        order[at] = one
        order[at + 1 : at + 1] = [_writing.new(row, draft, piece) for piece in others]
        _writing.changed(row, draft, by, order)
    return one


def add_paragraph(
    *, document: Document, by: User, text: str, after: int = 0, because_of: Iterable[int] = ()
) -> list[Paragraph]:
    """Add a paragraph, or more with blank lines between them.

    Args:
        after: the key of the paragraph to stand after; 0: at the beginning.

    Raises:
        ParticipationError, WrongMoment, PermissionDenied
    """
    because = list(because_of)
    with transaction.atomic():
        row, draft = _writing.draft(document, by)
        order = list(draft.paragraphs.all())
        at = next((index for index, one in enumerate(order, start=1) if one.key == after), 0)
        made = [_writing.new(row, draft, piece) for piece in _writing.pieces(text)]
        for one in made:
            _writing.because(row, one, because)
        order[at:at] = made
        _writing.changed(row, draft, by, order)
    return made


def remove_paragraph(*, paragraph: Paragraph, by: User, version: int | None, because_of: Iterable[int] = ()) -> None:
    """Take a paragraph out of the draft. One that was published before stays as a line that says because of which remarks.

    Raises:
        Stale: somebody else changed this paragraph.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row, draft = _writing.draft(paragraph.document_version.document, by)
        one = _writing.in_draft(draft, paragraph.key)
        _moves.same_version(one, version)
        _writing.take_out(row, one)
        if one.pk is not None:
            _writing.because(row, one, because_of)
        _writing.changed(row, draft, by, list(draft.paragraphs.all()))


def move_paragraph(*, paragraph: Paragraph, by: User, up: bool) -> None:
    """One place up or down in the draft, past what was removed; at an end nothing happens.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row, draft = _writing.draft(paragraph.document_version.document, by)
        order = list(draft.paragraphs.all())
        at = next((index for index, one in enumerate(order) if one.key == paragraph.key), None)
        if at is None:
            raise WrongMoment(_("This paragraph is no longer in the draft."))
        step = -1 if up else 1
        to = at + step
        while 0 <= to < len(order) and order[to].is_removed:
            to += step
        if not 0 <= to < len(order):
            return
        order.insert(to, order.pop(at))
        _writing.changed(row, draft, by, order)
