"""Remarks at a paragraph of a text that is written together."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation.enums import PhaseKind, PhaseMoment
from participation.enums_groups import SeatState
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Document, Remark
from participation.services import _moves, people

if TYPE_CHECKING:
    from foundation.accounts.models import User


def closed_because(user: Any, document: Document) -> str:
    """Why this person can't make a remark now, in words; empty where they can.

    Everybody can while a phase of writing is open, members of the group of the text before it too.
    """
    process = document.process
    if process.state != "published":
        return str(_("This process does not run now."))
    now = clock.now()
    moments = {phase.moment(now) for phase in process.phases.all() if phase.kind == PhaseKind.WRITING}
    if PhaseMoment.OPEN in moments:
        return ""
    over = moments == {PhaseMoment.OVER}
    if not over and _is_member(user, document):
        return ""
    if over:
        return str(_("The time for remarks is over."))
    return str(_("One can't make remarks yet.")) if moments else str(_("Only members of the group make remarks here."))


def add(
    *,
    document: Document,
    by: User,
    paragraph: int,
    text: str,
    seen: int | None = None,
    suggestion: str = "",
    name_is_public: bool = True,
    key: uuid.UUID | None = None,
) -> Remark:
    """Make a remark at a paragraph of the newest version. Who does, follows the process from then on.

    Args:
        paragraph: the key of the paragraph.
        seen: the number of the version that was read; a newer one since then is told first.
        suggestion: how the paragraph could read instead.
        key: of the form, so that a double click makes one.

    Raises:
        ParticipationError: no text, or no such paragraph (any more).
        Stale: a newer version was published meanwhile.
        WrongMoment, ValidationError, PermissionDenied
    """
    if not text.strip():
        raise ParticipationError(_("Write your remark."))
    with transaction.atomic():
        row = _moves.locked(document.process_id)
        _moves.need("participation.take_part", by, row)
        text_row = Document.objects.select_related("group").get(pk=document.pk)
        text_row.process = row
        if key is not None and (there := Remark.objects.filter(sent_key=key, author=by).first()) is not None:
            return there
        if why := closed_because(by, text_row):
            raise WrongMoment(why)
        newest = text_row.versions.filter(published_at__isnull=False).order_by("-number").first()
        about = newest.paragraphs.filter(key=paragraph, is_removed=False).first() if newest is not None else None
        if newest is None or about is None:
            raise ParticipationError(_("This paragraph is no longer in the text."))
        if seen is not None and seen != newest.number:
            raise Stale(_("A new version of the text was published meanwhile. Read it, then send your remark again."))
        made = Remark(
            process=row,
            document=text_row,
            document_version=newest,
            key=paragraph,
            number=about.number,
            author=by,
            author_is_public=name_is_public,
            text=text.strip(),
            suggestion="" if suggestion.strip() == about.text.strip() else suggestion.strip(),
            created_at=clock.now(),
            sent_key=key,
        )
        made.full_clean()
        made.save()
        audit.record("participation.remark_made", made, by=by, municipality=row.municipality)
    people.follow(process=document.process, by=by)
    return made


def _is_member(user: Any, document: Document) -> bool:
    if document.group is None or not user.is_authenticated:
        return False
    return document.group.seats.filter(user=user, state=SeatState.SEATED).exists()
