"""The term within which to decide: events in, last day out. Only this module writes ``due_on`` and ``answer_by``.

The counting itself is ``foundation.core.terms`` (Awb, Algemene termijnenwet). The functions run in the caller's
transaction, with the row of the initiative locked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from initiatives.enums import TermEventKind
from initiatives.errors import InitiativeError
from initiatives.models import Initiative, TermEvent
from initiatives.queries.terms import of


def start(initiative: Initiative, *, day: date, weeks: int, by: Any) -> None:
    """The request came in: the term begins the day after.

    Args:
        weeks: of the by-law for this kind, else eight (Awb 4:13).
    """
    TermEvent.objects.create(initiative=initiative, kind=TermEventKind.RECEIVED, day=day, weeks=weeks, by=by)
    refresh(initiative)


def suspend(initiative: Initiative, *, day: date, until: date, reason: str, by: Any) -> None:
    """Additions are asked for: the term stands still from the day after (Awb 4:15).

    Args:
        until: the last day on which the additions may come in (Awb 4:5).
    """
    TermEvent.objects.create(
        initiative=initiative, kind=TermEventKind.SUSPENDED, day=day, until=until, reason=reason, by=by
    )
    refresh(initiative, answer_by=until)


def resume(initiative: Initiative, *, day: date, by: Any, reason: str = "") -> None:
    """The additions came in, or the time for them ended: the term goes on."""
    TermEvent.objects.create(initiative=initiative, kind=TermEventKind.RESUMED, day=day, reason=reason, by=by)
    refresh(initiative)


def extend(initiative: Initiative, *, day: date, weeks: int, reason: str, by: Any) -> None:
    """More time, told to the initiators within the term (Awb 4:14).

    Raises:
        InitiativeError: the term has already ended, or stands still.
    """
    term = of(initiative)
    if term is None or term.due is None:
        raise InitiativeError(_("The term stands still now; extend it when it runs."))
    if day > term.due:
        raise InitiativeError(_("The term has already ended. Extending is only possible within the term."))
    TermEvent.objects.create(
        initiative=initiative, kind=TermEventKind.EXTENDED, day=day, weeks=weeks, reason=reason, by=by
    )
    refresh(initiative)


def refresh(initiative: Initiative, *, answer_by: date | None = None) -> None:
    """Write the last day to decide that follows from the events; None while the term stands still."""
    term = of(initiative)
    initiative.due_on = term.due if term else None
    initiative.answer_by = answer_by
    initiative.save(update_fields=["due_on", "answer_by"])


def end(initiative: Initiative) -> None:
    """It was decided: no day is waited for any more. The events stay, so that the past can be reckoned again."""
    initiative.due_on = None
    initiative.answer_by = None
    initiative.save(update_fields=["due_on", "answer_by"])
