"""Texts that are written together: beginning one and its next version, publishing it. Its draft: ``paragraphs``."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications, notifications_writing
from participation.errors import ParticipationError, WrongMoment
from participation.models import Document, DocumentVersion, Group, Paragraph, Process
from participation.services import _moves, _writing

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST_TEXTS = 40  # in a process
may_write = _writing.may_write


def create(
    *,
    process: Process,
    by: User,
    title: str,
    text: str,
    intro: str = "",
    group: Group | None = None,
    key: uuid.UUID | None = None,
) -> Document:
    """Begin a text; what is written becomes the draft of its first version, one paragraph for each block.

    Args:
        text: Markdown; headings, lists and quotations stay whole.
        group: whose text it is; None: of the whole process.
        key: of the form, so that a double click makes one.

    Raises:
        ParticipationError: no text, or too much of it.
        WrongMoment: the process is over.
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        if group is not None and group.process_id != row.pk:
            raise ParticipationError(_("This group is of another process."))
        if not _writing.may_begin(by, row, group):
            raise _writing.refused()
        _writing.need_running(row)
        if key is not None and (there := Document.objects.filter(sent_key=key, created_by=by).first()) is not None:
            return there
        last = Document.objects.filter(process=row).aggregate(last=Max("number"))["last"] or 0
        if last >= MOST_TEXTS:
            raise ParticipationError(_("A process has at most %(most)s texts.") % {"most": MOST_TEXTS})
        document = Document(
            process=row,
            group=group,
            number=last + 1,
            title=title.strip(),
            intro=intro.strip(),
            created_by=by,
            created_at=clock.now(),
            sent_key=key,
        )
        document.full_clean(exclude=["created_by"])
        document.save()
        draft = DocumentVersion.objects.create(document=document, number=1, by=by, created_at=clock.now())
        _writing.lay(document, draft, _writing.pieces(text))
        audit.record("participation.text_begun", document, by=by, municipality=row.municipality)
    return document


def change(*, document: Document, by: User, version: int | None, title: str, intro: str) -> Document:
    """Change the title or what it says of itself.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _writing.locked(document, by)
        _moves.same_version(row, version)
        row.title, row.intro = title.strip(), intro.strip()
        row.version += 1
        row.full_clean(exclude=["created_by", "group"])
        row.save(update_fields=["title", "intro", "version"])
        audit.record("participation.text_changed", row, by=by, municipality=row.process.municipality)
    return row


def begin_version(*, document: Document, by: User) -> DocumentVersion:
    """Begin the draft of the next version: a copy of the newest, with the same keys. Where there is one, that one.

    Raises:
        WrongMoment: the process is over.
        PermissionDenied
    """
    with transaction.atomic():
        row = _writing.locked(document, by)
        _writing.need_running(row.process)
        newest = row.versions.order_by("-number")[0]
        if newest.published_at is None:
            return newest
        draft = DocumentVersion.objects.create(document=row, number=newest.number + 1, by=by, created_at=clock.now())
        Paragraph.objects.bulk_create(
            [
                Paragraph(
                    document_version=draft, key=one.key, place=place, number=one.number, level=one.level, text=one.text
                )
                for place, one in enumerate(newest.paragraphs.filter(is_removed=False), start=1)
            ]
        )
        audit.record("participation.text_version_begun", row, by=by, municipality=row.process.municipality)
    return draft


def publish(*, document: Document, by: User, version: int | None, note: str = "") -> DocumentVersion:
    """Publish the draft: from then on it stays as it is. Followers hear of it, and whose remarks led to a change.

    Args:
        version: of the draft when the form was opened, so that nobody publishes what they did not see.
        note: what changed; needed from the second version on.

    Raises:
        Stale: the draft changed meanwhile.
        ParticipationError: nothing changed, or no word of what did.
        WrongMoment: no draft, or the process does not run.
        PermissionDenied
    """
    with transaction.atomic():
        row, draft = _writing.draft(document, by)
        _moves.same_version(draft, version)
        if not row.process.is_public:
            raise WrongMoment(_("Publish the process first."))
        now = list(draft.paragraphs.all())
        if not any(not one.is_removed for one in now):
            raise ParticipationError(_("There is no text yet."))
        before = row.versions.filter(number=draft.number - 1).first()
        if before is not None:
            if not note.strip():
                raise ParticipationError(_("Say in a few words what changed."))
            if _writing.laid(before.paragraphs.all()) == _writing.laid(now):
                raise ParticipationError(_("Nothing changed since the version before."))
        draft.note, draft.published_at, draft.by = note.strip(), clock.now(), by
        draft.version += 1
        draft.full_clean(exclude=["by", "document"])
        draft.save()
        facts = {"what": row.title, "number": draft.number}
        audit.record(
            "participation.text_published",
            row,
            by=by,
            municipality=row.process.municipality,
            new={"number": draft.number},
        )
        event = _moves.note(row.process, "text_published", facts=facts)
        notifications.tell_followers(row.process, event, by=by)
        notifications_writing.tell_makers(draft, by=by)
    return draft
