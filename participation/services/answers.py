"""The answer that each contribution gets, and taking one off the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation.enums import AnswerOutcome
from participation.errors import ParticipationError
from participation.models import Contribution
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

C = TypeVar("C", bound=Contribution)


def answer(*, contribution: C, outcome: str, text: str, by: User, version: int | None = None) -> C:
    """Say what was done with a contribution, and why. Saying it anew replaces the answer; the audit trail keeps the old one.

    Args:
        contribution: a saved row of any kind of contribution.
        outcome: an ``AnswerOutcome``.
        text: the reason, Markdown.
        version: that of the contribution when the form was opened.

    Raises:
        ParticipationError: no reason.
        Stale, PermissionDenied
    """
    if outcome not in AnswerOutcome.values or not text.strip():
        raise ParticipationError(_("Choose what was done with it, and say why."))
    with transaction.atomic():
        row = _locked(contribution)
        _moves.need("participation.run", by, row.process.municipality)
        _moves.same_version(row, version)
        old = {"outcome": row.answer_outcome, "answer": row.answer}
        row.answer_outcome, row.answer = outcome, text.strip()
        row.answered_at, row.answered_by = clock.now(), by
        row.version += 1
        row.save(update_fields=["answer_outcome", "answer", "answered_at", "answered_by", "version"])
        audit.record(
            "participation.answered",
            row,
            by=by,
            municipality=row.process.municipality,
            old=old,
            new={"outcome": outcome, "answer": row.answer},
        )
    return row


def hide(*, contribution: C, by: User, reason: str) -> C:
    """Take a contribution off the site; it stays for staff and in the counts of the report.

    Raises:
        ParticipationError: no reason.
        PermissionDenied
    """
    return _show_or_hide(contribution, by, reason, hidden=True)


def show(*, contribution: C, by: User, reason: str) -> C:
    """Put it back.

    Raises:
        ParticipationError: no reason.
        PermissionDenied
    """
    return _show_or_hide(contribution, by, reason, hidden=False)


def _show_or_hide(contribution: C, by: User, reason: str, *, hidden: bool) -> C:
    if not reason.strip():
        raise ParticipationError(_("Say why; who wrote it may know."))
    with transaction.atomic():
        row = _locked(contribution)
        _moves.need("participation.run", by, row.process.municipality)
        row.hidden_at = clock.now() if hidden else None
        row.version += 1
        row.save(update_fields=["hidden_at", "version"])
        audit.record(
            "participation.hidden" if hidden else "participation.shown",
            row,
            by=by,
            municipality=row.process.municipality,
            reason=reason.strip(),
        )
    return row


def _locked(contribution: C) -> C:
    rows: Any = type(contribution)._default_manager.select_for_update(of=("self",))
    found: C = rows.select_related("process__municipality").get(pk=contribution.pk)
    return found
