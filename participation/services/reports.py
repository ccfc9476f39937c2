"""The final report: a text that begins as a draft from the facts, and the facts themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.queries import mail_language
from participation import notifications
from participation.errors import ParticipationError
from participation.models import Process, Report
from participation.queries import report as queries
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User


def write(*, process: Process, by: User, text: str, version: int | None) -> Report:
    """Save the text; the first time makes the report.

    Args:
        version: of the report when the form was opened; 0 while there is none.

    Raises:
        Stale, PermissionDenied, ValidationError
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        there = Report.objects.select_for_update().filter(process=row).first() or Report(process=row, version=0)
        _moves.same_version(there, version)
        verb = "report_written" if there.pk else "report_begun"
        there.text, there.changed_at = text.strip(), clock.now()
        there.version += 1
        there.full_clean(exclude=["chapters"])
        there.save()
        audit.record(f"participation.{verb}", row, by=by)
    return there


def publish(*, process: Process, by: User, version: int | None) -> Report:
    """Put the report on the site, with the facts as they are now; again: with the facts of then.

    Raises:
        ParticipationError: nothing was written yet.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        there = Report.objects.select_for_update().filter(process=row).first()
        if there is None or not there.text.strip():
            raise ParticipationError(_("Write the report first."))
        _moves.same_version(there, version)
        first = there.published_at is None
        with translation.override(mail_language(row.municipality_id)):
            there.chapters = queries.chapters(row)
        there.published_at = clock.now()
        there.version += 1
        there.save()
        audit.record("participation.report_published", row, by=by)
        event = _moves.note(row, "report_published" if first else "report_changed")
        notifications.tell_followers(row, event, by=by)
    return there
