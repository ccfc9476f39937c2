"""The programme of a meeting, and the documents with it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.core.uploads import check_document
from foundation.meetings.errors import MeetingError, WrongMoment
from foundation.meetings.models import AgendaItem, Attachment, Meeting, Part
from foundation.meetings.services import _locks

MOST_ITEMS = 60
MOST_ATTACHMENTS = 20


def _led(meeting: Meeting, by: User | None) -> Meeting:
    meeting = _locks.locked(meeting.pk)
    if by is not None:
        _locks.need("meetings.lead", by, meeting)
    if meeting.is_cancelled:
        raise WrongMoment(_("This meeting is “%(state)s”.") % {"state": meeting.get_state_display()})
    return meeting


@transaction.atomic
def add_item(
    *, part: Part, by: User | None, title: str, minutes: int = 15, text: str = "", who: str = ""
) -> AgendaItem:
    """A line at the end of the programme of this part.

    Raises:
        PermissionDenied, WrongMoment; MeetingError: no subject, or too many lines.
    """
    _led(part.meeting, by)
    last = part.items.aggregate(last=Max("position"))["last"] or 0
    if part.items.count() >= MOST_ITEMS:
        raise MeetingError(_("A programme has at most %(most)s lines.") % {"most": MOST_ITEMS})
    item = AgendaItem(
        part=part, position=last + 1, title=title.strip(), text=text.strip(), who=who.strip(), minutes=minutes
    )
    return _saved(item)


@transaction.atomic
def change_item(*, item: AgendaItem, by: User | None, **fields: Any) -> AgendaItem:
    """Change ``title``, ``text``, ``who`` or ``minutes`` of a line."""
    if unknown := set(fields) - {"title", "text", "who", "minutes"}:
        raise TypeError(f"agenda items don't know {sorted(unknown)}")
    _led(item.part.meeting, by)
    for name, value in fields.items():
        setattr(item, name, value)
    return _saved(item)


def _saved(item: AgendaItem) -> AgendaItem:
    try:
        item.full_clean()
    except ValidationError as error:
        raise MeetingError(" ".join(error.messages)) from error
    item.save()
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, by: User | None, up: bool) -> None:
    """One place earlier or later; the first can't go up, the last not down."""
    _led(item.part.meeting, by)
    rows = list(item.part.items.order_by("position", "pk"))
    at = [row.pk for row in rows].index(item.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for number, row in enumerate(rows, start=1):
        row.position = number
    AgendaItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def remove_item(*, item: AgendaItem, by: User | None) -> None:
    _led(item.part.meeting, by)
    AgendaItem.objects.filter(part=item.part, position__gt=item.position).update(position=F("position") - 1)
    item.delete()


@transaction.atomic
def attach(*, meeting: Meeting, by: User | None, title: str, file: File[Any]) -> Attachment:
    """A document with a meeting.

    Raises:
        PermissionDenied, WrongMoment; ValidationError: it is not what it says, too big, or there are twenty already.
    """
    meeting = _led(meeting, by)
    if meeting.attachments.count() >= MOST_ATTACHMENTS:
        raise ValidationError(_("A meeting has at most %(most)s documents.") % {"most": MOST_ATTACHMENTS})
    document = check_document(file)
    made = Attachment(
        meeting=meeting,
        title=title.strip()[:120] or document.name,
        name=document.name,
        mime_type=document.mime_type,
        size=document.size,
    )
    made.file.save(document.name, document.file, save=False)
    made.save(force_insert=True)
    audit.record("meetings.attached", meeting, by=by, new={"title": made.title})
    return made


@transaction.atomic
def detach(*, attachment: Attachment, by: User | None) -> None:
    """Take a document away, for good."""
    meeting = _led(attachment.meeting, by)
    audit.record("meetings.detached", meeting, by=by, old={"title": attachment.title})
    file = attachment.file
    attachment.delete()
    transaction.on_commit(lambda: file.delete(save=False))
