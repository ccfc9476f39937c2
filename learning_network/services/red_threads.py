"""Red threads: choosing and ordering, the words in between, publishing versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import notifications
from learning_network.enums import PieceKind, SharedState, Visibility
from learning_network.errors import NetworkError
from learning_network.fitting import fits
from learning_network.models import Lesson, Practice, RedThread, RedThreadPiece, RedThreadVersion
from learning_network.services import _moves, circles

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from learning_network.models import Programme

MOST_PIECES = 120


def begin(*, programme: Programme, title: str, by: User, visibility: str = Visibility.NETWORK) -> RedThread:
    """Begin a document; only who facilitates the programme sees it until it is published.

    Raises:
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.facilitate", by, row)
        thread = RedThread(programme=row, title=title.strip(), author=by)
        thread.visibility = circles.checked(thread, visibility)
        thread.full_clean(exclude=["author"])
        thread.save()
        audit.record("learning_network.red_threads_begun", thread, by=by)
    return thread


def change(*, thread: RedThread, by: User, version: int | None = None, **fields: Any) -> RedThread:
    """Change title, introduction or circle. What the new circle may not all read drops out for them at once.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - {"title", "intro", "visibility"}:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _locked(thread, by, version)
        old = {name: getattr(row, name) for name in fields}
        if old == fields:
            return row
        for name, value in fields.items():
            setattr(row, name, value)
        circles.checked(row, row.visibility)
        row.full_clean(exclude=["author"])
        _touch(row, *fields)
        audit.record("learning_network.red_threads_changed", row, by=by, old=old, new=fields)
    return row


def add(*, thread: RedThread, item: Practice | Lesson, by: User, version: int | None = None) -> RedThreadPiece:
    """Put a practice or a lesson at the end.

    Raises:
        NetworkError: not everybody who reads the document may read it, or the document is full.
        ValidationError: it is in it already.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _locked(thread, by, version)
        there = circles.locked(item)  # its author may be narrowing it right now
        if not fits(there, row):
            raise NetworkError(
                _("“%(title)s” can't be in it: not everybody who may read this document may read that.")
                % {"title": there}
            )
        is_practice = isinstance(there, Practice)
        return _append(
            row,
            kind=PieceKind.PRACTICE if is_practice else PieceKind.LESSON,
            practice=there if is_practice else None,
            lesson=None if is_practice else there,
        )


def add_words(*, thread: RedThread, kind: str, text: str, by: User, version: int | None = None) -> RedThreadPiece:
    """Put a heading or a paragraph at the end.

    Raises:
        ValidationError: no text.
        NetworkError, Stale, PermissionDenied
    """
    if kind not in (PieceKind.HEADING, PieceKind.TEXT):
        raise TypeError(f"{kind} holds no words")
    with transaction.atomic():
        row = _locked(thread, by, version)
        if not text.strip():
            raise ValidationError({"text": _("Write something.")})
        return _append(row, kind=kind, text=text.strip())


def write_line(*, piece: RedThreadPiece, text: str, by: User) -> RedThreadPiece:
    """Change a heading, a paragraph, or the line at a practice or lesson.

    Raises:
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _locked(piece.thread, by, None)
        there = row.pieces.select_for_update().get(pk=piece.pk)
        if there.chosen is None and not text.strip():
            raise ValidationError({"text": _("Write something, or take it out.")})
        there.text = text.strip()
        there.full_clean(exclude=["thread"], validate_unique=False)
        there.save(update_fields=["text"])
        _touch(row)
    return there


def remove(*, piece: RedThreadPiece, by: User) -> None:
    """Take a part out; the practice or lesson itself stays.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked(piece.thread, by, None)
        row.pieces.filter(pk=piece.pk).delete()
        _renumber(list(row.pieces.all()))
        _touch(row)


def put(*, piece: RedThreadPiece, place: int, by: User) -> None:
    """Put a part at a place, counted from 1; the others make room.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked(piece.thread, by, None)
        rows = list(row.pieces.all())
        moved = next((one for one in rows if one.pk == piece.pk), None)
        if moved is None:
            return
        rows.remove(moved)
        rows.insert(min(max(place, 1), len(rows) + 1) - 1, moved)
        _renumber(rows)
        _touch(row)


def publish(*, thread: RedThread, by: User, version: int | None = None) -> RedThreadVersion:
    """Publish what stands now as the next version; readers get it from now on.

    Raises:
        NetworkError: nothing in it that its readers may read; or a lead took it away.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _locked(thread, by, version)
        if row.hidden_at is not None:
            raise NetworkError(_("This was taken away by who leads the programme. Ask them first."))
        pieces = list(row.pieces.select_related("practice", "lesson"))
        kept = [piece for piece in pieces if piece.chosen is None or fits(piece.chosen, row)]
        if not any(piece.chosen for piece in kept):
            raise NetworkError(_("Choose at least one lesson or practice that all readers may read."))
        last = row.versions.order_by("-number").first()
        made = RedThreadVersion.objects.create(
            thread=row,
            number=last.number + 1 if last else 1,
            title=row.title,
            intro=row.intro,
            pieces=[_kept(piece) for piece in kept],
            published_at=clock.now(),
            by=by,
        )
        first = row.shared_at is None
        row.state = SharedState.SHARED
        row.shared_at = row.shared_at or made.published_at
        _touch(row, "state", "shared_at")
        audit.record("learning_network.red_threads_published", row, by=by, new={"number": made.number})
        if first:
            notifications.tell_red_threads(row)
    return made


def take_back(*, thread: RedThread, by: User, version: int | None = None) -> RedThread:
    """Nobody but who facilitates reads it any more; publishing again brings it back.

    Raises:
        NetworkError: it is not published.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _locked(thread, by, version)
        if row.state != SharedState.SHARED:
            raise NetworkError(_("This is not published."))
        row.state = SharedState.WITHDRAWN
        _touch(row, "state")
        audit.record("learning_network.item_taken_back", row, by=by)
    return row


def _kept(piece: RedThreadPiece) -> dict[str, Any]:
    chosen = piece.chosen
    return {"kind": piece.kind, "text": piece.text, "id": chosen.pk if chosen else None}


def _locked(thread: RedThread, by: User, version: int | None) -> RedThread:
    row = circles.locked(thread)
    _moves.need("learning_network.facilitate", by, row.programme)
    _moves.same_version(row, version)
    return row


def _append(row: RedThread, **fields: Any) -> RedThreadPiece:
    total = row.pieces.count()
    if total >= MOST_PIECES:
        raise NetworkError(_("At most %(most)d parts fit in one document. Begin a second one.") % {"most": MOST_PIECES})
    piece = RedThreadPiece(thread=row, place=total + 1, **fields)
    piece.full_clean()
    piece.save()
    _touch(row)
    return piece


def _renumber(rows: list[RedThreadPiece]) -> None:
    for place, piece in enumerate(rows, start=1):
        piece.place = place
    RedThreadPiece.objects.bulk_update(rows, ["place"])


def _touch(row: RedThread, *fields: str) -> None:
    row.changed_at = clock.now()
    row.version += 1
    row.save(update_fields=[*fields, "changed_at", "version"])
