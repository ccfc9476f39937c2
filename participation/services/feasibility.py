"""The feasibility check by the municipality: who checks, on which points, and the verdict with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.enums import STAFF_ROLES
from foundation.municipalities.models import Sector
from foundation.municipalities.rules import kinds_of
from participation import notifications_proposals as notifications
from participation.enums import AnswerOutcome, ProcessState
from participation.enums_proposals import LIVING, VERDICTS, Mark, ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import CheckPoints, Process, Proposal, Verdict
from participation.services import _moves, _texts, answers, proposals

if TYPE_CHECKING:
    from foundation.accounts.models import User

_S = ProposalState
MOST_POINTS = 15


def set_points(*, process: Process, by: User, points: Sequence[str], version: int | None = None) -> CheckPoints:
    """On which points the proposals of this process are checked.

    Args:
        points: sentences, of at most 200 letters; empty ones and doubles fall away.
        version: of the list when the form was opened; 0 where the usual points stood.

    Raises:
        ParticipationError: none, or too many.
        Stale, PermissionDenied
    """
    wanted = list(dict.fromkeys(" ".join(point.split())[:200] for point in points if point.strip()))
    if not 1 <= len(wanted) <= MOST_POINTS:
        raise ParticipationError(_("Give one to %(most)d points, each on a line.") % {"most": MOST_POINTS})
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        there = CheckPoints.objects.filter(process=row).first() or CheckPoints(process=row, version=0)
        _moves.same_version(there, version)
        there.points = wanted
        there.version += 1
        there.save()
        audit.record("participation.check_points_set", row, by=by, new={"points": wanted})
    return there


def assign(
    *, process: Process, ids: Iterable[int], by: User, handler: User | None = None, sector: Sector | None = None
) -> int:
    """Give proposals to a colleague, a sector, or both; those that were only handed in are being checked from now on.

    Args:
        ids: of proposals; those of another process are passed over.

    Returns:
        how many changed.

    Raises:
        ParticipationError: nobody chosen, or somebody who doesn't work here.
        WrongMoment: the process does not run.
        PermissionDenied
    """
    _moves.need("participation.run", by, process.municipality)
    if handler is None and sector is None:
        raise ParticipationError(_("Choose a colleague, a sector, or both."))
    if handler is not None and not kinds_of(handler, process.municipality) & set(STAFF_ROLES):
        raise ParticipationError(_("This person does not work here."))
    if sector is not None and sector.municipality_id != process.municipality_id:
        raise ParticipationError(_("Choose a sector of your own municipality."))
    if process.state != ProcessState.PUBLISHED:
        raise WrongMoment(_("This process does not run now."))
    changed = 0
    with transaction.atomic():
        rows = Proposal.objects.select_for_update(of=("self",)).select_related("process__municipality")
        for row in rows.filter(process=process, pk__in=list(ids), state__in=LIVING).order_by("pk"):
            if (handler is None or row.handler_id == handler.pk) and (sector is None or row.sector_id == sector.pk):
                continue
            row.handler = handler or row.handler
            row.sector = sector or row.sector
            row.save(update_fields=["handler", "sector"])
            if row.state == _S.SUBMITTED:
                proposals.move(row, _S.IN_CHECK, by=by, verb="proposal_in_check")
            audit.record(
                "participation.proposal_assigned",
                row,
                by=by,
                municipality=process.municipality,
                new={"sector": str(sector or "")},
            )
            changed += 1
        if changed and handler is not None and handler.pk != by.pk:
            notifications.tell_assigned(process, handler, changed)
    return changed


def judge(
    *,
    proposal: Proposal,
    by: User,
    verdict: str,
    reasons: str,
    version: int | None,
    marks: Sequence[dict[str, Any]] = (),
    cost_cents: int | None = None,
    cost_text: str = "",
    adapt_by: date | None = None,
) -> Verdict:
    """Give a verdict; everybody can read it with its reasons, and the makers are told once. A later one replaces it.

    Not feasible is also the answer to the proposal, as long as nobody answered otherwise.

    Args:
        verdict: one of ``VERDICTS``.
        reasons: Markdown.
        version: of the proposal when the form was opened: a verdict is about a text.
        marks: per point ``{"point", "mark", "note"}``.
        cost_cents: what the municipality thinks it costs; None: it says nothing of that.
        adapt_by: last day for the makers to change it; only for feasible if changed.

    Raises:
        ParticipationError: no reasons, no day, or a day that has passed.
        Stale: the makers changed it meanwhile, or a colleague was first.
        WrongMoment, PermissionDenied
    """
    if verdict not in VERDICTS or not reasons.strip():
        raise ParticipationError(_("Choose a verdict and say why: everybody can read it."))
    if verdict != _S.IF_CHANGED:
        adapt_by = None
    elif adapt_by is None or adapt_by < clock.today():
        raise ParticipationError(_("Say until which day the makers can change it: today or later."))
    with transaction.atomic():
        row = proposals.locked(proposal.pk)
        _moves.need("participation.run", by, row.process.municipality)
        if row.process.state != ProcessState.PUBLISHED:
            raise WrongMoment(_("This process does not run now."))
        _moves.same_version(row, version)
        proposals.need_not_voted_on(row)
        before = row.verdicts.first()
        made = Verdict(
            proposal=row,
            state=verdict,
            reasons=reasons.strip(),
            marks=[_mark(mark) for mark in marks],
            cost_cents=cost_cents,
            cost_text=cost_text.strip(),
            adapt_by=adapt_by,
            by=by,
            at=clock.now(),
        )
        _texts.clean(made)
        made.save(force_insert=True)
        fields: dict[str, Any] = {
            "municipal_cost_cents": cost_cents,
            "adapt_by": adapt_by,
            "handler": row.handler or by,
        }
        if row.state == verdict:  # the same verdict with other reasons, another day or cost
            for name, value in fields.items():
                setattr(row, name, value)
            row.changed_at = clock.now()
            row.version += 1
            row.save(update_fields=[*fields, "changed_at", "version"])
            audit.record("participation.proposal_judged", row, by=by, municipality=row.process.municipality)
        else:
            proposals.move(row, verdict, by=by, verb="proposal_judged", **fields)
        _answer(row, made, before, by)
        notifications.tell_judged(row, made)
    return made


def _answer(row: Proposal, made: Verdict, before: Verdict | None, by: User) -> None:
    """Not feasible answers the proposal; a verdict that comes back on it takes that answer away again."""
    by_verdict = before is not None and before.state == _S.NOT_FEASIBLE and row.answer == before.reasons
    if made.state == _S.NOT_FEASIBLE and (not row.answer_outcome or by_verdict):
        answers.answer(contribution=row, outcome=AnswerOutcome.NOT_ADOPTED, text=made.reasons, by=by)
    elif made.state != _S.NOT_FEASIBLE and by_verdict:
        row.answer_outcome, row.answer, row.answered_at, row.answered_by = "", "", None, None
        row.save(update_fields=["answer_outcome", "answer", "answered_at", "answered_by"])


def _mark(given: dict[str, Any]) -> dict[str, str]:
    return {
        "point": str(given.get("point", ""))[:200],
        "mark": str(Mark(given.get("mark") or Mark.UNKNOWN)),
        "note": str(given.get("note", "")).strip()[:500],
    }
